import { hash } from 'node:crypto';
import type { MailRecipient } from '../../channels/email/mail.ts';
import { addressChannelSql } from '../contacts/addresses.ts';
import { mergeValues } from '../contacts/fields.ts';
import type { Ground } from '../ground.ts';
import { recipientToken } from '../links/token.ts';
import type { Range } from './ranges.ts';

/** One delivery and whom it is for. */
export interface Recipient {
  seq: number;
  language: string;
  /** Of the address, for limits and patience by recipient domain. */
  domain: string;
  /** All that the mail needs; made when it is composed, because thousands wait and few are on the wire. */
  mail(): MailRecipient;
}

const ROWS = `
SELECT d.seq, d.language, a.value AS address, c.name, c.kind, c.district, c.attributes, c.language AS own_language
  FROM delivery d
  JOIN address a ON a.contact_id = d.contact_id AND a.hash = d.address_hash
  JOIN contact c ON c.id = d.contact_id
 WHERE d.run = $1 AND d.seq BETWEEN $2 AND $3
   AND (d.state = 'planned' OR d.state = 'deferred' AND EXISTS (
         SELECT FROM delivery_due u WHERE u.run = d.run AND u.seq = d.seq AND u.due_at <= now()))
 ORDER BY d.seq`;

/** Reads the deliveries of a piece that may go now. Whether each really may is for the claim to say. */
export async function readRecipients(
  ground: Pick<Ground, 'sql' | 'keys' | 'clock'>,
  { run, first, last }: Range,
  senderDomain: string,
): Promise<Recipient[]> {
  const { rows } = await ground.sql.query(ROWS, [String(run), first, last]);
  const date = ground.clock.now();
  return rows.map((row) => ({
    ...{ seq: row.seq, language: row.language, domain: row.address.slice(row.address.lastIndexOf('@') + 1) },
    mail() {
      const token = recipientToken(ground.keys, { run, seq: row.seq });
      const { address, name } = row;
      const messageId = messageIdOf(token, senderDomain);
      return {
        address,
        name,
        token,
        date,
        messageId,
        values: mergeValues({ ...row, language: row.own_language }),
      };
    },
  }));
}

/**
 * The same for every attempt, so that a receiver can tell a repetition. Not the token itself, because a
 * Message-ID is quoted in answers and archives, and whoever holds the token may unsubscribe its owner.
 */
export const messageIdOf = (token: string, senderDomain: string): string =>
  `${hash('sha256', token, 'base64url').slice(0, 24)}@${senderDomain}`;

/** VERP (a return path of its own per mail): the token in hex, because some servers fold case. */
export const returnPath = (token: string, domain: string): string =>
  `bounce+${Buffer.from(token, 'base64url').toString('hex')}@${domain}`;

const SETTLE = `
WITH refused AS (
  SELECT d.seq,
         CASE WHEN NOT EXISTS (SELECT FROM address a WHERE a.contact_id = d.contact_id AND a.hash = d.address_hash)
              THEN 'erased'
              WHEN EXISTS (SELECT FROM suppression s
                            WHERE s.channel IN (r.channel, ${addressChannelSql('r.channel')}) AND s.hash = d.address_hash
                              AND (s.expires_at IS NULL OR s.expires_at > now())) THEN 'suppressed'
              WHEN NOT EXISTS (SELECT FROM consent k WHERE k.contact_id = d.contact_id AND k.channel = r.channel
                                  AND k.purpose = r.purpose AND k.given) THEN 'no consent'
         END AS reason
    FROM delivery d JOIN run r ON r.id = d.run
   WHERE d.run = $1 AND d.seq BETWEEN $2 AND $3 AND d.state IN ('planned', 'deferred')
), settled AS (
  UPDATE delivery d SET state = 'skipped', reason = refused.reason, at = now() FROM refused
   WHERE d.run = $1 AND d.seq = refused.seq AND refused.reason IS NOT NULL AND d.state IN ('planned', 'deferred')
  RETURNING d.seq
), undue AS (
  DELETE FROM delivery_due u USING settled WHERE u.run = $1 AND u.seq = settled.seq
)
INSERT INTO run_counter AS k (run, epoch, lane, skipped)
SELECT $1, $4, -2, count(*) FROM settled HAVING count(*) > 0
ON CONFLICT (run, epoch, lane) DO UPDATE SET skipped = k.skipped + excluded.skipped`;

/** Deliveries of a piece that no claim will ever give, because of the person, are skipped with the reason. */
export async function settleRefused(
  { sql }: Pick<Ground, 'sql'>,
  range: Range,
  epoch: bigint,
): Promise<void> {
  await sql.query(SETTLE, [range.run, range.first, range.last, epoch]);
}

/** Deliveries to a domain that asked for patience wait in the ledger, not in a sender's memory. */
export async function postpone(
  { sql }: Pick<Ground, 'sql'>,
  run: bigint,
  wait: { seqs: number[]; seconds: number },
): Promise<void> {
  await sql.query(
    `WITH waiting AS (
       UPDATE delivery SET state = 'deferred', reason = 'domain paused', at = now()
        WHERE run = $1 AND seq = ANY($2::int[]) AND state IN ('planned', 'deferred') RETURNING seq
     ) INSERT INTO delivery_due (run, seq, due_at) SELECT $1, seq, now() + make_interval(secs => $3) FROM waiting
     ON CONFLICT (run, seq) DO UPDATE SET due_at = excluded.due_at`,
    [run, wait.seqs, wait.seconds],
  );
}
