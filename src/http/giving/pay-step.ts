import type { Request, Response } from 'express';
import {
  type Checkout,
  type CheckoutWords,
  GatewayFailure,
  type GatewayOrder,
  type GatewayQr,
} from '../../../channels/gateway.ts';
import { readOrganisation } from '../../access/organisation.ts';
import { transaction } from '../../db.ts';
import { accountById, type GivingAccount } from '../../giving/accounts.ts';
import { hasCodes, openCode } from '../../giving/codes.ts';
import type { Gift } from '../../giving/gift.ts';
import { renewShare } from '../../giving/holds.ts';
import { projectNamed } from '../../giving/project-words.ts';
import { purposeIn, purposeLine } from '../../giving/purpose.ts';
import { formatAmount, formatTime } from '../../i18n.ts';
import { occasionOfOrder } from '../../pages/occasions/shown.ts';
import { readerLanguage } from '../../reader.ts';
import { showPage } from '../pages.ts';
import type { Web } from '../web.ts';
import { occasionColours } from './for-occasion.ts';
import { shareShown } from './for-project.ts';

interface Paying {
  req: Request;
  res: Response;
  /** Its order is known to the gateway. */
  gift: Gift;
}

/** A code is paid elsewhere, so its page looks again by itself. */
const REFRESH_SECONDS = 10;

/** The one page with a script of somebody else's: the gateway's, and what works without it. */
export async function showPayStep(web: Web, { req, res, gift }: Paying): Promise<void> {
  const { order, donor, state } = gift;
  const share = await shareAgain(web, gift);
  const at = await occasionOfOrder(web.ground.sql, order.id);
  const language = readerLanguage(req, order.language);
  const account = (await accountById(web.ground, order.accountId)) as GivingAccount;
  const { name } = await readOrganisation(web.ground.sql);
  const to = purposeIn(language, await projectNamed(web.ground.sql, order.fund), share);
  const here = `${web.ground.config.publicUrl}${req.path}`;
  const checkout = checkoutOf(account, gift, {
    ...{ name: name.en, description: purposeLine(to, language), language, donor },
    callbackUrl: `${here}/return?lang=${language}`,
    cancelUrl: `${here}?lang=${language}`,
  });
  const code = gift.monthly || req.query.way === 'other' ? null : await codeOf(web, gift);
  if (code) res.set('Refresh', String(REFRESH_SECONDS));
  widen(res, checkout, code);
  showPage(web, {
    ...{ req, res, name: 'gift-pay', words: 'gift.open', language: order.language },
    data: {
      ...{ failed: state === 'failed', again: state === 'waiting', trouble: req.query.trouble === 'code' },
      ...{ amount: formatAmount(order.amount), name: donor.name, payee: name.en, here: req.path },
      ...{
        hasCodes: !gift.monthly && (await hasCodes(web.ground, gift)),
        code,
        monthly: gift.monthly !== null,
      },
      ...{ share: share && shareShown(share), to },
      ...{ project: to.to === 'project' || to.to === 'both' ? to : null, divided: to.to === 'both' },
      codeEnds: code ? formatTime(code.closesAt, language) : '',
      script: { ...checkout.script, options: JSON.stringify(checkout.script.options) },
      ...(at && occasionColours(at)),
      hosted: { ...checkout.hosted, fields: entriesOf(checkout.hosted.fields) },
    },
  });
}

/** Keeps for a donor who is about to pay what the form had said of a project. */
async function shareAgain({ ground }: Web, { order }: Gift) {
  const { id: orderId, projectId, amount } = order;
  if (!projectId) return null;
  const wanted = { orderId, projectId, amount, now: ground.clock.now() };
  return transaction(ground.sql, (connection) => renewShare(connection, wanted));
}

/** A monthly gift is agreed to, any other is paid. */
function checkoutOf({ gateway }: GivingAccount, gift: Gift, words: CheckoutWords): Checkout {
  const { monthly } = gift;
  if (!monthly || !gateway.subscriptions) return gateway.checkout(atGateway(gift), words);
  return gateway.subscriptions.checkout({ id: monthly.gatewayId as string, url: monthly.url }, words);
}

/** The order as the gateway has it; what it takes to pay it changes no more. */
const atGateway = ({ order: { gatewayId, amount, receipt } }: Gift): GatewayOrder => ({
  ...{ id: gatewayId as string, amount, receipt, paid: 0n, currency: 'INR', state: 'created', notes: {} },
});

async function codeOf(web: Web, gift: Gift): Promise<GatewayQr | null> {
  try {
    return await openCode(web.ground, gift);
  } catch (err) {
    if (!(err instanceof GatewayFailure)) throw err;
    web.ground.log.warn({ err, order: gift.order.id }, 'a code could not be read');
    return null;
  }
}

const entriesOf = (fields: Record<string, string>) =>
  Object.entries(fields).map(([name, value]) => ({ name, value }));

/**
 * Lets the gateway in, on this page only: its script, its frame, its form and the picture of its code,
 * which may lie at yet another host; and the browser's own payment sheet, by which UPI apps are opened.
 */
function widen(res: Response, { script, hosted }: Checkout, code: GatewayQr | null): void {
  const theirs = script.origins.join(' ');
  const picture = code ? ` https: ${new URL(code.imageUrl).origin}` : '';
  const policy = [
    ...["default-src 'none'", `script-src 'self' ${theirs}`, "style-src 'self'"],
    ...[`img-src 'self' data: ${theirs}${picture}`, `connect-src ${theirs}`, `frame-src ${theirs}`],
    ...[`form-action 'self' ${new URL(hosted.action).origin} ${theirs}`, "base-uri 'none'"],
    "frame-ancestors 'none'",
  ];
  res.set('Content-Security-Policy', policy.join('; '));
  const allowed = script.origins.map((origin) => `"${origin}"`).join(' ');
  const lent = String(res.get('Permissions-Policy')).replace('payment=()', `payment=(self ${allowed})`);
  res.set('Permissions-Policy', lent);
}
