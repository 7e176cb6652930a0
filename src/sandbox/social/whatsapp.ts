import { randomBytes } from 'node:crypto';
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { openBook, type PhoneStandIn, seenOf, tell } from './phone.ts';
import { type Fault, fairWeather, type Refusals, troubled, type Weather } from './stand-in.ts';
import { type Component, type Filling, filled, type Read } from './whatsapp-templates.ts';

export interface WhatsappStandIn extends PhoneStandIn {
  /** Bodies of approved templates, by `name language`. */
  templates: Map<string, string>;
  /** What else they have, as Graph lists it. */
  components: Map<string, Component[]>;
  /** Of those that are not approved, as Meta says it: PAUSED, REJECTED … */
  states: Map<string, { status: string; rejected_reason?: string }>;
}

const PHONE = '100200300400500';
const BUSINESS = '500400300200100';
const TOKEN = 'practice-token-of-whatsapp';
const SECRET = 'practice-app-secret';
export const WHATSAPP_VERIFY = 'practice-verify-token';

const GRAPH_STATUS: Record<number, number> = { 190: 401, 130429: 429, 131056: 400, 132001: 404 };
/** As Graph says no. */
function refuse(res: Response, code: number, details = ''): void {
  const error = { message: `(#${code}) refused`, type: 'OAuthException', code, fbtrace_id: 'practice' };
  const error_data = { messaging_product: 'whatsapp', details };
  res.status(GRAPH_STATUS[code] ?? 400).json({ error: { ...error, error_data } });
}

const refusals: Refusals = {
  throttled: (res) => refuse(res, 130429, 'Message failed to send because there were too many messages'),
  expired: (res) => refuse(res, 190),
  duplicate: (res) => refuse(res, 131056),
};

/** Numbers that end so are refused with that code, at once or told later. */
const AT_ONCE: Record<string, number> = { '0050': 131050, '0056': 131056, '0009': 131009 };
const LATER: Record<string, string> = { '0049': '131049', '0026': '131026', '0051': '131050' };

interface Message {
  messaging_product?: string;
  to?: string;
  type?: string;
  template?: {
    name?: string;
    language?: { code?: string };
    components?: Filling[];
  };
  biz_opaque_callback_data?: string;
}

/** Meta's Cloud API as far as a sender of templates meets it. */
export function openWhatsapp(weather: Weather = fairWeather()): WhatsappStandIn {
  const { messages, add, ending } = openBook();
  const line: Fault[] = [];
  const templates = new Map([['practice en', 'Dear {{1}}, {{2}} reached us.']]);
  const components: WhatsappStandIn['components'] = new Map();
  const states: WhatsappStandIn['states'] = new Map();
  const kept = { templates, components, states };
  const router = Router();
  router.use(express.json({ limit: '64kb' }), signedIn);
  router.get('/:version/:business/message_templates', (req, res) => {
    if (req.params.business !== BUSINESS) return refuse(res, 100);
    res.json(pageOf(kept, { after: Number(req.query.after ?? 0), limit: req.query.limit }));
  });
  router.get('/:version/:phone', (req, res) => {
    if (req.params.phone !== PHONE) return refuse(res, 33);
    res.json({ id: PHONE, display_phone_number: '+91 99999 00000', verified_name: 'We Care (practice)' });
  });
  router.post(
    '/:version/:phone/messages',
    troubled(line, weather, refusals),
    (req: Request, res: Response) => {
      const said = req.body as Message;
      const to = String(said.to ?? '').replace(/^\+/, '');
      const read = readOf(said, kept);
      const wrong =
        req.params.phone !== PHONE ? 33 : (AT_ONCE[to.slice(-4)] ?? (typeof read === 'number' ? read : 0));
      if (wrong || typeof read === 'number') return refuse(res, wrong);
      const id = `wamid.${randomBytes(18).toString('base64url')}`;
      const key = String(said.biz_opaque_callback_data ?? '');
      add({
        id,
        network: 'whatsapp',
        to,
        from: 'We Care',
        text: read.text,
        around: read.around,
        key,
        code: LATER[to.slice(-4)] ?? null,
      });
      const contacts = [{ input: said.to, wa_id: to }];
      res.json({ messaging_product: 'whatsapp', contacts, messages: [{ id, message_status: 'accepted' }] });
    },
  );
  return {
    ...{ network: 'whatsapp', router, weather, ...kept, callback: null },
    timeline: () => messages.map(seenOf),
    messages: () => messages,
    accounts: [
      {
        name: 'We Care WhatsApp (practice)',
        credentials: { accessToken: TOKEN, more: { appSecret: SECRET, verifyToken: WHATSAPP_VERIFY } },
        settings: { phone: PHONE, business: BUSINESS },
      },
    ],
    fault: (next) => void line.push(next),
    async settle() {
      const { callback: url } = this;
      if (!url) return 0;
      const statuses = ending().flatMap(statusesOf);
      if (statuses.length)
        await tell({ url, header: 'X-Hub-Signature-256', secret: SECRET }, webhookOf(statuses));
      return statuses.length;
    },
  };
}

