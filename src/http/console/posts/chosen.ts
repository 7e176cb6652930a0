import type { ShownMedia } from '../../../campaigns/posts/document.ts';
import { KEEPS } from '../../../campaigns/posts/shapes.ts';

/** English left, Malayalam right. */
export const LANGUAGES = ['en', 'ml'] as const;

/** A picture or video of the library, with what it says to those who do not see it. */
export interface Chosen {
  asset: string;
  /** By language. */
  alt: Record<string, string>;
  /** What it is cut to, by the shape's name; empty is what fits. */
  shape: string;
  /** Which side stays when it is cut; empty is where a look goes first. */
  keep: string;
}

const MOST = 20;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isId = (text: string): boolean => UUID.test(text);

export const textsOf = (of: (language: string) => string): Record<string, string> =>
  Object.fromEntries(LANGUAGES.map((language) => [language, of(language)]));

/**
 * What was chosen before in its order, and what is picked now behind it.
 * @param prefix before the fields' names: of a network that has its own
 */
export function chosenIn(fields: URLSearchParams, prefix: string, picked: string[]): Chosen[] {
  const nth = (name: string, n: number, most: number) =>
    (fields.getAll(`${prefix}${name}`)[n] ?? '').slice(0, most);
  const rows = fields.getAll(`${prefix}asset`).map((asset, n) => ({
    ...{ asset, alt: textsOf((language) => nth(`alt.${language}`, n, 2000)) },
    ...{ shape: nth('shape', n, 20), keep: nth('keep', n, 20) },
  }));
  const all = [...rows, ...picked.map(justPicked)].filter(({ asset }) => isId(asset));
  return [...new Map(all.toReversed().map((one) => [one.asset, one])).values()].toReversed().slice(0, MOST);
}

const justPicked = (asset: string): Chosen => ({ asset, alt: {}, shape: '', keep: '' });

/** The pictures of a kept post in all its languages, each once. @param media by language */
export function keptChosen(media: Record<string, ShownMedia[] | undefined>): Chosen[] {
  const all = Object.values(media).flatMap((one) => one ?? []);
  return [...new Set(all.map(({ asset }) => asset))].map((asset) => {
    const { shape = '', keep = '' } = all.find((one) => one.asset === asset) ?? {};
    const alt = textsOf((language) => media[language]?.find((one) => one.asset === asset)?.alt ?? '');
    return { asset, alt, shape, keep };
  });
}

/** As the document has them; a part that was cut out by other means stays with its picture. */
export function shownMedia(chosen: Chosen[], language: string, before: ShownMedia[] = []): ShownMedia[] {
  return chosen.map(({ asset, alt, shape, keep: wanted }) => {
    const crop = before.find((one) => one.asset === asset)?.crop;
    const keep = KEEPS.find((one) => one === wanted);
    return {
      ...{ asset, ...(alt[language]?.trim() && { alt: alt[language] }) },
      ...{ ...(crop && { crop }), ...(shape && { shape }), ...(keep && { keep }) },
    };
  });
}

export const without = (chosen: Chosen[], asset: string): Chosen[] =>
  chosen.filter((one) => one.asset !== asset);

export function earlier(chosen: Chosen[], asset: string): Chosen[] {
  const n = chosen.findIndex((one) => one.asset === asset);
  const [one, before] = [chosen[n], chosen[n - 1]];
  return one && before ? chosen.with(n - 1, one).with(n, before) : chosen;
}
