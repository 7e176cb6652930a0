import { applyReturns } from '../deliveries/returns/apply.ts';
import { takeHook, type Vendor, vendors } from '../deliveries/returns/hooks.ts';
import type { Route } from './routes.ts';
import type { Handler } from './web.ts';

/** A batch of SendGrid's may be 768 KB. */
const LONGEST = '2mb';

/** Takes a webhook of one service. Who it is from is proven by its signature, checked before it is kept. */
const take =
  (vendor: Vendor): Handler =>
  ({ ground }) =>
  async (req, res) => {
    const became = await takeHook(ground, vendor, {
      body: Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0),
      header: (name) => req.get(name),
      query: (name) => (typeof req.query[name] === 'string' ? req.query[name] : undefined),
    });
    res.status(200).set('Cache-Control', 'no-store').json({ became });
    // It is kept, so what goes wrong here the clock of a worker does later.
    await applyReturns(ground, 50).catch((err) => req.log.warn({ err }, 'returns wait to be applied'));
  };

export const returnRoutes: Route[] = vendors.map((vendor) => ({
  ...{ method: 'post', path: `/hooks/mail/${vendor}`, who: 'anyone', limit: 'machine', body: LONGEST },
  ...{ does: `takes signed bounces and complaints of ${vendor}`, handle: take(vendor) },
}));
