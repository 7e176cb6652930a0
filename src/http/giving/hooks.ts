import { receiveWebhook } from '../../giving/inbox.ts';
import type { Route } from '../routes.ts';
import type { Handler } from '../web.ts';

/** Takes what a payment gateway tells. Its signature is checked before it is kept; the answer waits for no more. */
const hear: Handler =
  ({ ground }) =>
  async (req, res) => {
    const raw = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
    await receiveWebhook(ground, { account: String(req.params.account), raw, headers: req.headers });
    res.status(200).set('Cache-Control', 'no-store').json({ heard: true });
  };

export const gatewayHookRoutes: Route[] = [
  {
    ...{ method: 'post', path: '/hooks/gateway/:account', who: 'anyone', limit: 'gateway', body: '1mb' },
    ...{ does: 'takes signed word of a payment gateway', handle: hear },
  },
];
