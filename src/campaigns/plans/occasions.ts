import { readdirSync, readFileSync } from 'node:fs';
import { DateTime } from 'luxon';
import { holidays } from '../calendar/holidays.ts';
import { type PlanContent, planContent } from './content.ts';
import { shifted } from './relative.ts';

const FOLDER = new URL('../../../templates/occasions/', import.meta.url);
const LANGUAGES = ['en', 'ml'] as const;
type Words<T> = Record<(typeof LANGUAGES)[number], T>;

interface MailWords {
  subject: string;
  preheader: string;
  heading: string;
  text: string[];
  button: string;
}

/** A file of templates/occasions. */
interface OccasionFile {
  name: Words<string>;
  /** The day of every year (`12-03`), or the name of one of our holidays. */
  day: { date: string } | { holiday: string };
  /** Days before it on which its mail goes out. */
  lead: number;
  mail: Words<MailWords>;
  post: Words<string>;
}

/** A day of the year with a mail some days before it and a post on it, in both languages. */
export interface Occasion {
  key: string;
  name: Words<string>;
  /** The next one that is known; null where our data of holidays ends. */
  next: { day: string; moves: boolean } | null;
  /** Days before it on which its campaign begins. */
  lead: number;
  content: PlanContent;
}

/**
 * Every occasion, the next first. @param today of the office
 * @param site where the buttons of its mails lead
 */
export function listOccasions({ today, site }: { today: string; site: string }): Occasion[] {
  const keys = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
  const all = keys.map((file) => {
    const occasion: OccasionFile = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
    const { name, lead } = occasion;
    const next = nextOf(occasion, today);
    return { key: file.slice(0, -5), name, lead, next, content: contentOf(occasion, site) };
  });
  return all.sort((a, b) => (a.next?.day ?? '9999').localeCompare(b.next?.day ?? '9999'));
}

/** It is still reached in time: its campaign has not begun. */
function nextOf({ day, lead }: OccasionFile, today: string): Occasion['next'] {
  const least = shifted(today, lead + 1);
  if ('holiday' in day) {
    const next = holidays.find((one) => one.en === day.holiday && one.day >= least);
    return next ? { day: next.day, moves: next.moves } : null;
  }
  const year = DateTime.fromISO(least).year;
  const days = [`${year}-${day.date}`, `${year + 1}-${day.date}`];
  return { day: days.find((one) => one >= least) ?? '', moves: false };
}

function contentOf({ name, lead, mail, post }: OccasionFile, site: string): PlanContent {
  const audience = { fallback: [...LANGUAGES] };
  return planContent.parse({
    ...{ goal: null, days: lead },
    messages: [
      {
        ...{ name: `${name.en}: mail`, channel: 'email', purpose: 'appeals', from: null, audience },
        when: { kind: 'day', anchor: 'start', days: 0, time: '10:00' },
        contents: Object.fromEntries(LANGUAGES.map((tag) => [tag, mailOf(mail[tag], tag, site)])),
      },
      {
        ...{ name: `${name.en}: post`, channel: 'post', purpose: 'posts', from: null, audience },
        when: { kind: 'day', anchor: 'end', days: 0, time: '09:15' },
        contents: Object.fromEntries(
          LANGUAGES.map((tag) => [
            tag,
            { subject: '', preheader: '', source: JSON.stringify({ text: post[tag] }) },
          ]),
        ),
      },
    ],
  });
}

const GREETING = { en: 'Hello{{#if name}} {{name}}{{/if}},', ml: 'നമസ്കാരം{{#if name}} {{name}}{{/if}},' };
const THANKS = { en: 'With thanks,\n**the We Care team**', ml: 'നന്ദിയോടെ,\n**വി കെയർ സംഘം**' };

function mailOf(
  { subject, preheader, heading, text, button }: MailWords,
  language: 'en' | 'ml',
  site: string,
) {
  const blocks = [
    { type: 'heading', level: 1, text: heading },
    ...[GREETING[language], ...text].map((words) => ({ type: 'text', text: words })),
    ...[
      { type: 'button', text: button, href: `${site}/give` },
      { type: 'text', text: THANKS[language] },
    ],
  ];
  return { subject, preheader, source: JSON.stringify({ language, title: subject, blocks }) };
}
