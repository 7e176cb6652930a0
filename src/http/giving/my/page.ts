import type { Request, Response } from 'express';
import { agreedNow } from '../../../giving/carry-consents.ts';
import type { Giver } from '../../../giving/donor-link.ts';
import { erasureAskedAt } from '../../../giving/erasure-requests.ts';
import { giftToken } from '../../../giving/gift-token.ts';
import { type GivenGift, giftsOf, yearsOf } from '../../../giving/giver.ts';
import { MONTHLY_MOST } from '../../../giving/monthly.ts';
import { formatAmount, formatDay, type Language } from '../../../i18n.ts';
import { readerLanguage } from '../../../reader.ts';
import { giverOf } from '../../guards.ts';
import { showPage } from '../../pages.ts';
import type { Handler, Web } from '../../web.ts';
import { FORM_LEAST } from '../checks.ts';
import { monthlyRows } from './monthly-rows.ts';

/** What was just done; its words are `my.done.NAME`. */
export const done = [
  ...([
    'paused',
    'resumed',
    'cancelled',
    'amount',
    'purpose',
    'agreed',
    'both',
    'refund',
    'erasure',
  ] as const),
];
export type Done = (typeof done)[number];

/** Where a donor's page is, from anything below it. */
export const homeOf = (req: Request): string => `/my/${req.params.token}`;

export const showMy: Handler = (web) => (req, res) => showHome(web, { req, res });

interface Showing {
  req: Request;
  res: Response;
  /** Why the last wish could not be done, in the reader's words. */
  refused?: string;
  status?: number;
}

/** All that a donor gave, and what they can change. */
export async function showHome(web: Web, { req, res, refused = '', status = 200 }: Showing): Promise<void> {
  const giver = giverOf(res);
  const { sql } = web.ground;
  const language = readerLanguage(req, giver.language);
  const gifts = await giftsOf(sql, giver);
  const asked = await erasureAskedAt(sql, giver);
  const home = homeOf(req);
  const query = `?lang=${language}`;
  showPage(web, {
    ...{ req, res, status, name: 'my', language: giver.language },
    data: {
      ...{ home, query, refused, name: giver.name, email: giver.email },
      done: done.find((one) => one === req.query.done) ?? null,
      ...{ least: formatAmount(FORM_LEAST), most: formatAmount(MONTHLY_MOST) },
      gifts: gifts.map((gift) => giftRow(web, gift, { home, language })),
      asks: gifts.filter(({ asks }) => asks).map((gift) => giftRow(web, gift, { home, language })),
      cards: gifts.flatMap(({ dedication, day }) =>
        dedication ? [{ ...dedication, day: dayOf(day, language) }] : [],
      ),
      monthly: await monthlyRows(web, giver, language),
      years: (await yearsOf(sql, giver)).map((one) => ({
        ...{ ...one, foreign: one.stream === 'fcra' },
        href: `${home}/statements/${one.stream}-${one.year}.pdf${query}`,
      })),
      agreements: await agreements(web, giver, gifts),
      erasure: asked ? formatDay(asked, language) : null,
    },
  });
}

interface Place {
  home: string;
  language: Language;
}

function giftRow({ ground }: Web, gift: GivenGift, { home, language }: Place) {
  const { id, order, amount, refunded, receipt, mode, day, monthly } = gift;
  const whole = refunded === amount;
  return {
    ...{ id, mode: `receipt.mode.${mode}`, monthly, amount: formatAmount(amount), day: dayOf(day, language) },
    project: gift.project?.[language] || null,
    refunded: refunded > 0n ? formatAmount(refunded) : null,
    sign: whole ? 'held' : gift.refundAsked ? 'deferred' : 'sent',
    state: whole ? 'refunded' : refunded > 0n ? 'partly' : gift.refundAsked ? 'asked' : 'arrived',
    number: receipt?.number ?? null,
    receiptHref: receipt && `${home}/receipts/${receipt.id}.pdf`,
    href: order && `/give/gift/${giftToken(ground.keys, order)}?lang=${language}`,
    action: `${home}/gifts/${id}/twin?lang=${language}`,
  };
}

async function agreements({ ground }: Web, { donors }: Giver, gifts: GivenGift[]) {
  const { newsletter, whatsapp } = await agreedNow(ground.sql, donors);
  const wall = gifts.some(({ anonymous }) => !anonymous);
  return Object.entries({ newsletter, whatsapp, wall }).map(([use, checked]) => ({
    ...{ use, checked, words: `give.agree.${use}` },
  }));
}

const dayOf = (day: string, language: Language) => formatDay(new Date(`${day}T12:00:00+05:30`), language);
