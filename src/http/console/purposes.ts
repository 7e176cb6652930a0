import type { Queryable } from '../../db.ts';
import { purposesInUse } from '../../deliveries/purposes.ts';
import type { Reading } from './shell.ts';

/** What the pages for readers have words for; a new installation uses none of them yet. */
const USUAL = ['appeals', 'newsletter', 'updates', 'events'];

/** For what one may write to people, to choose from where it is typed: the word, and what it means. */
export async function offeredPurposes(
  sql: Queryable,
  { t }: Pick<Reading, 't'>,
): Promise<{ value: string; text: string }[]> {
  const all = new Set([...USUAL, ...(await purposesInUse(sql))]);
  return [...all].map((value) => ({ value, text: t('preferences.purpose', { purpose: value }) }));
}
