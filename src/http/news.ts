import type { Request, Response } from 'express';
import {
  headlineOf,
  neighboursOf,
  type PublicEdition,
  type PublicPaper,
  publicEdition,
  publicEditions,
  publicPaper,
  publicPapers,
} from '../campaigns/newsletters/archive.ts';
import { type FeedKind, feedAddress, feedOf } from '../campaigns/newsletters/feeds.ts';
import { drawReading, sharedPicture } from '../campaigns/newsletters/library.ts';
import { Refusal } from '../errors.ts';
import { formatDay, type Language, languageOf, languages, translate } from '../i18n.ts';
import { askedLanguage, readerLanguage } from '../reader.ts';
import { say } from '../say.ts';
import { brandOf } from './brand.ts';
import { type Card, cardOf } from './card.ts';
import { showPage } from './pages.ts';
import type { Route } from './routes.ts';
import type { Handler, Web } from './web.ts';

const SHOWN = 100;
const IN_FEED = 20;
/** Short, so that a page that is taken off the web is gone within minutes; unchanged pages cost a 304. */
const CACHE = 'public, max-age=300';

/** Every public newsletter. */
const showPapers: Handler = (web) => async (req, res) => {
  const language = readerLanguage(req);
  const papers = (await publicPapers(groundOf(web))).map(({ lastAt, ...paper }) => ({
    ...wordsOf(paper, language),
    href: `/n/${paper.slug}${queryOf(req)}`,
    last: lastAt
      ? translate(language, 'papers.last', { date: formatDay(lastAt, language) })
      : translate(language, 'papers.first'),
  }));
  const card = cardOf(web, {
    ...{ language, path: '/n', title: translate(language, 'papers.heading') },
    description: translate(language, 'papers.lede'),
  });
  show(web, { req, res, name: 'papers', data: { papers, card } });
};

/** One newsletter: its latest edition, and all before it. */
const showPaper: Handler = (web) => async (req, res) => {
  const paper = await publicPaper(groundOf(web), String(req.params.slug));
  const language = readerLanguage(req);
  const words = wordsOf(paper, language);
  const editions = await publicEditions(groundOf(web), paper, { most: SHOWN });
  const [latest = null, ...older] = editions.map((edition) =>
    entryOf(edition, { paper, language, query: queryOf(req) }),
  );
  const feeds = feedsOf(web, paper, language);
  const card = cardOf(web, {
    ...{
      language,
      path: `/n/${paper.slug}`,
      title: words.title,
      description: words.description || words.title,
      feeds,
    },
  });
  const data = { paper: { ...words, href: null }, latest, older, feeds, archive: paper.archive, card };
  show(web, { req, res, name: 'paper', title: words.title, data });
};

/** An edition as a page: what was mailed, for everybody. */
const showEdition: Handler = (web) => async (req, res) => {
  const paper = await publicPaper(groundOf(web), String(req.params.slug));
  const edition = await publicEdition(groundOf(web), paper, numberOf(String(req.params.number)));
  const language = readerLanguage(req);
  const reading = readingIn(edition, paper, language);
  const words = wordsOf(paper, languageOf(reading.language));
  const { headline, ...entry } = entryOf(edition, { paper, language, query: queryOf(req) });
  const { older, newer } = await neighboursOf(groundOf(web), paper, edition.number);
  const leaf = (number: number | null) => number && `/n/${paper.slug}/${number}${queryOf(req)}`;
  const path = `/n/${paper.slug}/${edition.number}`;
  const card = cardOf(web, {
    ...{ language: languageOf(reading.language), path, type: 'article', title: headline },
    description: reading.summary || words.description || headline,
    picture: await sharedPicture(groundOf(web), reading),
    written: languages.filter((tag) => edition.readings.some((one) => one.language === tag)),
    feeds: feedsOf(web, paper, language),
  });
  const data = {
    ...{ ...entry, headline, card, older: leaf(older), newer: leaf(newer), lang: reading.language },
    paper: { ...words, href: `/n/${paper.slug}${queryOf(req)}` },
    html: onThisSite(web, await drawReading(groundOf(web), reading)),
    foreign: languageOf(reading.language) === language ? null : nameOf(reading.language, language),
    share: `https://wa.me/?text=${encodeURIComponent(`${headline}\n${card.url}`)}`,
  };
  show(web, { req, res, name: 'edition', title: `${headline} · ${words.title}`, data });
};

