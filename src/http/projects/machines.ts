import { Feed } from 'feed';
import { v5 } from 'uuid';
import { type Language, languageOf, languages } from '../../i18n.ts';
import { readUpdates } from '../../pages/figures.ts';
import { publicAddresses } from '../../pages/listing.ts';
import { findableCodes } from '../../pages/occasions/shown.ts';
import { escapeHtml, paragraphs, plainOf } from '../../pages/prose.ts';
import { findPublished } from '../../pages/published.ts';
import { brandOf } from '../brand.ts';
import { occasionPath } from '../occasions/address.ts';
import type { Handler } from '../web.ts';
import { projectPath } from './address.ts';
import { saidIn, summaryOf, titleOf } from './words.ts';

/** What happened in a project, for feed readers: RSS 2.0 in one language. */
export const sendFeed: Handler = (web) => async (req, res) => {
  const { sql, clock, config } = web.ground;
  const project = await findPublished(sql, String(req.params.slug));
  const language = languageOf(typeof req.query.lang === 'string' ? req.query.lang : 'ml');
  const updates = await readUpdates(sql, project.id, clock.now());
  await web.brand.look();
  const page = `${config.publicUrl}${projectPath(project.slug)}`;
  const [title, address] = [titleOf(project, language), `${page}/feed.rss?lang=${language}`];
  const feed = new Feed({
    ...{ title, description: plainOf(summaryOf(project, language)) || title, language, generator: false },
    ...{ id: `urn:uuid:${v5(language, project.id)}`, link: `${page}?lang=${language}` },
    updated: updates[0]?.at ?? project.publishedAt,
    // Its type says a list, its code reads one.
    author: { name: brandOf(web, language).identity.name } as never,
    ...{ feed: address, feedLinks: { rss: address } },
  });
  for (const { id, at, en, ml } of updates) {
    const text = saidIn({ en: en.text, ml: ml.text }, language).text;
    const head = saidIn({ en: en.title, ml: ml.title }, language).text;
    feed.addItem({
      ...{ id: `urn:uuid:${v5(language, id)}`, title: head || title, date: at, published: at },
      ...{ link: `${page}?lang=${language}#u-${id}`, description: escapeHtml(plainOf(text)) },
      content: paragraphs(text)
        .map((html) => `<p>${html}</p>`)
        .join('\n'),
    });
  }
  res.set({ 'Cache-Control': 'public, max-age=300', 'Content-Language': language });
  res.set('Content-Type', 'application/rss+xml; charset=utf-8').send(Buffer.from(feed.rss2()));
};

/** Pages of ours that search engines are told of besides projects. */
const ALWAYS = ['/', '/projects', '/transparency', '/give', '/n'];

/** Every project and every family's page that everybody may find, in every language (sitemaps.org, with hreflang). */
export const sendSitemap: Handler = (web) => async (_req, res) => {
  const { sql, config } = web.ground;
  const projects = await publicAddresses(sql);
  const families = await findableCodes(sql);
  const entries = [
    ...ALWAYS.map((path) => entryOf(config.publicUrl + path, null)),
    ...projects.map(({ slug, changedAt }) => entryOf(config.publicUrl + projectPath(slug), changedAt)),
    ...families.map(({ code, changedAt }) => entryOf(config.publicUrl + occasionPath(code), changedAt)),
  ];
  res
    .set('Cache-Control', 'public, max-age=3600')
    .type('application/xml')
    .send(`<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
${entries.join('\n')}
</urlset>
`);
};

function entryOf(address: string, changedAt: Date | null): string {
  const whole = (language: Language) => escapeHtml(`${address}?lang=${language}`).replaceAll('&#x3D;', '=');
  const others = languages
    .map((tag) => `<xhtml:link rel="alternate" hreflang="${tag}" href="${whole(tag)}"/>`)
    .join('');
  const changed = changedAt ? `<lastmod>${changedAt.toISOString().slice(0, 10)}</lastmod>` : '';
  return languages
    .map((language) => `<url><loc>${whole(language)}</loc>${changed}${others}</url>`)
    .join('\n');
}

/** What is nobody's to index: pages of one person, and the staff's. */
const CLOSED = [
  ...['/console', '/u/', '/p/', '/l/', '/o/*.gif$', '/give/gift/', '/hooks/', '/api/', '/receipts/'],
  ...['/family/', '/occasions/make/'],
];

/** RFC 9309. */
export const sendRobots: Handler = (web) => (_req, res) => {
  const closed = CLOSED.map((path) => `Disallow: ${path}`).join('\n');
  res.set('Cache-Control', 'public, max-age=3600').type('text/plain');
  res.send(`User-agent: *\n${closed}\n\nSitemap: ${web.ground.config.publicUrl}/sitemap.xml\n`);
};
