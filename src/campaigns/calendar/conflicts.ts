import { DateTime } from 'luxon';
import type { Going } from '../going.ts';
import { type Holiday, holidaysOn } from './holidays.ts';

/** What is worth a second look before something goes out. */
export type Conflict =
  /** Others reach the same readers within an hour. */
  | { kind: 'close'; with: string[] }
  /** People are not to be disturbed then. */
  | { kind: 'quiet' }
  | { kind: 'holiday'; holidays: Holiday[] };

const HOUR = 3_600_000;
/** From nine in the evening to nine in the morning. */
const QUIET = { from: 21, to: 9 };
/** Where the readers are, whatever the clocks of the viewer show. */
const READERS_ZONE = 'Asia/Kolkata';
/** Mails of this purpose ask for money. */
const APPEALS = 'appeals';

/**
 * What is to be looked at again of each that is still to come, in the same order. @param going by time
 */
export function conflictsOf(going: Going[], now: Date): Conflict[][] {
  return going.map((one, i) => (one.at < now ? [] : [...closeTo(going, i), ...badTime(one)]));
}

function closeTo(going: Going[], i: number): Conflict[] {
  const one = going[i] as Going;
  const near = (other: Going) => Math.abs(other.at.getTime() - one.at.getTime()) < HOUR;
  const others = going.filter((other, n) => n !== i && near(other) && sameReaders(one, other));
  return others.length ? [{ kind: 'close', with: [...new Set(others.map(({ message }) => message))] }] : [];
}

/** Two appeals by mail, or two posts on one account. */
function sameReaders(one: Going, other: Going): boolean {
  if (one.channel !== other.channel) return false;
  if (one.channel !== 'post') return one.purpose === APPEALS && other.purpose === APPEALS;
  return one.accounts.some(({ id }) => other.accounts.some((account) => account.id === id));
}

function badTime({ at }: Going): Conflict[] {
  const there = DateTime.fromJSDate(at, { zone: READERS_ZONE });
  const holidays = holidaysOn(there.toISODate() ?? '');
  return [
    ...(there.hour >= QUIET.from || there.hour < QUIET.to ? [{ kind: 'quiet' as const }] : []),
    ...(holidays.length ? [{ kind: 'holiday' as const, holidays }] : []),
  ];
}
