import type { Request } from 'express';
import {
  type GiftFilter,
  type GiftLine,
  giftListStates,
  givenFunds,
  listGifts,
  sumGifts,
} from '../../../giving/gift-list.ts';
import { formatAmount } from '../../../i18n.ts';
import { staffOf } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { pagerOf } from '../contacts/list.ts';
import { addressOf, asked, optionsOf } from '../contacts/reading.ts';
import { projectNames } from '../project-names.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import {
  accountWords,
  DISPUTES,
  GIFTS,
  giftBadge,
  modeWords,
  REFUNDS,
  STYLES,
  streamWords,
} from './words.ts';

const PAGE = 50;
const MODES = ['upi', 'card', 'netbanking', 'wallet', 'other', 'cash', 'cheque', 'bank', 'wire'];

/** Every gift that is looked for, with what they came to. */
export const list: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const { t } = reading;
  const filter = filterIn(req);
  const before = cursorIn(req);
  const found = await listGifts(web.ground, filter, { before, limit: PAGE + 1 });
  const named = await projectNames(web.ground.sql, reading);
  const rows = found.slice(0, PAGE);
  const last = rows.at(-1);
  const typed = Object.fromEntries(Object.entries(filter).filter(([, value]) => value)) as Record<
    string,
    string
  >;
  const next =
    found.length > PAGE && last
      ? addressOf(GIFTS, { ...typed, before: `${last.at.getTime()}.${last.id}` })
      : null;
  await showConsole(web, {
    ...{ req, res, name: 'gifts', title: t('nav.gifts'), styles: STYLES },
    data: {
      rows: rows.map((row) => shown(row, reading, named)),
      sum: await sumOf(web.ground, filter),
      filtered: Object.keys(typed).length > 0,
      ...{ filter: { q: '', from: '', to: '', ...typed }, ...(await choices(web.ground, filter, reading)) },
      pager: pagerOf(asked(req, 'before') || undefined, next, () => addressOf(GIFTS, typed)),
      refunds: web.allows(staffOf(res).user.roles, 'get', REFUNDS) ? REFUNDS : null,
      disputes: DISPUTES,
    },
  });
};

/** Words that mean nothing do not count. */
function filterIn(req: Request): GiftFilter {
  const [state, stream] = [asked(req, 'state'), asked(req, 'stream')];
  const day = (name: string) => {
    const text = asked(req, name);
    return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
  };
  return {
    state: giftListStates.find((one) => one === state),
    stream: stream === 'domestic' || stream === 'fcra' ? stream : undefined,
    mode: MODES.find((one) => one === asked(req, 'mode')),
    fund: /^fund\.[\w.-]{1,120}$/.exec(asked(req, 'fund'))?.[0],
    ...{ from: day('from'), to: day('to'), q: asked(req, 'q') || undefined },
  };
}

function cursorIn(req: Request): { at: Date; id: string } | undefined {
  const [, at, id] = /^(\d{1,15})\.([\w-]{1,60})$/.exec(asked(req, 'before')) ?? [];
  return at && id ? { at: new Date(Number(at)), id } : undefined;
}

async function sumOf(ground: Parameters<typeof sumGifts>[0], filter: GiftFilter) {
  const { count, amount, refunded } = await sumGifts(ground, filter);
  return {
    ...{ count, amount: formatAmount(amount), refunded: formatAmount(refunded) },
    left: formatAmount(amount - refunded),
  };
}

async function choices(ground: Parameters<typeof sumGifts>[0], filter: GiftFilter, reading: Reading) {
  const { t } = reading;
  const named = await projectNames(ground.sql, reading);
  const funds = await givenFunds(ground);
  const option = (value: string, text: string) => ({ value, text });
  return {
    states: optionsOf(
      giftListStates.map((state) => option(state, t(`gifts.state.${state}`))),
      filter.state ?? '',
      t('console.all'),
    ),
    modes: optionsOf(
      MODES.map((mode) => option(mode, modeWords(t, mode))),
      filter.mode ?? '',
      t('console.all'),
    ),
    streams: optionsOf(
      ['domestic', 'fcra'].map((stream) => option(stream, streamWords(t, stream))),
      filter.stream ?? '',
      t('console.all'),
    ),
    funds: optionsOf(
      funds.map((code) => option(code, named(accountWords(t, code)))),
      filter.fund ?? '',
      t('console.all'),
    ),
  };
}

function shown(row: GiftLine, { t }: Reading, named: (words: string) => string) {
  const { id, at, fund, amount, refunded, mode, name, state, receipt } = row;
  return {
    ...{ at, receipt, href: `${GIFTS}/${id}`, name: name ?? t('gifts.nobody'), badge: giftBadge(t, state) },
    ...{ amount: formatAmount(amount), refunded: refunded > 0n ? formatAmount(refunded) : null },
    ...{ mode: modeWords(t, mode), fund: named(accountWords(t, fund)) },
  };
}
