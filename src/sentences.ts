import { readFileSync } from 'node:fs';
import { Refusal } from './errors.ts';
import { formatDay, formatTime, type Language } from './i18n.ts';
import { fill, type Value } from './say.ts';

const FOLDER = new URL('../templates/locales/refusals/', import.meta.url);

/**
 * Sentences of the engine for whoever reads pages, by their English for programs and the command line. The
 * English catalogue has those alone that name a command where a page has a button.
 */
export const readSentences = (language: Language): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`${language}.json`, FOLDER), 'utf8'));

/** What a refusal or a sentence says on a page in a language; as it is where no catalogue knows it. */
export function sentenceIn(language: Language, said: Refusal | Value): string {
  if (said instanceof Refusal) return sentenceIn(language, said.sentence);
  if (typeof said !== 'object') return String(said);
  const { sentences } = catalogueOf(language);
  if (!said.values.length && !Object.hasOwn(sentences, said.key))
    return foundAgain(language, said.key) ?? said.key;
  return fill(
    sentences[said.key] ?? said.key,
    said.values.map((value) => sentenceIn(language, value)),
  );
}

/** The shape of an English sentence, by which it is known whatever its values are. */
interface Shape {
  key: string;
  words: string;
  /** Its longest part, to pass most of the others over quickly. */
  part: string;
  /** How many letters are its own. */
  own: number;
}

interface Catalogue {
  sentences: Record<string, string>;
  /** Those of many letters first. */
  shapes: Shape[];
}

const catalogues: Partial<Record<Language, Catalogue>> = {};

const catalogueOf = (language: Language): Catalogue => {
  catalogues[language] ??= shaped(readSentences(language));
  return catalogues[language];
};

/** With fewer letters of its own, a sentence might be found in what people have written. */
const LEAST = 10;

function shaped(sentences: Record<string, string>): Catalogue {
  const shapes = Object.entries(sentences).map(([key, words]): Shape => {
    const parts = partsOf(key);
    const part = parts.reduce((one, other) => (other.length > one.length ? other : one)).toLowerCase();
    return { key, words, part, own: parts.join('').replace(/[^\p{L}]/gu, '').length };
  });
  const telling = shapes.filter(({ own }) => own >= LEAST).sort((one, other) => other.own - one.own);
  return { sentences, shapes: telling };
}

/** Its stop is left out: what was kept may have lost it, or have one of its own. */
const partsOf = (key: string): string[] => key.replace(/\.$/, '').split(/\{\d+\}/);

/** A sentence that was kept as English text: the one of the catalogue that shares most of its letters. */
function foundAgain(language: Language, text: string): string | undefined {
  const lower = text.toLowerCase();
  for (const { key, words, part } of catalogueOf(language).shapes) {
    const found = lower.includes(part) && patternOf(key).exec(text)?.slice(1);
    if (!found) continue;
    const stop = found.pop() ?? '';
    const holes: string[] = key.match(/\{\d+\}/g) ?? [];
    const at = (hole: string) => found[holes.indexOf(hole)] ?? hole;
    const said = words.replace(/\{\d+\}/g, (hole) => valueAgain(language, at(hole)));
    return said.replace(/\.$/, '') + stop;
  }
  return undefined;
}

/** A value of a sentence that was kept: a sentence itself, a moment, or a name as it is. */
function valueAgain(language: Language, text: string): string {
  const said = foundAgain(language, text);
  if (said !== undefined) return said;
  const [moment, zone] = MOMENT.exec(text)?.slice(1) ?? [];
  const at = new Date(`${moment} UTC`);
  if (Number.isNaN(at.getTime())) return text;
  return `${formatDay(at, language, 'UTC')}, ${formatTime(at, language, 'UTC')} ${zone}`;
}

/** As formatMoment writes it in English. */
const MOMENT = /^(\d{1,2} [A-Z][a-z]+ \d{4}, \d{1,2}:\d{2} [ap]m) (\S+)$/;

/** In lower or upper case, for a sentence may have become a part of another. */
function patternOf(key: string): RegExp {
  const escaped = partsOf(key).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('([^]*?)')}(\\.?)$`, 'i');
}
