import { z } from 'zod';
import { Block, type Single } from '../../../campaigns/blocks/schema.ts';

export const KINDS = [
  ...['heading', 'text', 'picture', 'button', 'columns', 'quote', 'divider', 'numbers', 'raw'],
] as readonly Kind[];
export type Kind = Block['type'];

/** One block in one language as somebody types it: every value a text, whether it will do or not. */
export interface Cell {
  kind: Kind;
  values: Record<string, string>;
  /** Of the kind `numbers`. */
  numbers: { number: string; words: string }[];
  /** Of the kind `columns`, left and right. */
  halves: Cell[][];
}

interface Field {
  name: string;
  /** May be left empty, and is then not in the block. */
  optional?: boolean;
  /** The same in every language, so that a new one begins with it. */
  shared?: boolean;
}

/** What each kind of block has besides its numbers and halves. */
export const FIELDS: Record<Kind, Field[]> = {
  heading: [{ name: 'text' }, { name: 'level', shared: true }, { name: 'above', optional: true }],
  text: [{ name: 'text' }, { name: 'quiet', optional: true, shared: true }],
  picture: [
    { name: 'src', shared: true },
    { name: 'alt', optional: true },
    { name: 'href', optional: true, shared: true },
    { name: 'width', optional: true, shared: true },
  ],
  button: [{ name: 'text' }, { name: 'href', shared: true }],
  quote: [{ name: 'text' }, { name: 'who', optional: true }],
  divider: [],
  numbers: [],
  columns: [],
  raw: [{ name: 'mjml', shared: true }],
};

export const MOST_NUMBERS = 12;
export const MOST_IN_HALF = 10;
/** What a new block has, before anybody writes into it. */
const FIRST: Record<string, string> = { level: '2', mjml: '<mj-section>\n</mj-section>' };

/** Whether a text names a kind of block. */
export const isKind = (text: string): text is Kind => (KINDS as readonly string[]).includes(text);

/** For a place inside of columns, which hold neither columns nor raw MJML. */
export const isInner = (text: string): text is Single['type'] =>
  isKind(text) && text !== 'columns' && text !== 'raw';
export const INNER_KINDS = KINDS.filter(isInner);

/** A new block; what is the same in every language is taken from `like`. */
export function blankCell(kind: Kind, like?: Cell): Cell {
  const values = FIELDS[kind].map(({ name, shared }) => [
    name,
    (shared && like?.values[name]) || (FIRST[name] ?? ''),
  ]);
  const halves = like?.halves.map((half) => half.map((cell) => blankCell(cell.kind, cell)));
  return {
    ...{ kind, values: Object.fromEntries(values) },
    numbers: (like?.numbers ?? []).map(({ number }) => ({ number, words: '' })),
    halves: kind === 'columns' ? (halves ?? [[blankCell('text')], [blankCell('text')]]) : [],
  };
}

/** A block of a letter as it is typed. */
export function cellOf(block: Block): Cell {
  const given = block as unknown as Record<string, unknown>;
  const values = FIELDS[block.type].map(({ name }) => [name, typed(given[name])]);
  return {
    ...{ kind: block.type, values: Object.fromEntries(values) },
    numbers: block.type === 'numbers' ? block.rows.map((row) => ({ ...row })) : [],
    halves: block.type === 'columns' ? block.columns.map((half) => half.map(cellOf)) : [],
  };
}

const typed = (value: unknown): string =>
  value === undefined || value === false ? '' : value === true ? 'yes' : String(value);

/** The block that was typed, which its schema has yet to judge. */
export function blockOf(cell: Cell): Record<string, unknown> {
  const { kind, numbers, halves } = cell;
  const fields = FIELDS[kind]
    .filter(({ name, optional }) => !optional || cell.values[name]?.trim())
    .map(({ name }) => [name, meant(name, cell.values[name] ?? '')]);
  return {
    ...{ type: kind, ...Object.fromEntries(fields) },
    ...(kind === 'numbers' && { rows: numbers.filter(({ number, words }) => number.trim() || words.trim()) }),
    ...(kind === 'columns' && { columns: halves.map((half) => half.map(blockOf)) }),
  };
}

/** A block without what is not finished inside of it; null when it cannot be shown yet. */
export function finishedCell(cell: Cell): Cell | null {
  const halves = cell.halves.map((half) => half.flatMap((one) => finishedCell(one) ?? []));
  const done = { ...cell, halves };
  return Block.safeParse(blockOf(done)).success ? done : null;
}

function meant(name: string, value: string): unknown {
  if (name === 'quiet') return value === 'yes';
  if (name === 'level' || name === 'width') return Number(value);
  return name === 'src' || name === 'href' ? value.trim() : value;
}

/** All that a person can type into a block, each with the name by which a form knows it. */
export function textsOfCell(cell: Cell, prefix: string): { name: string; text: string }[] {
  return [
    ...Object.entries(cell.values).map(([name, text]) => ({ name: `${prefix}.${name}`, text })),
    ...cell.numbers.map(({ words: text }, i) => ({ name: `${prefix}.n${i}.words`, text })),
    ...cell.halves.flatMap((half, h) => half.flatMap((one, i) => textsOfCell(one, `${prefix}.h${h}.${i}`))),
  ];
}

/** Does something to every text of a block. */
export function mapCell(cell: Cell, change: (text: string) => string): Cell {
  return {
    kind: cell.kind,
    values: Object.fromEntries(Object.entries(cell.values).map(([name, text]) => [name, change(text)])),
    numbers: cell.numbers.map(({ number, words }) => ({ number, words: change(words) })),
    halves: cell.halves.map((half) => half.map((one) => mapCell(one, change))),
  };
}

/** What a form that we wrote gives back of a block. */
export const cellShape: z.ZodType<Cell> = z.lazy(() =>
  z.strictObject({
    kind: z.enum(KINDS as [Kind, ...Kind[]]),
    values: z.record(z.string(), z.string()),
    numbers: z.array(z.strictObject({ number: z.string(), words: z.string() })).max(MOST_NUMBERS),
    halves: z.array(z.array(cellShape).max(MOST_IN_HALF)).max(2),
  }),
);
