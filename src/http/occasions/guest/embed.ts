import type { Request, Response } from 'express';
import { Refusal } from '../../../errors.ts';
import { indianDay } from '../../../giving/calendar.ts';
import { type Language, languageOf, translate } from '../../../i18n.ts';
import { findShown, type ShownOccasion } from '../../../pages/occasions/shown.ts';
import { dayWords, kindWords, moodOf, namesOf, titleOf } from '../../../pages/occasions/words.ts';
import { readerLanguage } from '../../../reader.ts';
import { say } from '../../../say.ts';
import { brandOf } from '../../brand.ts';
import { drawPage } from '../../pages.ts';
import { allowFraming } from '../../projects/embed.ts';
import { sendKept } from '../../projects/keep.ts';
import type { Handler, Web } from '../../web.ts';
import { cardPath, giveAtHref, occasionPath } from '../address.ts';
import { BADGE, embedCode } from '../shares.ts';
import { lookShown } from '../shown.ts';

/** @throws Refusal (404) for a page that other sites may not show */
async function embeddable({ ground: { sql, clock } }: Web, code: string): Promise<ShownOccasion> {
  const page = await findShown(sql, code, indianDay(clock.now()));
  const shown = page?.state === 'live' || page?.state === 'closed';
  if (!page || !shown || page.content.visibility === 'guests')
    throw new Refusal(say`There is no such page.`, 404);
  return page;
}

/** A family's badge within another site's page: no script, no cookie, nothing of the visitor is kept. */
export const showBadge: Handler = (web) => async (req, res) => {
  const code = String(req.params.code);
  const asked = readerLanguage(req);
  const kept = await web.kept.get(`badge ${code} ${asked}`, () =>
    drawBadge(web, req, { code, language: asked }),
  );
  allowFraming(res);
  sendKept(req, res, kept);
};

async function drawBadge(
  web: Web,
  req: Request,
  { code, language }: { code: string; language: Language },
): Promise<string> {
  const page = await embeddable(web, code);
  const { content, kind } = page;
  const query = `?lang=${language}`;
  return drawPage(web, {
    ...{ req, name: 'occasion-badge', layout: 'embed', language, title: titleOf(page, language) },
    data: {
      ...{ sheet: 'occasion.css', ...lookShown(page), names: namesOf(content), tone: moodOf(kind) },
      ...{ kind: kindWords(kind, language), day: dayWords(content, language) },
      tongue: content.language === language ? null : content.language,
      ...{ see: occasionPath(code) + query, give: page.open ? giveAtHref(code, query) : null },
    },
  });
}

/** oEmbed 1.0 for the address of a family's page. */
export async function sendBadgeOembed(
  web: Web,
  res: Response,
  {
    code,
    lang,
    maxwidth,
    maxheight,
  }: { code: string; lang: string | null; maxwidth: number; maxheight: number },
): Promise<void> {
  const page = await embeddable(web, code);
  const language = languageOf(lang ?? page.content.language);
  const { publicUrl } = web.ground.config;
  const size = { width: Math.min(BADGE.width, maxwidth), height: Math.min(BADGE.height, maxheight) };
  res.set({ 'Cache-Control': 'public, max-age=300', 'Access-Control-Allow-Origin': '*' });
  res.json({
    ...{ version: '1.0', type: 'rich', title: titleOf(page, language), ...size, cache_age: 300 },
    html: embedCode({ page, language, publicUrl }),
    provider_name: brandOf(web, language).identity.name || translate(language, 'site.name'),
    ...{ provider_url: publicUrl, thumbnail_url: publicUrl + cardPath(code, language) },
    ...{ thumbnail_width: 1200, thumbnail_height: 630 },
  });
}
