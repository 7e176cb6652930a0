import { convertLegacyMalayalam, isLegacyMalayalam } from '../../../contacts/legacy-malayalam.ts';
import {
  blankCell,
  type Cell,
  isInner,
  isKind,
  type Kind,
  MOST_IN_HALF,
  mapCell,
  textsOfCell,
} from './cells.ts';
import { kindOf, newKey, type Row } from './rows.ts';
import { frameOf, inOrder, type Side, type Writing } from './writing.ts';

type Step = (writing: Writing, ...words: string[]) => Writing;

/** What the buttons of the editor do to what is typed; nothing of it is kept before it is saved. */
const steps: Record<string, Step> = {
  add: (writing, kind = '') => (isKind(kind) ? added(writing, kind) : writing),
  at: (writing, key = '') => ({ ...writing, at: key }),
  up: (writing, key) => moved(writing, key, -1),
  down: (writing, key) => moved(writing, key, 1),
  remove: (writing, key) => removed(writing, key),
  undo: (writing) => putBack(writing),
  /** Takes a block out of one language only, and puts it in again. */
  drop: (writing, key, language = '') =>
    withRow(withUndo(writing, key), key, (row) => dropped(row, language)),
  fill: (writing, key, language = '') =>
    withRow(writing, key, (row) => ({ ...row, cells: { ...row.cells, [language]: likeOthers(row) } })),
  /** A block inside of columns. */
  in: (writing, key, half = '', kind = '') => withHalf(writing, key, half, (cells) => grown(cells, kind)),
  out: (writing, key, half = '', index = '') =>
    withHalf(withUndo(writing, key), key, half, (cells) => cells.filter((_, i) => i !== Number(index))),
  language: (writing, language = '') => withLanguage(writing, language),
  convert: (writing) => converted(writing),
};

/** Does what a button says, such as `up:k3`; an unknown one changes nothing. */
export function operate(writing: Writing, operation: string): Writing {
  const [name = '', ...words] = operation.split(':');
  const step = Object.hasOwn(steps, name) ? steps[name] : undefined;
  return step ? step(writing, ...words) : writing;
}

/** Which row a button was about, to show it again. */
export const rowOf = (operation: string): string => /:(k\d+)/.exec(operation)?.[1] ?? '';

function added(writing: Writing, kind: Kind): Writing {
  const { rows, sides, at } = writing;
  const key = newKey([...rows, ...(writing.removed ? [writing.removed.row] : [])]);
  const cells = Object.fromEntries(sides.map(({ language }) => [language, blankCell(kind)]));
  const index = rows.findIndex((row) => row.key === at);
  return { ...writing, rows: rows.toSpliced(index < 0 ? rows.length : index + 1, 0, { key, cells }), at: '' };
}

function moved(writing: Writing, key: string | undefined, step: 1 | -1): Writing {
  const { rows } = writing;
  const from = rows.findIndex((row) => row.key === key);
  const row = rows[from];
  const to = from + step;
  if (!row || to < 0 || to >= rows.length) return writing;
  return { ...writing, rows: rows.toSpliced(from, 1).toSpliced(to, 0, row) };
}

/** Remembers a row as it is, for the button that takes the next step back. */
function withUndo(writing: Writing, key: string | undefined): Writing {
  const index = writing.rows.findIndex((row) => row.key === key);
  const row = writing.rows[index];
  return row ? { ...writing, removed: { index, row } } : writing;
}

function removed(writing: Writing, key: string | undefined): Writing {
  const noted = withUndo(writing, key);
  return { ...noted, rows: noted.rows.filter((row) => row.key !== key) };
}

function putBack(writing: Writing): Writing {
  const { removed: last, rows } = writing;
  if (!last) return writing;
  const { index, row } = last;
  const there = rows.some(({ key }) => key === row.key);
  const again = there
    ? withRow(writing, row.key, (now) => ({ ...now, cells: missing(now.cells, row.cells) }))
    : { ...writing, rows: rows.toSpliced(index, 0, row) };
  return { ...again, removed: null };
}

