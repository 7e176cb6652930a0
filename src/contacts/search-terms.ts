import type { Connection } from '../db.ts';
import { type BrowseFilter, conditionsOf } from './browse.ts';

/** Fewer letters are in everybody's name. */
export const LETTERS = 2;

/** What somebody searches for. */
export interface Wish {
  /** All words, folded. */
  folded: string;
  words: string[];
  /** What addresses are looked through for; empty when it cannot be one. */
  address: string;
}

/** What is searched for, and among whom. */
export type Asked = Wish & { limit: number; filter: BrowseFilter };

/** ` AND …` for `contact c`, or nothing; its values go behind those that are there. */
export async function further(connection: Connection, wish: Asked, values: unknown[]): Promise<string> {
  return (await conditionsOf(connection, wish.filter, values)).map((one) => ` AND ${one}`).join('');
}

/** The same where only an id is at hand. */
export async function ofThose(connection: Connection, wish: Asked, values: unknown[]): Promise<string> {
  const and = await further(connection, wish, values);
  return and && ` AND EXISTS (SELECT FROM contact c WHERE c.id = contact_id${and})`;
}

/** A word too short for a trigram is looked for where words begin, which the index knows too. */
export const holding = (word: string, parameter: string) =>
  [...word].length > 2
    ? `folded LIKE '%' || ${parameter} || '%'`
    : `(folded LIKE ${parameter} || '%' OR folded LIKE '% ' || ${parameter} || '%')`;

export const escaped = (text: string) => text.replace(/[\\%_]/g, '\\$&');
export const within = (text: string) => `%${escaped(text)}%`;
