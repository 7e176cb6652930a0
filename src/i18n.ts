import { readdirSync, readFileSync } from 'node:fs';
import { IntlMessageFormat } from 'intl-messageformat';
import type { Messages } from './i18n-keys.ts';

export const languages = ['en', 'ml'] as const;
export type Language = (typeof languages)[number];
export type MessageKey = keyof Messages;

type Values = Record<string, string | number>;
/** A message in one language; the values it takes are checked against the English one. */
export type Translate = <K extends MessageKey>(
  key: K,
  ...values: keyof Messages[K] extends never ? [] : [Messages[K]]
) => string;

/**
 * Every message of one language, as ICU text: the files of templates/locales/LANGUAGE, one for each part.
 * @throws Error for a message that two files have
 */
export function readCatalogue(language: Language): Record<string, string> {
  const folder = new URL(`../templates/locales/${language}/`, import.meta.url);
  const catalogue: Record<string, string> = {};
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    const part: Record<string, string> = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
    const twice = Object.keys(part).find((key) => Object.hasOwn(catalogue, key));
    if (twice) throw new Error(`templates/locales/${language} has ${twice} twice, the second in ${file}`);
    Object.assign(catalogue, part);
  }
  return catalogue;
}

const INDIAN: Record<Language, string> = { en: 'en-IN', ml: 'ml-IN' };
const catalogues = Object.fromEntries(
  languages.map((language) => [language, new Map(Object.entries(readCatalogue(language)))]),
) as Record<Language, Map<string, string>>;
/** Made when first used: a process says few of the thousands of messages, and each takes time and memory. */
const formats: Record<Language, Map<string, IntlMessageFormat>> = { en: new Map(), ml: new Map() };

/** The translator of a language. @throws Error for a key or a value that the catalogue does not know */
export function translator(language: Language): Translate {
  return (key, ...[values]) => translate(language, key, values);
}

/** The same for a key that is known only when it runs, as in templates. */
export function translate(language: Language, key: string, values: Values = {}): string {
  return String(formatOf(language, key).format(values));
}

/** The same where the catalogue has the key, otherwise what is given. */
export const translateOr = (language: Language, key: string, otherwise: string): string =>
  catalogues[language].has(key) ? translate(language, key) : otherwise;

/** The nearest language we have to a BCP 47 tag, English when there is none. */
export function languageOf(tag: string | null | undefined): Language {
  const primary = tag?.toLowerCase().split('-')[0];
  return languages.find((language) => language === primary) ?? 'en';
}

/** What a language is called in another: contacts may read one that we do not speak. */
export function languageName(tag: string, language: Language): string {
  try {
    return new Intl.DisplayNames(INDIAN[language], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag; // no language tag, but what somebody once imported
  }
}

const KERALA = 'Asia/Kolkata';
const DAY_PARTS: [until: number, malayalam: string][] = [
  [4, 'രാത്രി'],
  [6, 'പുലർച്ചെ'],
  [12, 'രാവിലെ'],
  [15, 'ഉച്ചയ്ക്ക്'],
  [19, 'വൈകിട്ട്'],
  [24, 'രാത്രി'],
];

/** A moment as people read it, with the zone: `21 November 2026, 6:30 pm IST`. */
export function formatMoment(at: Date, language: Language, zone = KERALA): string {
  return `${formatDay(at, language, zone)}, ${formatTime(at, language, zone)} ${zoneName(at, zone)}`;
}

/** The time of day: `6:30 pm`, `വൈകിട്ട് 6:30`. */
export function formatTime(at: Date, language: Language, zone = KERALA): string {
  const { time, period, hour } = dateParts(at, language, zone);
  if (language === 'en') return `${time} ${period}`;
  return `${DAY_PARTS.find(([until]) => hour < until)?.[1]} ${time}`;
}

/** A day: `21 November 2026`, `2026 നവംബർ 21`. */
export function formatDay(at: Date, language: Language, zone = KERALA): string {
  const { day, month, year } = dateParts(at, language, zone);
  return language === 'en' ? `${day} ${month} ${year}` : `${year} ${month} ${day}`;
}

/** The parts of a day, where a paper sets each by itself: `Saturday`, `21`, `November`, `2026`. */
export function dayParts(at: Date, language: Language, zone = KERALA) {
  const { day = '', month, year = '' } = dateParts(at, language, zone);
  const weekday = new Intl.DateTimeFormat(INDIAN[language], { timeZone: zone, weekday: 'long' }).format(at);
  return { weekday, day, month, year };
}

/** `IST` for Kerala's; elsewhere as the zone's own region says it, such as `GMT+4`. */
export function zoneName(at: Date, zone: string): string {
  if (zone === KERALA) return 'IST';
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'short' }).formatToParts(at);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}

const GROUPED = new Intl.NumberFormat('en-IN');

/** A number in Indian grouping: `1,00,000`. */
export const formatNumber = (value: number | bigint): string => GROUPED.format(value);

/** Whole paise as rupees in Indian grouping: `₹1,00,000`, with paise only where there are some. */
export function formatAmount(paise: bigint): string {
  const [rupees, rest] = [paise / 100n, paise % 100n];
  const sign = paise < 0n ? '−' : '';
  const digits = formatNumber(rupees < 0n ? -rupees : rupees);
  const tail = rest ? `.${String(rest < 0n ? -rest : rest).padStart(2, '0')}` : '';
  return `${sign}₹${digits}${tail}`;
}

interface DateFormats {
  fields: Intl.DateTimeFormat;
  month: Intl.DateTimeFormat;
}
/** By language and zone: one takes longer to make than a thousand dates to write. */
const dateFormats = new Map<string, DateFormats>();

function dateFormatsOf(language: Language, timeZone: string): DateFormats {
  const key = `${language} ${timeZone}`;
  const made = dateFormats.get(key);
  if (made) return made;
  const options = { timeZone, hourCycle: 'h23' } as const;
  const fields = { day: 'numeric', year: 'numeric', hour: 'numeric', minute: '2-digit' } as const;
  const formats = {
    fields: new Intl.DateTimeFormat('en-GB', { ...options, ...fields }),
    month: new Intl.DateTimeFormat(INDIAN[language], { ...options, month: 'long' }),
  };
  dateFormats.set(key, formats);
  return formats;
}

function dateParts(at: Date, language: Language, timeZone: string) {
  const { fields, month } = dateFormatsOf(language, timeZone);
  const parts = Object.fromEntries(fields.formatToParts(at).map(({ type, value }) => [type, value]));
  const hour = Number(parts.hour);
  const time = `${hour % 12 || 12}:${parts.minute}`;
  const period = hour < 12 ? 'am' : 'pm';
  return { day: parts.day, month: month.format(at), year: parts.year, hour, time, period };
}

function formatOf(language: Language, key: string): IntlMessageFormat {
  const made = formats[language].get(key);
  if (made) return made;
  const text = catalogues[language].get(key);
  if (text === undefined) throw new Error(`templates/locales/${language} has no message ${key}`);
  const format = new IntlMessageFormat(text, INDIAN[language]);
  formats[language].set(key, format);
  return format;
}
