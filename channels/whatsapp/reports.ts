import { timingSafeEqual } from 'node:crypto';
import { NetworkFailure } from '../failure.ts';
import { hasHmac, type Posted, type Report, type Reports } from '../reports.ts';
import type { Credentials } from '../social.ts';
import { failureOf } from './codes.ts';

/** Meta signs the raw body with the secret of our app (Graph API, "Webhooks: validating payloads"). */
export const signedReports = (posted: Posted, { more }: Credentials): boolean =>
  hasHmac(posted, 'x-hub-signature-256', more?.appSecret);

/** Meta asks once whether somebody listens here who knows the token that was agreed on. */
export const greet: Reports['greet'] = (query, { more }) => {
  const [given, expected] = [
    Buffer.from(query('hub.verify_token') ?? ''),
    Buffer.from(more?.verifyToken ?? ''),
  ];
  const same = expected.length > 0 && given.length === expected.length && timingSafeEqual(given, expected);
  const challenge = query('hub.challenge') ?? '';
  return same && query('hub.mode') === 'subscribe' && /^[\w-]{1,200}$/.test(challenge) ? challenge : null;
};

interface Status {
  id?: unknown;
  status?: unknown;
  timestamp?: unknown;
  biz_opaque_callback_data?: unknown;
  errors?: { code?: number }[];
}
/** What a reader writes, or the button of a template that they press. */
interface Answer {
  from?: unknown;
  text?: { body?: unknown };
  button?: { text?: unknown };
}
interface Change {
  field?: string;
  value?: { metadata?: { phone_number_id?: string }; statuses?: Status[]; messages?: Answer[] };
}

/** What is told of one of our telephones; null for a body that is no such thing. */
function valuesIn(body: unknown, phone: string | undefined): NonNullable<Change['value']>[] | null {
  const { object, entry } = (body ?? {}) as { object?: unknown; entry?: { changes?: Change[] }[] };
  if (object !== 'whatsapp_business_account' || !Array.isArray(entry)) return null;
  return entry
    .flatMap(({ changes = [] }) => changes)
    .filter(({ field, value }) => field === 'messages' && value?.metadata?.phone_number_id === phone)
    .flatMap(({ value }) => value ?? []);
}

/** The statuses of one phone's messages; what readers write to us is no report. */
export const readReports: Reports['read'] = (body, { settings }) =>
  valuesIn(body, settings.phone)
    ?.flatMap(({ statuses = [] }) => statuses)
    .flatMap((one) => reportOf(one) ?? []) ?? null;

/** Nothing but one of these, whatever stands around it; a longer answer is for a person to read. */
const ENOUGH = /^\P{L}*(?:stop(?: promotions| all)?|unsubscribe|opt ?out|നിർത്തുക|നിർത്തൂ|നിര്‍ത്തുക|വേണ്ട)\P{L}*$/iu;

export const readLeaving: Reports['leaving'] = (body, { settings }) =>
  (valuesIn(body, settings.phone) ?? [])
    .flatMap(({ messages = [] }) => messages)
    .filter(({ text, button }) => ENOUGH.test(String(text?.body ?? button?.text ?? '')))
    .flatMap(({ from }) => (/^\d{6,15}$/.test(String(from)) ? `+${from}` : []));

const STATES = { sent: 'accepted', delivered: 'delivered', read: 'read', failed: 'failed' } as const;

function reportOf({
  id,
  status,
  timestamp,
  biz_opaque_callback_data: key,
  errors,
}: Status): Report | undefined {
  const state = Object.hasOwn(STATES, String(status)) ? STATES[status as keyof typeof STATES] : undefined;
  if (typeof id !== 'string' || !state) return undefined;
  const at = new Date(Number(timestamp) * 1000);
  return {
    ...{ id: id.slice(0, 200), key: typeof key === 'string' ? key.slice(0, 128) : null, state },
    at: Number.isNaN(at.getTime()) ? new Date() : at,
    ...(state === 'failed' && { failure: told(errors?.[0]?.code ?? 0) }),
  };
}

/** Told later, the message has come to its end whatever kind it would be at once. */
const told = (code: number): NetworkFailure =>
  new NetworkFailure('permanent', failureOf(code).reason, { code: String(code) });
