import type { Request, Response, Router } from 'express';
import QRCode from 'qrcode';
import { isOpen } from './codes.ts';
import { begun, endOf, showEnd } from './ending.ts';
import { authorise, decline, payByCode } from './paying.ts';
import { placeOf, ROOT } from './place.ts';
import { type House, kept, orRefuse, rupees, show } from './show.ts';
import type { Records } from './store.ts';
import { type Counter, ownerOf } from './vendor.ts';

type Paid = Records['payment'];

/** The donor's UPI app, and the codes it reads: their picture leads to the page that plays it. */
export function addApp(router: Router, house: House): void {
  const page = (act: (house: House, at: AppAt) => void) =>
    orRefuse(house, (req, res) => act(house, { req, res, id: String(req.params.id) }));
  router.get('/app/:id', page(showApp));
  router.post('/app/:id/:answer', page(answerApp));
  router.get('/codes/:id.png', async (req, res) => {
    const picture = await QRCode.toBuffer(`${placeOf(req)}/app/${req.params.id}`, { width: 512, margin: 2 });
    res.set('Cross-Origin-Resource-Policy', 'cross-origin').type('png').send(picture);
  });
}

interface AppAt {
  req: Request;
  res: Response;
  id: string;
}

/** What a donor's UPI app shows of a payment or of a code. */
function showApp(house: House, { req, res, id }: AppAt) {
  const asked = askedOf(house, id);
  if (!asked) return showEnd(house, { req, res, end: 'closed' });
  const amount = rupees(asked.amount);
  const answer = (name: 'yes' | 'no') => ({
    ...{ action: kept(req, `${ROOT}/app/${id}/${name}`), fields: [], words: `practice.${name}`, amount },
    ...{ primary: name === 'yes', quiet: false },
  });
  show(house, req, res, {
    ...{ template: 'bank', title: 'practice.app.title', switches: true },
    data: {
      ...{ amount, name: asked.name, asks: 'practice.app.title', text: 'practice.app.text' },
      answers: [answer('yes'), answer('no')],
    },
  });
}

/** @returns null when it cannot be paid any more. @throws Refused when it does not exist */
function askedOf(house: House, id: string): { amount: number; name: string } | null {
  const code = house.store.get('qr', id);
  if (!code) {
    const { record } = begun(house, id);
    return record.entity.status === 'created'
      ? { amount: record.entity.amount, name: record.way.name }
      : null;
  }
  if (!isOpen(ownerOf(house, code), code.entity) || code.entity.payment_amount === null) return null;
  return { amount: code.entity.payment_amount, name: code.entity.name ?? code.account };
}

function answerApp(house: House, { req, res, id }: AppAt) {
  if (!askedOf(house, id)) return showEnd(house, { req, res, end: 'closed' });
  const { counter, record } = house.store.get('qr', id) ? scanned(house, id) : begun(house, id);
  const ended = req.params.answer === 'yes' ? authorise(counter, record.id) : decline(counter, record.id);
  if (record.way.door === 'standard') return res.redirect(303, kept(req, `${ROOT}/wait/${record.id}`));
  showEnd(house, { req, res, counter, record: ended, end: endOf(ended) });
}

function scanned(house: House, qrId: string): { counter: Counter; record: Paid } {
  const counter = ownerOf(house, house.store.get('qr', qrId));
  return { counter, record: payByCode(counter, qrId) };
}
