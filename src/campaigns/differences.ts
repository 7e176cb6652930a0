import { isDeepStrictEqual } from 'node:util';
import { diffArrays } from 'diff';
import { isLetter } from './blocks/letter.ts';

/** A stretch of text that stayed, came or went. */
export interface Stretch {
  text: string;
  change: 'same' | 'added' | 'removed';
}

/** What differs at one place. */
export interface Difference {
  /** `subject`, `preheader`, `source`, or the kind of a block. */
  place: string;
  change: 'changed' | 'added' | 'removed';
  stretches: Stretch[];
}

export interface LanguageDifferences {
  language: string;
  differences: Difference[];
}

/** What is compared: as its author wrote it. */
export interface Wording {
  language: string;
  subject: string;
  preheader: string;
  body: string;
}

/** What one wording says otherwise than another, language by language, word by word. */
export function differencesOf(before: readonly Wording[], after: readonly Wording[]): LanguageDifferences[] {
  const languages = [...new Set([...before, ...after].map(({ language }) => language))].sort();
  const of = (all: readonly Wording[], language: string) =>
    all.find((one) => one.language === language) ?? { language, subject: '', preheader: '', body: '' };
  return languages
    .map((language) => ({ language, differences: [...between(of(before, language), of(after, language))] }))
    .filter(({ differences }) => differences.length);
}

function* between(before: Wording, after: Wording): Generator<Difference> {
  for (const place of ['subject', 'preheader'] as const)
    if (before[place] !== after[place]) yield worded(place, before[place], after[place]);
  if (before.body === after.body) return;
  const [old, now] = [pieces(before.body), pieces(after.body)];
  if (old && now) yield* ofBlocks(old, now);
  else yield worded('source', before.body, after.body);
}

interface Piece {
  type: string;
  block: unknown;
  words: string;
}

/** The blocks of a body, or null for MJML and for what cannot be read. */
function pieces(body: string): Piece[] | null {
  if (body === '') return [];
  if (!isLetter(body)) return null;
  try {
    const written = JSON.parse(body);
    if (isPost(written)) return piecesOfPost(written);
    const { blocks = [] }: { blocks?: { type: string }[] } = written;
    return blocks.map((block) => ({ type: block.type, block, words: wordsOf(block) }));
  } catch {
    return null; // somebody's half-written JSON
  }
}

/** A post has texts of its own, and others where a network has its own. */
interface WrittenPost {
  text: string;
  title?: string;
  firstComment?: string;
  link?: { url: string; short?: boolean };
  media?: { asset: string; alt?: string }[];
  variants?: Record<string, WrittenVariant>;
}

interface WrittenVariant {
  link?: { short?: boolean } | null;
  media?: object[];
}

const isPost = (written: object): written is WrittenPost => 'text' in written && !('blocks' in written);

function piecesOfPost({
  text,
  title = '',
  firstComment = '',
  link,
  media = [],
  variants = {},
}: WrittenPost): Piece[] {
  const piece = (type: string, block: unknown): Piece => ({ type, block, words: wordsOf(block) });
  const all = [
    ...[
      piece('post-text', text),
      piece('post-title', title),
      piece('post-link', link ? { words: link.url, short: link.short } : ''),
    ],
    ...[
      piece('post-comment', firstComment),
      ...media.map(({ asset, alt = '' }) => piece('post-picture', { src: asset, alt })),
    ],
    ...Object.entries(variants).map(([network, variant]) =>
      piece('post-variant', { above: network, words: wordsOf(variant), ...choicesOf(variant) }),
    ),
  ];
  return all.filter(({ words }) => words);
}

/** What a network's part says without words: no link, whose link, how many pictures. */
const choicesOf = ({ link, media }: WrittenVariant) => ({
  ...(link === null && { link: false }),
  ...(link && { short: link.short ?? true }),
  ...(media && { pictures: media.length }),
});

/** In the order in which a reader meets them; how large or wide something is comes after all words. */
const ORDER = ['above', 'text', 'who', 'number', 'words', 'src', 'alt', 'href', 'mjml'];
const place = (key: string) => (ORDER.indexOf(key) + ORDER.length + 1) % (ORDER.length + 1);

/** All that a block says, a line for each text of it. */
function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  const parts = Object.entries(value)
    .filter(([key]) => key !== 'type')
    .sort(([a], [b]) => place(a) - place(b))
    .map(([, part]) => wordsOf(part));
  return parts.filter(Boolean).join('\n');
}

/** What a block is besides its words, such as `level: 2`. */
const looksOf = (block: unknown): string =>
  Object.entries(block as object)
    .filter(([, value]) => typeof value === 'number' || typeof value === 'boolean')
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n');

const changed = (before: Piece, after: Piece): Difference =>
  before.words === after.words
    ? worded(after.type, looksOf(before.block), looksOf(after.block))
    : worded(after.type, before.words, after.words);

/** Blocks that stayed are left out; one that went and one of its kind that came are one that changed. */
function* ofBlocks(before: Piece[], after: Piece[]): Generator<Difference> {
  const same = (one: Piece, other: Piece) => isDeepStrictEqual(one.block, other.block);
  let gone: Piece[] = [];
  for (const { value, added, removed } of diffArrays(before, after, { comparator: same })) {
    if (removed) gone.push(...value);
    else if (added) {
      for (const piece of value) {
        const at = gone.findIndex(({ type }) => type === piece.type);
        const [old] = at < 0 ? [] : gone.splice(at, 1);
        yield old ? changed(old, piece) : whole(piece, 'added');
      }
    } else {
      yield* gone.map((piece) => whole(piece, 'removed'));
      gone = [];
    }
  }
  yield* gone.map((piece) => whole(piece, 'removed'));
}

const whole = ({ type, words }: Piece, change: 'added' | 'removed'): Difference => ({
  ...{ place: type, change },
  stretches: [{ text: words, change }],
});

/** Words with their signs whole, which Malayalam needs: no segmenter of the platform keeps them so. */
const WORD = /\s+|[\p{L}\p{M}\p{N}_\u200c\u200d]+|[^\s\p{L}\p{M}\p{N}_]/gu;

function worded(place: string, before: string, after: string): Difference {
  const parts = diffArrays(before.match(WORD) ?? [], after.match(WORD) ?? []);
  const stretches = parts.map(({ value, added, removed }) => ({
    text: value.join(''),
    change: added ? ('added' as const) : removed ? ('removed' as const) : ('same' as const),
  }));
  return { place, change: 'changed', stretches };
}
