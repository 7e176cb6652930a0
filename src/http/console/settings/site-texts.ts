import type { Request, Response } from 'express';
import {
  isSitePage,
  type SitePage,
  saveSiteText,
  sitePages,
  usualText,
  type Written,
  writtenText,
} from '../../../access/site-texts.ts';
import { found } from '../../../errors.ts';
import { languages } from '../../../i18n.ts';
import { say } from '../../../say.ts';
import { readForm } from '../../form.ts';
import { partsOf } from '../../site-texts.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, readingOf } from '../shell.ts';
import { SETTINGS, showSettings } from './page.ts';

export const SITE_TEXTS = `${SETTINGS}/site-texts`;

/** Every page, and in which languages it says words of our own. */
export const showSiteTexts: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const pages = [];
  for (const page of sitePages) {
    const written = await writtenText(web.ground.sql, page);
    const own = languages.map((tongue) => ({ tongue, written: Boolean(written[tongue]) }));
    pages.push({ title: t(`${page}.title`), href: `${SITE_TEXTS}/${page}`, at: `/${page}`, own });
  }
  await showSettings(web, { req, res, name: 'site-texts', title: t('site-texts.title'), data: { pages } });
};

export const showSiteText: Handler = (web) => async (req, res) => {
  const page = pageIn(req);
  await show(web, { req, res, page, typed: await writtenText(web.ground.sql, page) });
};

/** Shows what was typed as donors would read it, or saves it. */
export const takeSiteText: Handler = (web) => async (req, res) => {
  const page = pageIn(req);
  const form = readForm(req);
  const typed = { en: linesOf(form.long('en')), ml: linesOf(form.long('ml')) };
  if (form.text('op') === 'preview') return show(web, { req, res, page, typed, looked: true });
  await orAgain(
    async () => {
      await saveSiteText(web.ground, { page, words: typed }, staffOf(res).user.email);
      leadOn(res, `${SITE_TEXTS}/${page}`, 'saved');
    },
    (refusal) => show(web, { req, res, page, typed, refused: readingOf(req, res).said(refusal) }),
  );
};

const linesOf = (text: string): string => text.replace(/\r\n?/g, '\n').trim();

function pageIn(req: Request): SitePage {
  const name = String(req.params.page);
  return found(isSitePage(name) ? name : null, say`There is no such page.`);
}

interface Shown {
  req: Request;
  res: Response;
  page: SitePage;
  typed: Written;
  refused?: string;
  /** Whether the preview was asked for, and not yet saved. */
  looked?: boolean;
}

async function show(web: Web, { req, res, page, typed, refused, looked = false }: Shown): Promise<void> {
  const { t } = readingOf(req, res);
  const tongues = languages.map((tongue) => ({
    ...{ tongue, typed: typed[tongue], usual: usualText(page, tongue), own: Boolean(typed[tongue]) },
    ...{ titleKey: `${page}.title`, parts: partsOf(typed[tongue] || usualText(page, tongue)) },
  }));
  const data = {
    tongues,
    page,
    looked,
    refused: refused ?? null,
    href: `${SITE_TEXTS}/${page}`,
    at: `/${page}`,
  };
  await showSettings(web, {
    ...{ req, res, name: 'site-text', title: t(`${page}.title`), data, status: refused ? 422 : 200 },
    above: [{ href: SITE_TEXTS, text: t('site-texts.title') }],
  });
}
