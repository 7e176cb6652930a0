import { requireRole, type User } from '../access/users.ts';
import { goOn } from '../deliveries/canary-course.ts';
import type { RunProgress } from '../deliveries/progress.ts';
import { cancelRun, pauseRun, resumeRun } from '../deliveries/runs.ts';
import type { RunState } from '../deliveries/states.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { unscheduleMessage } from './campaigns.ts';
import type { Editor } from './messages.ts';

type ControlGround = Pick<Ground, 'sql' | 'queues' | 'clock'>;

/** @throws Refusal when no run of the campaign is under way */
export async function pauseCampaign(ground: ControlGround, campaignId: string, { actor }: Editor) {
  const runs = await runsIn(ground, campaignId, ['running']);
  if (!runs.length) {
    throw new Refusal(say`Nothing of this campaign is being sent. To stop what is planned, cancel it.`, 409);
  }
  return each(runs, (run) => pauseRun(ground, run, actor));
}

/** @throws Refusal when no run of the campaign is paused */
export async function resumeCampaign(ground: ControlGround, campaignId: string, { actor }: Editor) {
  const runs = await runsIn(ground, campaignId, ['paused']);
  if (!runs.length) throw new Refusal(say`Nothing of this campaign is paused.`, 409);
  return each(runs, (run) => resumeRun(ground, run, actor));
}

/**
 * Sends the rest of every run of a message that waits for its canary, or was stopped after it.
 * @throws Refusal when none does, and for a user without a role in campaigns
 */
export async function goOnMessage(ground: ControlGround, messageId: string, user: User) {
  requireRole(user, ['author', 'approver', 'administrator'], say`send campaigns`);
  const { rows } = await ground.sql.query<{ id: string }>(
    `SELECT r.id FROM run r JOIN run_canary k ON k.run = r.id
      WHERE r.message_id = $1 AND r.state IN ('running', 'paused') AND k.state <> 'released' ORDER BY r.id`,
    [messageId],
  );
  if (!rows.length) throw new Refusal(say`Nothing of this message waits for its canary.`, 409);
  return each(rows, ({ id }) => goOn(ground, BigInt(id), user.email));
}

export interface Cancelled {
  /** Runs that were under way, and what had gone of each. */
  ended: RunProgress[];
  /** Due times of planned runs that had not begun. */
  takenBack: Date[];
  /** Messages whose schedule was taken away. */
  unscheduled: number;
}

/**
 * Ends all runs of a campaign and takes its schedules away, so that nothing more is planned.
 * @returns what had gone by then; it cannot be called back
 * @throws Refusal when nothing is planned or under way
 */
export async function cancelCampaign(
  ground: ControlGround,
  campaignId: string,
  editor: Editor,
): Promise<Cancelled> {
  const { rows } = await ground.sql.query<{ id: string }>(
    'SELECT id FROM message WHERE campaign_id = $1 AND schedule IS NOT NULL AND archived_at IS NULL',
    [campaignId],
  );
  // The schedules go first: nothing is launched behind our back while the runs are ended.
  const revised = await each(rows, ({ id }) => unscheduleMessage(ground, { messageId: id, editor }));
  const runs = await runsIn(ground, campaignId, ['freezing', 'running', 'paused']);
  const ended = await each(runs, (run) => cancelRun(ground, run, editor.actor));
  if (!revised.length && !ended.length) {
    throw new Refusal(
      say`Nothing of this campaign is planned or being sent; there is nothing to cancel.`,
      409,
    );
  }
  return { ended, unscheduled: revised.length, takenBack: revised.flatMap(({ takenBack }) => takenBack) };
}

async function runsIn({ sql }: ControlGround, campaignId: string, states: RunState[]): Promise<bigint[]> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT r.id FROM run r JOIN message m ON m.id = r.message_id
      WHERE m.campaign_id = $1 AND r.state = ANY ($2::run_state[]) ORDER BY r.id`,
    [campaignId, states],
  );
  return rows.map(({ id }) => BigInt(id));
}

async function each<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
