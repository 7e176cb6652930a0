import { createHash } from 'node:crypto';
import type { Queryable } from '../db.ts';
import { Refusal } from '../errors.ts';
import { say } from '../say.ts';
import { type Column, type Mapping, slug } from './csv/columns.ts';

/** What each column of a file was taken for, to be looked at. */
export interface Mapped {
  column: string;
  /** A field, `attribute NAME`, or `ignored`. */
  as: string;
}

/** @throws Refusal when a text is not COLUMN=FIELD or names no column of the file */
export function parseMapping(texts: string[], heads: string[]): Mapping {
  const known = new Set(heads.map(slug));
  const pairs = texts.map((text) => {
    const at = text.lastIndexOf('=');
    const [head, target] = [slug(text.slice(0, at)), slug(text.slice(at + 1))];
    if (at < 1 || !target)
      throw new Refusal(say`--map "${text}" must read COLUMN=FIELD: --map "Mobile no=phone".`);
    if (known.has(head)) return [head, target];
    throw new Refusal(
      say`--map "${text}": the file has no such column. It has: ${heads.join(' | ').slice(0, 200)}`,
    );
  });
  return Object.fromEntries(pairs);
}

/** Files with the same columns in the same order share what was said of them. */
const keyOf = (heads: string[]) =>
  `contacts.mapping.${createHash('sha256')
    .update(JSON.stringify(heads.map(slug)))
    .digest('hex')
    .slice(0, 32)}`;

/** @returns what was said of such columns before, or undefined */
export async function recallMapping(sql: Queryable, heads: string[]): Promise<Mapping | undefined> {
  const { rows } = await sql.query<{ value: Mapping }>('SELECT value FROM setting WHERE key = $1', [
    keyOf(heads),
  ]);
  return rows[0]?.value;
}

/** Keeps it for the next file with the same columns. */
export async function rememberMapping(
  sql: Queryable,
  { heads, mapping, now }: { heads: string[]; mapping: Mapping; now: Date },
): Promise<void> {
  await sql.query(
    `INSERT INTO setting (key, value, updated_at) VALUES ($1, $2, $3)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
    [keyOf(heads), JSON.stringify(mapping), now],
  );
}

export const mappedColumns = (heads: string[], columns: Column[]): Mapped[] =>
  columns.map((column, i) => ({ column: heads[i] ?? '', as: wordsOf(column) }));

const wordsOf = (column: Column) =>
  'field' in column ? column.field : 'attribute' in column ? `attribute ${column.attribute}` : 'ignored';
