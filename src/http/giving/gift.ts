import type { Request, Response } from 'express';
import { GatewayFailure } from '../../../channels/gateway.ts';
import { readOrganisation } from '../../access/organisation.ts';
import { accountById, type GivingAccount } from '../../giving/accounts.ts';
import { applyPayment } from '../../giving/apply.ts';
import { endCode, makeCode } from '../../giving/codes.ts';
import { catchUp, findGift, type Gift } from '../../giving/gift.ts';
import { formatAmount, translate } from '../../i18n.ts';
import { askedLanguage, readerLanguage } from '../../reader.ts';
import { giftOf } from '../guards.ts';
import { showPage } from '../pages.ts';
import type { Route } from '../routes.ts';
import type { Handler, Web } from '../web.ts';
import { GIVE } from './give.ts';
import { showPayStep } from './pay-step.ts';

const PATH = `${GIVE}/gift/:token`;
const REFRESH_SECONDS = 8;

/** What is true of a gift now. While it is not paid, whoever looks makes us ask the gateway. */
const showGift: Handler = (web) => async (req, res) => {
  const before = await findGift(web.ground, giftOf(res));
  await catchUp(web.ground, giftOf(res));
  const gift = await findGift(web.ground, giftOf(res));
  if (!gift) return showPage(web, { req, res, name: 'gift-gone', status: 404 });
  if (gift.state === 'paid' && before?.state !== 'paid') await endCode(web.ground, gift);
  if (gift.state === 'paid') return showStanding(web, { req, res, gift, view: 'paid' });
  if (!gift.order.gatewayId) return showStanding(web, { req, res, gift, view: 'away' });
  if (gift.state === 'waiting' && !req.query.again)
    return showStanding(web, { req, res, gift, view: 'waiting' });
  await showPayStep(web, { req, res, gift });
};

interface Standing {
  req: Request;
  res: Response;
  gift: Gift;
  view: 'paid' | 'away' | 'waiting';
}

/** Where nothing is to be done: the page of a gift that waits looks again by itself, without a script. */
function showStanding(web: Web, { req, res, gift, view }: Standing): void {
  const { order, donor, receipt } = gift;
  if (view !== 'paid') res.set('Refresh', String(REFRESH_SECONDS));
  showPage(web, {
    ...{ req, res, name: 'gift', language: order.language },
    data: {
      ...{ waiting: view === 'waiting', away: view === 'away', receipt, name: donor.name },
      paid: view === 'paid' && !receipt?.cancelledAt,
      ...{ amount: formatAmount(order.amount), here: req.path, give: GIVE },
      email: gift.mailsReceipt ? donor.email : null,
    },
  });
}

/** Makes the code of one use that a UPI app scans, and leads back to where it is shown. */
const showCode: Handler = (web) => async (req, res) => {
  const gift = await findGift(web.ground, giftOf(res));
  if (!gift) return showPage(web, { req, res, name: 'gift-gone', status: 404 });
  const language = readerLanguage(req, gift.order.language);
  let trouble = '';
  try {
    const { name } = await readOrganisation(web.ground.sql);
    const words = { name: name.en, description: translate(language, 'give.to') };
    if (gift.state !== 'paid') await makeCode(web.ground, gift, words);
  } catch (err) {
    if (!(err instanceof GatewayFailure)) throw err;
    web.ground.log.warn({ err, order: gift.order.id }, 'a code could not be made');
    trouble = '&trouble=code';
  }
  res.redirect(303, `${pageOf(req)}?lang=${language}${trouble}`);
};

/**
 * Where the gateway's own page sends the donor's browser. What came along is proven by its signature over
 * the order that we kept; whatever else it is, the page that follows asks the gateway and says the truth.
 */
const takeReturn: Handler = (web) => async (req, res) => {
  const gift = await findGift(web.ground, giftOf(res));
  if (!gift) return showPage(web, { req, res, name: 'gift-gone', status: 404 });
  const { id, gatewayId, accountId } = gift.order;
  const fields = Object.fromEntries(new URLSearchParams(Buffer.isBuffer(req.body) ? String(req.body) : ''));
  const account = (await accountById(web.ground, accountId)) as GivingAccount;
  const proven = gatewayId && account.gateway.verifyCallback(gatewayId, fields);
  if (!proven) {
    web.ground.log.info({ order: id }, 'a return from the gateway without a good signature');
    await catchUp(web.ground, id, 0);
  } else await applyProven(web, { account, order: id, paymentId: proven.paymentId });
  res.redirect(303, `${pageOf(req)}${askedLanguage(req) ? `?lang=${askedLanguage(req)}` : ''}`);
};

async function applyProven(
  { ground }: Web,
  { account, order, paymentId }: { account: GivingAccount; order: string; paymentId: string },
): Promise<void> {
  try {
    await applyPayment(ground, account, paymentId);
  } catch (err) {
    if (!(err instanceof GatewayFailure)) throw err;
    ground.log.warn({ err, order }, 'a payment could not be applied on its return');
  }
}

/** Of the gift, from a resource of it. */
const pageOf = (req: Request) => req.path.replace(/\/(return|code)$/, '');

export const giftRoutes: Route[] = [
  {
    method: 'get',
    path: PATH,
    who: 'gift',
    does: 'lets a gift be paid, and says its truth',
    handle: showGift,
  },
  {
    ...{ method: 'post', path: `${PATH}/code`, who: 'gift', does: 'makes a code for UPI apps' },
    ...{ limit: 'gift', handle: showCode },
  },
  {
    ...{ method: 'post', path: `${PATH}/return`, who: 'gift', does: 'takes the gateway’s return' },
    ...{ limit: 'gift', handle: takeReturn },
  },
];
