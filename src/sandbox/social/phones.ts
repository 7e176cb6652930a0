import { type Request, type Response, Router } from 'express';
import { partsOf } from '../../../channels/sms/parts.ts';
import { formatTime, translator } from '../../i18n.ts';
import type { Log } from '../../log.ts';
import { askedLanguage, otherLanguage, readerLanguage } from '../../reader.ts';
import type { Pages } from '../../render.ts';
import { placesOf } from './page.ts';
import type { PhoneMessage, PhoneStandIn } from './phone.ts';
import { openSms, type SmsStandIn } from './sms.ts';
import { openWhatsapp, type WhatsappStandIn } from './whatsapp.ts';

/** Both networks that speak to telephones, and the page of what lies on them. */
export interface PracticePhones {
  sms: SmsStandIn;
  whatsapp: WhatsappStandIn;
  /** Their interfaces under `/sms` and `/whatsapp`, their page at `/sandbox/sms`. */
  router: Router;
  close(): void;
}

const HOME = '/sandbox/sms';
const SHOWN = 100;
/** A message arrives, and is told of, a moment after it was taken. */
const SETTLING_MS = 1500;

/** @param now the clock of the operators, by which it is night */
export function openPracticePhones(log: Pick<Log, 'warn'>, now: () => Date): PracticePhones {
  const [sms, whatsapp] = [openSms(undefined, now), openWhatsapp()];
  const settle = (standIn: PhoneStandIn) =>
    standIn
      .settle()
      .catch((err: unknown) => log.warn({ err }, 'reports of the practice telephones were not taken'));
  const timer = setInterval(() => {
    void settle(sms);
    void settle(whatsapp);
  }, SETTLING_MS);
  const router = Router();
  router.use('/sms', sms.router);
  router.use('/whatsapp', whatsapp.router);
  return { sms, whatsapp, router, close: () => clearInterval(timer) };
}

/** What lies on the telephones, the newest first; `?q=` is a part of a number. */
export const showPhones =
  ({ sms, whatsapp }: Pick<PracticePhones, 'sms' | 'whatsapp'>, pages: Pages) =>
  (req: Request, res: Response): void => {
    const language = readerLanguage(req);
    const query = typeof req.query.q === 'string' ? req.query.q.slice(0, 30) : '';
    const digits = query.replace(/\D/g, '');
    const all = [...sms.messages(), ...whatsapp.messages()].filter(({ to }) => to.includes(digits));
    const newest = all.sort((one, other) => other.at.getTime() - one.at.getTime()).slice(0, SHOWN);
    const asked = askedLanguage(req);
    const other = otherLanguage(language);
    const html = pages.render({
      ...{ template: 'phones', layout: 'sandbox', language, title: translator(language)('phones.title') },
      data: {
        ...{
          home: HOME,
          query,
          count: all.length,
          langField: asked ?? null,
          other,
          allHref: HOME,
          words: 'phones',
          places: placesOf('phones'),
        },
        otherHref: `${HOME}?${new URLSearchParams({ ...(query && { q: query }), lang: other })}`,
        messages: newest.map((one) => rowOf(one, language)),
        ends: ENDS,
      },
    });
    res.type('html').send(html);
  };

function rowOf(message: PhoneMessage, language: 'en' | 'ml') {
  const { to, from, text, at, network, state, around = null } = message;
  return {
    ...{ to: `+${to}`, from, text, around, state, stateWords: `phones.state.${state}` },
    ...{ time: formatTime(at, language), moment: at.toISOString() },
    network: network === 'sms' ? 'SMS' : 'WhatsApp',
    parts: network === 'sms' ? partsOf(text).parts : null,
    code: /(?<!\d)\d{4,8}(?!\d)/.exec(text)?.[0] ?? null,
    badge: { accepted: 'unknown', delivered: 'sent', failed: 'failed' }[state],
  };
}

const ENDS = [
  { end: '0001', words: 'phones.end.none' },
  { end: '0002', words: 'phones.end.later' },
  { end: '0003', words: 'phones.end.dnd' },
  { end: '0050', words: 'phones.end.stopped' },
  { end: '0049', words: 'phones.end.cap' },
  { end: '0026', words: 'phones.end.unreachable' },
];
