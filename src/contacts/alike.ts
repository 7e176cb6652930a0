import { audit } from '../access/audit.ts';
import { type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { requireContact } from './personal.ts';

export interface Known {
  id: string;
  name: string;
  addresses: string[];
}

/** Two contacts that may be one person, and why. */
export interface Likely {
  one: Known;
  other: Known;
  reasons: string[];
}

/** More people at one address are an office, not a household. */
export const MOST_AT_ONE = 20;
/** Of 0 to 1. Ravi Nair and Rani Nair, who may well share a mailbox, are 0.5. */
export const LIKENESS = 0.7;

/**
 * Pairs that are likely one person, the surest first: the same mailbox or phone and the same words in the
 * name, or nearly; names nearly alike in one district. Whoever shares an address under another name is
 * of the household and is not named here, nor is who was told apart.
 * @param newest of so many contacts who came last the names are compared with everybody's
 */
export async function likelyDuplicates(
  { sql }: Pick<Ground, 'sql'>,
  { limit = 50, newest = 200 }: { limit?: number; newest?: number } = {},
): Promise<Likely[]> {
  return transaction(sql, async (connection) => {
    await connection.query("SELECT set_config('pg_trgm.similarity_threshold', $1, true)", [LIKENESS]);
    const { rows } = await connection.query(PAIRS, [limit, newest, MOST_AT_ONE, LIKENESS]);
    return rows;
  });
}

export const WORDS = (name: string) =>
  `(SELECT string_agg(w, ' ' ORDER BY w) FROM regexp_split_to_table(${name}, '[\\s.,]+') w WHERE w <> '')`;
export const SHOWN = (id: string) =>
  `(SELECT jsonb_build_object('id', c.id, 'name', c.name, 'addresses',
       (SELECT coalesce(jsonb_agg(value ORDER BY channel, id), '[]') FROM address a WHERE a.contact_id = c.id))
      FROM contact c WHERE c.id = ${id})`;

const PAIRS = `
WITH crowded AS (
  SELECT hash FROM address GROUP BY hash HAVING count(*) BETWEEN 2 AND $3
), sharing AS (
  SELECT x.id AS one, y.id AS other, a.channel,
         ${WORDS('x.folded')} IS NOT DISTINCT FROM ${WORDS('y.folded')} AS same, similarity(x.folded, y.folded) AS likeness,
         x.folded = '' OR y.folded = '' AS nameless
    FROM crowded JOIN address a USING (hash) JOIN address b ON b.hash = a.hash AND b.contact_id > a.contact_id
    JOIN contact x ON x.id = a.contact_id JOIN contact y ON y.id = b.contact_id
), latest AS (
  SELECT id, folded, district FROM contact
   WHERE district IS NOT NULL AND length(folded) >= 8 AND strpos(folded, ' ') > 0 ORDER BY id DESC LIMIT $2
), found AS (
  SELECT one, other, 3 AS weight, CASE channel WHEN 'email' THEN 'same mailbox' ELSE 'same phone' END
         || CASE WHEN nameless THEN ', one has no name' WHEN same THEN ', same name' ELSE ', nearly the same name' END AS reason
    FROM sharing WHERE same OR nameless OR likeness >= $4
  UNION ALL
  SELECT least(x.id, y.id), greatest(x.id, y.id), 1, 'nearly the same name, same district'
    FROM latest x JOIN contact y ON y.folded % x.folded AND y.district = x.district AND y.id <> x.id
)
SELECT ${SHOWN('f.one')} AS one, ${SHOWN('f.other')} AS other, f.reasons
  FROM (SELECT one, other, sum(DISTINCT weight) AS weight, array_agg(DISTINCT reason ORDER BY reason) AS reasons
          FROM found GROUP BY one, other) f
 WHERE NOT EXISTS (SELECT FROM told_apart t WHERE t.one_id = f.one AND t.other_id = f.other)
 ORDER BY f.weight DESC, cardinality(f.reasons) DESC, f.one, f.other LIMIT $1`;

/**
 * Notes that two contacts are two people, so that they are no longer named as likely one; audited.
 * @throws Refusal (404) for a contact there is not, or when both are the same
 */
export async function tellApart(
  { sql }: Pick<Ground, 'sql'>,
  [a, b]: [string, string],
  actor: string,
): Promise<void> {
  await transaction(sql, async (connection) => {
    const ids = [await requireContact(connection, a), await requireContact(connection, b)].sort();
    if (ids[0] === ids[1]) throw new Refusal(say`Both are the contact ${ids[0] ?? ''}.`);
    await connection.query(
      'INSERT INTO told_apart (one_id, other_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      ids,
    );
    const subject = { subjectType: 'contact', subjectId: ids[0] as string };
    await audit(connection, { actor, action: 'contact.told-apart', ...subject, after: { from: ids[1] } });
  });
}

/** Somebody with whom a contact shares a mailbox or a phone. */
export interface Housemate extends Known {
  /** What they share. */
  shared: string[];
}

const MOST_SHOWN = 20;

/** Others who have an address of a contact; of an office the first twenty. */
export async function housemates(sql: Queryable, contactId: string): Promise<Housemate[]> {
  const { rows } = await sql.query<Housemate>(
    `SELECT c.id, c.name, ARRAY(SELECT value FROM address o WHERE o.contact_id = c.id ORDER BY channel, id) AS addresses,
            h.shared
       FROM (SELECT b.contact_id, array_agg(b.value ORDER BY b.channel, b.value) AS shared
               FROM address a JOIN address b ON b.hash = a.hash AND b.contact_id <> a.contact_id
              WHERE a.contact_id = $1 GROUP BY 1 ORDER BY 1 LIMIT $2) h JOIN contact c ON c.id = h.contact_id
      ORDER BY c.id`,
    [contactId, MOST_SHOWN],
  );
  return rows;
}

/** Somebody who has an address, with what they agreed to for its channel. */
export interface AtAddress extends Known {
  given: string[];
  withdrawn: string[];
}

/** Everybody at an address, the one first to whom a mail goes when all may get it. */
export async function household(
  sql: Queryable,
  { channel, value }: { channel: string; value: string },
): Promise<AtAddress[]> {
  const purposes = (given: boolean) =>
    `ARRAY(SELECT k.purpose FROM consent k WHERE k.contact_id = c.id AND k.channel = $1 AND k.given = ${given} ORDER BY 1)`;
  const { rows } = await sql.query<AtAddress>(
    `SELECT c.id, c.name, ARRAY(SELECT value FROM address o WHERE o.contact_id = c.id ORDER BY channel, id) AS addresses,
            ${purposes(true)} AS given, ${purposes(false)} AS withdrawn
       FROM address a JOIN contact c ON c.id = a.contact_id WHERE a.channel = $1 AND a.value = $2 ORDER BY c.id`,
    [channel, value],
  );
  return rows;
}
