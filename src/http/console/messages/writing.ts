import { isDeepStrictEqual } from 'node:util';
import { isLetter, readLetter } from '../../../campaigns/blocks/letter.ts';
import { Letter } from '../../../campaigns/blocks/schema.ts';
import type { WrittenContent } from '../../../campaigns/contents.ts';
import type { Draft } from '../../../campaigns/drafts.ts';
import type { Contents } from '../../../campaigns/versions.ts';
import { blockOf, cellOf, finishedCell } from './cells.ts';
import { alignRows, type Row } from './rows.ts';

/** What is written in one language besides its blocks. */
export interface Side {
  language: string;
  subject: string;
  preheader: string;
  /** The letter without its blocks, as JSON. */
  frame: string;
  /** The whole body, in source mode. */
  source: string;
}

export interface Settings {
  name: string;
  from: string;
  replyTo: string;
  purpose: string;
}

/** Whose eyes the preview has. */
export interface Look {
  language: string;
  theme: 'light' | 'dark';
  as: string;
}

/** A message as it lies on somebody's screen. */
export interface Writing {
  mode: 'blocks' | 'source';
  /** Of the message, when the writing began. */
  revision: number;
  settings: Settings;
  sides: Side[];
  rows: Row[];
  scene: 'dawn' | 'none';
  look: Look;
  /** The row after which a block is added; empty for the end. */
  at: string;
  /** The row that was taken out last, to be put back. */
  removed: { index: number; row: Row } | null;
}

const ORDER = ['en', 'ml'];
const rank = (language: string) => (ORDER.indexOf(language) + ORDER.length + 1) % (ORDER.length + 1);

/** English left, Malayalam right, others behind. */
export const inOrder = <T extends { language: string }>(all: readonly T[]): T[] =>
  all.toSorted((a, b) => rank(a.language) - rank(b.language) || a.language.localeCompare(b.language));

/** What is kept of a message, laid out for writing. */
export function writingOf({ message, contents }: Pick<Draft, 'message' | 'contents'>, look: Look): Writing {
  const sorted = inOrder(contents);
  const mode = sorted.every(({ body }) => isLetter(body)) ? 'blocks' : 'source';
  const letters = mode === 'blocks' ? sorted.map(({ language, body }) => letterIn(language, body)) : [];
  const first = letters[0]?.letter;
  return {
    ...{ mode, revision: message.revision, look, at: '', removed: null },
    settings: {
      ...{ name: message.name, purpose: message.purpose, replyTo: message.replyTo ?? '' },
      from: `${message.fromName} <${message.fromAddress}>`,
    },
    sides: sorted.map((content) => sideOf(content, mode)),
    rows: alignRows(letters.map(({ language, letter }) => ({ language, cells: letter.blocks.map(cellOf) }))),
    scene: first?.scene ?? 'none',
  };
}

const letterIn = (language: string, body: string) => ({ language, letter: readLetter(body) });

function sideOf({ language, subject, preheader, body }: WrittenContent, mode: Writing['mode']): Side {
  const { blocks: _, ...frame } =
    mode === 'blocks' ? JSON.parse(body.replace(/^\uFEFF/, '')) : { blocks: [] };
  return {
    ...{ language, subject, preheader },
    frame: JSON.stringify(frame),
    source: mode === 'source' ? body : '',
  };
}

/**
 * What is typed, as the engine takes it.
 * @param kept what the message says now: a body that means the same stays as it was written
 */
export function contentsOf(writing: Writing, kept: readonly WrittenContent[] = []): Contents {
  const entries = writing.sides.map((side) => {
    const before = kept.find(({ language }) => language === side.language)?.body;
    const { subject, preheader } = side;
    return [side.language, { subject, preheader, body: bodyOf(writing, side, before) }] as const;
  });
  return Object.fromEntries(entries);
}

/** What is typed without the blocks that are not finished, to be looked at while one writes. */
export const finishedOf = (writing: Writing): Contents =>
  contentsOf({
    ...writing,
    rows: writing.rows.map(({ key, cells }) => ({
      key,
      cells: Object.fromEntries(
        Object.entries(cells).flatMap(([language, cell]) => {
          const done = finishedCell(cell);
          return done ? [[language, done]] : [];
        }),
      ),
    })),
  });

function bodyOf(writing: Writing, side: Side, before: string | undefined): string {
  if (writing.mode === 'source') return side.source;
  const frame: Record<string, unknown> = { ...frameOf(side), scene: writing.scene };
  const title = frame.title || withoutSlots(side.subject) || side.language;
  const blocks = writing.rows.flatMap(({ cells }) => cells[side.language] ?? []).map(blockOf);
  const letter = { ...frame, language: side.language, title, blocks };
  return before !== undefined && meansTheSame(before, letter) ? before : JSON.stringify(letter, null, 2);
}

/** What a letter has besides its blocks; nothing when the form is not ours. */
export function frameOf({ frame }: Pick<Side, 'frame'>): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(frame);
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {};
  } catch {
    return {}; // a form that is not ours
  }
}

const withoutSlots = (text: string) =>
  text
    .replace(/\{\{[^{}]*\}\}/g, '')
    .replace(/\s+/g, ' ')
    .trim();

function meansTheSame(before: string, letter: unknown): boolean {
  if (!isLetter(before)) return false;
  const [old, now] = [Letter.safeParse(JSON.parse(before.replace(/^\uFEFF/, ''))), Letter.safeParse(letter)];
  return old.success && now.success && isDeepStrictEqual(old.data, now.data);
}

/** The keys of the rows that a language has, in the order of its blocks. */
export const keysOf = ({ rows }: Writing, language: string): string[] =>
  rows.filter(({ cells }) => cells[language]).map(({ key }) => key);
