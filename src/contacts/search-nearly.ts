import type { Connection } from '../db.ts';
import { type Asked, escaped, further, holding, LETTERS, ofThose } from './search-terms.ts';

/** Of 0 to 1; at this, two letters of four in common at the start still meet (nayr, nair). */
const LIKENESS = 0.4;
/** A long word has trigrams enough for a typing error at this, which far fewer others meet. */
const LONG = { letters: 7, likeness: 0.5 };
/** Only so many that are spelt nearly so are compared: a part of a name that everybody has takes no longer. */
const COMPARED = 2000;

/**
 * Those whose consonants are the same: a vowel sign that is missing, wrong or too many is the commonest
 * error of all, and of a short word it leaves too few trigrams (നയർ, നായർ).
 */
export async function voweled(connection: Connection, wish: Asked): Promise<string[]> {
  const frames = wish.words.map(frameOf);
  if (wish.address.includes('@') || !frames.some(Boolean)) return [];
  const values: unknown[] = [wish.limit, wish.folded];
  const alike = wish.words.map((word, i) => {
    values.push(frames[i] ?? escaped(word));
    const parameter = `$${values.length}::text`;
    return frames[i] ? `folded ~ ${parameter}` : holding(word, parameter);
  });
  const and = await further(connection, wish, values);
  return nearest(connection, `${alike.join(' AND ')}${and}`, values);
}

/**
 * A short word with any vowel, or none, between its consonants. One at most: the index takes ten times as
 * long over two.
 */
function frameOf(word: string): string | null {
  const consonants = word.replace(/[aeiou]/g, '');
  const short = /^[a-z]+$/.test(word) && word.length < LONG.letters && consonants.length > 1;
  return short ? `(^| )${/^[aeiou]/.test(word) ? '[aeiou]?' : ''}${[...consonants].join('[aeiou]?')}` : null;
}

/** Every word is nearly in the name, a number as it is; of an e-mail address, what stands before the @ nearly is. */
export async function nearly(connection: Connection, wish: Asked): Promise<string[]> {
  const words = wish.words.filter((word) => [...word].length >= LETTERS);
  const [local = '', domain] = wish.address.split('@');
  const long = (domain === undefined ? words : [local]).every((word) => [...word].length >= LONG.letters);
  const likeness = long ? LONG.likeness : LIKENESS;
  await connection.query("SELECT set_config('pg_trgm.word_similarity_threshold', $1, true)", [likeness]);
  if (domain !== undefined) return local.length >= LETTERS ? nearAddress(connection, wish, local) : [];
  return words.length ? nearName(connection, wish, words) : [];
}

async function nearName(connection: Connection, wish: Asked, words: string[]): Promise<string[]> {
  const alike = words
    .map((word, i) => (/^\d+$/.test(word) ? holding(word, `$${i + 3}::text`) : `folded %> $${i + 3}`))
    .join(' AND ');
  const values: unknown[] = [wish.limit, wish.folded, ...words];
  return nearest(connection, `${alike}${await further(connection, wish, values)}`, values);
}

/** Of the contacts that meet a condition the most alike: $1 is how many, $2 what to. */
async function nearest(connection: Connection, where: string, values: unknown[]): Promise<string[]> {
  const { rows } = await connection.query<{ id: string }>(
    `SELECT id FROM (SELECT id, folded FROM contact c WHERE ${where} LIMIT ${COMPARED}) c
      ORDER BY similarity(folded, $2) DESC, id LIMIT $1`,
    values,
  );
  return rows.map((row) => row.id);
}

async function nearAddress(connection: Connection, wish: Asked, local: string): Promise<string[]> {
  const values: unknown[] = [wish.limit, wish.address, local];
  const theirs = await ofThose(connection, wish, values);
  const { rows } = await connection.query<{ id: string }>(
    `SELECT contact_id AS id
       FROM (SELECT contact_id, value FROM address WHERE channel = 'email' AND value %> $3${theirs} LIMIT ${COMPARED}) a
      ORDER BY similarity(value, $2) DESC, contact_id LIMIT $1`,
    values,
  );
  return rows.map((row) => row.id);
}
