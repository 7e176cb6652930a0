import { randomUUID } from 'node:crypto';
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { DLT, madeFrom } from '../../../channels/places.ts';
import { nextPromotion } from '../../../channels/sms/hours.ts';
import { openBook, type PhoneStandIn, seenOf, tell } from './phone.ts';
import { type Fault, fairWeather, type Refusals, troubled, type Weather } from './stand-in.ts';

/** A template as the operators know it. */
export interface Registered {
  body: string;
  category: 'promotional' | 'transactional';
}

export interface SmsStandIn extends PhoneStandIn {
  /** By id; what is not here is refused. */
  templates: Map<string, Registered>;
  /** Beginnings of web addresses that are registered. */
  links: string[];
}

const ENTITY = '1101000000000000001';
const HEADER = 'WECARE';
const LOGIN = { username: 'wecare-practice', password: 'practice-of-sms' };
const SECRET = 'practice-secret-of-sms';
export const SMS_PRACTICE_TEMPLATE = {
  ...{ id: '1107000000000000001', name: 'practice', category: 'transactional' as const },
  body: 'Dear {#var#}, {#var#} reached us. We Care',
};

const codeOf = (res: Response, status: number, code: string) =>
  void res.status(status).json({ error: { code } });
const refusals: Refusals = {
  throttled: (res) => codeOf(res.set('Retry-After', '2'), 429, 'busy'),
  expired: (res) => codeOf(res, 401, 'credentials'),
  duplicate: (res) => codeOf(res, 409, 'duplicate'),
};

/** How a number ends says what becomes of its message: 0001 is none, 0002 is out of reach, 0003 wants no promotion. */
const endsIn = (to: string, end: string) => to.endsWith(end);

/**
 * A gateway of India's operators: what is not registered as it stands is refused, and so is promotion at
 * night. @param now the clock by which it is night
 */
export function openSms(weather: Weather = fairWeather(), now: () => Date = () => new Date()): SmsStandIn {
  const { messages, add, ending } = openBook();
  const line: Fault[] = [];
  const templates = new Map<string, Registered>([[SMS_PRACTICE_TEMPLATE.id, SMS_PRACTICE_TEMPLATE]]);
  const links: string[] = [];
  const router = Router();
  router.use(express.urlencoded({ extended: false, limit: '32kb' }), signedIn);
  router.get('/account', (_req, res) => void res.json({ header: HEADER, entity: ENTITY }));
  router.post('/messages', troubled(line, weather, refusals), (req: Request, res: Response) => {
    const said = fieldsOf(req.body);
    const known = messages.find(({ key }) => key === said.reference);
    if (known) return void res.json({ id: known.id });
    const wrong = whatIsWrong(said, { templates, links, now: now() });
    if (wrong) return codeOf(res, 422, wrong);
    const code = endsIn(said.mobileno, '0002') ? 'unreachable' : null;
    const { mobileno: to, content: text, reference: key } = said;
    const { id } = add({ id: randomUUID(), network: 'sms', to, from: HEADER, text, key, code });
    res.json({ id });
  });
  return {
    ...{ network: 'sms', router, weather, templates, links, callback: null },
    timeline: () => messages.map(seenOf),
    messages: () => messages,
    accounts: [
      {
        name: 'We Care SMS (practice)',
        credentials: { accessToken: LOGIN.password, more: { webhookSecret: SECRET } },
        settings: { username: LOGIN.username, entity: ENTITY, header: HEADER },
      },
    ],
    fault: (next) => void line.push(next),
    async settle() {
      const { callback: url } = this;
      if (!url) return 0;
      const ended = ending();
      const reports = ended.map(({ id, key, state, code }) => ({
        id,
        reference: key,
        state,
        code,
        at: now(),
      }));
      if (reports.length) await tell({ url, header: 'X-Signature-256', secret: SECRET }, { reports });
      return reports.length;
    },
  };
}

const signedIn: RequestHandler = (req, res, next) => {
  const expected = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`;
  if (req.get('authorization') === expected) return next();
  codeOf(res, 401, 'credentials');
};

const NAMES = [
  ...(['senderid', 'entityid', 'templateid', 'mobileno', 'content', 'reference'] as const),
  ...(['smsservicetype', 'category'] as const),
] as const;
type Fields = Record<(typeof NAMES)[number], string>;

const fieldsOf = (body: Record<string, unknown>): Fields =>
  Object.fromEntries(NAMES.map((name) => [name, String(body[name] ?? '')])) as Fields;

interface Rules {
  templates: Map<string, Registered>;
  links: string[];
  now: Date;
}

function whatIsWrong(said: Fields, { templates, links, now }: Rules): string | null {
  if (said.entityid !== ENTITY) return 'entity';
  if (said.senderid !== HEADER) return 'header';
  const template = templates.get(said.templateid);
  if (!template || template.category !== said.category) return 'template';
  if (!madeFrom(template.body, said.content, DLT)) return 'content';
  const urls = said.content.match(/https?:\/\/\S+/g) ?? [];
  if (urls.some((url) => !links.some((known) => url.startsWith(known)))) return 'url';
  if (said.smsservicetype === 'singlemsg' && /[\u0400-\u209f\u2100-\uffff]/.test(said.content))
    return 'content';
  if (!/^91[6-9]\d{9}$/.test(said.mobileno) || endsIn(said.mobileno, '0001')) return 'number';
  if (template.category !== 'promotional') return null;
  if (endsIn(said.mobileno, '0003')) return 'dnd';
  return nextPromotion(now) > now ? 'hours' : null;
}