type Library = Pick<WhatsappStandIn, 'templates' | 'components' | 'states'>;

interface Paged {
  after: number;
  limit: unknown;
}

/** Templates in pages, each with the cursor of the next, as Graph gives lists. */
function pageOf({ templates, components, states }: Library, { after, limit }: Paged) {
  const end = after + (Number(limit) || 25);
  const data = [...templates].slice(after, end).map(([key, text], n) => {
    const [name, language] = key.split(' ');
    const said = states.get(key) ?? { status: 'APPROVED' };
    return {
      ...{ id: String(900_000_000_000_000 + after + n), name, language, category: 'UTILITY' },
      ...{
        rejected_reason: 'NONE',
        ...said,
        components: [...(components.get(key) ?? []), { type: 'BODY', text }],
      },
    };
  });
  const next = end < templates.size && { next: 'https://graph.facebook.com/next' };
  return { data, paging: { cursors: { before: String(after), after: String(end) }, ...next } };
}

const signedIn: RequestHandler = (req, res, next) =>
  req.get('authorization') === `Bearer ${TOKEN}` ? next() : refuse(res, 190);

/** @returns what the reader sees, or the code with which Meta refuses */
function readOf(
  { messaging_product, type, template = {} }: Message,
  { templates, components, states }: Library,
): Read | number {
  if (messaging_product !== 'whatsapp' || type !== 'template') return 100;
  const key = `${template.name} ${template.language?.code}`;
  const body = templates.get(key);
  // 132015: paused for its quality.
  if (states.has(key)) return states.get(key)?.status === 'PAUSED' ? 132015 : 132001;
  if (body === undefined) return 132001;
  return filled({ body, components: components.get(key) ?? [] }, template.components ?? []);
}

type Ended = ReturnType<ReturnType<typeof openBook>['ending']>[number];

/** First that it was sent, then how it ended. */
function statusesOf({ id, to, key, state, code, at }: Ended) {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const common = { id, timestamp, recipient_id: to, biz_opaque_callback_data: key };
  const errors = [{ code: Number(code), title: 'refused', error_data: { details: '' } }];
  const end =
    state === 'failed' ? { ...common, status: 'failed', errors } : { ...common, status: 'delivered' };
  return state === 'failed' ? [end] : [{ ...common, status: 'sent' }, end];
}

const webhookOf = (statuses: object[]) => {
  const metadata = { display_phone_number: '919999900000', phone_number_id: PHONE };
  const value = { messaging_product: 'whatsapp', metadata, statuses };
  return {
    object: 'whatsapp_business_account',
    entry: [{ id: BUSINESS, changes: [{ field: 'messages', value }] }],
  };
};
