import cronstrue from 'cronstrue';
import { DateTime } from 'luxon';
import { timesShown } from '../zones.ts';
import { readWall, type Schedule } from './schedule.ts';
import type { Window } from './window.ts';

/** The languages of the interface. */
export type WordLanguage = 'en' | 'ml';

/** A schedule as a person would say it, with its zone. */
export function inWords(schedule: Schedule, language: WordLanguage): string {
  const zone = zoneInWords(schedule.zone, language);
  if (schedule.kind === 'cron') return `${cronInWords(schedule.expression, language)} (${zone})`;
  const wall = DateTime.fromMillis(readWall(schedule.at), { zone: 'utc' });
  const twice = timesShown(wall.toMillis(), schedule.zone) === 2;
  if (language === 'ml') {
    const first = twice ? '; അന്ന് രണ്ടുതവണ വരുന്ന ഈ സമയത്തിൽ ആദ്യത്തേത്' : '';
    return `ഒരിക്കൽ: ${dayInWords(wall, 'ml')} ${timeInMalayalam(wall.hour, wall.minute)} (${zone}${first})`;
  }
  const first = twice ? '; the first of the two on that day' : '';
  return `Once, on ${dayInWords(wall, 'en')} at ${timeInEnglish(wall)} (${zone}${first})`;
}

/** One due time with its weekday, by the clocks of the zone: `Sunday, 22 November 2026, 9:00 am`. */
export function dateInWords(at: Date, zone: string, language: WordLanguage): string {
  const wall = DateTime.fromJSDate(at, { zone });
  const time = language === 'ml' ? ` ${timeInMalayalam(wall.hour, wall.minute)}` : `, ${timeInEnglish(wall)}`;
  return `${dayInWords(wall, language)}${time}`;
}

/** The send window as a clause that may follow a schedule. */
export function windowInWords({ from, to }: Window, language: WordLanguage): string {
  return language === 'ml'
    ? `${from} മുതൽ ${to} വരെ മാത്രം`
    : `only from ${clockInEnglish(from)} to ${clockInEnglish(to)}`;
}

/** `9:00 am`; with its seconds where there are some. */
const timeInEnglish = (wall: DateTime): string =>
  wall.toFormat(wall.second ? 'h:mm:ss a' : 'h:mm a', { locale: 'en-US' }).toLowerCase();

/** The same of `18:30`. */
const clockInEnglish = (clock: string): string => timeInEnglish(DateTime.fromFormat(clock, 'HH:mm'));

const zoneInWords = (zone: string, language: WordLanguage) =>
  zone === 'Asia/Kolkata' ? { en: 'Indian time', ml: 'ഇന്ത്യൻ സമയം' }[language] : zone;

const dayInWords = (wall: DateTime, language: WordLanguage) =>
  new Intl.DateTimeFormat(language === 'ml' ? 'ml-IN' : 'en-IN', {
    ...{ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' },
  })
    .format(wall.setZone('utc', { keepLocalTime: true }).toJSDate())
    // The platform joins weekday endings with a mark that newer fonts and our tables do without.
    .replaceAll('\u200c', '');

/** A cron expression as a person would say it. */
export function cronInWords(expression: string, language: WordLanguage): string {
  if (language === 'ml') return cronInMalayalam(expression);
  const said = cronstrue.toString(expression, { use24HourTimeFormat: true, verbose: true });
  const words = said.replace(/\b\d\d:\d\d\b/g, clockInEnglish);
  // With both days given a date that fits either of them counts; cronstrue writes "and".
  const [, , day, , weekday] = expression.split(' ');
  const either = ![day, weekday].some((field) => field === '*' || field === '?');
  return either ? words.replace(', and on', ', or on').replace(', and ', ', or ') : words;
}

const WEEKDAYS = ['ഞായർ', 'തിങ്കൾ', 'ചൊവ്വ', 'ബുധൻ', 'വ്യാഴം', 'വെള്ളി', 'ശനി'];
const EVERY_WEEKDAY = ['ഞായറാഴ്ച', 'തിങ്കളാഴ്ച', 'ചൊവ്വാഴ്ച', 'ബുധനാഴ്ച', 'വ്യാഴാഴ്ച', 'വെള്ളിയാഴ്ച', 'ശനിയാഴ്ച'];
const NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** The shapes people use, in sentences; any other expression is quoted as it stands. */
function cronInMalayalam(expression: string): string {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = expression.split(' ');
  const often = hour === '*' && [day, month, weekday].every(any) ? oftenInMalayalam(minute) : null;
  if (often) return often;
  const days = any(month) ? daysInMalayalam(day, weekday) : null;
  if (days && isNumber(minute) && isNumber(hour)) {
    return `${days} ${timeInMalayalam(Number(hour), Number(minute))}`;
  }
  return `“${expression}” എന്ന സമയക്രമപ്രകാരം`;
}

function oftenInMalayalam(minute: string): string | null {
  if (isNumber(minute)) return `ഓരോ മണിക്കൂറിലും, മണിക്കൂർ കഴിഞ്ഞ് ${Number(minute)} മിനിറ്റാകുമ്പോൾ`;
  const step = /^(?:\*|0)\/(\d+)$/.exec(minute)?.[1];
  return step ? `ഓരോ ${Number(step)} മിനിറ്റിലും` : null;
}

function daysInMalayalam(day: string, weekday: string): string | null {
  if (any(day) && any(weekday)) return 'എല്ലാ ദിവസവും';
  if (any(weekday)) {
    if (day === 'L') return 'എല്ലാ മാസവും അവസാന ദിവസം';
    return isNumber(day) ? `എല്ലാ മാസവും ${Number(day)}-ാം തീയതി` : null;
  }
  const numbers = any(day) ? weekdayNumbers(weekday) : null;
  if (!numbers) return null;
  if (numbers.length === 1) return `എല്ലാ ${EVERY_WEEKDAY[numbers[0] ?? 0]}യും`;
  return `എല്ലാ ആഴ്ചയും ${numbers.map((n) => WEEKDAYS[n]).join(', ')} ദിവസങ്ങളിൽ`;
}

/** `MON-FRI`, `1,3`, `SAT`; null for what is rarer (`1#2`, `5L`, steps). */
function weekdayNumbers(field: string): number[] | null {
  const found: number[] = [];
  for (const part of field.split(',')) {
    const [from, to] = part.split('-').map(weekdayNumber);
    if (from === undefined || from < 0 || (to !== undefined && to < from)) return null;
    for (let n = from; n <= (to ?? from); n++) found.push(n % 7);
  }
  return [...new Set(found)].sort((a, b) => a - b);
}

const weekdayNumber = (text: string) => (/^[0-7]$/.test(text) ? Number(text) : NAMES.indexOf(text));

/** രാവിലെ 9:00-ന്: the part of the day, then a twelve-hour clock. */
function timeInMalayalam(hour: number, minute: number): string {
  const part = hour < 4 || hour >= 19 ? 'രാത്രി' : hour < 12 ? 'രാവിലെ' : hour < 15 ? 'ഉച്ചയ്ക്ക്' : 'വൈകിട്ട്';
  return `${part} ${hour % 12 || 12}:${String(minute).padStart(2, '0')}-ന്`;
}

const any = (field: string) => field === '*' || field === '?';
const isNumber = (field: string) => /^\d+$/.test(field);
