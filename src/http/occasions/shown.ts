import { indianDay } from '../../giving/calendar.ts';
import { formatAmount, formatDay, type Language, translate } from '../../i18n.ts';
import { drawingOf } from '../../pages/occasions/art.ts';
import { lookOf } from '../../pages/occasions/designs.ts';
import type { GuestGift } from '../../pages/occasions/gifts.ts';
import { dayWords, kindWords, moodOf, namesOf } from '../../pages/occasions/words.ts';
import { whenOf } from '../projects/words.ts';
import { giveAtHref, occasionPath } from './address.ts';
import type { OccasionShowing } from './page.ts';
import { photosShown } from './photos.ts';
import { sharesOf } from './shares.ts';

/** What the template of a family's page is filled with. */
export function shownOccasion(showing: OccasionShowing): Record<string, unknown> {
  const { page, language, query, publicUrl, preview } = showing;
  const { content, code, kind } = page;
  const [first, ...others] = photosShown(showing);
  return {
    ...{ preview, path: occasionPath(code), number: page.number, ...lookShown(page), tone: moodOf(kind) },
    ...{ kind: kindWords(kind, language), names: content.names.filter(Boolean), title: namesOf(content) },
    day: content.day && { iso: content.day, words: dayWords(content, language) },
    ...{ line: content.line, from: content.from, story: paragraphsOf(content.story) },
    tongue: content.language === language ? null : content.language,
    ...{ photo: first ?? null, photos: others },
    ...{ progress: progressShown(showing), closing: closingShown(showing) },
    ...{ open: page.open, give: page.open ? giveAtHref(code, query) : null, general: `/give${query}` },
    ...{ beneficiary: beneficiaryShown(showing), share: sharesOf({ page, language, publicUrl }) },
    ...{ wall: wallShown(showing), more: showing.wall.length > WALL_SHOWN },
    ...{ child: page.child, report: `${occasionPath(code)}/report${query}` },
  };
}

/** Drawing and colours. */
export function lookShown({ kind, content }: OccasionShowing['page']) {
  const { design, palette } = lookOf(content.design, moodOf(kind));
  return { design, mood: palette, art: drawingOf(design) };
}

/** Words that a stranger wrote are text, whatever stands in them. */
const paragraphsOf = (text: string): string[] =>
  text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter(Boolean);

const DAY_MS = 86_400_000;

/** What came together, where the family wants it seen; what it was when they closed the page, after that. */
function progressShown({ page, figures, language, now }: OccasionShowing) {
  const { content, frozen } = page;
  if (!content.progress) return null;
  const raised = frozen ? BigInt(frozen.raised) : figures.raised;
  const goal = content.goal === null ? null : BigInt(content.goal);
  const reached = goal ? Number((raised * 100n) / goal) : 0;
  const days = content.until && daysTo(content.until, now);
  return {
    ...{ raised: formatAmount(raised), goal: goal && formatAmount(goal), gifts: (frozen ?? figures).gifts },
    percent: goal ? Math.max(0, Math.min(100, reached)) : null,
    label: goal ? translate(language, 'project.percent', { percent: reached }) : '',
    days: page.open && days && days > 0 && days < 100 ? days : null,
  };
}

const daysTo = (day: string, now: Date) =>
  Math.round((Date.parse(day) - Date.parse(indianDay(now))) / DAY_MS);

function closingShown({ page, language }: OccasionShowing) {
  if (page.state !== 'closed') return null;
  return {
    words: page.frozen?.words ? paragraphsOf(page.frozen.words) : [],
    on: page.closedAt ? formatDay(page.closedAt, language) : '',
  };
}

/** Amounts of which the page says what each does. */
const SUGGESTIONS = 3;

function beneficiaryShown({ page, beneficiary, query }: OccasionShowing) {
  const { title, text, href, suggestions } = beneficiary;
  return {
    ...{ title, text, href: href && href + query },
    suggestions: suggestions.slice(0, SUGGESTIONS).map(({ rupees, shown, does }) => ({
      ...{ shown, does, href: giveAtHref(page.code, query, BigInt(Math.round(Number(rupees) * 100))) },
    })),
  };
}

/** So many messages stand on the page itself; one more is read to know whether there are others. */
export const WALL_SHOWN = 12;

const wallShown = ({ wall, now, language }: OccasionShowing) =>
  messagesOf(wall.slice(0, WALL_SHOWN), { now, language });

/** Gifts as guests see them. */
export const messagesOf = (wall: GuestGift[], { now, language }: { now: Date; language: Language }) =>
  wall.map(({ name, message, amount, at }) => ({
    ...{ name: name ?? translate(language, 'occasion.guest.anonymous'), message },
    ...{ amount: amount === null ? null : formatAmount(amount) },
    ...{ at: at.toISOString(), when: whenOf(at, now, language) },
  }));
