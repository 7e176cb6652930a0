import type { Request, Response } from 'express';
import { DateTime } from 'luxon';
import { feedOf } from '../../../campaigns/calendar/feed-address.ts';
import { goingBetween } from '../../../campaigns/going.ts';
import { listCampaigns } from '../../../campaigns/status.ts';
import { listPhoneAccounts } from '../../../deliveries/phone/accounts.ts';
import { listSocialAccounts } from '../../../deliveries/publications/accounts.ts';
import { networkOf } from '../../../deliveries/publications/connected.ts';
import { zoneName } from '../../../i18n.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import { type Asked, addressOf, askedIn, PATH, spanOf, stepped, views } from './address.ts';
import { daysShown } from './days.ts';

export const calendar: Handler = (web) => (req, res) => showCalendar(web, { req, res });

/** Everything planned and sent, by the viewer's clocks. @param feed an address that was made just now */
export async function showCalendar(
  web: Web,
  { req, res, feed }: { req: Request; res: Response; feed?: string },
): Promise<void> {
  const reading = readingOf(req, res);
  const { user } = staffOf(res);
  const now = web.ground.clock.now();
  const asked = askedIn(req.query, { now, zone: reading.zone });
  const { going, cut } = await goingBetween(web.ground, spanOf(asked), asked);
  const mayMove = web.allows(user.roles, 'post', `${PATH}/messages/:id/move`);
  const days = daysShown(reading, { going, asked, now, mayMove });
  const filtered = Boolean(asked.campaign || asked.channel || asked.account);
  const data = {
    ...framesOf(reading, asked, now),
    ...{ cut, filtered, any: going.length > 0, mayMove, view: asked.view },
    weeks: asked.view === 'list' ? [] : weeksOf(days),
    listed: days.filter(
      ({ events, holidays }) => events.length || (asked.view === 'list' && holidays.length),
    ),
    ...{ moving: days.some(({ holidays }) => holidays.some(({ moves }) => moves)) },
    ...{ filters: await filtersOf(web, reading, asked), here: addressOf(asked) },
    mayWrite: web.allows(user.roles, 'post', '/console/campaigns'),
    feed: { address: feed ?? null, since: (await feedOf(web.ground, user.id))?.madeAt ?? null },
  };
  await showConsole(web, {
    ...{ req, res, name: 'calendar', title: reading.t('nav.calendar'), data },
    ...{ styles: ['console-calendar.css'], scripts: mayMove ? ['sortable.js', 'calendar.js'] : [] },
  });
}

function framesOf({ language, zone, t }: Reading, asked: Asked, now: Date) {
  const options = { year: 'numeric', month: 'long', timeZone: 'UTC' } as const;
  const said = new Intl.DateTimeFormat(
    `${language}-IN`,
    asked.view === 'month' ? options : { ...options, day: 'numeric' },
  );
  const { from, to } = spanOf(asked);
  const local = (at: Date) => new Date(at.getTime() + asked.day.offset * 60_000);
  return {
    heading:
      asked.view === 'month'
        ? said.format(local(asked.day.toJSDate()))
        : said.formatRange(local(from), new Date(local(to).getTime() - 43_200_000)),
    zoneSaid: `${zoneName(now, zone)} (${zone})`,
    weekdays: weekdaysIn(language),
    views: views.map((view) => ({
      ...{
        href: addressOf({ ...asked, view }),
        text: t(`calendar.view.${view}`),
        current: view === asked.view,
      },
    })),
    before: addressOf(stepped(asked, -1)),
    after: addressOf(stepped(asked, 1)),
    todayHref: addressOf({ ...asked, day: DateTime.fromJSDate(now, { zone }).startOf('day') }),
    clear: addressOf({ view: asked.view, day: asked.day }),
    dayIso: asked.day.toISODate(),
  };
}

/** Monday first, as in the office. 3 January 2000 was one. */
const weekdaysIn = (language: string): string[] =>
  Array.from({ length: 7 }, (_, n) =>
    new Intl.DateTimeFormat(`${language}-IN`, { weekday: 'short', timeZone: 'UTC' })
      .format(new Date(Date.UTC(2000, 0, 3 + n)))
      .replaceAll('\u200c', ''),
  );

function weeksOf<T>(days: T[]): T[][] {
  return Array.from({ length: days.length / 7 }, (_, n) => days.slice(n * 7, n * 7 + 7));
}

async function filtersOf(web: Web, { t }: Reading, asked: Asked) {
  const [campaigns, accounts] = [await listCampaigns(web.ground), await listSocialAccounts(web.ground)];
  const phones = await listPhoneAccounts(web.ground.sql);
  const networks = [...new Set([...accounts, ...phones].map(({ channel }) => channel))];
  const all = { value: '', text: t('console.all'), selected: false };
  const option = (wished: string | undefined) => (value: string, text: string) => ({
    ...{ value, text, selected: value === wished },
  });
  const [ofCampaign, ofChannel, ofAccount] = [
    option(asked.campaign),
    option(asked.channel),
    option(asked.account),
  ];
  return {
    campaigns: [all, ...campaigns.map(({ id, name }) => ofCampaign(id, name))],
    channels: [
      ...[all, ofChannel('email', t('calendar.channel.email'))],
      ...networks.map((network) => ofChannel(network, networkOf(network).title)),
    ],
    accounts: [all, ...accounts.map(({ id, name }) => ofAccount(id, name))],
  };
}
