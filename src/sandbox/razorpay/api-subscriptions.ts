import type { Request, RequestHandler, Router } from 'express';
import { collection, page } from './orders.ts';
import { placeOf } from './place.ts';
import {
  cancelSubscription,
  createPlan,
  createSubscription,
  listInvoices,
  listSubscriptions,
  pauseSubscription,
  resumeSubscription,
  shownNow,
  updateSubscription,
} from './subscriptions.ts';
import { type Counter, mine } from './vendor.ts';

type Route = (act: (counter: Counter, req: Request, id: string) => object) => RequestHandler;

/** Plans, subscriptions and their invoices. */
export function subscriptions(router: Router, route: Route): void {
  plans(router, route);
  const at = '/subscriptions';
  router.post(
    at,
    route((counter, req) => createSubscription(counter, req.body, placeOf(req)).entity),
  );
  router.get(
    at,
    route((counter, { query }) => collection(listSubscriptions(counter, query))),
  );
  router.get(
    `${at}/:id`,
    route((counter, _req, id) => shownNow(counter, mine(counter, 'subscription', id))),
  );
  router.patch(
    `${at}/:id`,
    route((counter, { body }, id) => updateSubscription(counter, id, body).entity),
  );
  const steps = { pause: pauseSubscription, resume: resumeSubscription, cancel: cancelSubscription };
  for (const [step, act] of Object.entries(steps)) {
    router.post(
      `${at}/:id/${step}`,
      route((counter, _req, id) => act(counter, id).entity),
    );
  }
  router.get(
    '/invoices',
    route((counter, { query }) => collection(listInvoices(counter, query))),
  );
  router.get(
    '/invoices/:id',
    route((counter, _req, id) => mine(counter, 'invoice', id).entity),
  );
}

function plans(router: Router, route: Route): void {
  router.post(
    '/plans',
    route((counter, { body }) => createPlan(counter, body).entity),
  );
  router.get(
    '/plans',
    route((counter, { query }) => {
      const all = counter.store.of('plan', counter.account.keyId).reverse();
      return collection(page(all, query).map(({ entity }) => entity));
    }),
  );
  router.get(
    '/plans/:id',
    route((counter, _req, id) => mine(counter, 'plan', id).entity),
  );
}
