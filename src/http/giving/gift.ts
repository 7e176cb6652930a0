import type { Request, Response } from 'express';
import { GatewayFailure } from '../../../channels/gateway.ts';
import { readOrganisation } from '../../access/organisation.ts';
import { accountById, type GivingAccount } from '../../giving/accounts.ts';
import { applyPayment } from '../../giving/apply.ts';
import { endCode, makeCode } from '../../giving/codes.ts';
import { catchUp, findGift, type Gift } from '../../giving/gift.ts';
import { isOver, type MonthlyGift } from '../../giving/monthly.ts';
import { askMonthly } from '../../giving/monthly-follow.ts';
import { purposeLine, purposeOfOrder } from '../../giving/purpose.ts';
import { answers, answerTwin, askedTwin } from '../../giving/twins.ts';
import { formatAmount, formatDay, type Language } from '../../i18n.ts';
import { occasionOfOrder } from '../../pages/occasions/shown.ts';
import { askedLanguage, readerLanguage } from '../../reader.ts';
import { readForm } from '../form.ts';
import { giftOf } from '../guards.ts';
import { showPage } from '../pages.ts';
import type { Route } from '../routes.ts';
import type { Handler, Web } from '../web.ts';
import { occasionColours, occasionShown } from './for-occasion.ts';
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
  const twin = (await askedTwin(web.ground.sql, gift.order.id)) !== null;
  if (gift.state === 'paid') return showStanding(web, { req, res, gift, view: 'paid', twin });
  if (gift.monthly && isOver(gift.monthly, web.ground.clock.now()))
    return showPage(web, { req, res, name: 'gift-gone', status: 404 });
  if (!atGateway(gift)) return showStanding(web, { req, res, gift, view: 'away' });
  if (gift.state === 'waiting' && !req.query.again)
    return showStanding(web, { req, res, gift, view: 'waiting' });
  await showPayStep(web, { req, res, gift });
};

/** What the gateway calls what is to be paid or agreed to; null while it was not told yet. */
const atGateway = ({ order, monthly }: Gift) => (monthly ? monthly.gatewayId : order.gatewayId);

interface Standing {
  req: Request;
  res: Response;
  gift: Gift;
  view: 'paid' | 'away' | 'waiting';
  /** Whether its donor is asked if both of two equal gifts were meant. */
  twin?: boolean;
}

/** Where nothing is to be done: the page of a gift that waits looks again by itself, without a script. */
async function showStanding(web: Web, { req, res, gift, view, twin = false }: Standing): Promise<void> {
  const { order, donor, receipt } = gift;
  const at = await occasionOfOrder(web.ground.sql, order.id);
  const to = await purposeOfOrder(web.ground.sql, order, readerLanguage(req, order.language));
  if (view !== 'paid') res.set('Refresh', String(REFRESH_SECONDS));
  showPage(web, {
    ...{ req, res, name: 'gift', language: order.language },
    data: {
      ...{ waiting: view === 'waiting', away: view === 'away', receipt, name: donor.name },
      paid: view === 'paid' && !receipt?.cancelledAt,
      ...{ amount: formatAmount(order.amount), to, here: req.path, give: GIVE },
      email: gift.mailsReceipt ? donor.email : null,
      ...{ twin, said: answers.find((one) => one === req.query.said) ?? null },
      monthly: gift.monthly && nextOf(gift.monthly, readerLanguage(req, order.language)),
      occasion: at && occasionShown(at, readerLanguage(req, order.language)),
      ...(at && occasionColours(at)),
    },
  });
}

const nextOf = ({ nextAt, nextAmount, amount }: MonthlyGift, language: Language) => ({
  amount: formatAmount(nextAmount ?? amount),
  day: nextAt ? formatDay(nextAt, language) : null,
});

/** Makes the code of one use that a UPI app scans, and leads back to where it is shown. */
const showCode: Handler = (web) => async (req, res) => {
  const gift = await findGift(web.ground, giftOf(res));
  if (!gift) return showPage(web, { req, res, name: 'gift-gone', status: 404 });
  const language = readerLanguage(req, gift.order.language);
  let trouble = '';
  try {
    const { name } = await readOrganisation(web.ground.sql);
    const to = await purposeOfOrder(web.ground.sql, gift.order, language);
    const words = { name: name.en, description: purposeLine(to, language) };
    if (gift.state !== 'paid' && !gift.monthly) await makeCode(web.ground, gift, words);
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
  const { id, accountId } = gift.order;
  const gatewayId = atGateway(gift);
  const fields = Object.fromEntries(new URLSearchParams(Buffer.isBuffer(req.body) ? String(req.body) : ''));
  const account = (await accountById(web.ground, accountId)) as GivingAccount;
  const proving = gift.monthly ? account.gateway.subscriptions : account.gateway;
  const proven = gatewayId && proving?.verifyCallback(gatewayId, fields);
  if (!proven) {
    web.ground.log.info({ order: id }, 'a return from the gateway without a good signature');
    await catchUp(web.ground, id, 0);
  } else await applyProven(web, { account, gift, paymentId: proven.paymentId });
  res.redirect(303, `${pageOf(req)}${askedLanguage(req) ? `?lang=${askedLanguage(req)}` : ''}`);
};

async function applyProven(
  { ground }: Web,
  { account, gift, paymentId }: { account: GivingAccount; gift: Gift; paymentId: string },
): Promise<void> {
  try {
    await applyPayment(ground, account, paymentId);
    if (gift.monthly) await askMonthly(ground, gift.monthly.id);
  } catch (err) {
    if (!(err instanceof GatewayFailure)) throw err;
    ground.log.warn({ err, order: gift.order.id }, 'a payment could not be applied on its return');
  }
}

/** Keeps what a donor says of two equal gifts; said twice, the first answer holds. */
const takeTwin: Handler = (web) => async (req, res) => {
  const donation = await askedTwin(web.ground.sql, giftOf(res));
  const answer = answers.find((one) => one === readForm(req).text('answer'));
  if (donation && answer) await answerTwin(web.ground, { donation, answer });
  const said = donation && answer ? `&said=${answer}` : '';
  res.redirect(303, `${pageOf(req)}?lang=${readerLanguage(req)}${said}`);
};

/** Of the gift, from a resource of it. */
const pageOf = (req: Request) => req.path.replace(/\/(return|code|twin)$/, '');

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
    ...{ method: 'post', path: `${PATH}/twin`, who: 'gift', does: 'says whether two gifts were meant' },
    ...{ limit: 'gift', handle: takeTwin },
  },
  {
    ...{ method: 'post', path: `${PATH}/return`, who: 'gift', does: 'takes the gateway’s return' },
    ...{ limit: 'gift', handle: takeReturn },
  },
];
