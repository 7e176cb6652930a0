import { isDeepStrictEqual } from 'node:util';
import { defaultZone } from '../access/default-zone.ts';
import { requireRole, type User } from '../access/users.ts';
import type { Queryable } from '../db.ts';
import { type AudienceCount, countAudience } from '../deliveries/audience-count.ts';
import { parseCanary } from '../deliveries/canary.ts';
import { receivedIn } from '../deliveries/receivers.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { type Audience, type AudienceNames, namesOf, requireFallback, requireTargets } from './audience.ts';
import { requireSeconds, type Timing } from './campaigns.ts';
import { type Message, type Revised, reviseMessage, type UnknownPolicy } from './messages.ts';
import { nextDue, parseSchedule } from './schedule.ts';
import { languagesOf } from './versions.ts';
import { parseWindow } from './window.ts';

/** Whom a message is for, when it goes and how carefully: all that is planned besides its words. */
export interface MessageSetup extends AudienceNames, Timing {
  fallback: string[];
  unknownPolicy: UnknownPolicy;
  openPixel: boolean;
}

/** Somebody saved between the reading and the writing of a plan. */
export class PlanMoved extends Refusal {
  readonly current: Message;
  constructor(current: Message) {
    super(say`Somebody else changed this message while you planned it. Compare, then save again.`, 409);
    this.current = current;
  }
}

/**
 * Plans a message in one revision. A schedule of null takes it away.
 * @param revision of the message that whoever plans has read
 * @throws PlanMoved when it has another by now; Refusal for lists that are not there, times and policies
 *   that will not do, and a user who may not
 */
export async function planMessage(
  ground: Pick<Ground, 'sql' | 'clock' | 'config'>,
  { messageId, user, revision }: { messageId: string; user: User; revision: number },
  setup: MessageSetup,
): Promise<Revised> {
  requireRole(user, ['author', 'administrator'], say`plan messages`);
  const [now, usual] = [ground.clock.now(), await defaultZone(ground)];
  const editor = { actor: user.email, userId: user.id };
  return reviseMessage(ground, { messageId, editor }, async (message, connection) => {
    if (message.revision !== revision) throw new PlanMoved(message);
    const written = await languagesOf(connection, messageId, message.version);
    return {
      audience: await audienceOf(connection, message, { setup, written }),
      ...timingOf(setup, message, { now, usual }),
      unknownPolicy: setup.unknownPolicy,
      openPixel: setup.openPixel,
    };
  });
}

/** A correction goes to whom it corrects, a post to the accounts that are chosen where it is written. */
async function audienceOf(
  connection: Queryable,
  message: Message,
  { setup, written }: { setup: MessageSetup; written: string[] },
): Promise<Audience> {
  const fallback = requireFallback(setup.fallback, written);
  if (message.channel === 'post') return { ...message.audience, fallback };
  if (message.correctsRun) return { ...namesOf(message.audience), fallback };
  const audience = { ...namesOf(emptied, setup), fallback };
  await requireTargets(connection, audience);
  return audience;
}

/** A part that is not wished for goes. */
const emptied = { lists: [], segments: [], excludeLists: [], excludeSegments: [] };

interface Then {
  now: Date;
  /** The zone of a schedule that names none. */
  usual: string;
}

function timingOf(setup: MessageSetup, message: Message, then: Then) {
  const { latePolicy = message.latePolicy, lateAfterSec = message.lateAfterSec, canary = null } = setup;
  return {
    schedule: setup.schedule ? scheduleOf(setup.schedule, message, then) : null,
    window: setup.window ? parseWindow(setup.window) : null,
    ...{ latePolicy, lateAfterSec: requireSeconds(lateAfterSec) },
    canary: canary && parseCanary(canary),
  };
}

/** One that stays as it was may have passed meanwhile: what was sent is not taken back by an edit. */
function scheduleOf(wish: unknown, { schedule }: Message, { now, usual }: Then) {
  if (schedule && isDeepStrictEqual(wish, schedule)) return schedule;
  const parsed = parseSchedule(wish, now, usual);
  if (!nextDue(parsed, now)) throw new Refusal(say`The time of this message has passed. Choose another.`);
  return parsed;
}

/**
 * Whom a message would reach if it left now with this audience.
 * @returns null when it could not be counted in time
 * @throws Refusal for lists and segments that are not there
 */
export async function countPlanned(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  message: Message,
  { names, fallback }: { names: AudienceNames; fallback: string[] },
): Promise<AudienceCount | null> {
  if (message.correctsRun) return countReceivers(sql, message);
  const written = await languagesOf(sql, message.id, message.version);
  const targets = await requireTargets(sql, names);
  const order = [...fallback, ...written.filter((language) => !fallback.includes(language))];
  return countAudience(
    sql,
    { channel: message.channel, purpose: message.purpose, targets, written: order },
    clock.now(),
  );
}

async function countReceivers(sql: Queryable, message: Message): Promise<AudienceCount> {
  const corrects = { run: BigInt(message.correctsRun ?? 0), unknown: message.correctsUnknown };
  const languages = await receivedIn(sql, corrects);
  const total = Object.values(languages).reduce((sum, n) => sum + n, 0);
  return { exact: true, total, languages, leftOut: {} };
}
