import { v7 as uuid } from 'uuid';
import { type Connection, transaction } from '../../db.ts';
import type { RunState } from '../../deliveries/states.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { type Sentence, say } from '../../say.ts';
import { findMessage, type Message } from '../messages.ts';
import { nextDue, type Schedule } from '../schedule.ts';
import { openSeconds } from '../window.ts';
import {
  draftEdition,
  type Edition,
  findOpen,
  isUnderWay,
  listEditions,
  markSkipped,
  runOf,
  skipEdition,
} from './editions.ts';
import { listItems, lockNewsletter, newItems } from './items.ts';
import { listNewsletters, type Newsletter } from './newsletters.ts';

/** What was done for a newsletter at one look; `failed` is in the log. */
export type Pressed = 'drafted' | 'sent' | 'skipped' | 'failed';

type PressGround = Pick<Ground, 'sql' | 'clock' | 'config' | 'log'>;
const PLANNER = 'planner';
const HOUR = 3_600_000;

/**
 * Looks after every newsletter that is scheduled: notes what became of the edition whose run has begun,
 * opens the next (not while the newsletter rests), drafts it when its hour has come and something is new, and skips it when nothing is.
 * A newsletter that fails does not stop the others. May run in any number of processes.
 */
export async function pressEditions(ground: PressGround): Promise<{ slug: string; did: Pressed }[]> {
  const done: { slug: string; did: Pressed }[] = [];
  for (const newsletter of await listNewsletters(ground)) {
    const { slug, schedule, pausedAt } = newsletter;
    try {
      const ended = await settle(ground, newsletter);
      if (ended) done.push({ slug, did: ended });
      const did = schedule && !pausedAt ? await press(ground, newsletter, schedule) : undefined;
      if (did) done.push({ slug, did });
    } catch (error) {
      // Somebody was at it in the same moment; the next look sees what they did.
      if (error instanceof Refusal && error.status === 409) continue;
      await noteFailure(ground, newsletter, error);
      done.push({ slug, did: 'failed' });
    }
  }
  return done;
}

/** The edition keeps the sentence for staff; what is refused again and again is in the log once. */
async function noteFailure({ sql, log }: PressGround, newsletter: Newsletter, error: unknown): Promise<void> {
  const told = error instanceof Refusal;
  const reason = told ? error.message : String(say`It could not be made; the log of the worker says why.`);
  const { rowCount } = await sql.query(
    `UPDATE edition SET reason = $2
      WHERE newsletter_id = $1 AND state IN ('coming', 'drafted') AND reason IS DISTINCT FROM $2`,
    [newsletter.id, reason],
  );
  if (rowCount || !told) {
    log.error({ err: error, newsletter: newsletter.slug }, 'an edition could not be made');
  }
}

/** Takes over from the run what became of a drafted edition. */
async function settle(ground: PressGround, newsletter: Newsletter): Promise<Pressed | undefined> {
  const { sql, clock } = ground;
  const drafted = await findOpen(sql, newsletter.id);
  if (drafted?.state !== 'drafted') return undefined;
  return transaction(sql, async (connection) => {
    await lockNewsletter(connection, newsletter.id);
    const edition = await findOpen(connection, newsletter.id);
    const run = edition && (await runRow(connection, newsletter, edition));
    if (!edition || !run) return undefined;
    if (run.state === 'cancelled' && !run.startedAt) {
      await markSkipped(connection, edition, {
        reason: run.reason ?? 'cancelled',
        run: run.id,
        at: clock.now(),
      });
      return 'skipped';
    }
    if (!isUnderWay(run.state) && run.state !== 'cancelled') return undefined;
    await connection.query(
      "UPDATE edition SET state = 'sent', run_id = $2, version = $3, ended_at = $4 WHERE id = $1",
      [edition.id, run.id, run.version, clock.now()],
    );
    await connection.query('UPDATE newsletter SET changed_at = $2 WHERE id = $1', [
      newsletter.id,
      clock.now(),
    ]);
    return 'sent';
  });
}

async function runRow(connection: Connection, { messageId }: Newsletter, { dueAt }: Edition) {
  const { rows } = await connection.query<{
    id: string;
    state: RunState;
    version: number;
    startedAt: Date | null;
    reason: string | null;
  }>(
    'SELECT id, state, version, started_at AS "startedAt", reason FROM run WHERE message_id = $1 AND due_at = $2',
    [messageId, dueAt],
  );
  return rows[0] && { ...rows[0], id: BigInt(rows[0].id) };
}

async function press(
  ground: PressGround,
  newsletter: Newsletter,
  schedule: Schedule,
): Promise<Pressed | undefined> {
  const open = await openOn(ground, newsletter, schedule);
  if (!open) return undefined;
  const { edition, moved } = open;
  if (edition.state === 'drafted') {
    // A composed one says the day that it was due on.
    if (moved && !edition.handwritten && (await isAsComposed(ground, newsletter, edition))) {
      return drafted(ground, newsletter);
    }
    return judge(ground, newsletter, { edition, schedule });
  }
  const now = ground.clock.now().getTime();
  const due = edition.dueAt.getTime();
  if (now < due - newsletter.draftHours * HOUR) return undefined;
  if (newItems(await listItems(ground, newsletter.id), edition.dueAt).length)
    return drafted(ground, newsletter);
  return now >= due ? skipped(ground, newsletter, await nothingNew(ground, newsletter)) : undefined;
}

