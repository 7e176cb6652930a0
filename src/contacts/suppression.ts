import type { Queryable } from '../db.ts';

/** An address that must not be written to. */
export interface Suppression {
  channel: string;
  /** Normalised, as in `address.value`. */
  value: string;
  /** 'hardbounce', 'complaint', 'manual', … */
  reason: string;
  source: string;
  expiresAt?: Date;
}

/**
 * What holds for good stays as it is. What holds for a time is prolonged; a new reason takes the place of
 * the old where it holds for good, or the old has run out.
 */
const newer = (column: string) =>
  `CASE WHEN excluded.expires_at IS NULL OR suppression.expires_at <= now() THEN excluded.${column} ELSE suppression.${column} END`;
const PROLONG = `
  ON CONFLICT (channel, hash) DO UPDATE
    SET reason = ${newer('reason')}, source = ${newer('source')}, at = ${newer('at')},
        value = coalesce(suppression.value, excluded.value),
        expires_at = CASE WHEN excluded.expires_at IS NULL THEN NULL
                          ELSE greatest(suppression.expires_at, excluded.expires_at) END
    WHERE suppression.expires_at IS NOT NULL`;

/** Suppresses an address; one that already is stays with its first reason, for the longer time. */
export async function suppress(
  sql: Queryable,
  { channel, value, reason, source, expiresAt }: Suppression,
): Promise<void> {
  await sql.query(
    `INSERT INTO suppression (channel, hash, value, reason, source, expires_at)
     VALUES ($1, address_hash($1, $2), $2, $3, $4, $5)
     ${PROLONG}`,
    [channel, value, reason, source, expiresAt ?? null],
  );
}

/** @returns whether there was one to lift */
export async function liftSuppression(sql: Queryable, channel: string, value: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    'DELETE FROM suppression WHERE channel = $1 AND hash = address_hash($1, $2)',
    [channel, value],
  );
  return rowCount === 1;
}

export interface SuppressedAddress {
  channel: string;
  hash: string;
  /** Null after the erasure of its owner. */
  value: string | null;
  reason: string;
  source: string;
  at: Date;
  expiresAt: Date | null;
}

/** Where the page before ended; nothing for the first page. */
export interface SuppressionPage {
  after?: Pick<SuppressedAddress, 'channel' | 'hash'>;
  limit?: number;
}

/** Suppressions that are in force, in a fixed order, a page at a time. */
export async function listSuppressions(
  sql: Queryable,
  { after, limit = 1000 }: SuppressionPage = {},
): Promise<SuppressedAddress[]> {
  const { rows } = await sql.query(
    `SELECT channel, hash, value, reason, source, at, expires_at AS "expiresAt" FROM suppression
     WHERE (expires_at IS NULL OR expires_at > now()) AND ($1::text IS NULL OR (channel, hash) > ($1, $2::uuid))
     ORDER BY channel, hash LIMIT $3`,
    [after?.channel ?? null, after?.hash ?? null, limit],
  );
  return rows;
}

/** Why a contact's addresses must not be written to, of those that are in force. */
export async function suppressionsOf(sql: Queryable, contactId: string): Promise<SuppressedAddress[]> {
  const { rows } = await sql.query<SuppressedAddress>(
    `SELECT s.channel, s.hash, a.value, s.reason, s.source, s.at, s.expires_at AS "expiresAt"
       FROM address a JOIN suppression s ON s.channel = a.channel AND s.hash = a.hash
      WHERE a.contact_id = $1 AND (s.expires_at IS NULL OR s.expires_at > now()) ORDER BY a.channel, a.value`,
    [contactId],
  );
  return rows;
}

/** Suppressions as another installation wrote them: by address, or by hash alone. */
export type Suppressing = Omit<Suppression, 'expiresAt' | 'value'> & {
  value: string | null;
  hash: string | null;
  expiresAt: Date | null;
};

/** Adds many at once, by the rule of `suppress`. @returns how many are new */
export async function suppressAll(sql: Queryable, all: Suppressing[]): Promise<number> {
  const { rows } = await sql.query(
    `WITH wanted AS (
       SELECT DISTINCT ON (channel, key) channel, coalesce(address_hash(channel, value), hash) AS key, value, reason,
              source, "expiresAt" AS expires_at
       FROM jsonb_to_recordset($1) AS s(channel text, value text, hash uuid, reason text, source text, "expiresAt" timestamptz)
       ORDER BY channel, key, "expiresAt" DESC NULLS FIRST
     ), written AS (
       INSERT INTO suppression (channel, hash, value, reason, source, expires_at)
       SELECT channel, key, value, reason, source, expires_at FROM wanted
       ${PROLONG}
       RETURNING xmax = 0 AS is_new
     )
     SELECT count(*) FILTER (WHERE is_new)::int AS n FROM written`,
    [JSON.stringify(all)],
  );
  return rows[0].n;
}
