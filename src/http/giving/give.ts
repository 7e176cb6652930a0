import type { Request, Response } from 'express';
import { GatewayFailure } from '../../../channels/gateway.ts';
import { takesGifts } from '../../giving/accounts.ts';
import { giftToken } from '../../giving/gift-token.ts';
import { beginMonthly, takesMonthly } from '../../giving/monthly.ts';
import { askGateway, findOrder, type GiftWish, recordGift } from '../../giving/orders.ts';
import { streamOf } from '../../giving/source.ts';
import type { Ground } from '../../ground.ts';
import { readerLanguage } from '../../reader.ts';
import { readForm } from '../form.ts';
import { showPage } from '../pages.ts';
import type { Route } from '../routes.ts';
import type { Handler, Web } from '../web.ts';
import { amountOf, type Faults, faultsOfAmount, readTold, type Told } from './checks.ts';
import { freshForm, type Posted, readPosted, type Screen, screens, sourceOf } from './fields.ts';
import { type Refused, shownOn } from './screens.ts';
import { wishOf } from './wish.ts';

export const GIVE = '/give';

const showFresh: Handler = (web) => (req, res) =>
  showScreen(web, { req, res, screen: 'amount', posted: freshForm(req) });

interface Shown {
  req: Request;
  res: Response;
  screen: Screen;
  posted: Posted;
  faults?: Faults;
  /** Why a gift of this source cannot be taken here. */
  refused?: Refused | null;
  told?: Told;
}

/** One screen, with all that was typed on this and the others. */
async function showScreen(
  web: Web,
  { req, res, screen, posted, faults = {}, refused = null, told }: Shown,
): Promise<void> {
  const monthly = screen === 'amount' && (await takesMonthly(web.ground));
  const language = readerLanguage(req);
  const status = refused || Object.keys(faults).length ? 422 : 200;
  // With `no-store` a browser that goes back to a posted screen shows an error instead.
  res.set({ 'Cache-Control': 'private, no-cache' });
  showPage(web, {
    ...{ req, res, status, name: `give-${screen}` },
    data: {
      ...shownOn(screen, { posted, faults, refused, told, monthly, language }),
      action: GIVE,
      otherForm: 'give',
    },
  });
}

/**
 * Takes a screen and shows the one that is wished for. Every screen before it is checked each time, because
 * what came along hidden may have been changed on the way; the first that has a fault is shown again. From
 * the last one the gift is made.
 */
const takeScreen: Handler = (web) => async (req, res) => {
  const posted = readPosted(req);
  const wished = readForm(req).text('to');
  const to = wished === 'give' ? screens.length : Math.max(0, screens.indexOf(wished as Screen));
  const shown = { req, res, posted };
  if (to === 0) return showScreen(web, { ...shown, screen: 'amount' });
  const stream = streamOf(sourceOf(posted));
  const faults = faultsOfAmount(posted, stream);
  const refused = stream === 'unanswered' ? null : await refusalOf(web.ground, stream);
  const amount = amountOf(posted);
  if (
    refused ||
    Object.keys(faults).length ||
    !amount.ok ||
    stream === 'unanswered' ||
    stream === 'undecided'
  )
    return showScreen(web, { ...shown, screen: 'amount', faults, refused });
  if (to === 1) return showScreen(web, { ...shown, screen: 'who' });
  const who = readTold(posted);
  if (Object.keys(who.faults).length) return showScreen(web, { ...shown, screen: 'who', faults: who.faults });
  if (to === 2) return showScreen(web, { ...shown, screen: 'check', told: who.told });
  const language = readerLanguage(req);
  const wish = wishOf(web.ground.keys, { posted, told: who.told, stream, amount: amount.paise, language });
  const id = await placeGift(web.ground, wish);
  res.redirect(303, `${GIVE}/gift/${giftToken(web.ground.keys, id)}?lang=${language}`);
};

async function refusalOf(ground: Ground, stream: 'domestic' | 'fcra' | 'undecided'): Promise<Refused | null> {
  if (stream === 'undecided') return 'undecided';
  if (await takesGifts(ground, stream)) return null;
  return stream === 'fcra' ? 'foreign' : 'closed';
}

/** The gift is kept even when the gateway does not answer now: its page asks again. @returns its order's id */
async function placeGift(ground: Ground, wish: GiftWish): Promise<string> {
  const id = await recordGift(ground, wish);
  try {
    const monthly = (await findOrder(ground, id))?.monthlyId;
    await (monthly ? beginMonthly(ground, monthly) : askGateway(ground, id));
  } catch (err) {
    if (!(err instanceof GatewayFailure)) throw err;
    ground.log.warn({ err, order: id }, 'the gateway could not be asked for an order');
  }
  return id;
}

export const giveRoutes: Route[] = [
  { method: 'get', path: GIVE, who: 'anyone', does: 'shows the form to give', handle: showFresh },
  {
    ...{ method: 'post', path: GIVE, who: 'anyone', does: 'takes one screen of it, and makes the order' },
    ...{ limit: 'gift', handle: takeScreen },
  },
];
