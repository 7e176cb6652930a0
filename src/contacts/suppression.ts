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

/** Suppresses an address; one that already is stays with its first reason, for the longer time. */
export async function suppress(
  sql: Queryable,
  { channel, value, reason, source, expiresAt }: Suppression,
): Promise<void> {
  await sql.query(
    `INSERT INTO suppression (channel, hash, value, reason, source, expires_at)
     VALUES ($1, address_hash($1, $2), $2, $3, $4, $5)
     ON CONFLICT (channel, hash) DO UPDATE
       SET expires_at = CASE WHEN excluded.expires_at IS NULL THEN NULL
                             ELSE greatest(suppression.expires_at, excluded.expires_at) END
       WHERE suppression.expires_at IS NOT NULL`,
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
