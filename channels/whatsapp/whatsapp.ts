import { NetworkFailure } from '../failure.ts';
import { type Answered, ask, slowDown, unreadable, vendorFault, waitOf } from '../http.ts';
import type { Intent, Network, Opened, Post, Problem, Receipt, Session } from '../social.ts';
import { failureOf } from './codes.ts';
import { componentsOf, frameProblems, lacksHeader } from './components.ts';
import { greet, readLeaving, readReports, signedReports } from './reports.ts';
import { readTemplates } from './templates.ts';

const GRAPH = 'https://graph.facebook.com';
const VERSION = 'v23.0';
/** Of a template's body with its values (Cloud API, message templates). */
const LONGEST = 1024;

/**
 * WhatsApp Business by Meta's Cloud API: only templates that Meta approved, to people who said that they
 * want them. Accepted is not delivered; webhooks tell.
 */
export const whatsapp: Network = {
  ...{ name: 'whatsapp', title: 'WhatsApp', reach: 'person' },
  limits: {
    ...{ text: LONGEST, unit: 'characters', pictures: null, video: null, bare: true, thread: 1 },
    ...{ firstComment: false, altText: null, rates: [{ n: 80, seconds: 1 }] },
  },
  length: (text) => text.length,
  validate,
  connect: {
    kind: 'fields',
    fields: [
      ...[
        { name: 'phone', secret: false },
        { name: 'business', secret: false, optional: true },
      ],
      ...['accessToken', 'appSecret', 'verifyToken'].map((name) => ({ name, secret: true })),
    ],
  },
  open,
  reports: { signed: signedReports, read: readReports, leaving: readLeaving, greet },
};

function validate({ text, person }: Post): Problem[] {
  if (!text.trim()) return [{ code: 'empty', hard: true }];
  if (!person?.template.body) return [{ code: 'no-template', hard: true }];
  const { template } = person;
  const { values } = template;
  if (text.length > LONGEST) return [{ code: 'too-long', hard: true, is: text.length, most: LONGEST }];
  if (lacksHeader(template)) return [{ code: 'needs-header', hard: true }];
  if (values.some((value) => !value.trim())) return [{ code: 'place-empty', hard: true }];
  // A value may hold no new line, no tab and no more than four blanks together (132018).
  const wrong = values.some((value) => /[\n\r\t]| {5,}/.test(value));
  if (wrong) return [{ code: 'not-the-template', hard: true }];
  return frameProblems(template);
}

function open({ settings, credentials, timeoutMs }: Opened): Session {
  const { phone = '' } = settings;
  const headers = { authorization: `Bearer ${credentials.accessToken ?? ''}` };
  const address = () => {
    if (!/^\d{5,20}$/.test(phone)) throw new NetworkFailure('unauthorised', 'account');
    return `${(settings.endpoint ?? GRAPH).replace(/\/+$/, '')}/${VERSION}/${phone}`;
  };
  return {
    async check() {
      const url = `${address()}?fields=display_phone_number,verified_name`;
      const answer = await ask({ url, headers, timeoutMs });
      if (!answer.ok) throw refusalOf(answer, false);
      const said = (answer.json ?? {}) as { verified_name?: string; display_phone_number?: string };
      const name = said.verified_name ?? said.display_phone_number;
      if (!name) throw unreadable(false, answer.status);
      return { id: phone, name };
    },
    async templates() {
      const { business = '' } = settings;
      if (!/^\d{5,20}$/.test(business)) throw new NetworkFailure('unauthorised', 'account');
      const base = `${(settings.endpoint ?? GRAPH).replace(/\/+$/, '')}/${VERSION}/${business}`;
      return readTemplates(base, async (url) => {
        const answer = await ask({ url, headers, timeoutMs });
        if (!answer.ok) throw refusalOf(answer, false);
        return answer.json;
      });
    },
    prepare: async () => ({}),
    async publish(intent) {
      const body = JSON.stringify(messageOf(intent));
      const json = { ...headers, 'content-type': 'application/json' };
      const call = { method: 'POST', url: `${address()}/messages`, headers: json, body, timeoutMs } as const;
      const answer = await ask({ ...call, creates: true });
      if (!answer.ok) throw refusalOf(answer, true);
      return receiptOf(answer);
    },
  };
}

/** Cloud API, "Sending template messages". Our key comes back with what is told later of the message. */
function messageOf({ key, post: { person } }: Intent) {
  if (!person) throw new NetworkFailure('permanent', 'template');
  const { name, language } = person.template;
  const components = componentsOf(person.template);
  return {
    ...{ messaging_product: 'whatsapp', recipient_type: 'individual', to: person.to, type: 'template' },
    template: {
      ...{ name, language: { code: language } },
      ...(components.length && { components }),
    },
    biz_opaque_callback_data: key,
  };
}

/** Of an answer that accepts; `held_for_quality_assessment` is accepted too, and told about later. */
function receiptOf({ json, status }: Answered): Receipt {
  const { messages } = (json ?? {}) as { messages?: { id?: unknown }[] };
  const id = messages?.[0]?.id;
  if (typeof id !== 'string' || !id) throw unreadable(true, status);
  return { id: id.slice(0, 200), url: null };
}

const BUSY_SECONDS = 30;
const PAIR_SECONDS = 60;

function refusalOf({ status, headers, json }: Answered, creates: boolean): NetworkFailure {
  const { code } = ((json ?? {}) as { error?: { code?: number } }).error ?? {};
  if (typeof code !== 'number')
    return status === 429 ? slowDown(headers, BUSY_SECONDS) : vendorFault(creates, status);
  const { kind, reason } = failureOf(code);
  if (kind === 'unknown') return vendorFault(creates, status, String(code));
  const until = waitOf(headers, reason === 'too-often' ? PAIR_SECONDS : BUSY_SECONDS);
  return new NetworkFailure(kind, reason, {
    status,
    code: String(code),
    ...(kind === 'throttled' && { until }),
  });
}
