import express, { type Request, type Response, type Router } from 'express';
import { type Language, languages } from '../../i18n.ts';
import { askedLanguage } from '../../reader.ts';
import type { Method } from './entities.ts';
import { mandateOrder } from './mandates.ts';
import { payOrder } from './paying.ts';
import { ROOT } from './place.ts';
import { Refused } from './refused.ts';
import { addressIn, type House, kept, orRefuse, rupees, show, word } from './show.ts';
import type { Way } from './store.ts';
import { type Counter, counterOf, mine, ownerOf } from './vendor.ts';

/** The hosted form opens no UPI app (razorpay.com/docs, hosted checkout, "Watch Out"). */
const METHODS: Record<'hosted' | 'standard', Method[]> = {
  hosted: ['card', 'netbanking', 'wallet'],
  standard: ['upi', 'card', 'netbanking', 'wallet'],
};
/** By these a bank takes a mandate. */
const MANDATES: Method[] = ['upi', 'card'];
type Door = keyof typeof METHODS;

/** Where a donor chooses how to pay: by the hosted form, or in the frame that the script shows. */
export function addTill(router: Router, house: House): void {
  const form = express.urlencoded({ extended: false, limit: '100kb' });
  router.post(
    '/v1/checkout/embedded',
    form,
    orRefuse(house, (req, res) =>
      showTill(house, { req, res, from: hostedFields(req.body), door: 'hosted' }),
    ),
  );
  router.get(
    '/checkout',
    orRefuse(house, (req, res) => showTill(house, { req, res, from: req.query, door: 'standard' })),
  );
  // A page of the vendor's own for each subscription, which needs no script of ours.
  router.get(
    '/mandate/:id',
    orRefuse(house, (req, res) => {
      const id = String(req.params.id);
      const counter = ownerOf(house, house.store.get('subscription', id));
      const from = { key_id: counter.account.keyId, subscription_id: id, name: counter.account.keyId };
      showTill(house, { req, res, from, door: 'standard' });
    }),
  );
  router.post(
    '/checkout',
    form,
    orRefuse(house, (req, res) => begin(house, req, res)),
  );
}

/** `prefill[email]` of a form is its `email`. */
const hostedFields = (body: Record<string, unknown>) => ({
  ...body,
  ...{ email: word(body, 'prefill[email]'), contact: word(body, 'prefill[contact]') },
});

interface Showing {
  req: Request;
  res: Response;
  from: unknown;
  door: Door;
}

const CARRIED = [
  'key_id',
  'order_id',
  'subscription_id',
  'name',
  'callback_url',
  'cancel_url',
  'email',
  'contact',
  'description',
];

function showTill(house: House, { req, res, from, door }: Showing): void {
  const { counter, order } = ordered(house, from);
  if (door === 'hosted') checkHosted(from, order.entity.amount);
  if (order.entity.status === 'paid') {
    throw new Refused('Your payment has been declined as the order is already paid.');
  }
  const amount = rupees(order.entity.amount);
  const language = askedLanguage(req) ?? cameIn(word(from, 'callback_url'));
  const hidden = CARRIED.map((name) => ({ name, value: word(from, name) }));
  show(house, req, res, {
    ...{
      language,
      template: 'checkout',
      title: 'practice.pay.title',
      values: { amount },
      switches: door === 'standard',
    },
    data: {
      ...{
        amount,
        name: word(from, 'name') || counter.account.keyId,
        description: word(from, 'description'),
      },
      hidden: [...hidden, { name: 'door', value: door }, { name: 'lang', value: language ?? '' }].filter(
        ({ value }) => value,
      ),
      methods: methodsOf(from, door).map((method, n) => ({
        ...{ method, words: `practice.method.${method}`, first: n === 0 },
      })),
      ...{ hosted: door === 'hosted', mandate: word(from, 'subscription_id') !== '' },
      cancelHref: cancelOf(req, door, word(from, 'cancel_url')),
    },
  });
}

/** The hosted form has no word for the language; where the donor goes back to may tell it. */
const cameIn = (callbackUrl: string): Language | undefined =>
  URL.canParse(callbackUrl)
    ? languages.find((language) => language === new URL(callbackUrl).searchParams.get('lang'))
    : undefined;

const methodsOf = (from: unknown, door: Door): Method[] =>
  word(from, 'subscription_id') ? MANDATES : METHODS[door];

/** What the hosted form must hold. @throws Refused */
function checkHosted(from: unknown, amount: number): void {
  for (const name of ['name', 'callback_url']) {
    if (!word(from, name)) throw new Refused(`The ${name} field is required.`, { field: name });
  }
  if (!addressIn(word(from, 'callback_url'))) throw new Refused('The callback_url is invalid.');
  if (Number(word(from, 'amount')) !== amount) {
    throw new Refused(
      'Payment amount is different from your order amount. To pay successfully, please try using right amount.',
    );
  }
}

/** @throws Refused for a key or an order that is not known */
function ordered(house: House, from: unknown) {
  const counter = counterOf(house, word(from, 'key_id'));
  if (!counter) throw new Refused('The api key provided is invalid', { status: 401 });
  const mandate = word(from, 'subscription_id');
  const order = mandate ? mandateOrder(counter, mandate) : mine(counter, 'order', word(from, 'order_id'));
  return { counter, order };
}

/** The hosted form goes back to where it was told to; the frame is closed by the page around it. */
const cancelOf = (req: Request, door: Door, url: string): string | null =>
  door === 'hosted' ? addressIn(url) : kept(req, `${ROOT}/left`);

/** The donor has chosen: on to the bank, or to the UPI app. */
function begin(house: House, req: Request, res: Response): void {
  const { counter, order } = ordered(house, req.body);
  const door: Door = word(req.body, 'door') === 'hosted' ? 'hosted' : 'standard';
  const method = methodsOf(req.body, door).find((one) => one === word(req.body, 'method'));
  if (!method) throw new Refused('The selected method is invalid.', { field: 'method' });
  const payment = payOrder(counter, order.id, {
    ...{ method, way: wayOf(req, door, counter) },
    ...(word(req.body, 'email') && { email: word(req.body, 'email') }),
    ...(word(req.body, 'contact') && { contact: word(req.body, 'contact') }),
  });
  const lang = word(req.body, 'lang');
  const to = `${ROOT}/${method === 'upi' ? 'wait' : 'bank'}/${payment.id}`;
  res.redirect(303, lang ? `${to}?lang=${encodeURIComponent(lang)}` : to);
}

const wayOf = ({ body }: Request, door: Door, { account }: Counter): Way => ({
  door,
  callbackUrl: addressIn(word(body, 'callback_url')),
  cancelUrl: addressIn(word(body, 'cancel_url')),
  name: word(body, 'name') || account.keyId,
});
