import { NetworkFailure } from '../failure.ts';
import { type Answered, ask, slowDown, unreadable, vendorFault, waitOf } from '../http.ts';
import { DLT, madeFrom, placesIn } from '../places.ts';
import type { Intent, Network, Opened, Post, Problem, Receipt, Session } from '../social.ts';
import { partsOf } from './parts.ts';
import { failureOf, readReports, signedReports } from './reports.ts';

/** A text of more parts costs too much, and some telephones show it torn. */
const MOST_PARTS = 8;
const BUSY_SECONDS = 10;
const LONG_SECONDS = 3600;

/**
 * SMS in India, by a gateway that takes HTTP: each body is made from a template that is registered with
 * the operators (TRAI's TCCCPR 2018, DLT), and names the entity, the header and the template.
 *
 * Asks `POST ENDPOINT/messages` with form fields after those of C-DAC's Mobile Seva; `settings.parameters`
 * says other names for them, as JSON. `GET ENDPOINT/account` says who we are; what became of messages
 * is posted to us (reports.ts). Another gateway speaks through a few lines in front of it.
 */
export const sms: Network = {
  ...{ name: 'sms', title: 'SMS', reach: 'person' },
  limits: {
    ...{ text: MOST_PARTS, unit: 'parts', pictures: null, video: null, bare: true, thread: 1 },
    ...{ firstComment: false, rates: [], altText: null },
  },
  length: (text) => partsOf(text).parts,
  validate,
  connect: {
    kind: 'fields',
    fields: [
      ...[
        { name: 'endpoint', secret: false },
        { name: 'entity', secret: false },
      ],
      ...[
        { name: 'header', secret: false },
        { name: 'username', secret: false },
      ],
      ...[
        { name: 'accessToken', secret: true },
        { name: 'webhookSecret', secret: true, optional: true },
      ],
      ...['links', 'parameters'].map((name) => ({ name, secret: false, optional: true })),
    ],
  },
  open,
  reports: { signed: signedReports, read: readReports },
};

/** What the operators would drop in silence is refused here. */
function validate({ text, person }: Post): Problem[] {
  if (!text.trim()) return [{ code: 'empty', hard: true }];
  if (!person?.template.body) return [{ code: 'no-template', hard: true }];
  const { body, values } = person.template;
  const { parts } = partsOf(text);
  const problems: Problem[] =
    parts > MOST_PARTS ? [{ code: 'too-long', hard: true, is: parts, most: MOST_PARTS }] : [];
  const long = values.find((value) => value.length > DLT.most);
  if (long) problems.push({ code: 'place-too-long', hard: true, is: long.length, most: DLT.most });
  else if (values.some((value) => !value)) problems.push({ code: 'place-empty', hard: true });
  else if (placesIn(body, DLT).length !== values.length || !madeFrom(body, text, DLT))
    problems.push({ code: 'not-the-template', hard: true });
  return [...problems, ...strangeLinks(text, person.links ?? [])];
}

const LINK = /(?:https?:\/\/|www\.)[^\s<>"]+/gi;

/** Since October 2024 an address that is not registered blocks the message; a registered one may go on. */
function strangeLinks(text: string, registered: string[]): Problem[] {
  const strange = (text.match(LINK) ?? []).filter(
    (link) => !registered.some((known) => leadsThere(link, known)),
  );
  return strange.map((what) => ({ code: 'link-not-registered', hard: true, what }));
}

/** On a border of its path, so that `care.example` does not allow `care.example.evil.test`. */
function leadsThere(link: string, known: string): boolean {
  if (!known || !link.startsWith(known)) return false;
  return known.endsWith('/') || /^[/?#]?$/.test(link.charAt(known.length));
}

function open(account: Opened): Session {
  const { settings, credentials, timeoutMs } = account;
  const endpoint = (settings.endpoint ?? '').replace(/\/+$/, '');
  const login = `${settings.username ?? ''}:${credentials.accessToken ?? ''}`;
  const basic = `Basic ${Buffer.from(login).toString('base64')}`;
  return {
    async check() {
      const answer = await ask({ url: `${endpoint}/account`, headers: { authorization: basic }, timeoutMs });
      if (!answer.ok) throw refusalOf(answer, false);
      const { header } = (answer.json ?? {}) as { header?: unknown };
      if (typeof header !== 'string') throw unreadable(false, answer.status);
      return { id: settings.entity ?? header, name: header };
    },
    prepare: async () => ({}),
    publish: (intent) => send({ intent, account, endpoint, basic }),
  };
}

interface Sending {
  intent: Intent;
  account: Opened;
  endpoint: string;
  basic: string;
}

async function send({ intent, account, endpoint, basic }: Sending): Promise<Receipt> {
  const headers = { authorization: basic, 'content-type': 'application/x-www-form-urlencoded' };
  const body = String(new URLSearchParams(fieldsOf(intent, account)));
  const { timeoutMs } = account;
  const call = {
    method: 'POST',
    url: `${endpoint}/messages`,
    headers,
    body,
    timeoutMs,
    creates: true,
  } as const;
  const answer = await ask(call);
  if (!answer.ok) throw refusalOf(answer, true);
  const { id } = (answer.json ?? {}) as { id?: unknown };
  if (typeof id !== 'string' || !/^[\w.:-]{1,128}$/.test(id)) throw unreadable(true, answer.status);
  return { id, url: null };
}

function fieldsOf({ key, post }: Intent, { settings }: Opened): Record<string, string> {
  if (!post.person) throw new NetworkFailure('permanent', 'template');
  const { to, template } = post.person;
  const unicode = partsOf(post.text).alphabet === 'ucs-2';
  const fields: Record<string, string> = {
    ...{ senderid: settings.header ?? '', entityid: settings.entity ?? '', templateid: template.id },
    ...{ mobileno: to.replace(/^\+/, ''), content: post.text, reference: key },
    ...{ smsservicetype: unicode ? 'unicodemsg' : 'singlemsg' },
    category: template.category === 'promotional' ? 'promotional' : 'transactional',
  };
  const names = namesOf(settings.parameters);
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [names[name] ?? name, value]));
}

function namesOf(parameters: string | undefined): Record<string, string> {
  try {
    return JSON.parse(parameters ?? '{}') as Record<string, string>;
  } catch {
    throw new NetworkFailure('permanent', 'account');
  }
}

/** `{"error": {"code": "…"}}`; what is neither known nor a fault of theirs is refused as it stands. */
function refusalOf({ status, headers, json }: Answered, creates: boolean): NetworkFailure {
  const { code = '' } = ((json ?? {}) as { error?: { code?: string } }).error ?? {};
  if (status === 429) return slowDown(headers, BUSY_SECONDS);
  const waits = { hours: 'closed', balance: 'spent' } as const;
  if (code === 'hours' || code === 'balance')
    return new NetworkFailure('throttled', waits[code], {
      until: waitOf(headers, LONG_SECONDS),
      status,
      code,
    });
  const known = failureOf(code, status);
  if (known) return known;
  return status >= 500
    ? vendorFault(creates, status)
    : new NetworkFailure('permanent', 'content', { status });
}
