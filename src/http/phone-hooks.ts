import { applyReports, greetNetwork, takeReports } from '../deliveries/phone/reports.ts';
import type { Route } from './routes.ts';
import type { Handler } from './web.ts';

/** Takes what a network tells of messages. Who it is from is proven by its signature, checked before it is kept. */
const hear: Handler =
  ({ ground }) =>
  async (req, res) => {
    const recorded = await takeReports(ground, String(req.params.account), {
      body: Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0),
      header: (name) => req.get(name),
    });
    res.status(200).set('Cache-Control', 'no-store').json({ recorded });
    // It is kept, so what goes wrong here the clock of a worker does later.
    await applyReports(ground, 50).catch((err) => req.log.warn({ err }, 'reports wait to be applied'));
  };

const greet: Handler =
  ({ ground }) =>
  async (req, res) => {
    const query = (name: string) => (typeof req.query[name] === 'string' ? req.query[name] : undefined);
    const answer = await greetNetwork(ground, String(req.params.account), query);
    res.status(200).set('Cache-Control', 'no-store').type('text').send(answer);
  };

const place = { path: '/hooks/phone/:account', who: 'anyone', limit: 'machine' } as const;

export const phoneHookRoutes: Route[] = [
  {
    ...place,
    method: 'post',
    body: '2mb',
    does: 'takes signed reports of an SMS gateway or of WhatsApp',
    handle: hear,
  },
  { ...place, method: 'get', does: 'answers WhatsApp when it asks whether somebody listens', handle: greet },
];
