import { DateTime } from 'luxon';
import { type Conflict, conflictsOf } from '../../../campaigns/calendar/conflicts.ts';
import { holidaysOn } from '../../../campaigns/calendar/holidays.ts';
import type { Going } from '../../../campaigns/going.ts';
import { isPhoneChannel } from '../../../deliveries/phone/accounts.ts';
import { networkOf } from '../../../deliveries/publications/connected.ts';
import { namesIn } from '../campaigns/words.ts';
import { goingBadge } from '../going.ts';
import type { Reading } from '../shell.ts';
import { type Asked, daysOf, PATH } from './address.ts';

/** Signs of icons.svg; the others are named. */
const SIGNS: Partial<Record<string, string>> = {
  ...{ email: 'mail', newsletter: 'news', facebook: 'fb', instagram: 'ig', telegram: 'tg', whatsapp: 'wa' },
  ...{ x: 'x', sms: 'sms', hand: 'hands' },
};
const MOVABLE: Going['state'][] = ['approved', 'unapproved', 'planned', 'late', 'asked'];

interface Shown {
  going: Going[];
  asked: Asked;
  now: Date;
  mayMove: boolean;
}

/** Every day that is shown, with what is on it. */
export function daysShown(reading: Reading, { going, asked, now, mayMove }: Shown) {
  const { first, end } = daysOf(asked);
  const conflicts = conflictsOf(going, now);
  const events = going.map((one, i) => ({
    at: one.at,
    event: eventOf(reading, one, { conflicts: conflicts[i] ?? [], mayMove }),
  }));
  const days = [];
  for (let day = first; day < end; day = day.plus({ days: 1 })) {
    const [from, to] = [day.toJSDate(), day.plus({ days: 1 }).toJSDate()];
    const own = events.filter(({ at }) => at >= from && at < to).map(({ event }) => event);
    days.push({ ...dayOf(reading, day, { asked, now }), events: own });
  }
  return days;
}

function dayOf({ language }: Reading, day: DateTime, { asked, now }: Pick<Shown, 'asked' | 'now'>) {
  const said = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(`${language}-IN`, { ...options, timeZone: 'UTC' })
      .format(day.setZone('utc', { keepLocalTime: true }).toJSDate())
      .replaceAll('\u200c', '');
  const iso = day.toISODate() ?? '';
  return {
    ...{ iso, number: String(day.day) },
    said: said({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    today: iso === DateTime.fromJSDate(now, { zone: day.zone }).toISODate(),
    other: asked.view === 'month' && day.month !== asked.day.month,
    holidays: holidaysOn(iso).map((one) => ({ name: one[language], moves: one.moves })),
  };
}

function eventOf(
  reading: Reading,
  one: Going,
  { conflicts, mayMove }: { conflicts: Conflict[]; mayMove: boolean },
) {
  const movable = mayMove && !one.repeated && MOVABLE.includes(one.state);
  return {
    ...{ at: one.at, name: one.message, campaign: one.campaign === one.message ? null : one.campaign },
    ...{ ...goingBadge(one.state), revision: one.revision, repeated: one.repeated },
    href: one.run ? `/console/runs/${one.run}` : `/console/campaigns/${one.campaignId}#m-${one.messageId}`,
    move: movable ? `${PATH}/messages/${one.messageId}/move` : null,
    marks: marksOf(reading, one),
    conflicts: conflicts.map((conflict) => conflictSaid(reading, conflict)),
  };
}

/** Through what it goes, each once. */
function marksOf({ t }: Reading, { channel, newsletter, accounts }: Going) {
  if (isPhoneChannel(channel)) return [{ sign: SIGNS[channel] ?? null, text: networkOf(channel).title }];
  if (channel !== 'post') {
    const key = newsletter ? 'newsletter' : 'email';
    return [{ sign: SIGNS[key] ?? null, text: t(`calendar.channel.${key}`) }];
  }
  const networks = [...new Set(accounts.map((account) => account.channel))];
  return networks.map((network) => ({ sign: SIGNS[network] ?? null, text: networkOf(network).title }));
}

function conflictSaid({ t, language }: Reading, conflict: Conflict): string {
  if (conflict.kind === 'quiet') return t('calendar.conflict.quiet');
  if (conflict.kind === 'close')
    return t('calendar.conflict.close', { names: namesIn(language, conflict.with) });
  return t('calendar.conflict.holiday', {
    names: namesIn(
      language,
      conflict.holidays.map((one) => one[language]),
    ),
  });
}
