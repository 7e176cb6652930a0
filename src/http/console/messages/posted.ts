import type { Request } from 'express';
import { z } from 'zod';
import { type Cell, cellShape, FIELDS, isKind, MOST_IN_HALF, MOST_NUMBERS } from './cells.ts';
import type { Row } from './rows.ts';
import type { Side, Writing } from './writing.ts';

/** The longest body that a message's form may have; its parts are limited by the engine. */
export const LONGEST_FORM = '4mb';
const MOST_ROWS = 80;
const MOST_SIDES = 20;
const KEY = /^k\d{1,4}$/;
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

/** The fields of a long form; a browser writes every line end as two characters. */
export interface LongForm {
  text(name: string): string;
  all(name: string): string[];
  entries(): { name: string; value: string }[];
}

export function readLongForm(req: Pick<Request, 'body'>): LongForm {
  const fields = new URLSearchParams(Buffer.isBuffer(req.body) ? req.body.toString('utf8') : '');
  const plain = (value: string) => value.replace(/\r\n?/g, '\n');
  return {
    text: (name) => plain(fields.get(name) ?? ''),
    all: (name) => fields.getAll(name).map(plain),
    entries: () => [...fields].map(([name, value]) => ({ name, value: plain(value) })),
  };
}

/** Reads a message's form as it was typed; whatever is not of it is left out. */
export function readWriting(form: LongForm): Writing {
  const sides = form
    .all('side')
    .filter((language) => LANGUAGE.test(language))
    .slice(0, MOST_SIDES)
    .map((language) => readSide(form, language));
  const keys = [...new Set(form.all('row').filter((key) => KEY.test(key)))].slice(0, MOST_ROWS);
  const languages = sides.map(({ language }) => language);
  const rows = keys.map((key) => readRow(form, key, languages));
  return {
    mode: form.text('mode') === 'source' ? 'source' : 'blocks',
    revision: Number(form.text('revision')) || 0,
    settings: {
      ...{ name: form.text('name'), from: form.text('from') },
      ...{ replyTo: form.text('replyTo'), purpose: form.text('purpose') },
    },
    ...{ sides, rows: rows.filter(({ cells }) => Object.keys(cells).length) },
    scene: form.text('scene') === 'dawn' ? 'dawn' : 'none',
    look: readLook(form, languages),
    ...{ at: form.text('at'), removed: readRemoved(form.text('removed')) },
  };
}

function readLook(form: LongForm, languages: string[]): Writing['look'] {
  const asked = form.text('language');
  return {
    language: languages.includes(asked) ? asked : (languages[0] ?? 'en'),
    ...{ theme: form.text('theme') === 'dark' ? 'dark' : 'light', as: form.text('as').slice(0, 200) },
  };
}

const readSide = (form: LongForm, language: string): Side => ({
  ...{ language, subject: line(form.text(`${language}.subject`)) },
  preheader: line(form.text(`${language}.preheader`)),
  ...{ frame: form.text(`${language}.frame`), source: form.text(`${language}.source`) },
});

/** It is written in a box that grows, and is one line nevertheless. */
const line = (text: string) => text.replace(/\s*\n\s*/g, ' ');

function readRow(form: LongForm, key: string, languages: string[]): Row {
  const cells = languages.flatMap((language) => {
    const cell = readCell(form, `${key}.${language}`);
    return cell ? [[language, cell] as const] : [];
  });
  return { key, cells: Object.fromEntries(cells) };
}

function readCell(form: LongForm, prefix: string): Cell | null {
  const kind = form.text(`${prefix}.kind`);
  if (!isKind(kind)) return null;
  const values = FIELDS[kind].map(({ name }) => [name, form.text(`${prefix}.${name}`)]);
  return {
    ...{ kind, values: Object.fromEntries(values) },
    numbers: kind === 'numbers' ? readNumbers(form, prefix) : [],
    halves: kind === 'columns' ? [readHalf(form, `${prefix}.h0`), readHalf(form, `${prefix}.h1`)] : [],
  };
}

/** A pair that is left empty goes. */
function readNumbers(form: LongForm, prefix: string): Cell['numbers'] {
  const all = Array.from({ length: MOST_NUMBERS }, (_, i) => ({
    ...{ number: form.text(`${prefix}.n${i}.number`), words: form.text(`${prefix}.n${i}.words`) },
  }));
  return all.filter(({ number, words }) => number.trim() || words.trim());
}

function readHalf(form: LongForm, prefix: string): Cell[] {
  const cells: Cell[] = [];
  for (let i = 0; i < MOST_IN_HALF; i++) {
    const cell = readCell(form, `${prefix}.${i}`);
    if (!cell) break;
    if (cell.kind !== 'columns') cells.push(cell);
  }
  return cells;
}

const removedShape = z.strictObject({
  index: z.int().min(0).max(MOST_ROWS),
  row: z.strictObject({ key: z.string().regex(KEY), cells: z.record(z.string(), cellShape) }),
});

function readRemoved(text: string): Writing['removed'] {
  if (!text) return null;
  try {
    return removedShape.parse(JSON.parse(text));
  } catch {
    return null; // a form that is not ours
  }
}
