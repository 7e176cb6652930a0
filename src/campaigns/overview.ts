import type { Queryable } from '../db.ts';
import type { RunState } from '../deliveries/states.ts';
import type { Ground } from '../ground.ts';
import { type CampaignRead, readCampaign } from './efforts.ts';
import { MESSAGE_COLUMNS, type Message } from './messages.ts';
import { publishedOf } from './published.ts';
import { nextDates } from './schedule.ts';
import { type Standing, standingOf } from './status.ts';

/** A run beside its message, with the figures of its counters. */
export interface RunGlance {
  run: string;
  state: RunState;
  dueAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  reason: string | null;
  total: number;
  sent: number;
  failed: number;
  unknown: number;
}

/** A message as its campaign's page shows it. */
export interface MessageGlance extends Message {
  standing: Standing;
  languages: string[];
  newsletter: string | null;
  approval: { by: string; at: Date; reference: string | null } | null;
  /** Since when somebody is asked to approve it as it is. */
  askedAt: Date | null;
  nextDates: Date[];
  comments: number;
  /** It goes round in a queue instead of having a time of its own. */
  queued: boolean;
  /** Newest first. */
  runs: RunGlance[];
}

export interface CampaignOverview {
  campaign: CampaignRead;
  messages: MessageGlance[];
}

const RUNS_SHOWN = 12;
const MESSAGES_SHOWN = 100;

/** What a campaign's page shows. @throws Refusal (404) when there is no such campaign */
export async function campaignOverview(
  ground: Pick<Ground, 'sql' | 'clock'>,
  id: string,
): Promise<CampaignOverview> {
  const campaign = await readCampaign(ground.sql, id);
  const { rows } = await ground.sql.query<GlanceRow>(
    `${GLANCE} WHERE m.campaign_id = $1 ORDER BY m.created_at, m.id LIMIT ${MESSAGES_SHOWN}`,
    [campaign.id],
  );
  return { campaign, messages: rows.map((row) => glanceOf(row, ground.clock.now())) };
}

/** One message as its campaign's page shows it; null when there is none. */
export async function messageGlance(
  { sql, clock }: { sql: Queryable; clock: Ground['clock'] },
  id: string,
): Promise<MessageGlance | null> {
  const { rows } = await sql.query<GlanceRow>(`${GLANCE} WHERE m.id::text = $1`, [id]);
  return rows[0] ? glanceOf(rows[0], clock.now()) : null;
}

type GlanceRow = Omit<MessageGlance, 'standing' | 'nextDates' | 'approval' | 'runs'> & {
  by: string | null;
  at: Date | null;
  reference: string | null;
  runs:
    | (Omit<RunGlance, 'dueAt' | 'startedAt' | 'endedAt'> &
        Record<'dueAt' | 'startedAt' | 'endedAt', string | null>)[]
    | null;
};

function glanceOf({ by, at, reference, runs, ...message }: GlanceRow, now: Date): MessageGlance {
  const approval = by && at ? { by, at, reference } : null;
  const date = (text: string | null) => (text ? new Date(text) : null);
  return {
    ...message,
    approval,
    standing: standingOf(message, Boolean(approval)),
    nextDates: message.schedule ? nextDates(message.schedule, now, 5) : [],
    runs: (runs ?? []).map((run) => ({
      ...run,
      ...{ dueAt: new Date(run.dueAt ?? 0), startedAt: date(run.startedAt), endedAt: date(run.endedAt) },
    })),
  };
}

const GLANCE = `
  SELECT ${MESSAGE_COLUMNS}, (SELECT n.slug FROM newsletter n WHERE n.message_id = m.id) AS newsletter,
         u.name AS by, a.at, a.reference, q.asked_at AS "askedAt",
         EXISTS (SELECT FROM post_queue_item i WHERE i.message_id = m.id) AS queued,
         (SELECT count(*)::int FROM message_comment o WHERE o.message_id = m.id) AS comments,
         ARRAY(SELECT v.language FROM message_version v
                WHERE v.message_id = m.id AND v.version = m.version ORDER BY v.language) AS languages,
         (SELECT json_agg(g ORDER BY g."dueAt" DESC) FROM (
            SELECT r.id::text AS run, r.state::text AS state, r.due_at AS "dueAt", r.started_at AS "startedAt",
                   r.ended_at AS "endedAt", r.reason, r.total,
                   (coalesce(k.sent, 0) + p.published)::int AS sent,
                   (coalesce(k.failed, 0) + p.failed)::int AS failed,
                   (coalesce(k.unknown, 0) + p.unknown)::int AS unknown
              FROM run r LEFT JOIN LATERAL (
                SELECT sum(sent) AS sent, sum(failed) AS failed, sum(unknown) AS unknown
                  FROM run_counter WHERE run = r.id) k ON true
             CROSS JOIN LATERAL (${publishedOf('r.id')}) p
             WHERE r.message_id = m.id ORDER BY r.due_at DESC LIMIT ${RUNS_SHOWN}) g) AS runs
    FROM message m
    LEFT JOIN approval a ON a.message_id = m.id AND a.revision = m.revision
    LEFT JOIN app_user u ON u.id = a.user_id
    LEFT JOIN approval_request q ON q.message_id = m.id AND q.state = 'open'`;
