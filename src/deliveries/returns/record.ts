import { createHash } from 'node:crypto';
import type { Queryable } from '../../db.ts';

/** Where what came back came in. */
export type ReturnSource = 'imap' | 'listener' | 'ses' | 'postmark' | 'sendgrid' | 'mailgun';

export interface Incoming {
  source: ReturnSource;
  /** What makes it the same as another; the hash of its bytes unless given. */
  key?: string;
  /** To whom the envelope was addressed, where that is known. */
  envelopeTo?: string[];
  body: Uint8Array;
}

/** Bytes of a mail that are kept: what a bounce says it says at its start. */
export const KEPT_BYTES = 1024 * 1024;

/** Both the keys of vendors and ours are shorter; an index takes no more than some thousand bytes. */
export const LONGEST_KEY = 300;

/**
 * Keeps what came in, before anything is done about it; the same twice is kept once. When this has
 * resolved, its source may forget it.
 * @returns whether it is new
 */
export async function recordReturn(sql: Queryable, incoming: Incoming): Promise<boolean> {
  const body = Buffer.from(incoming.body.subarray(0, KEPT_BYTES));
  const key = (incoming.key ?? createHash('sha256').update(body).digest('hex')).slice(0, LONGEST_KEY);
  const { rowCount } = await sql.query(
    `INSERT INTO return_inbox (source, key, envelope_to, body) VALUES ($1, $2, $3, $4)
     ON CONFLICT (source, key) DO NOTHING`,
    [incoming.source, key, incoming.envelopeTo ?? [], body],
  );
  return rowCount === 1;
}

/** How long the bytes stay after they were applied, to look into what was made of them. */
const KEPT_DAYS = 30;

/**
 * Drops bytes that are no longer needed, since they hold addresses: at once those of which nothing was
 * made, such as a person's letter. What was made of the others stays, without.
 */
export async function tidyReturns(sql: Queryable): Promise<void> {
  await sql.query(
    `UPDATE return_inbox i SET body = NULL, envelope_to = '{}'
      WHERE body IS NOT NULL AND applied_at IS NOT NULL
        AND (applied_at < now() - make_interval(days => $1)
             OR NOT EXISTS (SELECT FROM mail_return m WHERE m.inbox = i.id AND m.kind <> 'other'))`,
    [KEPT_DAYS],
  );
}
