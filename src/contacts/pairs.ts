import { transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { type Known, LIKENESS, MOST_AT_ONE, SHOWN, WORDS } from './alike.ts';
import { type Contact, readContact } from './contacts.ts';

/** By what contacts are taken for one: a mailbox or phone of both, or the name and district alone. */
export type LikeBy = 'address' | 'name';

/** Two contacts that look alike, the newer first. */
export interface AlikePair {
  one: Known;
  other: Known;
  reasons: { channel: string; name: 'same' | 'nearly' | 'none' }[];
}

/** So many contacts are looked at in one step: an address is found by one look, a like name by many. */
const WINDOW: Record<LikeBy, number> = { address: 400, name: 8 };
const STEPS: Record<LikeBy, number> = { address: 4, name: 1 };

/**
 * Pairs whose newer contact came before another, from there back through time. However many contacts there
 * are, so many as one page can show are looked at; `next` is where to look further.
 * @param before id of a contact; only those who came earlier are looked at
 */
export async function alikePairs(
  { sql }: Pick<Ground, 'sql'>,
  by: LikeBy,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<{ pairs: AlikePair[]; looked: number; next: string | null }> {
  return transaction(sql, async (connection) => {
    await connection.query("SELECT set_config('pg_trgm.similarity_threshold', $1, true)", [LIKENESS]);
    const pairs: AlikePair[] = [];
    let [at, looked] = [before ?? null, 0];
    for (let step = 0; step < STEPS[by] && pairs.length < limit; step++) {
      const { rows: window } = await connection.query<{ id: string }>(
        'SELECT id FROM contact WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2',
        [at, WINDOW[by]],
      );
      const ids = window.map(({ id }) => id);
      const { rows } = await connection.query<AlikePair>(by === 'address' ? BY_ADDRESS : BY_NAME, [
        ids,
        ...(by === 'address' ? [MOST_AT_ONE, LIKENESS] : []),
      ]);
      pairs.push(...rows);
      looked += ids.length;
      at = ids.at(-1) ?? at;
      if (ids.length < WINDOW[by]) return { pairs, looked, next: null };
    }
    return { pairs, looked, next: at };
  });
}

const PAIRED = `
SELECT ${SHOWN('f.one')} AS one, ${SHOWN('f.other')} AS other, jsonb_agg(DISTINCT f.reason) AS reasons
  FROM found f
 WHERE NOT EXISTS (SELECT FROM told_apart t WHERE t.one_id = least(f.one, f.other) AND t.other_id = greatest(f.one, f.other))
 GROUP BY f.one, f.other ORDER BY f.one DESC, f.other DESC`;

/** The limits inside keep every step on the index of addresses, whatever the planner expects. */
const BY_ADDRESS = `
WITH own AS MATERIALIZED (
  SELECT contact_id, channel, hash FROM address WHERE contact_id = ANY ($1::uuid[])
), shared AS (
  SELECT DISTINCT own.contact_id AS one, b.contact_id AS other, own.channel
    FROM own CROSS JOIN LATERAL (
      SELECT contact_id FROM address b WHERE b.hash = own.hash AND b.contact_id < own.contact_id LIMIT $2 + 1) b
   WHERE (SELECT count(*) FROM (SELECT FROM address c WHERE c.hash = own.hash LIMIT $2 + 1) few) <= $2
), named AS (
  SELECT s.*, CASE WHEN x.folded = '' OR y.folded = '' THEN 'none'
                   WHEN ${WORDS('x.folded')} = ${WORDS('y.folded')} THEN 'same'
                   WHEN similarity(x.folded, y.folded) >= $3 THEN 'nearly' END AS name
    FROM shared s JOIN contact x ON x.id = s.one JOIN contact y ON y.id = s.other
), found AS (
  SELECT one, other, jsonb_build_object('channel', channel, 'name', name) AS reason FROM named WHERE name IS NOT NULL
) ${PAIRED}`;

const BY_NAME = `
WITH found AS (
  SELECT x.id AS one, y.id AS other,
         jsonb_build_object('channel', 'none', 'name', CASE WHEN x.folded = y.folded THEN 'same' ELSE 'nearly' END) AS reason
    FROM contact x JOIN contact y ON y.folded % x.folded AND y.district = x.district AND y.id < x.id
   WHERE x.id = ANY ($1::uuid[]) AND x.district IS NOT NULL AND length(x.folded) >= 8 AND strpos(x.folded, ' ') > 0
) ${PAIRED}`;

/** Two contacts to be looked at side by side. @throws Refusal (404) for one there is not, (409) for one and the same */
export async function readPair(
  ground: Pick<Ground, 'sql'>,
  [a, b]: [string, string],
): Promise<{ one: Contact; other: Contact }> {
  const [one, other] = await Promise.all([readContact(ground, a), readContact(ground, b)]);
  if (one.id === other.id) throw new Refusal(say`The two are one contact already: ${one.id}.`, 409);
  return { one, other };
}
