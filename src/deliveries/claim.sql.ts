import { addressChannelSql } from '../contacts/addresses.ts';
import { mayGo } from './gate.sql.ts';

/**
 * The statement of the send path. In one transaction it writes what became of some attempts of a run
 * and claims the next ones. Only returned rows may be sent. It serves re-run jobs, a sender that was
 * stopped for minutes, pause, hold, a restored database and a late unsubscribe at once.
 *
 * $1 run · $2 epoch · $3 lane · $4 mark · $5 channel
 * $6… outcomes: seq, epoch, attempt, state, code, reason, reply, retry seconds, suppress · $15 claims
 */
export const EXCHANGE = `
WITH told AS (
  UPDATE delivery d
     SET state = o.state::delivery_state, code = o.code, reason = o.reason, reply = o.reply, at = now()
    FROM unnest($6::int[], $7::bigint[], $8::int[], $9::text[], $10::int[], $11::text[], $12::text[],
                $13::float8[], $14::bool[])
         AS o(seq, epoch, attempt, state, code, reason, reply, retry, suppress)
   WHERE d.run = $1 AND d.seq = o.seq AND d.epoch = o.epoch AND d.attempts = o.attempt
     AND d.state IN ('sending', 'unknown')
  RETURNING d.seq, d.state, d.address_hash, o.retry, o.suppress
), due AS (
  INSERT INTO delivery_due (run, seq, due_at)
  SELECT $1, seq, now() + make_interval(secs => retry) FROM told WHERE state = 'deferred'
  ON CONFLICT (run, seq) DO UPDATE SET due_at = excluded.due_at
), suppressed AS (
  INSERT INTO suppression (channel, hash, reason, source)
  SELECT $5, address_hash, CASE WHEN $5 = 'email' THEN 'hardbounce' ELSE 'refused' END, 'run ' || $1 FROM told WHERE suppress
  ON CONFLICT (channel, hash) DO UPDATE SET expires_at = NULL
), counted AS (
  INSERT INTO run_counter AS k (run, epoch, lane, sent, failed, unknown)
  SELECT $1, $2, $3, count(*) FILTER (WHERE state = 'sent'), count(*) FILTER (WHERE state = 'failed'),
         count(*) FILTER (WHERE state = 'unknown')
    FROM told HAVING count(*) > 0
  ON CONFLICT (run, epoch, lane) DO UPDATE
    SET sent = k.sent + excluded.sent, failed = k.failed + excluded.failed,
        unknown = k.unknown + excluded.unknown
), gate AS MATERIALIZED (
  SELECT r.purpose, coalesce(r.released_seq, 2147483647) AS released_seq FROM run r
   WHERE r.id = $1 AND r.state = 'running'
     AND ${mayGo('$2', '$4')}
), claimed AS (
  UPDATE delivery d SET state = 'sending', epoch = $2, attempts = d.attempts + 1, at = now()
    FROM unnest($15::int[]) AS c(seq), gate g
   WHERE d.run = $1 AND d.seq = c.seq AND c.seq <= g.released_seq
     AND (d.state = 'planned' OR d.state = 'deferred' AND EXISTS (
           SELECT FROM delivery_due u WHERE u.run = $1 AND u.seq = d.seq AND u.due_at <= now()))
     AND NOT EXISTS (SELECT FROM suppression s
                      WHERE s.channel IN ($5, ${addressChannelSql('$5::text')}) AND s.hash = d.address_hash
                        AND (s.expires_at IS NULL OR s.expires_at > now()))
     AND EXISTS (SELECT FROM consent k WHERE k.contact_id = d.contact_id AND k.channel = $5
                    AND k.purpose = g.purpose AND k.given)
  RETURNING d.seq, d.attempts
), undue AS (
  DELETE FROM delivery_due u USING claimed c WHERE u.run = $1 AND u.seq = c.seq
)
SELECT seq, attempts FROM claimed`;

/**
 * After a broken connection: which of these claims had been granted after all? `unknown` too: while the
 * database was away this sender may have been believed dead, and it knows that it sent nothing yet.
 */
export const REREAD = `
SELECT seq, attempts FROM delivery
 WHERE run = $1 AND seq = ANY($2::int[]) AND epoch = $3 AND state IN ('sending', 'unknown')`;
