import { calendarFeed } from '../../../campaigns/calendar/feed.ts';
import { makeFeed, openFeed, revokeFeed } from '../../../campaigns/calendar/feed-address.ts';
import { staffOf } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { leadOn } from '../shell.ts';
import { PATH } from './address.ts';
import { showCalendar } from './show.ts';

/** Makes the address or another one; it is shown this once. */
export const makeAddress: Handler = (web) => async (req, res) => {
  const token = await makeFeed(web.ground, { ...staffOf(res).user, disabledAt: null });
  await showCalendar(web, { req, res, feed: `${web.ground.config.publicUrl}/calendar/${token}.ics` });
};

export const revokeAddress: Handler = (web) => async (_req, res) => {
  await revokeFeed(web.ground, { ...staffOf(res).user, disabledAt: null });
  leadOn(res, PATH, 'calendar-revoked');
};

/** The calendar of whoever holds a private address, for the program that asks every hour. */
export const feedFile: Handler = (web) => async (req, res) => {
  res.set({ 'Cache-Control': 'private, no-cache', 'X-Robots-Tag': 'noindex, nofollow' });
  const opened = await openFeed(web.ground, String(req.params.token));
  if (!opened) {
    res.sendStatus(404);
    return;
  }
  res.type('text/calendar; charset=utf-8').send(await calendarFeed(web.ground, opened.language));
};