/** What was typed meanwhile stays, but in a cell that has lost a block inside. */
const missing = (now: Row['cells'], before: Row['cells']): Row['cells'] =>
  Object.fromEntries(
    Object.entries({ ...before, ...now }).map(([language, cell]) => {
      const old = before[language];
      return [language, old && blocksIn(old) > blocksIn(cell) ? old : cell];
    }),
  );

const blocksIn = ({ halves }: Cell): number => halves.flat().length;

const withRow = (writing: Writing, key: string | undefined, change: (row: Row) => Row): Writing => ({
  ...writing,
  rows: writing.rows.map((row) => (row.key === key ? change(row) : row)),
});

/** The last language of a block stays: taking the block out is another button. */
function dropped(row: Row, language: string): Row {
  const cells = Object.entries(row.cells).filter(([other]) => other !== language);
  return cells.length ? { ...row, cells: Object.fromEntries(cells) } : row;
}

const likeOthers = (row: Row): Cell => blankCell(kindOf(row), Object.values(row.cells)[0]);

function withHalf(
  writing: Writing,
  key: string | undefined,
  half: string,
  change: (cells: Cell[]) => Cell[],
): Writing {
  const ofCell = (cell: Cell): Cell => ({
    ...cell,
    halves: cell.halves.map((cells, i) => (i === Number(half) ? change(cells) : cells)),
  });
  return withRow(writing, key, ({ cells, ...row }) => ({
    ...row,
    cells: Object.fromEntries(Object.entries(cells).map(([language, cell]) => [language, ofCell(cell)])),
  }));
}

const grown = (cells: Cell[], kind: string): Cell[] =>
  cells.length < MOST_IN_HALF && isInner(kind) ? [...cells, blankCell(kind)] : cells;

/** Begins another language with the same blocks, empty where words stand. */
function withLanguage(writing: Writing, language: string): Writing {
  const known = writing.sides.some((side) => side.language === language);
  if (known || !/^[a-z]{2,3}$/.test(language)) return writing;
  const [like] = writing.sides;
  const frame = JSON.stringify({ ...(like && frameOf(like)), language, title: '', sender: undefined });
  const source = like?.source ?? '';
  const side: Side = { language, subject: '', preheader: '', frame, source };
  const rows = writing.rows.map((row) => ({ ...row, cells: { ...row.cells, [language]: likeOthers(row) } }));
  return { ...writing, sides: inOrder([...writing.sides, side]), rows };
}

const unicode = (text: string): string => (isLegacyMalayalam([text]) ? convertLegacyMalayalam(text) : text);

/** Turns every text in a font of ISM into Unicode. */
function converted(writing: Writing): Writing {
  const ofCells = (cells: Row['cells']) =>
    Object.fromEntries(Object.entries(cells).map(([language, cell]) => [language, mapCell(cell, unicode)]));
  return {
    ...writing,
    sides: writing.sides.map((side) => ({
      ...{ ...side, subject: unicode(side.subject), preheader: unicode(side.preheader) },
    })),
    rows: writing.rows.map((row) => ({ ...row, cells: ofCells(row.cells) })),
  };
}

/** Names of the fields whose text is in a font of ISM, with how it would read. */
export function legacyFields(writing: Writing): Map<string, string> {
  const texts = [
    ...writing.sides.flatMap(({ language, subject, preheader }) => [
      { name: `${language}.subject`, text: subject },
      { name: `${language}.preheader`, text: preheader },
    ]),
    ...writing.rows.flatMap(({ key, cells }) =>
      Object.entries(cells).flatMap(([language, cell]) => textsOfCell(cell, `${key}.${language}`)),
    ),
  ];
  const legacy = texts.filter(({ text }) => isLegacyMalayalam([text]));
  return new Map(legacy.map(({ name, text }) => [name, convertLegacyMalayalam(text)]));
}
