import { type Connection, transaction } from '../db.ts';
import {
  awaitCanary,
  lockOpenCanary,
  type OpenCanary,
  openCanaries,
  postponeCanary,
  releaseCanary,
  stopCanary,
} from '../deliveries/canary-course.ts';
import { currentHold } from '../deliveries/holds.ts';
import { type CanaryProgress, canaryProgress } from '../deliveries/progress.ts';
import { queueRanges } from '../deliveries/ranges.ts';
import type { Ground } from '../ground.ts';
import { type Sentence, say } from '../say.ts';
import { MESSAGE_COLUMNS, type Message } from './messages.ts';
import { nextInWindow, openSeconds } from './window.ts';

/** More of a canary refused for good, or bounced, and its run stops: a healthy list stays below 2 %. */
const MOST_HARD_PERCENT = 5;
/** More complaints and its run stops: above this Gmail and Yahoo begin to refuse a sender (email.md). */
const MOST_COMPLAINT_PERCENT = 0.3;
/** More without an outcome at the end of the wait and the canary has told nothing. */
const MOST_OPEN_PERCENT = 50;
/** Who moves a run after its canary when nobody does. */
const CANARY = 'canary';

type CanaryGround = Pick<Ground, 'sql' | 'clock' | 'queues' | 'log'>;
export type Step = 'sending' | 'waiting' | 'stopped' | 'released';

/**
 * Looks after every run whose canary is under way: begins the wait when each has been tried, lets the rest
 * go when it is over, stops the run when the figures are bad. May be called by anybody at any time; under
 * a hold nothing is touched, and what the hold made late is judged by the late policy when it is lifted.
 */
export async function tendCanaries(ground: CanaryGround): Promise<{ run: bigint; step: Step }[]> {
  if (await currentHold(ground.sql)) return [];
  const tended: { run: bigint; step: Step }[] = [];
  for (const run of await openCanaries(ground.sql)) {
    const step = await tendSafely(ground, run);
    if (!step) continue;
    if (step === 'released') await queueRanges(ground, run);
    tended.push({ run, step });
  }
  return tended;
}

/** A run that meets a fault waits for the next look; it does not keep the others waiting. */
async function tendSafely({ sql, clock, log }: CanaryGround, run: bigint): Promise<Step | null> {
  try {
    return await transaction(sql, (connection) => tend(connection, run, clock.now()));
  } catch (err) {
    log.error({ err, run: String(run) }, 'a canary could not be looked after');
    return null;
  }
}

async function tend(connection: Connection, run: bigint, now: Date): Promise<Step | null> {
  const canary = await lockOpenCanary(connection, run);
  const figures = canary && (await canaryProgress(connection, run));
  if (!figures) return null;
  const bad = badFigures(figures);
  if (bad) return stop(connection, run, bad);
  const timing = await timingOf(connection, run);
  const leaves = (at: Date) => nextInWindow(at, timing.window, timing.zone);
  if (!canary.until) {
    if (!canary.through) return 'sending';
    await awaitCanary(connection, run, leaves(new Date(now.getTime() + canary.waitSeconds * 1000)));
    return 'waiting';
  }
  return canary.until > now ? 'waiting' : endWait(connection, { canary, figures, timing, now });
}

interface Ending {
  canary: OpenCanary;
  figures: CanaryProgress;
  timing: Timing;
  now: Date;
}

/** The rest leaves within the send window only, and not late without being asked for. */
async function endWait(connection: Connection, ending: Ending): Promise<Step> {
  const { canary, figures, timing, now } = ending;
  const { run } = canary;
  const opens = nextInWindow(now, timing.window, timing.zone);
  if (opens > now) {
    await postponeCanary(connection, run, opens);
    return 'waiting';
  }
  const doubt = edited(timing) ?? tooOpen(figures) ?? tooLate(canary.until ?? now, timing, now);
  if (doubt) return stop(connection, run, doubt);
  await releaseCanary(connection, { run, actor: CANARY });
  return 'released';
}

async function stop(connection: Connection, run: bigint, reason: Sentence): Promise<Step> {
  await stopCanary(connection, { run, reason: String(reason), actor: CANARY });
  return 'stopped';
}

/** Judged from the first delivery on, against all of the canary who can be reached. */
function badFigures(figures: CanaryProgress): Sentence | null {
  const reached = figures.size - figures.skipped - figures.cancelled;
  const hard = figures.failed + figures.bounced;
  if (hard * 100 > reached * MOST_HARD_PERCENT)
    return say`${hard} of ${reached} in the canary were refused for good, more than ${MOST_HARD_PERCENT} %.`;
  if (figures.complained * 100 > reached * MOST_COMPLAINT_PERCENT)
    return say`${figures.complained} of ${reached} in the canary complained, more than ${MOST_COMPLAINT_PERCENT} %.`;
  return null;
}

function tooOpen({ size, skipped, cancelled, deferred, unknown }: CanaryProgress): Sentence | null {
  const reached = size - skipped - cancelled;
  if ((deferred + unknown) * 100 <= reached * MOST_OPEN_PERCENT && reached > 0) return null;
  return reached
    ? say`Of ${deferred + unknown} of ${reached} in the canary it is still not known whether they get it.`
    : say`Nobody in the canary may be written to any more.`;
}

/** Whoever saw a mistake in the canary and mended it does not want the rest to get it. */
const edited = ({ asApproved }: Timing): Sentence | null =>
  asApproved ? null : say`The message was edited since, and the rest would still leave as it was.`;

/** Part of the audience has it already, so the policies skip and ask both ask a person. */
function tooLate(
  until: Date,
  { window, zone, latePolicy, lateAfterSec }: Timing,
  now: Date,
): Sentence | null {
  const late = openSeconds({ from: until, until: now, enough: lateAfterSec }, window, zone) > lateAfterSec;
  if (!late || latePolicy === 'send') return null;
  const minutes = Math.round((now.getTime() - until.getTime()) / 60_000);
  return say`The canary was over ${minutes} minutes ago, so the rest would be late.`;
}

type Timing = Pick<Message, 'window' | 'latePolicy' | 'lateAfterSec'> & { zone: string; asApproved: boolean };

/** A run without a message leaves at any hour. */
async function timingOf(connection: Connection, run: bigint): Promise<Timing> {
  const { rows } = await connection.query<Message & { asApproved: boolean }>(
    `SELECT ${MESSAGE_COLUMNS}, m.archived_at IS NULL AND EXISTS (
              SELECT FROM approval a WHERE a.message_id = m.id AND a.revision = m.revision
                 AND a.at <= r.started_at) AS "asApproved"
       FROM message m JOIN run r ON r.message_id = m.id WHERE r.id = $1`,
    [run],
  );
  const [message] = rows;
  if (!message) return { window: null, zone: 'UTC', latePolicy: 'send', lateAfterSec: 0, asApproved: true };
  const { window, schedule, latePolicy, lateAfterSec, asApproved } = message;
  return { window, zone: schedule?.zone ?? 'UTC', latePolicy, lateAfterSec, asApproved };
}
