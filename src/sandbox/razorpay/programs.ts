import express, { type Router } from 'express';
import { z } from 'zod';
import { chargeNow } from './charging.ts';
import { endDispute, endings, phases, raiseDispute } from './disputing.ts';
import { mandateOrder } from './mandates.ts';
import { callbackOf } from './outcome.ts';
import { authorise, decline, payByCode, payOrder } from './paying.ts';
import { changed, type SettingsChange } from './settings.ts';
import type { Records } from './store.ts';
import { ownerOf, type Vendor } from './vendor.ts';

/** For programs: `GET` and `PUT /settings`, a donor who pays or gives a mandate by `POST /donors`, what a mandate takes by `POST /charges`, a bank that asks by `POST /disputes`. */
export function addPrograms(router: Router, vendor: Vendor): void {
  const json = express.json({ limit: '100kb' });
  router.get('/settings', (_req, res) => void res.json(vendor.settings.now));
  router.put('/settings', json, (req, res) => {
    vendor.settings.now = changed(vendor.settings.now, (req.body ?? {}) as SettingsChange);
    res.json(vendor.settings.now);
  });
  router.post('/donors', json, (req, res) => void res.json(donate(vendor, donation.parse(req.body))));
  router.post('/charges', json, (req, res) => void res.json(charge(vendor, chargeShape.parse(req.body))));
  router.post('/disputes', json, (req, res) => {
    const { payment_id: id, ...wish } = dispute.parse(req.body);
    res.json(raiseDispute(ownerOf(vendor, vendor.store.get('payment', id)), id, wish).entity);
  });
  router.post('/disputes/:id', json, (req, res) => {
    const { ending } = ended.parse(req.body);
    const counter = ownerOf(vendor, vendor.store.get('dispute', req.params.id));
    res.json(endDispute(counter, req.params.id, ending).entity);
  });
  router.get('/waiting', (_req, res) => void res.json({ waiting: vendor.deliveries.waiting() }));
}

const donation = z.strictObject({
  order_id: z.string().optional(),
  qr_id: z.string().optional(),
  subscription_id: z.string().optional(),
  method: z.enum(['upi', 'card', 'netbanking', 'wallet']).default('upi'),
  /** `failed-then-paid` is one attempt that the bank takes after all. */
  outcome: z.enum(['paid', 'failed', 'failed-then-paid', 'waiting']).default('paid'),
});

/** What a payer's bank does. */
const dispute = z.strictObject({
  payment_id: z.string(),
  amount: z.int().min(100).optional(),
  phase: z.enum(phases).optional(),
  reason: z.string().max(100).optional(),
});
const ended = z.strictObject({ ending: z.enum(endings) });

/** What a donor does, without a browser. @returns the payment, and what the browser would bring back */
function donate(vendor: Vendor, { order_id, qr_id, ...wish }: z.output<typeof donation>) {
  const { subscription_id: mandate, method, outcome } = wish;
  const { store } = vendor;
  const what = store.get('subscription', mandate ?? '') ?? store.get('order', order_id ?? '');
  const counter = ownerOf(vendor, what ?? store.get('qr', qr_id ?? ''));
  const way = { door: 'program' as const, callbackUrl: null, cancelUrl: null, name: '' };
  const order = mandate ? mandateOrder(counter, mandate).id : order_id;
  const { id } = order ? payOrder(counter, order, { method, way }) : payByCode(counter, qr_id ?? '');
  if (outcome.startsWith('failed')) decline(counter, id);
  if (outcome.endsWith('paid')) authorise(counter, id);
  const payment = vendor.store.get('payment', id) as Records['payment'];
  return { payment: payment.entity, callback: callbackOf(counter, payment) };
}

const chargeShape = z.strictObject({
  subscription_id: z.string(),
  outcome: z.enum(['paid', 'failed']).default('paid'),
});

/** What a mandate takes, or the bank refuses. @returns the payment */
function charge(vendor: Vendor, { subscription_id: id, outcome }: z.output<typeof chargeShape>) {
  const counter = ownerOf(vendor, vendor.store.get('subscription', id));
  return chargeNow(counter, id, { fails: outcome === 'failed' }).entity;
}
