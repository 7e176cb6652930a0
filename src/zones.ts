import { IANAZone } from 'luxon';
import { Refusal } from './errors.ts';
import { say } from './say.ts';

/** A wall clock's reading as if it were UTC, in milliseconds: readings can be compared and added to. */
export type Wall = number;

const DAY = 86_400_000;

/** What the clocks of a zone show at an instant. */
export const wallOf = (at: Date, zone: string): Wall => at.getTime() + offset(at.getTime(), zone);

/**
 * The instant at which the clocks of a zone show `wall`. A reading that comes twice, when clocks are put
 * back, means the first. One that is skipped, when they are put forward, is read with the offset before
 * the change: 02:30 becomes 03:30. The rule of RFC 5545, section 3.3.5.
 */
export function instantOf(wall: Wall, zone: string): Date {
  return new Date(readings(wall, zone)[0] ?? wall - offsetsAround(wall, zone)[0]);
}

/** How often the clocks of a zone show `wall`: 1, or 0 and 2 where they are changed. */
export const timesShown = (wall: Wall, zone: string): number => readings(wall, zone).length;

/** How far back readings have to be looked at that may have been moved past this instant. */
export function wallBefore(at: Date, zone: string): Wall {
  const time = at.getTime();
  return time + Math.min(offset(time, zone), offset(time - DAY, zone));
}

/** Whether requireZone takes it. */
export const isZone = (name: string): boolean => spelled(name) !== undefined;

/**
 * The zone under its usual spelling.
 * @throws Refusal that names zones like it
 */
export function requireZone(name: string): string {
  const spelling = spelled(name);
  if (spelling) return spelling;
  const near = zonesLike(name).join(', ');
  throw new Refusal(say`There is no time zone ${JSON.stringify(name)}. Did you mean one of ${near}?`);
}

function spelled(name: string): string | undefined {
  const spelling = allZones().find((zone) => zone.toLowerCase() === name.toLowerCase());
  if (spelling) return spelling;
  return name.includes('/') && IANAZone.isValidZone(name) ? name : undefined; // an older name, such as Asia/Calcutta
}

function readings(wall: Wall, zone: string): number[] {
  const instants = offsetsAround(wall, zone).map((shift) => wall - shift);
  const shown = instants.filter((at) => at + offset(at, zone) === wall);
  return [...new Set(shown)].sort((a, b) => a - b);
}

/** The offsets of the day before and the day after; they differ where the clocks are changed. */
function offsetsAround(wall: Wall, zone: string): [before: number, after: number] {
  const near = wall - offset(wall, zone);
  return [offset(near - DAY, zone), offset(near + DAY, zone)];
}

const offset = (at: number, zone: string): number => IANAZone.create(zone).offset(at) * 60_000;

/** The platform lists some zones under the names they had when its data began. */
const RENAMED: Record<string, string> = {
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Europe/Kiev': 'Europe/Kyiv',
};

let zones: string[] | undefined;
function allZones(): string[] {
  zones ??= ['UTC', ...Intl.supportedValuesOf('timeZone').map((zone) => RENAMED[zone] ?? zone)];
  return zones;
}

function zonesLike(name: string): string[] {
  const ranked = allZones().map((zone) => ({ zone, far: distanceToZone(name, zone) }));
  return ranked
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ zone }) => zone);
}

/** People know the city, not the continent, so the last part counts alone too. */
function distanceToZone(name: string, zone: string): number {
  const wish = name.trim().toLowerCase().replaceAll(' ', '_');
  const whole = zone.toLowerCase();
  const city = (text: string) => text.split('/').at(-1) ?? text;
  return Math.min(editDistance(wish, whole), editDistance(city(wish), city(whole)) + 0.5);
}

/** Levenshtein: how many letters must be put in, taken out or changed. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