const showFeed =
  (kind: FeedKind): Handler =>
  (web) =>
  async (req, res) => {
    const paper = await publicPaper(groundOf(web), String(req.params.slug));
    if (!paper.archive) throw new Refusal(say`This newsletter has no feed.`, 404);
    const editions = await publicEditions(groundOf(web), paper, { most: IN_FEED });
    // A feed stays in one language: its reader is a program, which says none.
    const language = paper.languages.find((tag) => tag === req.query.lang) ?? paper.languages[0] ?? 'en';
    await web.brand.look();
    const publisher = brandOf(web, languageOf(language)).identity.name;
    const feed = await feedOf(groundOf(web), kind, { paper, editions, language, publisher });
    res.set({
      ...{
        'Cache-Control': CACHE,
        'Last-Modified': paper.changedAt.toUTCString(),
        'Content-Language': language,
      },
      'Content-Type': `application/${kind}+xml; charset=utf-8`,
    });
    res.send(Buffer.from(feed));
  };

/** The newsletters that are public, for everybody and every feed reader. */
export const newsRoutes: Route[] = [
  { method: 'get', path: '/n', who: 'anyone', does: 'lists the newsletters', handle: showPapers },
  { method: 'get', path: '/n/:slug', who: 'anyone', does: 'lists the editions of one', handle: showPaper },
  ...(['atom', 'rss'] as const).map(
    (kind): Route => ({
      ...{ method: 'get', path: `/n/:slug/feed.${kind}`, who: 'anyone', does: 'gives its feed' },
      ...{ limit: 'machine', handle: showFeed(kind) },
    }),
  ),
  { method: 'get', path: '/n/:slug/:number', who: 'anyone', does: 'shows an edition', handle: showEdition },
];

interface Shown {
  req: Request;
  res: Response;
  name: string;
  title?: string;
  data: Record<string, unknown> & { card: Card };
}

function show(web: Web, shown: Shown): void {
  shown.res.set('Cache-Control', CACHE);
  showPage(web, shown);
}

const groundOf = ({ ground }: Web) => ({ sql: ground.sql, config: ground.config });
const queryOf = (req: Request) => (askedLanguage(req) ? `?lang=${askedLanguage(req)}` : '');

function numberOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new Refusal(say`There is no such edition.`, 404);
}

/** What a newsletter is called, in the reader's language where it is written in that. */
function wordsOf(
  { words, languages: tags, slug }: Pick<PublicPaper, 'words' | 'languages' | 'slug'>,
  language: Language,
) {
  const lang = words[language] ? language : (tags[0] ?? 'en');
  const { title = slug, description = '' } = words[lang] ?? {};
  return { lang, title, description };
}

function readingIn({ readings }: PublicEdition, paper: PublicPaper, language: Language) {
  const order = [language, ...paper.languages];
  const reading =
    order.map((tag) => readings.find((one) => one.language === tag)).find(Boolean) ?? readings[0];
  if (!reading) throw new Refusal(say`There is no such edition.`, 404);
  return reading;
}

interface Place {
  paper: PublicPaper;
  language: Language;
  query: string;
}

function entryOf(edition: PublicEdition, { paper, language, query }: Place) {
  const reading = readingIn(edition, paper, language);
  return {
    href: `/n/${paper.slug}/${edition.number}${query}`,
    number: translate(language, 'paper.number', { number: edition.number }),
    ...{ date: formatDay(edition.dueAt, language), day: edition.dueAt.toISOString().slice(0, 10) },
    ...{ headline: headlineOf(reading, paper), summary: reading.summary, lang: reading.language },
  };
}

function feedsOf({ ground }: Web, paper: PublicPaper, language: Language) {
  if (!paper.archive) return [];
  const lang = paper.languages.includes(language) ? language : (paper.languages[0] ?? 'en');
  const title = paper.words[lang]?.title ?? paper.slug;
  return (['atom', 'rss'] as const).map((kind) => ({
    ...{ type: `application/${kind}+xml`, title: `${title} (${kind === 'atom' ? 'Atom' : 'RSS'})` },
    ...{ name: kind === 'atom' ? 'Atom' : 'RSS', path: `/n/${paper.slug}/feed.${kind}?lang=${lang}` },
    href: feedAddress(ground.config.publicUrl, paper.slug, { kind, language: lang }),
  }));
}

/** Our own pictures by their path, so that they show under every name that this site answers to. */
const onThisSite = ({ ground }: Web, html: string): string =>
  html.replaceAll(`<img src="${ground.config.publicUrl}/`, '<img src="/');

const nameOf = (tag: string, language: Language): string =>
  new Intl.DisplayNames([language], { type: 'language' }).of(tag) ?? tag;
