import type { Request, Response } from 'express';
import {
  addEndpoint,
  changeEndpoint,
  type Endpoint,
  listEndpoints,
  readEndpoint,
  removeEndpoint,
  rotateSecret,
  webhookEvents,
} from '../../../deliveries/webhooks/endpoints.ts';
import { readLog, redeliver, testEndpoint } from '../../../deliveries/webhooks/log.ts';
import { Refusal } from '../../../errors.ts';
import { say } from '../../../say.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, type Reading, readingOf } from '../shell.ts';
import { fieldsOf, SETTINGS, showSettings } from './page.ts';

export const WEBHOOKS = `${SETTINGS}/webhooks`;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const SHOWN = 50;
const LOOKS = { waiting: 'planned', sending: 'sending', delivered: 'sent', failed: 'failed' } as const;

interface Typed {
  url: string;
  description: string;
  events: string[];
}

export const showWebhooks: Handler = (web) => (req, res) => showList(web, { req, res });

export const addWebhook: Handler = (web) => (req, res) => {
  const form = readForm(req);
  const typed = {
    url: form.text('url').trim(),
    description: form.text('description'),
    events: form.all('event'),
  };
  return orAgain(
    async () => {
      const made = await addEndpoint(web.ground, typed, staffOf(res).user.email);
      await showOne(web, { req, res, id: made.id, secret: made.secret });
    },
    (refusal) => showList(web, { req, res, typed, refused: readingOf(req, res).said(refusal) }),
  );
};

export const showWebhook: Handler = (web) => (req, res) => showOne(web, { req, res, id: idOf(req) });

export const newSecret: Handler = (web) => async (req, res) => {
  const secret = await rotateSecret(web.ground, idOf(req), staffOf(res).user.email);
  await showOne(web, { req, res, id: idOf(req), secret });
};

/** A button of a webhook's page: does something and comes back to it. */
const button =
  (work: (web: Web, id: string, actor: string) => Promise<unknown>, done: string): Handler =>
  (web) =>
  (req, res) =>
    orAgain(
      async () => {
        await work(web, idOf(req), staffOf(res).user.email);
        leadOn(res, `${WEBHOOKS}/${idOf(req)}`, done);
      },
      (refusal) => showOne(web, { req, res, id: idOf(req), refused: readingOf(req, res).said(refusal) }),
    );

export const testWebhook = button(
  ({ ground }, id, actor) => testEndpoint(ground, id, actor),
  'webhook-tested',
);
export const stopWebhook = button(
  ({ ground }, id, actor) => changeEndpoint(ground, { id, change: { enabled: false } }, actor),
  'webhook-stopped',
);
export const startWebhook = button(
  ({ ground }, id, actor) => changeEndpoint(ground, { id, change: { enabled: true } }, actor),
  'webhook-started',
);

export const sendAgain: Handler = (web) => async (req, res) => {
  const message = String(req.params.message);
  if (!UUID.test(message)) throw new Refusal(say`There is no such message.`, 404);
  await redeliver(web.ground, message, staffOf(res).user.email);
  leadOn(res, `${WEBHOOKS}/${idOf(req)}`, 'webhook-again');
};

export const removeWebhook: Handler = (web) => async (req, res) => {
  await removeEndpoint(web.ground, idOf(req), staffOf(res).user.email);
  leadOn(res, WEBHOOKS, 'webhook-removed');
};

function idOf(req: Request): string {
  const id = String(req.params.id);
  if (UUID.test(id)) return id;
  throw new Refusal(say`There is no such webhook.`, 404);
}

const stateOf = ({ disabledAt, failingSince }: Endpoint) =>
  disabledAt
    ? { look: 'held', state: 'webhooks.state.stopped' }
    : failingSince
      ? { look: 'failed', state: 'webhooks.state.failing' }
      : { look: 'sent', state: 'webhooks.state.well' };

interface Asked {
  req: Request;
  res: Response;
  refused?: string;
}

/** What it is told of; a word that nobody translated stays. */
const eventWords = (t: Reading['t'], { events }: { events: string[] }): string =>
  webhookEvents
    .filter((event) => events.includes(event))
    .map((event) => t(`webhooks.event.${event}`))
    .join(' · ');

async function showList(web: Web, { req, res, typed, refused }: Asked & { typed?: Typed }): Promise<void> {
  const { t } = readingOf(req, res);
  const webhooks = (await listEndpoints(web.ground)).map((one) => ({
    ...{ ...one, ...stateOf(one), events: eventWords(t, one), href: `${WEBHOOKS}/${one.id}` },
  }));
  const events = webhookEvents.map((event) => ({ event, checked: typed?.events.includes(event) ?? !typed }));
  const f = fieldsOf(['url', 'description'], typed ?? {}, { ...(refused && { url: refused }) });
  const data = { webhooks, events, f };
  const status = refused ? 422 : 200;
  await showSettings(web, { req, res, name: 'webhooks', title: t('webhooks.title'), data, status });
}

async function showOne(
  web: Web,
  { req, res, id, secret, refused }: Asked & { id: string; secret?: string },
): Promise<void> {
  const { t, again } = readingOf(req, res);
  const webhook = await readEndpoint(web.ground, id);
  const log = await readLog(web.ground, id, { limit: SHOWN });
  const messages = log.map((row) => ({ ...row, look: LOOKS[row.state as keyof typeof LOOKS] ?? 'planned' }));
  const data = {
    webhook: {
      ...{ ...webhook, ...stateOf(webhook), events: eventWords(t, webhook) },
      disabledReason: webhook.disabledReason && again(webhook.disabledReason),
    },
    messages,
    ...{ secret: secret ?? null, refused: refused ?? null, base: `${WEBHOOKS}/${id}` },
  };
  const above = [{ href: WEBHOOKS, text: t('webhooks.title') }];
  const status = refused ? 422 : 200;
  await showSettings(web, {
    req,
    res,
    name: 'webhook',
    title: new URL(webhook.url).host,
    data,
    above,
    status,
  });
}
