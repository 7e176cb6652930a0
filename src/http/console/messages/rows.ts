import type { Cell } from './cells.ts';

/** A block in every language that has it. */
export interface Row {
  /** Names it in the form, wherever it is moved. */
  key: string;
  cells: Record<string, Cell>;
}

/** Which kind the block of a row is; it is the same in every language. */
export const kindOf = ({ cells }: Row): Cell['kind'] => (Object.values(cells)[0] as Cell).kind;

export const newKey = (rows: readonly Row[]): string =>
  `k${rows.reduce((most, { key }) => Math.max(most, Number(key.slice(1))), -1) + 1}`;

/** Puts the blocks of several languages beside each other, those of the same kind in the same order. */
export function alignRows(columns: { language: string; cells: Cell[] }[]): Row[] {
  const merged = columns.reduce<Row['cells'][]>(
    (rows, { language, cells }) => merge(rows, language, cells),
    [],
  );
  return merged.map((cells, i) => ({ key: `k${i}`, cells }));
}

function merge(rows: Row['cells'][], language: string, cells: Cell[]): Row['cells'][] {
  const common = matches(
    rows.map((row) => (Object.values(row)[0] as Cell).kind),
    cells.map(({ kind }) => kind),
  );
  const all: Row['cells'][] = [];
  let [left, right] = [0, 0];
  for (const [i, j] of [...common, [rows.length, cells.length] as const]) {
    all.push(...rows.slice(left, i), ...cells.slice(right, j).map((cell) => ({ [language]: cell })));
    const [row, cell] = [rows[i], cells[j]];
    if (row && cell) all.push({ ...row, [language]: cell });
    [left, right] = [i + 1, j + 1];
  }
  return all;
}

/** The longest sequence that both have, as pairs of places. */
function matches(left: string[], right: string[]): [number, number][] {
  const length = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  const at = (i: number, j: number) => length[i]?.[j] ?? 0;
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      (length[i] as number[])[j] =
        left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const pairs: [number, number][] = [];
  for (let [i, j] = [0, 0]; i < left.length && j < right.length; ) {
    if (left[i] === right[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}
