import { artOf } from '../../../media/art.ts';
import type { Asset } from '../../../media/assets.ts';
import { addressOf } from '../../../media/served.ts';
import type { Reading } from '../shell.ts';
import { type Cell, FIELDS, INNER_KINDS, type Kind, MOST_IN_HALF, MOST_NUMBERS } from './cells.ts';

/** How each kind of block is signed in templates/assets/icons.svg. */
export const SIGNS: Record<Kind, string> = {
  ...{ heading: 'heading', text: 'text', picture: 'image', button: 'button', columns: 'columns' },
  ...{ quote: 'quote', divider: 'divider', numbers: 'numbers', raw: 'code' },
};

type Look = 'line' | 'area' | 'source' | 'check' | 'level' | 'picture';

/** Written in the reader's own words, not in a message's language. */
const TECHNICAL = ['src', 'href', 'width', 'mjml', 'level', 'quiet'];
/** What is seldom changed lies behind a word. */
const SELDOM = ['above', 'level', 'quiet', 'width', 'who'];

export interface FieldView {
  name: string;
  label: string;
  look: Look;
  value: string;
  checked: boolean;
  /** Of what is written there; null for what is not written in any. */
  lang: string | null;
  rows: number;
  optional: boolean;
  error: string | null;
  /** How a text in an old font would read. */
  legacy: string | null;
  thumb: string | null;
  levels: { value: string; text: string; selected: boolean }[];
}

export interface CellView {
  kind: Kind;
  prefix: string;
  lang: string;
  fields: FieldView[];
  seldom: FieldView[];
  seldomOpen: boolean;
  hasMore: boolean;
  numbers: { name: string; number: string; words: string; lang: string; label: string }[];
  halves: HalfView[];
  notes: string[];
}

export interface HalfView {
  title: string;
  cells: (CellView & { title: string; out: string })[];
  add: { op: string; text: string; sign: string }[];
}

/** What stands beside the fields: by field name, sentences and how legacy texts would read. */
export interface Beside {
  errors: Map<string, string>;
  notes: Map<string, string[]>;
  legacy: Map<string, string>;
  /** By `asset:ID`, as a picture's field has it. */
  assets: Map<string, Asset>;
}

interface Viewing {
  /** Of the row. */
  key: string;
  prefix: string;
  language: string;
  reading: Reading;
  beside: Beside;
  /** Whether no other language has the block. */
  alone: boolean;
}

/** A block in one language, field by field. */
export function cellView(cell: Cell, viewing: Viewing): CellView {
  const { prefix, language, beside } = viewing;
  const fields = FIELDS[cell.kind].map((field) => fieldView(cell, field, viewing));
  const seldom = fields.filter(({ name }) => SELDOM.includes(lastOf(name)) && cell.kind !== 'columns');
  return {
    ...{ kind: cell.kind, prefix, lang: language, seldom },
    fields: fields.filter((field) => !seldom.includes(field)),
    seldomOpen: seldom.some(({ error }) => error !== null),
    hasMore: seldom.length > 0 || viewing.alone === false,
    numbers: cell.kind === 'numbers' ? numberViews(cell, viewing) : [],
    halves: cell.halves.map((half, side) => halfView(half, side, viewing)),
    notes: beside.notes.get(prefix) ?? [],
  };
}

const lastOf = (name: string) => name.slice(name.lastIndexOf('.') + 1);

function fieldView(
  { kind, values }: Cell,
  { name: bare, optional = false }: (typeof FIELDS)[Kind][number],
  { prefix, language, reading: { t }, beside }: Viewing,
): FieldView {
  const name = `${prefix}.${bare}`;
  const value = values[bare] ?? '';
  const look = lookOf(bare, kind);
  return {
    ...{ name, value, look, optional, checked: value === 'yes' },
    label: t(`editor.field.${bare === 'text' ? kindOfText(kind) : (bare as 'above')}`),
    lang: TECHNICAL.includes(bare) ? null : language,
    rows: look === 'source' ? 10 : kind === 'text' ? 4 : 2,
    error: beside.errors.get(name) ?? null,
    legacy: beside.legacy.get(name) ?? null,
    thumb: bare === 'src' ? thumbOf(value, beside) : null,
    levels: ['1', '2'].map((level) => ({
      value: level,
      text: t(`editor.level.${level as '1'}`),
      selected: level === value,
    })),
  };
}

const kindOfText = (kind: Kind): 'heading' | 'text' | 'button' | 'quote' =>
  kind === 'heading' || kind === 'button' || kind === 'quote' ? kind : 'text';

function lookOf(name: string, kind: Kind): Look {
  if (name === 'mjml') return 'source';
  if (name === 'level') return 'level';
  if (name === 'quiet') return 'check';
  if (name === 'src') return 'picture';
  return name === 'text' && kind !== 'button' ? 'area' : name === 'alt' ? 'area' : 'line';
}

/** A small picture of what a field names. */
function thumbOf(src: string, { assets }: Beside): string | null {
  const art = /^art:([a-z-]+)$/.exec(src.trim())?.[1];
  if (art) return artOf(art) ? `/art/${artOf(art)?.file}` : null;
  const asset = assets.get(src.trim().toLowerCase());
  return asset ? smallOf(asset) : null;
}

/** Where the smallest size of a picture is served, from our own root. */
export function smallOf(asset: Pick<Asset, 'kind' | 'hash' | 'files'>): string | null {
  if (asset.kind !== 'picture') return null;
  const small = asset.files.find(({ width }) => width >= 300) ?? asset.files.at(-1);
  return small ? addressOf('', asset, small) : null;
}

function numberViews({ numbers }: Cell, { prefix, language, reading }: Viewing): CellView['numbers'] {
  const shown = numbers.length < MOST_NUMBERS ? [...numbers, { number: '', words: '' }] : numbers;
  return shown.map(({ number, words }, i) => ({
    ...{ name: `${prefix}.n${i}`, number, words, lang: language },
    label: reading.t('editor.numbers.row', { number: i + 1 }),
  }));
}

function halfView(cells: Cell[], side: number, viewing: Viewing): HalfView {
  const { t } = viewing.reading;
  const kinds = cells.length < MOST_IN_HALF ? INNER_KINDS : [];
  return {
    title: t(side === 0 ? 'editor.half.left' : 'editor.half.right'),
    cells: cells.map((cell, i) => ({
      ...cellView(cell, { ...viewing, alone: true, prefix: `${viewing.prefix}.h${side}.${i}` }),
      ...{ title: t(`editor.kind.${cell.kind}`), out: `out:${viewing.key}:${side}:${i}` },
    })),
    add: kinds.map((kind) => ({
      ...{ op: `in:${viewing.key}:${side}:${kind}`, text: t(`editor.kind.${kind}`), sign: SIGNS[kind] },
    })),
  };
}
