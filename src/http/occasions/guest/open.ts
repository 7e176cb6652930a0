import type { Request, Response } from 'express';
import { indianDay } from '../../../giving/calendar.ts';
import { readCode } from '../../../pages/occasions/codes.ts';
import { occasionFigures, readGuestWall } from '../../../pages/occasions/gifts.ts';
import { photosOf } from '../../../pages/occasions/photos.ts';
import {
  type Away,
  findShown,
  type ShownOccasion,
  wantsCode,
  whyAway,
} from '../../../pages/occasions/shown.ts';
import { askedLanguage } from '../../../reader.ts';
import { showPage } from '../../pages.ts';
import { keyOfOccasion } from '../../projects/front.ts';
import { sendKept } from '../../projects/keep.ts';
import type { Handler, Web } from '../../web.ts';
import { occasionPath } from '../address.ts';
import { drawOccasion, type OccasionToShow, showOccasion } from '../page.ts';
import { WALL_SHOWN } from '../shown.ts';
import { showDoor } from './door.ts';
import { maySee } from './pass.ts';

/** The page of a family. What everybody with its address may see is drawn once for all of them. */
export const showGuestPage: Handler = (web) => async (req, res) => {
  const code = readCode(String(req.params.code));
  const asked = askedLanguage(req);
  // As somebody typed it from a card; it is kept under one address.
  if (code !== req.params.code && /^\w+$/.test(code))
    return res.redirect(302, occasionPath(code) + (asked ? `?lang=${asked}` : ''));
  await web.guesses.requireFew(req);
  try {
    sendKept(req, res, await web.kept.get(keyOfOccasion(code, asked), () => drawForAll(web, req, code)));
  } catch (error) {
    if (!(error instanceof NotForAll)) throw error;
    const page = await openPage(web, { req, res });
    if (page) await showOccasion(web, { req, res, ...(await withAll(web, page)) });
  }
};

/** A page is not there for whoever has its address, or not yet, or no more. */
class NotForAll extends Error {}

async function drawForAll(web: Web, req: Request, code: string): Promise<string> {
  const page = await findShown(web.ground.sql, code, indianDay(web.ground.clock.now()));
  if (!page || (page.state !== 'live' && page.state !== 'closed') || wantsCode(page.content.visibility))
    throw new NotForAll(`/o/${code} is not for everybody`);
  return drawOccasion(web, { req, ...(await withAll(web, page)) });
}

async function withAll({ ground: { sql } }: Web, page: ShownOccasion): Promise<OccasionToShow> {
  return {
    ...{ page, preview: false, photos: await photosOf(sql, page.id) },
    wall: await readGuestWall(sql, page.id, { most: WALL_SHOWN + 1 }),
    figures: await occasionFigures(sql, page.id),
  };
}

/**
 * The page of `:code` for the guest who asks, or its door, or why there is none.
 * @returns null when that was answered already
 */
export async function openPage(
  web: Web,
  { req, res }: { req: Request; res: Response },
): Promise<ShownOccasion | null> {
  const { sql, clock } = web.ground;
  const code = readCode(String(req.params.code));
  await web.guesses.requireFew(req);
  const page = await findShown(sql, code, indianDay(clock.now()));
  if (page && maySee(web.ground, req, page)) return page;
  res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' });
  if (page && (page.state === 'live' || page.state === 'closed')) showDoor(web, { req, res, page });
  else await showAway(web, { req, res, why: await whyAway(sql, code) });
  return null;
}

const STATUS: Record<Away, number> = { none: 404, 'not-yet': 404, down: 410, gone: 410 };

async function showAway(
  web: Web,
  { req, res, why }: { req: Request; res: Response; why: Away },
): Promise<void> {
  if (why === 'none') await web.guesses.note(req);
  const words = `occasion.guest.away.${why}`;
  showPage(web, { req, res, name: 'occasion-away', words, status: STATUS[why], data: { why } });
}