/**
 * The edition in the making: opened where there is none, and moved where the schedule has changed. Of
 * several that were missed while nobody looked only the latest is made.
 */
async function openOn(
  { sql, clock }: PressGround,
  newsletter: Newsletter,
  schedule: Schedule,
): Promise<{ edition: Edition; moved: boolean } | undefined> {
  return transaction(sql, async (connection) => {
    await lockNewsletter(connection, newsletter.id);
    const now = clock.now();
    const edition = await findOpen(connection, newsletter.id);
    const last = (await listEditions({ sql: connection }, newsletter.id)).find(
      (one) => one.id !== edition?.id,
    );
    const dueAt = dueOf(schedule, { edition, lastDue: last?.dueAt, now });
    if (edition && dueAt?.getTime() === edition.dueAt.getTime()) return { edition, moved: false };
    if (!dueAt || (edition && (await runOf(connection, newsletter.messageId, edition.dueAt))))
      return undefined;
    if (edition) await connection.query('UPDATE edition SET due_at = $2 WHERE id = $1', [edition.id, dueAt]);
    else {
      await connection.query('INSERT INTO edition (id, newsletter_id, due_at) VALUES ($1, $2, $3)', [
        ...[uuid(), newsletter.id, dueAt],
      ]);
    }
    return { edition: (await findOpen(connection, newsletter.id)) as Edition, moved: Boolean(edition) };
  });
}

interface Appointment {
  edition: Edition | undefined;
  lastDue: Date | undefined;
  now: Date;
}

function dueOf(schedule: Schedule, { edition, lastDue, now }: Appointment): Date | null {
  const fits =
    edition &&
    nextDue(schedule, new Date(edition.dueAt.getTime() - 1))?.getTime() === edition.dueAt.getTime();
  if (edition && fits)
    return edition.state === 'coming' ? latestOf(schedule, edition.dueAt, now) : edition.dueAt;
  if (edition || !lastDue) return nextDue(schedule, lastDue && lastDue > now ? lastDue : now);
  const due = nextDue(schedule, lastDue);
  return due && latestOf(schedule, due, now);
}

function latestOf(schedule: Schedule, due: Date, now: Date): Date {
  let latest = due;
  for (let next = nextDue(schedule, due); next && next <= now; next = nextDue(schedule, next)) latest = next;
  return latest;
}

/**
 * A drafted edition that nobody approved: the policy `skip` ends it once it is late; otherwise it waits
 * until the next one is to be drafted. What is approved, its run and the late policy see to.
 */
async function judge(
  ground: PressGround,
  newsletter: Newsletter,
  { edition, schedule }: { edition: Edition; schedule: Schedule },
): Promise<Pressed | undefined> {
  const { sql, clock } = ground;
  const now = clock.now();
  if (now <= edition.dueAt) return undefined;
  const run = await runOf(sql, newsletter.messageId, edition.dueAt);
  if (run && run.state !== 'asked') return undefined;
  const message = await findMessage(sql, newsletter.messageId);
  if (!run && (await isApproved(ground, message))) return undefined;
  const span = { from: edition.dueAt, until: now, enough: message.lateAfterSec };
  if (openSeconds(span, message.window, schedule.zone) <= message.lateAfterSec) return undefined;
  const next = nextDue(schedule, edition.dueAt);
  const over = next !== null && now.getTime() >= next.getTime() - newsletter.draftHours * HOUR;
  const why = run ? say`skipped: nobody decided on it` : say`skipped: it was not approved in time`;
  if (over) return skipped(ground, newsletter, say`${why}, and the next edition is due`);
  return message.latePolicy === 'skip' ? skipped(ground, newsletter, why) : undefined;
}

/** Whether nobody has edited the message since the edition was composed. */
async function isAsComposed(
  { sql }: PressGround,
  { messageId }: Newsletter,
  edition: Edition,
): Promise<boolean> {
  return (await findMessage(sql, messageId)).version === edition.version;
}

async function isApproved({ sql }: PressGround, message: Message): Promise<boolean> {
  const { rowCount } = await sql.query('SELECT FROM approval WHERE message_id = $1 AND revision = $2', [
    ...[message.id, message.revision],
  ]);
  return Boolean(rowCount);
}

async function drafted(ground: PressGround, newsletter: Newsletter): Promise<Pressed> {
  const { number } = await draftEdition(ground, { newsletter, editor: { actor: PLANNER, userId: null } });
  ground.log.info(
    { newsletter: newsletter.slug, edition: number },
    'an edition is drafted and waits for approval',
  );
  return 'drafted';
}

async function skipped(ground: PressGround, newsletter: Newsletter, why: Sentence): Promise<Pressed> {
  const reason = String(why);
  await skipEdition(ground, newsletter, { reason, actor: PLANNER });
  ground.log.info({ newsletter: newsletter.slug, why: reason }, 'an edition is skipped, no mail leaves');
  return 'skipped';
}

async function nothingNew(ground: PressGround, newsletter: Newsletter): Promise<Sentence> {
  const last = (await listEditions(ground, newsletter.id)).find(({ state }) => state === 'sent');
  return last
    ? say`skipped: nothing is new since edition ${last.number ?? ''}`
    : say`skipped: nothing was written yet`;
}
