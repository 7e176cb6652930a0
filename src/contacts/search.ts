import { type Connection, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import type { BrowseFilter } from './browse.ts';
import { nearly, voweled } from './search-nearly.ts';
import {
  type Asked,
  escaped,
  further,
  holding,
  LETTERS,
  ofThose,
  type Wish,
  within,
} from './search-terms.ts';

export interface FoundContact {
  id: string;
  name: string;
  language: string | null;
  district: string | null;
  addresses: string[];
}

const MOST_WORDS = 6;
/** When fewer are found as written, typing errors are forgiven too. */
const FEW = 10;
/**
 * Contacts whose name has all the words, or who have an e-mail address or phone number with that in it,
 * the most alike first. Both encodings of a chillu find each other. When few are found as written,
 * those who are spelt nearly so follow, unless somebody has the very address.
 * @throws Refusal when no word has two letters, or there are more than six words
 */
export async function searchContacts(
  { sql }: Pick<Ground, 'sql'>,
  text: string,
  limit = 20,
): Promise<FoundContact[]> {
  return transaction(sql, async (connection) => show(connection, await find(connection, { text, limit })));
}

/**
 * The ids of `searchContacts`, of those only who pass a filter.
 * @throws Refusal as `searchContacts`, and (404) without such a list
 */
export const findContacts = (
  { sql }: Pick<Ground, 'sql'>,
  text: string,
  { limit, filter }: { limit: number; filter: BrowseFilter },
): Promise<string[]> => transaction(sql, (connection) => find(connection, { text, limit, filter }));

interface Finding {
  text: string;
  limit: number;
  filter?: BrowseFilter;
}

async function find(connection: Connection, { text, limit, filter = {} }: Finding): Promise<string[]> {
  const wish = { ...(await readWish(connection, text)), limit, filter };
  const exact = await asWritten(connection, wish);
  if (exact.whole) return exact.ids;
  let ids = exact.ids;
  for (const forgive of [voweled, nearly]) {
    if (ids.length >= Math.min(FEW, limit)) break;
    ids = [...new Set([...ids, ...(await forgive(connection, wish))])];
  }
  return ids.slice(0, limit);
}

async function readWish(connection: Connection, text: string): Promise<Wish> {
  const typed = text.replaceAll('\0', '').slice(0, 200);
  const { rows } = await connection.query<{ folded: string }>('SELECT fold_text($1) AS folded', [typed]);
  const words = (rows[0]?.folded ?? '').split(/\s+/).filter(Boolean);
  const long = words.filter((word) => [...word].length >= LETTERS);
  const address = addressIn(words);
  if ((!long.length && !address) || words.length > MOST_WORDS) {
    throw new Refusal(
      say`Search for one to ${MOST_WORDS} words, one of them with ${LETTERS} letters or more.`,
    );
  }
  return { folded: words.join(' '), words, address };
}

/** A phone number is kept as +919876543210, whatever blanks, hyphens and zero people put into it. */
function addressIn(words: string[]): string {
  const whole = words.join('');
  if (/^\+?[\d().-]+$/.test(whole)) {
    const digits = whole.replace(/\D/g, '').replace(/^0+/, '');
    return digits.length > LETTERS ? digits : '';
  }
  return words.length === 1 && /^[\x21-\x7e]{3,}$/.test(whole) ? whole : '';
}

interface AsWritten {
  ids: string[];
  /** Somebody has the very address that was typed. */
  whole: boolean;
}

/** Without an order, so that a common word ends after the first few; they are put in order when shown. */
async function asWritten(connection: Connection, wish: Asked): Promise<AsWritten> {
  const { words, address, folded, limit } = wish;
  const holds = words.map((word, i) => holding(word, `$${i + 3}::text`)).join(' AND ');
  const values: unknown[] = [limit, folded, ...words.map(escaped)];
  const and = await further(connection, wish, values);
  const { rows: named } = await connection.query<{ id: string }>(
    `SELECT id FROM (SELECT id, folded FROM contact c WHERE ${holds}${and} LIMIT $1) c
      ORDER BY folded = $2 DESC, similarity(folded, $2) DESC, id`,
    values,
  );
  const reached = address ? await reachedAt(connection, wish) : [];
  const ids = [...new Set([...named, ...reached].map((row) => row.id))].slice(0, limit);
  return { ids, whole: reached.some((row) => row.value === address) };
}

/**
 * The index is asked for what stands before the @ alone: letters of a domain that half of all share take it
 * hundreds of milliseconds in a million.
 */
async function reachedAt(connection: Connection, wish: Asked) {
  const { address, limit } = wish;
  const at = address.indexOf('@');
  const part = at > LETTERS ? address.slice(0, at + 1) : address;
  const values: unknown[] = [limit, within(part), address];
  const theirs = await ofThose(connection, wish, values);
  const { rows } = await connection.query<{ id: string; value: string }>(
    `SELECT contact_id AS id, value FROM address
      WHERE value LIKE $2 AND strpos(value, $3) > 0${theirs} LIMIT $1`,
    values,
  );
  return rows;
}

async function show(connection: Connection, ids: string[]): Promise<FoundContact[]> {
  const { rows } = await connection.query<FoundContact>(
    `SELECT c.id, c.name, c.language, c.district,
            ARRAY(SELECT value FROM address a WHERE a.contact_id = c.id ORDER BY channel, id) AS addresses
       FROM unnest($1::uuid[]) WITH ORDINALITY AS found(id, place) JOIN contact c USING (id) ORDER BY place`,
    [ids],
  );
  return rows;
}
