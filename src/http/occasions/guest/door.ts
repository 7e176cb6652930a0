import type { Request, Response } from 'express';
import { indianDay } from '../../../giving/calendar.ts';
import { readCode } from '../../../pages/occasions/codes.ts';
import { findShown, isGuestCode, type ShownOccasion } from '../../../pages/occasions/shown.ts';
import { moodOf } from '../../../pages/occasions/words.ts';
import { readerLanguage } from '../../../reader.ts';
import { readForm } from '../../form.ts';
import { showPage } from '../../pages.ts';
import type { Handler, Web } from '../../web.ts';
import { occasionPath } from '../address.ts';
import { givePass, maySee } from './pass.ts';

interface Door {
  req: Request;
  res: Response;
  page: ShownOccasion;
  wrong?: boolean;
}

/** Asks for the guests' code; it tells nothing of whose page it is. */
export function showDoor(web: Web, { req, res, page, wrong = false }: Door): void {
  const language = readerLanguage(req, page.content.language);
  res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' });
  showPage(web, {
    ...{ req, res, name: 'occasion-door', words: 'occasion.guest.door', language, status: wrong ? 422 : 200 },
    data: {
      ...{ action: `${occasionPath(page.code)}/door?lang=${language}`, wrong, noindex: true },
      otherHref: `${occasionPath(page.code)}?lang=${language === 'ml' ? 'en' : 'ml'}`,
      mood: moodOf(page.kind) === 'memory' ? 'mourning' : 'calm',
    },
  });
}

/** Takes the guests' code; the right one is kept in a cookie of this page. */
export const takeCode: Handler = (web) => async (req, res) => {
  const { sql, clock } = web.ground;
  const code = readCode(String(req.params.code));
  const page = await findShown(sql, code, indianDay(clock.now()));
  const back = `${occasionPath(code)}?lang=${readerLanguage(req, page?.content.language)}`;
  if (!page || maySee(web.ground, req, page)) return res.redirect(303, back);
  if (!(await isGuestCode(web.ground, page.id, readForm(req).text('code'))))
    return showDoor(web, { req, res, page, wrong: true });
  givePass(web.ground, res, page);
  res.redirect(303, back);
};
