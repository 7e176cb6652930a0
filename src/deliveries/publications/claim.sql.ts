import { mayGo, NOT_HELD } from '../gate.sql.ts';

/** An account that can be published to now: `a` is the account. */
const ACCOUNT_SERVES = `a.disabled_at IS NULL AND (a.lost_at IS NULL OR a.mode = 'hand')
     AND (a.rests_until IS NULL OR a.rests_until <= now())`;

/** The part before it is to be seen, so that a thread stands in order; `p` is the publication. */
const COMES_NEXT = `(p.part = 1 OR EXISTS (
       SELECT FROM publication b WHERE b.run = p.run AND b.account_id = p.account_id
          AND b.language = p.language AND b.part = p.part - 1 AND b.state = 'published'))`;

const IS_DUE = `(p.next_at IS NULL OR p.next_at <= now())`;

/** $1 publication · $2 epoch · $3 mark. Takes one in hand; only what came back may be worked on. */
export const TAKE = `
UPDATE publication p
   SET state = CASE WHEN a.mode = 'hand' THEN 'waiting' ELSE 'preparing' END::publication_state,
       epoch = $2, attempts = attempts + 1, queued_at = NULL, next_at = NULL, trouble = NULL
  FROM run r, account a
 WHERE p.id = $1 AND p.state = 'planned' AND ${IS_DUE} AND ${COMES_NEXT}
   AND r.id = p.run AND r.state = 'running' AND a.id = p.account_id AND ${ACCOUNT_SERVES}
   AND ${mayGo('$2', '$3')}
RETURNING p.id, p.run, p.account_id AS "accountId", p.language, p.part, p.kind, p.state, p.content, p.prepared,
          p.attempts, p.retries, p.looks, p.cost::text, p.intent_at AS "intentAt", a.channel,
          (SELECT b.receipt FROM publication b WHERE b.run = p.run AND b.account_id = p.account_id
              AND b.language = p.language AND b.part = p.part - 1) AS "replyTo"`;

/**
 * $1 publication · $2 epoch · $3 mark · $4 attempt · $5 hash · $6 prepared. The intent: once it is
 * committed, the one call may be made. The run, the account and the hold are asked once more.
 */
export const INTEND = `
UPDATE publication p SET state = 'publishing', hash = $5, prepared = $6, intent_at = coalesce(intent_at, now())
  FROM run r, account a
 WHERE p.id = $1 AND p.epoch = $2 AND p.attempts = $4 AND p.state = 'preparing'
   AND r.id = p.run AND r.state = 'running' AND a.id = p.account_id AND ${ACCOUNT_SERVES}
   AND ${mayGo('$2', '$3')}
RETURNING p.intent_at AS "intentAt"`;

/** What has work now, and nobody was woken for it lately: $1 seconds after which it is queued again. */
export const WAKE = `
UPDATE publication p SET queued_at = now()
  FROM run r, account a
 WHERE r.id = p.run AND a.id = p.account_id
   AND (p.queued_at IS NULL OR p.queued_at < now() - make_interval(secs => $1))
   AND (p.state = 'planned' AND r.state = 'running' AND ${IS_DUE} AND ${COMES_NEXT} AND ${ACCOUNT_SERVES} AND ${NOT_HELD}
     OR p.state = 'unknown' AND p.next_at <= now() AND a.lost_at IS NULL)
RETURNING p.id, p.attempts, p.looks`;
