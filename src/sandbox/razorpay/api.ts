import { timingSafeEqual } from 'node:crypto';
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { subscriptions } from './api-subscriptions.ts';
import { closeQr, createQr, shown } from './codes.ts';
import type { Payment } from './entities.ts';
import { misbehave } from './faults.ts';
import { collection, createOrder, listOrders, page, paymentsOf } from './orders.ts';
import { capture } from './paying.ts';
import { placeOf } from './place.ts';
import { createRefund, refundsOf } from './refunding.ts';
import { Refused, refusedBare } from './refused.ts';
import { recon, settle } from './settling.ts';
import { type Counter, counterOf, mine, type Vendor } from './vendor.ts';

type Act = (counter: Counter, req: Request, id: string) => object;

/** The interface (razorpay.com/docs/api), as much of it as a charity needs. Mounted at `/v1`. */
export function makeApi(vendor: Vendor): Router {
  const router = Router();
  router.use(express.json({ limit: '1mb', type: () => true }), misbehave(vendor));
  const route =
    (act: Act): RequestHandler =>
    (req, res) => {
      res.json(act(signedIn(vendor, req), req, String(req.params.id ?? '')));
    };
  orders(router, route);
  codes(router, route);
  payments(router, route);
  settlements(router, route);
  subscriptions(router, route);
  disputes(router, route);
  router.use(() => {
    throw refusedBare('The requested URL was not found on the server.');
  });
  router.use(refuse(vendor));
  return router;
}

type Route = (act: Act) => RequestHandler;

function orders(router: Router, route: Route): void {
  router.post(
    '/orders',
    route((counter, { body }) => createOrder(counter, body).entity),
  );
  router.get(
    '/orders',
    route((counter, { query }) => collection(listOrders(counter, query))),
  );
  router.get(
    '/orders/:id',
    route((counter, _req, id) => mine(counter, 'order', id).entity),
  );
  router.get(
    '/orders/:id/payments',
    route((counter, req, id) =>
      collection(
        paymentsOf(counter, id)
          .map(({ entity }) => told(entity, req))
          .reverse(),
      ),
    ),
  );
}

function payments(router: Router, route: Route): void {
  router.get(
    '/payments',
    route((counter, req) => {
      const all = counter.store.of('payment', counter.account.keyId).reverse();
      return collection(page(all, req.query).map(({ entity }) => told(entity, req)));
    }),
  );
  router.get(
    '/payments/:id',
    route((counter, req, id) => told(mine(counter, 'payment', id).entity, req)),
  );
  router.post(
    '/payments/:id/capture',
    route((counter, req, id) => told(capture(counter, id, req.body).entity, req)),
  );
  router.post(
    '/payments/:id/refund',
    route((counter, req, id) => {
      const key = req.get('x-refund-idempotency') ?? null;
      return createRefund(counter, id, req.body, key).entity;
    }),
  );
  router.get(
    '/payments/:id/refunds',
    route((counter, { query }, id) => {
      const all = refundsOf(counter, id).map(({ entity }) => entity);
      return collection(page(all.reverse(), query));
    }),
  );
  router.get(
    '/refunds/:id',
    route((counter, _req, id) => mine(counter, 'refund', id).entity),
  );
}

/** They stand before `/payments/:id`, whose place they share. */
function codes(router: Router, route: Route): void {
  const at = '/payments/qr_codes';
  router.post(
    at,
    route((counter, req) => createQr(counter, req.body, placeOf(req)).entity),
  );
  router.get(
    at,
    route((counter, { query }) => {
      const paid = typeof query.payment_id === 'string' ? mine(counter, 'payment', query.payment_id) : null;
      const all = counter.store.of('qr', counter.account.keyId).reverse();
      const own = paid
        ? [paid.qrId ?? ''].flatMap((id) => counter.store.get('qr', id) ?? [])
        : page(all, query);
      return collection(own.map(({ entity }) => shown(counter, entity)));
    }),
  );
  router.get(
    `${at}/:id`,
    route((counter, _req, id) => shown(counter, mine(counter, 'qr', id).entity)),
  );
  router.post(
    `${at}/:id/close`,
    route((counter, _req, id) => closeQr(counter, mine(counter, 'qr', id), 'on_demand').entity),
  );
  router.get(
    `${at}/:id/payments`,
    route((counter, req, id) => {
      mine(counter, 'qr', id);
      return collection(
        page(counter.store.of('payment', id).reverse(), req.query).map(({ entity }) => told(entity, req)),
      );
    }),
  );
}

function settlements(router: Router, route: Route): void {
  router.get(
    '/settlements',
    route((counter, { query }) => {
      settle(counter);
      const all = counter.store.of('settlement', counter.account.keyId).reverse();
      return collection(page(all, query).map(({ entity }) => entity));
    }),
  );
  router.get(
    '/settlements/recon/combined',
    route((counter, { query }) => {
      settle(counter);
      return collection(recon(counter, query));
    }),
  );
  router.get(
    '/settlements/:id',
    route((counter, _req, id) => mine(counter, 'settlement', id).entity),
  );
}

function disputes(router: Router, route: Route): void {
  router.get(
    '/disputes',
    route((counter, { query }) => {
      const all = counter.store.of('dispute', counter.account.keyId).reverse();
      return collection(page(all, query).map(({ entity }) => entity));
    }),
  );
  router.get(
    '/disputes/:id',
    route((counter, _req, id) => mine(counter, 'dispute', id).entity),
  );
}

/** A card is told only to who asks for it. */
function told({ card, ...entity }: Payment, { query }: Request): object {
  const wish = query['expand[]'] ?? query.expand;
  return card && [wish].flat().includes('card') ? { ...entity, card } : entity;
}

/** @throws Refused (401) for a key or secret that is not known */
function signedIn(vendor: Vendor, req: Request): Counter {
  const [, encoded = ''] = /^Basic (.+)$/.exec(req.get('authorization') ?? '') ?? [];
  const [keyId = '', secret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const counter = counterOf(vendor, keyId);
  if (!encoded) throw refusedBare('Please provide your api key for authentication purposes.', 401);
  if (!counter || !same(counter.account.keySecret, secret)) throw refusedBare('Authentication failed', 401);
  return counter;
}

const same = (one: string, other: string) =>
  Buffer.byteLength(one) === Buffer.byteLength(other) &&
  timingSafeEqual(Buffer.from(one), Buffer.from(other));

/** Every refusal in the vendor's form; a fault of ours looks like one of the vendor's. */
function refuse({ log }: Vendor): express.ErrorRequestHandler {
  return (error: unknown, _req: Request, res: Response, _next) => {
    if (error instanceof Refused) return void res.status(error.status).json({ error: error.error });
    const unreadable = typeof error === 'object' && error !== null && 'type' in error;
    if (unreadable)
      return void res.status(400).json({ error: new Refused('The request body is invalid.').error });
    log.error({ err: error }, 'the gateway stand-in met a fault');
    res.status(500).json({ error: { code: 'SERVER_ERROR', description: 'We are facing some trouble.' } });
  };
}
