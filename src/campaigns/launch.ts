import { EMAIL_CHANNEL } from '../contacts/addresses.ts';
import { transaction } from '../db.ts';
import { USUAL_CANARY } from '../deliveries/canary.ts';
import { type FreezePlan, freezeRun } from '../deliveries/freeze.ts';
import { currentHold } from '../deliveries/holds.ts';
import { startPublications } from '../deliveries/publications/plant.ts';
import { moveRun } from '../deliveries/runs.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { requireTargets } from './audience.ts';
import { buildContents } from './mail.ts';
import { MESSAGE_COLUMNS, type Message } from './messages.ts';
import { buildPhoneContents } from './phone/contents.ts';
import { requireAffordable } from './phone/cost.ts';
import { draftsOf, requirePublishable } from './posts/check.ts';
import { turnOf } from './posts/turns.ts';
import { domainOf } from './sender.ts';
import { nextInWindow, openSeconds } from './window.ts';

/**
 * What became of a run that was due. `held`, `unapproved`, `closed` (outside the send window) and
 * `failed` stay planned and are looked at again; `taken`: another process is at it.
 */
export type Outcome =
  | 'launched'
  | 'held'
  | 'unapproved'
  | 'closed'
  | 'asked'
  | 'skipped'
  | 'failed'
  | 'taken';

export interface Launched {
  run: bigint;
  outcome: Outcome;
  total?: number;
}

/** Who moves runs when nobody does. */
const PLANNER = 'planner';

interface DueRun {
  run: bigint;
  dueAt: Date;
  decidedAt: Date | null;
}

type LaunchGround = Pick<Ground, 'sql' | 'locks' | 'db' | 'clock' | 'config' | 'queues' | 'log' | 'keys'>;

/**
 * Launches every planned run whose time has come, each under a lock of its own. Under a hold nothing is
 * touched: what the hold made late is judged by the late policy when it is lifted, and so is an edition of
 * a newsletter that rested. A run that cannot be launched keeps the reason and is tried again at the next look; it does not stop the others.
 */
export async function launchDue(ground: LaunchGround): Promise<Launched[]> {
  const launched: Launched[] = [];
  for (const due of await dueRuns(ground)) {
    const outcome = await ground.locks.exclusively(`launch:${due.run}`, () => launchSafely(ground, due));
    launched.push(outcome ?? { run: due.run, outcome: 'taken' });
  }
  return launched;
}

async function dueRuns({ sql, clock }: LaunchGround): Promise<DueRun[]> {
  const { rows } = await sql.query<{ id: string; due_at: Date; decided_at: Date | null }>(
    `SELECT id, due_at, decided_at FROM run
      WHERE state = 'planned' AND due_at <= $1 AND message_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM newsletter n WHERE n.message_id = run.message_id AND n.paused_at IS NOT NULL)
      ORDER BY due_at, id`,
    [clock.now()],
  );
  return rows.map((row) => ({ run: BigInt(row.id), dueAt: row.due_at, decidedAt: row.decided_at }));
}

async function launchSafely(ground: LaunchGround, due: DueRun): Promise<Launched> {
  try {
    return await launchOne(ground, due);
  } catch (error) {
    const told = error instanceof Refusal;
    if (!told) ground.log.error({ err: error, run: String(due.run) }, 'a run could not be launched');
    const reason = told
      ? error.message
      : String(say`It could not be launched; the log of the worker says why.`);
    await ground.sql.query("UPDATE run SET reason = $2 WHERE id = $1 AND state = 'planned'", [
      due.run,
      reason,
    ]);
    return { run: due.run, outcome: 'failed' };
  }
}

