import type { Queryable } from '../../db.ts';
import type { Keys } from '../../keys.ts';
import { type RecipientRef, readRecipientToken, recipientToken } from '../../links/token.ts';
import { messageIdOf } from '../recipients.ts';
import type { Told } from './told.ts';

/** How it is known which delivery or notice a return is about. */
export type FoundBy = 'return path' | 'unsubscribe address' | 'message-id' | 'notice' | 'vendor';

/** Whom a return is about. */
export interface About {
  by: FoundBy;
  ref: RecipientRef | null;
  /** Of the address to which the mail went. */
  hash: string;
  delivery: Delivery | null;
}

interface Delivery {
  state: string;
  contactId: string;
  purpose: string;
}

/** A delivery is looked for by Message-ID among so many of the last runs to the same address. */
const LOOKED_AT = { runs: 50, days: 60 };

/**
 * Finds the delivery a return is about. A mail proves it by a token that we signed, or by the Message-ID
 * of a mail that went to the address it names; a stranger can write neither. A vendor whose signature was
 * checked need only name the address.
 * @returns 'forged' for a return path that we did not sign, null when nothing tells
 */
export async function findAbout(
  { sql, keys }: { sql: Queryable; keys: Keys },
  told: Told,
): Promise<About | 'forged' | null> {
  const { returnPaths, tokens, unsubscribes } = told.traces;
  const named = returnPaths.map((hex) => Buffer.from(hex, 'hex').toString('base64url'));
  for (const [by, all] of [
    ['return path', named],
    ['unsubscribe address', [...unsubscribes, ...tokens]],
  ] as const) {
    for (const token of all) {
      const ref = readRecipientToken(keys, token);
      const about = ref && (await readDelivery(sql, ref, by));
      if (about) return about;
    }
  }
  if (returnPaths.length) return 'forged';
  return (await byMessageId(sql, keys, told)) ?? (await byNotice(sql, told)) ?? byVendor(sql, told);
}

async function readDelivery(sql: Queryable, ref: RecipientRef, by: FoundBy): Promise<About | null> {
  const { rows } = await sql.query(
    `SELECT d.address_hash AS hash, d.state, d.contact_id AS "contactId", r.purpose
       FROM delivery d JOIN run r ON r.id = d.run WHERE d.run = $1 AND d.seq = $2 FOR UPDATE OF d`,
    [ref.run, ref.seq],
  );
  if (!rows[0]) return null;
  const { hash, ...delivery } = rows[0];
  return { by, ref, hash, delivery };
}

/** The Message-ID of a delivery is made from its token, so it can be made again and compared. */
async function byMessageId(sql: Queryable, keys: Keys, { address, traces }: Told): Promise<About | null> {
  if (!address || !traces.messageIds.length) return null;
  const { rows } = await sql.query(
    `SELECT r.id AS run, d.seq, r.sender_domain
       FROM (SELECT id, sender_domain FROM run WHERE started_at > now() - make_interval(days => $2)
              ORDER BY id DESC LIMIT $3) r
       JOIN delivery d ON d.run = r.id AND d.address_hash = address_hash('email', $1)`,
    [address, LOOKED_AT.days, LOOKED_AT.runs],
  );
  for (const row of rows) {
    const ref = { run: BigInt(row.run), seq: row.seq };
    if (traces.messageIds.includes(messageIdOf(recipientToken(keys, ref), row.sender_domain)))
      return readDelivery(sql, ref, 'message-id');
  }
  return null;
}

/** A notice's Message-ID holds its id, of which 74 bits are random. */
async function byNotice(sql: Queryable, { address, traces }: Told): Promise<About | null> {
  const ids = traces.messageIds.flatMap((id) => /^([0-9a-f-]{36})@/.exec(id)?.[1] ?? []);
  if (!address || !ids.length) return null;
  const { rows } = await sql.query(
    `SELECT address_hash('email', address) AS hash FROM notice
      WHERE id::text = ANY ($1::text[]) AND lower(address) = $2 AND state IN ('sent', 'unknown')`,
    [ids, address],
  );
  return rows[0] ? { by: 'notice', ref: null, hash: rows[0].hash, delivery: null } : null;
}

/** Where just one mail went to the address lately, it is that one; of several nobody knows which. */
async function byVendor(sql: Queryable, { address, proven }: Told): Promise<About | null> {
  if (!proven || !address) return null;
  const { rows } = await sql.query(
    `SELECT r.id AS run, d.seq
       FROM (SELECT id FROM run WHERE started_at > now() - make_interval(days => $2) ORDER BY id DESC LIMIT $3) r
       JOIN delivery d ON d.run = r.id AND d.address_hash = address_hash('email', $1)
      WHERE d.state IN ('sent', 'unknown', 'bounced', 'complained') LIMIT 2`,
    [address, LOOKED_AT.days, LOOKED_AT.runs],
  );
  const [only, another] = rows;
  if (only && !another) return readDelivery(sql, { run: BigInt(only.run), seq: only.seq }, 'vendor');
  const { rows: hashes } = await sql.query("SELECT address_hash('email', $1) AS hash", [address]);
  return { by: 'vendor', ref: null, hash: hashes[0].hash, delivery: null };
}
