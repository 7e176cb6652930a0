import type { Queryable } from '../db.ts';
import type { Ground } from '../ground.ts';

/** One thing of the campaigns that goes on only when a person does something. */
export interface WaitingThing {
  kind: 'approval' | 'late' | 'asked' | 'paused' | 'unknown' | 'failed';
  campaignId: string;
  campaign: string;
  message: string;
  run: string | null;
  /** The one message that is to be approved; null where there are several. */
  messageId: string | null;
  /** Messages to approve, or deliveries. */
  count: number;
  /** Why a run waits. */
  reason: string | null;
  at: Date;
  /** Whether the viewer edited all of it last, so that somebody else must approve it. */
  own: boolean;
}

/** Outcomes of runs that were due so many days ago still ask for somebody. */
const DAYS = 7;
const MOST = 20;

/** What waits for a person, the most pressing first. @param viewer the user who looks */
export async function waitingThings(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  viewer: { id: string },
): Promise<WaitingThing[]> {
  const now = clock.now();
  const [stopped, outcomes, approvals] = await Promise.all([
    stoppedRuns(sql),
    troubledRuns(sql, new Date(now.getTime() - DAYS * 86_400_000)),
    unapproved(sql, now, viewer.id),
  ]);
  return [...stopped, ...outcomes, ...approvals];
}

async function stoppedRuns(sql: Queryable): Promise<WaitingThing[]> {
  const { rows } = await sql.query<WaitingThing>(
    `SELECT r.state::text AS kind, c.id AS "campaignId", c.name AS campaign, m.name AS message, NULL AS "messageId", r.id::text AS run,
            r.total AS count, r.reason, r.due_at AS at, false AS own
       FROM run r JOIN message m ON m.id = r.message_id JOIN campaign c ON c.id = m.campaign_id
      WHERE r.state IN ('asked', 'late', 'paused') ORDER BY r.due_at LIMIT ${MOST}`,
  );
  return rows;
}

/** A run whose mails or texts may have arrived, as far as anybody knows. */
export interface UnknownOutcomes {
  run: string;
  message: string;
  count: number;
  at: Date;
}

/** Runs of the last week with deliveries whose outcome somebody has to decide; those of posts stand for themselves. */
export async function unknownOutcomes({
  sql,
  clock,
}: Pick<Ground, 'sql' | 'clock'>): Promise<UnknownOutcomes[]> {
  const found = await troubledRuns(sql, new Date(clock.now().getTime() - DAYS * 86_400_000));
  return found
    .filter(({ kind, channel }) => kind === 'unknown' && channel !== 'post')
    .map(({ run, message, count, at }) => ({ run: String(run), message, count, at }));
}

/** By the counters, so that no delivery is read. A late word may have settled some of the unknown. */
async function troubledRuns(sql: Queryable, since: Date): Promise<(WaitingThing & { channel: string })[]> {
  const { rows } = await sql.query<WaitingThing & { channel: string; unknown: number; failed: number }>(
    `SELECT m.channel, c.id AS "campaignId", c.name AS campaign, m.name AS message, NULL AS "messageId", r.id::text AS run, NULL AS reason,
            r.due_at AS at, false AS own, k.unknown, k.failed
       FROM run r
       JOIN LATERAL (SELECT coalesce(sum(k.unknown), 0)::int AS unknown, coalesce(sum(k.failed), 0)::int AS failed
                       FROM run_counter k WHERE k.run = r.id) k ON k.unknown + k.failed > 0
       JOIN message m ON m.id = r.message_id JOIN campaign c ON c.id = m.campaign_id
      WHERE r.due_at > $1 AND r.state IN ('running', 'paused', 'finished', 'cancelled')
      ORDER BY r.due_at DESC LIMIT ${MOST}`,
    [since],
  );
  return (['unknown', 'failed'] as const).flatMap((kind) =>
    rows.filter((row) => row[kind]).map((row) => ({ ...row, kind, count: row[kind] })),
  );
}

/** By campaign. Of a newsletter only an edition that is drafted can be approved. */
async function unapproved(sql: Queryable, now: Date, viewer: string): Promise<WaitingThing[]> {
  const { rows } = await sql.query<WaitingThing>(
    `SELECT 'approval' AS kind, c.id AS "campaignId", c.name AS campaign, min(m.name) AS message, NULL AS run,
            CASE WHEN count(*) = 1 THEN min(m.id::text) END AS "messageId", count(*)::int AS count, NULL AS reason, min(m.created_at) AS at,
            bool_and(m.edited_by IS NOT DISTINCT FROM $2::uuid) AS own
       FROM message m JOIN campaign c ON c.id = m.campaign_id
       LEFT JOIN approval a ON a.message_id = m.id AND a.revision = m.revision
       LEFT JOIN newsletter n ON n.message_id = m.id
      WHERE m.archived_at IS NULL AND m.schedule IS NOT NULL AND a.id IS NULL
        AND (m.schedule ->> 'kind' = 'cron'
             OR (m.schedule ->> 'at')::timestamp AT TIME ZONE (m.schedule ->> 'zone') > $1)
        AND (n.id IS NULL OR EXISTS (SELECT FROM edition e WHERE e.newsletter_id = n.id AND e.state = 'drafted'))
      GROUP BY c.id ORDER BY min(m.created_at) LIMIT ${MOST}`,
    [now, viewer],
  );
  return rows;
}
