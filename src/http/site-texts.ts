import { type SitePage, sitePages, siteText } from '../access/site-texts.ts';
import { readerLanguage } from '../reader.ts';
import { showPage } from './pages.ts';
import type { Route } from './routes.ts';
import type { Handler } from './web.ts';

interface Part {
  heading: string | null;
  text: string;
}

/** The parts of a page. A heading is a paragraph of its own that begins with `# `. */
export const partsOf = (text: string): Part[] =>
  text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => ({ heading: /^# (.+)$/.exec(part)?.[1] ?? null, text: part }));

const showText =
  (page: SitePage): Handler =>
  (web) =>
  async (req, res) => {
    const parts = partsOf(await siteText(web.ground.sql, page, readerLanguage(req)));
    showPage(web, { req, res, name: 'site-text', words: page, data: { parts } });
  };

/** Refunds, privacy, terms, grievances, helpline. */
export const siteTextRoutes: Route[] = sitePages.map((page) => ({
  ...{ method: 'get', path: `/${page}`, who: 'anyone', does: `says what holds: ${page}` },
  handle: showText(page),
}));
