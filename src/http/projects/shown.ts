import { formatAmount, formatDay, type Language, translate } from '../../i18n.ts';
import type { Figures } from '../../pages/figures.ts';
import type { PublicProject } from '../../pages/published.ts';
import { giveHref, projectPath } from './address.ts';
import { progressOf } from './progress.ts';
import {
  costsOf,
  milestonesOf,
  offersOf,
  pictureFor,
  sponsorsOf,
  storyOf,
  updatesOf,
  wallOf,
} from './sections.ts';
import { sharesOf } from './shares.ts';
import { placeOf, saidIn, whenOf } from './words.ts';

/** A project and whatever else its page is made of. */
export interface Showing {
  project: PublicProject;
  figures: Figures;
  language: Language;
  now: Date;
  publicUrl: string;
  /** `?lang=` where the reader asked for it, as the other pages have it. */
  query: string;
  /** For staff, before everybody can see it: nothing leads on from it. */
  preview?: boolean;
}

/** What the template of a project's page is filled with. */
export function shownProject(showing: Showing): Record<string, unknown> {
  const { project, figures, language, query, preview = false } = showing;
  const { content, slug } = project;
  const progress = progressOf(project, showing.now, language);
  const updates = updatesOf(showing);
  return {
    ...{ preview, path: projectPath(slug), place: placeOf(project, language), progress },
    name: said(content, 'title', language),
    summary: said(content, 'summary', language),
    cover: pictureFor(showing, content.cover, '100vw'),
    give: progress.asks ? giveHref(slug, query) : null,
    general: `/give${query}`,
    share: sharesOf({ project, language, publicUrl: showing.publicUrl }),
    ...{ story: storyOf(showing), offers: offersOf(showing), suggestions: suggestionsOf(showing) },
    ...{ costs: costsOf(showing), milestones: milestonesOf(showing), sponsors: sponsorsOf(showing) },
    unreached: progress.asks || progress.standing === 'over' ? said(content, 'unreached', language) : null,
    ...{ updates, report: project.state === 'reported' ? reportAmong(updates) : null },
    ...{ wall: wallOf(figures.wall, showing.now, language), more: project.goal.gifts > figures.wall.length },
    books: booksOf(showing),
  };
}

/** What tells how the money was used. */
const reportAmong = (updates: ReturnType<typeof updatesOf>) =>
  updates.find(({ kind }) => kind === 'report') ?? updates[0] ?? null;

const said = (
  content: PublicProject['content'],
  field: 'title' | 'summary' | 'unreached',
  language: Language,
) => saidIn({ en: content.en[field], ml: content.ml[field] }, language);

const SIGNS = ['heart', 'hands', 'gift', 'leaf'];

function suggestionsOf({ project, language, query }: Showing) {
  return project.content.suggestions.map(({ amount, words }, i) => ({
    ...{ href: giveHref(project.slug, query, BigInt(amount)), amount: formatAmount(BigInt(amount)) },
    ...{ said: saidIn(words, language), sign: SIGNS[i % SIGNS.length] },
  }));
}

/** What came, what was paid out, and when the last of it was written. */
function booksOf({ project, figures, language, now }: Showing) {
  const newest = figures.wall[0]?.at;
  return {
    raised: formatAmount(project.goal.raised),
    spent: figures.spent > 0n ? formatAmount(figures.spent) : null,
    newest: newest
      ? translate(language, 'project.books.newest', { when: whenOf(newest, now, language) })
      : translate(language, 'project.books.since', { day: formatDay(project.publishedAt, language) }),
  };
}
