import { DateTime } from 'luxon';
import { requireRole, type User } from '../../access/users.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { instantOf, wallOf } from '../../zones.ts';
import { scheduleMessage } from '../campaigns.ts';
import { findMessage, type Message, type Revised } from '../messages.ts';
import { readWall } from '../schedule.ts';

/** Where a message goes by the clocks of whoever moves it. */
export interface Place {
  /** `2026-12-03` */
  day: string;
  /** `09:00`; its own when absent. */
  time?: string | undefined;
  zone: string;
}

/**
 * Moves a message that goes out once to another day or time. An approval is withdrawn by it, as by every edit.
 * @param revision that was seen; when it holds no longer, nothing is moved
 * @throws Refusal for one that is repeated or has no time, a time that has passed, and a user who may not plan
 */
export async function moveMessage(
  ground: Pick<Ground, 'sql' | 'clock' | 'config'>,
  { messageId, user, revision }: { messageId: string; user: User; revision: number },
  place: Place,
): Promise<Revised> {
  requireRole(user, ['author', 'administrator'], say`plan messages`);
  const message = await findMessage(ground.sql, messageId);
  const schedule = movedTo(message, place);
  const editor = { actor: user.email, userId: user.id };
  return scheduleMessage(ground, { messageId, editor, revision }, { schedule });
}

/** The moment at which a message goes out once. @throws Refusal when it does not */
export function onceAt({ name, schedule }: Pick<Message, 'name' | 'schedule'>): Date {
  if (schedule?.kind === 'once') return instantOf(readWall(schedule.at), schedule.zone);
  if (schedule)
    throw new Refusal(
      say`The message ${JSON.stringify(name)} comes again and again. Change its rhythm on its page “Audience and time”.`,
      409,
    );
  throw new Refusal(
    say`The message ${JSON.stringify(name)} has no time yet. Choose one on its page “Audience and time”.`,
    409,
  );
}

/** The schedule after a move, in the zone that it had. @throws Refusal as `onceAt`, and for no day or time */
export function movedTo(message: Pick<Message, 'name' | 'schedule'>, { day, time, zone }: Place) {
  const at = onceAt(message);
  const own = DateTime.fromMillis(wallOf(at, zone), { zone: 'utc' });
  const wall = DateTime.fromISO(`${day}T${time || own.toFormat('HH:mm:ss')}`, { zone: 'utc' });
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || !wall.isValid)
    throw new Refusal(say`Choose a day and a time to move it to.`);
  const to = instantOf(wall.toMillis(), zone);
  const kept = message.schedule?.zone ?? zone;
  const there = DateTime.fromMillis(wallOf(to, kept), { zone: 'utc' });
  return { kind: 'once' as const, at: there.toFormat("yyyy-MM-dd'T'HH:mm:ss"), zone: kept };
}
