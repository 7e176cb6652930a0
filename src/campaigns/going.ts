import type { NetworkName } from '../../channels/social.ts';
import type { Queryable } from '../db.ts';
import type { RunState } from '../deliveries/states.ts';
import type { Ground } from '../ground.ts';
import { nextDates, type Schedule } from './schedule.ts';

/** Something that goes out, went out, or will. */
export interface Going {
  run: string | null;
  messageId: string;
  campaignId: string;
  campaign: string;
  message: string;
  /** email, post */
  channel: string;
  purpose: string;
  /** Of the message as it is now. */
  revision: number;
  newsletter: boolean;
  /** It comes again and again. */
  repeated: boolean;
  /** Where a post is published. */
  accounts: { id: string; name: string; channel: NetworkName }[];
  /** Of its run; `approved` or `unapproved` when it has none yet. */
  state: RunState | 'approved' | 'unapproved';
  at: Date;
}

/** From the first moment up to the second. */
export interface Span {
  from: Date;
  to: Date;
}

/** Absent is any. */
export interface GoingFilter {
  campaign?: string | undefined;
  /** `email`, or a network. */
  channel?: string | undefined;
  account?: string | undefined;
}

const RUNS = 1000;
/** Of one message that is repeated. */
const REPEATS = 100;

/**
 * Runs of a span, and the dates in it for which no run was made yet, in order of time.
 * @returns with them whether a message comes so often that not all of its dates are there
 */
export async function goingBetween(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { from, to }: Span,
  filter: GoingFilter = {},
): Promise<{ going: Going[]; cut: boolean }> {
  const wanted = [filter.campaign ?? null, filter.channel ?? null, filter.account ?? null];
  const runs = await runsBetween(sql, [from, to, ...wanted]);
  const known = new Set(runs.map(keyOf));
  const after = new Date(Math.max(clock.now().getTime(), from.getTime() - 1));
  const wished =
    after < to ? await wishedBetween(sql, { from: after, to }, wanted) : { dates: [], cut: false };
  const going = [...runs, ...wished.dates.filter((one) => !known.has(keyOf(one)))];
  const cut = wished.cut || runs.length === RUNS;
  return { going: going.sort((a, b) => a.at.getTime() - b.at.getTime()), cut };
}

const keyOf = ({ messageId, at }: Going) => `${messageId} ${at.getTime()}`;

const COLUMNS = `m.id AS "messageId", c.id AS "campaignId", c.name AS campaign, m.name AS message,
  m.channel, m.purpose, m.revision, coalesce(m.schedule ->> 'kind' = 'cron',
    EXISTS (SELECT FROM post_queue_item i WHERE i.message_id = m.id)) AS repeated,
  EXISTS (SELECT FROM newsletter n WHERE n.message_id = m.id) AS newsletter,
  coalesce((SELECT json_agg(json_build_object('id', k.id, 'name', k.name, 'channel', k.channel) ORDER BY k.channel, k.name)
              FROM account k WHERE m.audience -> 'accounts' @> jsonb_build_array(jsonb_build_object('account', k.id))),
           '[]') AS accounts`;
const TABLES = 'message m JOIN campaign c ON c.id = m.campaign_id';
const WANTED = `($3::uuid IS NULL OR m.campaign_id = $3)
  AND ($4::text IS NULL OR m.channel = $4 OR EXISTS (
        SELECT FROM account k WHERE k.channel = $4
           AND m.audience -> 'accounts' @> jsonb_build_array(jsonb_build_object('account', k.id))))
  AND ($5::text IS NULL OR m.audience -> 'accounts' @> jsonb_build_array(jsonb_build_object('account', $5)))`;

async function runsBetween(sql: Queryable, values: unknown[]): Promise<Going[]> {
  const { rows } = await sql.query<Going>(
    `SELECT ${COLUMNS}, r.id::text AS run, r.state::text AS state, r.due_at AS at
       FROM run r JOIN ${TABLES} ON m.id = r.message_id
      WHERE r.due_at >= $1 AND r.due_at < $2 AND r.state <> 'cancelled' AND ${WANTED}
      ORDER BY r.due_at LIMIT ${RUNS}`,
    values,
  );
  return rows;
}

/** Dates for which no run was made yet: the planner makes one at a time. */
async function wishedBetween(
  sql: Queryable,
  { from, to }: Span,
  wanted: unknown[],
): Promise<{ dates: Going[]; cut: boolean }> {
  const { rows } = await sql.query<Omit<Going, 'at' | 'run'> & { schedule: Schedule }>(
    `SELECT ${COLUMNS}, m.schedule, CASE WHEN a.id IS NULL THEN 'unapproved' ELSE 'approved' END AS state
       FROM ${TABLES} LEFT JOIN approval a ON a.message_id = m.id AND a.revision = m.revision
      WHERE m.archived_at IS NULL AND m.schedule IS NOT NULL AND ${WANTED}
        AND (m.schedule ->> 'kind' = 'cron' OR
             (m.schedule ->> 'at')::timestamp AT TIME ZONE (m.schedule ->> 'zone') BETWEEN $1 AND $2)`,
    [from, to, ...wanted],
  );
  let cut = false;
  const dates = rows.flatMap(({ schedule, ...row }) => {
    const next = nextDates(schedule, from, REPEATS).filter((at) => at < to);
    if (next.length === REPEATS) cut = true;
    return next.map((at) => ({ ...row, run: null, at }));
  });
  return { dates, cut };
}
