import type { Queryable } from '../db.ts';
import { type RunProgress, runProgress } from '../deliveries/progress.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { type CorrectionOf, correctionsOf } from './corrections.ts';
import { type CarriedFile, filesOf } from './files.ts';
import { MESSAGE_COLUMNS, type Message } from './messages.ts';
import { nextDates } from './schedule.ts';
import { inWords } from './words.ts';

export interface CampaignRow {
  id: string;
  name: string;
  goal: string | null;
  createdAt: Date;
}

export interface RunStatus {
  run: bigint;
  dueAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  version: number;
  /** Why it waits, was late or was cancelled. */
  reason: string | null;
  progress: RunProgress;
  /** How many were left out when the audience was frozen, by reason. */
  leftOut: Record<string, number>;
  /** Messages that correct it. */
  corrections: CorrectionOf[];
}

/** Where a message stands: `draft` has no schedule, `unapproved` waits for approval of what it says now. */
export type Standing = 'draft' | 'unapproved' | 'approved' | 'archived';

export interface MessageStatus extends Message {
  standing: Standing;
  languages: string[];
  files: CarriedFile[];
  /** Of the present revision. */
  approval: { by: string; at: Date; reference: string | null } | null;
  /** The slug of the newsletter whose editions it sends. */
  newsletter: string | null;
  scheduleInWords: string | null;
  nextDates: Date[];
  /** Newest first. */
  runs: RunStatus[];
}

export interface CampaignStatus {
  campaign: CampaignRow;
  messages: MessageStatus[];
}

const RUNS_SHOWN = 20;

/** Every campaign with how many messages and open runs it has, newest first. */
export async function listCampaigns({ sql }: Pick<Ground, 'sql'>) {
  const { rows } = await sql.query<CampaignRow & { messages: number; openRuns: number }>(
    `SELECT c.id, c.name, c.goal, c.created_at AS "createdAt", count(DISTINCT m.id)::int AS messages,
            count(r.id) FILTER (WHERE r.state NOT IN ('finished', 'cancelled'))::int AS "openRuns"
       FROM campaign c LEFT JOIN message m ON m.campaign_id = c.id LEFT JOIN run r ON r.message_id = m.id
      GROUP BY c.id ORDER BY c.created_at DESC, c.id DESC`,
  );
  return rows;
}

/**
 * Finds a campaign by its name, its id, or the beginning of its id.
 * @throws Refusal when none or several fit
 */
export async function findCampaign({ sql }: Pick<Ground, 'sql'>, wish: string): Promise<CampaignRow> {
  const { rows } = await sql.query<CampaignRow>(
    `SELECT id, name, goal, created_at AS "createdAt" FROM campaign
      WHERE name = $1 OR starts_with(id::text, lower($1))
      ORDER BY (name = $1 OR id::text = lower($1)) DESC, created_at LIMIT 6`,
    [wish],
  );
  const exact = rows.filter((row) => row.name === wish || row.id === wish.toLowerCase());
  const fitting = exact.length ? exact : rows;
  if (fitting.length > 1) {
    const which = fitting.map(({ id, name }) => `${id} (${name})`).join(', ');
    throw new Refusal(say`${JSON.stringify(wish)} may be any of ${which}. Give more of the id.`, 409);
  }
  const missing = say`There is no campaign ${JSON.stringify(wish)}. "wecare campaign list" shows them all.`;
  return found(fitting[0], missing);
}

/**
 * All that a person asks about a campaign: its messages, who approved them, their runs and how far these are.
 * @throws Refusal when there is no such campaign
 */
export async function campaignStatus(
  ground: Pick<Ground, 'sql' | 'clock'>,
  id: string,
): Promise<CampaignStatus> {
  const campaign = await findCampaign(ground, id);
  const { rows } = await ground.sql.query<MessageRead>(MESSAGES, [campaign.id]);
  const messages: MessageStatus[] = [];
  for (const { by, at, reference, ...message } of rows) {
    const approval = by && at ? { by, at, reference } : null;
    const files = await filesOf(ground.sql, { messageId: message.id, version: message.version });
    messages.push({ ...message, files, approval, ...(await timesOf(ground, message, Boolean(approval))) });
  }
  return { campaign, messages };
}

type MessageRead = Message & {
  languages: string[];
  newsletter: string | null;
  by: string | null;
  at: Date | null;
  reference: string | null;
};

const MESSAGES = `
  SELECT ${MESSAGE_COLUMNS}, (SELECT n.slug FROM newsletter n WHERE n.message_id = m.id) AS newsletter, u.email AS by, a.at, a.reference,
         ARRAY(SELECT v.language FROM message_version v
                WHERE v.message_id = m.id AND v.version = m.version ORDER BY v.language) AS languages
    FROM message m
    LEFT JOIN approval a ON a.message_id = m.id AND a.revision = m.revision
    LEFT JOIN app_user u ON u.id = a.user_id
   WHERE m.campaign_id = $1 ORDER BY m.created_at, m.id`;

async function timesOf(ground: Pick<Ground, 'sql' | 'clock'>, message: Message, approved: boolean) {
  const { schedule } = message;
  return {
    standing: standingOf(message, approved),
    scheduleInWords: schedule && inWords(schedule, 'en'),
    nextDates: schedule ? nextDates(schedule, ground.clock.now(), 5) : [],
    runs: await runsOf(ground, message.id),
  };
}

/** Where a message stands. */
export function standingOf(
  { archivedAt, schedule }: Pick<Message, 'archivedAt' | 'schedule'>,
  approved: boolean,
): Standing {
  if (archivedAt) return 'archived';
  if (approved) return 'approved';
  return schedule ? 'unapproved' : 'draft';
}

async function runsOf(ground: Pick<Ground, 'sql'>, messageId: string): Promise<RunStatus[]> {
  const { rows } = await ground.sql.query(
    `SELECT id, due_at, started_at, ended_at, version, reason FROM run
      WHERE message_id = $1 ORDER BY due_at DESC LIMIT ${RUNS_SHOWN}`,
    [messageId],
  );
  const runs: RunStatus[] = [];
  for (const row of rows) {
    const run = BigInt(row.id);
    const [progress, leftOut] = [await runProgress(ground, run), await leftOutOf(ground.sql, run)];
    const corrections = await correctionsOf(ground.sql, run);
    const times = { dueAt: row.due_at, startedAt: row.started_at, endedAt: row.ended_at };
    runs.push({ run, ...times, version: row.version, reason: row.reason, progress, leftOut, corrections });
  }
  return runs;
}

/** How many a run left out, by reason. */
export async function leftOutOf(sql: Queryable, run: bigint): Promise<Record<string, number>> {
  const { rows } = await sql.query<{ reason: string; n: number }>(
    'SELECT reason, count(*)::int AS n FROM run_left_out WHERE run = $1 GROUP BY reason ORDER BY reason',
    [run],
  );
  return Object.fromEntries(rows.map(({ reason, n }) => [reason, n]));
}