async function launchOne(ground: LaunchGround, due: DueRun): Promise<Launched> {
  const { run } = due;
  if (await currentHold(ground.sql)) return { run, outcome: 'held' };
  const message = await approvedMessage(ground, run);
  if (!message) return { run, outcome: 'unapproved' };
  const late = await judgeLateness(ground, due, message);
  if (late) return { run, outcome: late };
  const now = ground.clock.now();
  const zone = message.schedule?.zone ?? 'UTC';
  if (nextInWindow(now, message.window, zone) > now) return { run, outcome: 'closed' };
  if (message.channel === 'post') {
    const turn = await turnOf(ground.sql, run);
    const all = draftsOf(await requirePublishable(ground, message.id));
    const drafts = turn ? all.filter(({ accountId }) => accountId === turn.account) : all;
    return { run, outcome: 'launched', total: await startPublications(ground, run, drafts) };
  }
  const targets = await targetsOf(ground, message);
  const contents = await contentsOf(ground, message);
  const { total } = await freezeRun(ground, run, {
    ...targets,
    fallback: message.audience.fallback,
    contents,
    canary: message.canary === false ? undefined : (message.canary ?? USUAL_CANARY),
  });
  return { run, outcome: 'launched', total };
}

/** A run to telephones must be paid for, too. */
async function contentsOf(ground: LaunchGround, message: Message): Promise<FreezePlan['contents']> {
  if (message.channel === EMAIL_CHANNEL) return buildContents(ground, message);
  await requireAffordable(ground, message);
  return buildPhoneContents(ground, message);
}

async function targetsOf(
  { sql }: LaunchGround,
  message: Message,
): Promise<Pick<FreezePlan, 'lists' | 'corrects'>> {
  const { correctsRun, correctsUnknown, audience } = message;
  if (!correctsRun) return requireTargets(sql, audience);
  return { lists: [], corrects: { run: BigInt(correctsRun), unknown: correctsUnknown } };
}

/**
 * The run's message, when the run is still planned and the message approved as it stands; the run takes
 * over what the message says now. An edit after this takes the run back, and then freezing refuses it.
 */
async function approvedMessage({ sql }: LaunchGround, run: bigint): Promise<Message | undefined> {
  return transaction(sql, async (connection) => {
    const { rows } = await connection.query<Message>(
      `SELECT ${MESSAGE_COLUMNS} FROM message m
         JOIN run r ON r.message_id = m.id AND r.id = $1 AND r.state = 'planned'
         JOIN approval a ON a.message_id = m.id AND a.revision = m.revision
        WHERE m.archived_at IS NULL AND (m.schedule IS NOT NULL OR r.queue_id IS NOT NULL) FOR SHARE OF m`,
      [run],
    );
    const [message] = rows;
    if (!message) return undefined;
    const { version, purpose, unknownPolicy, fromAddress } = message;
    await connection.query(
      `UPDATE run SET version = $2, purpose = $3, unknown_policy = $4, sender_domain = $5, reason = NULL
        WHERE id = $1 AND state = 'planned'`,
      [run, version, purpose, unknownPolicy, domainOf(fromAddress)],
    );
    return message;
  });
}

/** Time during which the send window was closed makes nothing late. */
async function judgeLateness(
  ground: LaunchGround,
  { run, dueAt, decidedAt }: DueRun,
  message: Message,
): Promise<'asked' | 'skipped' | null> {
  const { latePolicy, lateAfterSec, window } = message;
  const now = ground.clock.now();
  const span = { from: decidedAt ?? dueAt, until: now, enough: lateAfterSec };
  const late = openSeconds(span, window, message.schedule?.zone ?? 'UTC') > lateAfterSec;
  if (!late || latePolicy === 'send') return null;
  const minutes = Math.round((now.getTime() - dueAt.getTime()) / 60_000);
  const reason = String(say`${minutes} minutes late`);
  const steps = latePolicy === 'skip' ? (['cancelled'] as const) : (['late', 'asked'] as const);
  await transaction(ground.sql, async (connection) => {
    for (const to of steps) await moveRun(connection, { run, to, actor: PLANNER, reason });
  });
  return latePolicy === 'skip' ? 'skipped' : 'asked';
}
