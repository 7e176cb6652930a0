import { type Classified, classifyMail } from '../../../channels/email/bounces/classify.ts';
import { readTraces, type Traces } from '../../../channels/email/bounces/traces.ts';
import type { FeedbackEvent } from '../../../channels/email/feedback/event.ts';
import { readMailgun } from '../../../channels/email/feedback/mailgun.ts';
import { readPostmark } from '../../../channels/email/feedback/postmark.ts';
import { readSendgrid } from '../../../channels/email/feedback/sendgrid.ts';
import { readSes } from '../../../channels/email/feedback/ses.ts';
import type { ReturnSource } from './record.ts';

/** What one incoming thing says of one recipient. */
export interface Told {
  /** Unique within its source. */
  key: string;
  kind: Classified['kind'] | 'unsubscribe';
  /** Lower case; empty where nobody is named. */
  address: string;
  reason: string;
  status: string;
  hard: boolean;
  /** Type of a complaint. */
  feedback?: string | undefined;
  traces: Pick<Traces, 'returnPaths' | 'unsubscribes' | 'tokens' | 'messageIds'>;
  /** Why nothing is to be done about it whatever it says. */
  idle?: 'mail loop' | 'bounce about a bounce';
  /** The source is proven, so that an address alone will do. */
  proven: boolean;
}

export interface InboxRow {
  source: ReturnSource;
  key: string;
  envelope_to: string[];
  body: Buffer;
}

/** A mail of ours has one recipient; servers that expand or forward it tell of a few. */
const MOST_RECIPIENTS = 50;

const VENDORS: Partial<Record<ReturnSource, (body: unknown) => FeedbackEvent[]>> = {
  ses: readSes,
  postmark: readPostmark,
  sendgrid: readSendgrid,
  mailgun: readMailgun,
};

/** Reads what came in. Never throws; what says nothing about anybody answers one row of kind `other`. */
export function readTold({ source, key, envelope_to, body }: InboxRow): Told[] {
  const read = VENDORS[source];
  if (!read) return toldByMail(key, body, envelope_to);
  return read(parse(body)).map((event, i) =>
    toldByVendor(event.id ? event : { ...event, id: `${key}#${i}` }),
  );
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null; // it was checked when it came in; what is not JSON tells nothing
  }
}

function toldByVendor({ id, returnPath, messageId, ...event }: FeedbackEvent): Told {
  const hex = /^bounce\+([0-9a-f]{42})@/i.exec(returnPath ?? '')?.[1]?.toLowerCase();
  return {
    ...{ ...event, key: id, proven: true },
    traces: {
      ...{ returnPaths: hex ? [hex] : [], unsubscribes: [], tokens: [] },
      messageIds: messageId ? [messageId] : [],
    },
  };
}

function toldByMail(key: string, body: Buffer, envelopeTo: string[]): Told[] {
  const { kind, recipients, feedback } = classifyMail(body);
  const { loop, aboutBounce, ...traces } = readTraces(body, envelopeTo);
  const idle = idleFor(loop || goesInCircles(recipients), aboutBounce);
  const common = { traces, feedback, proven: false, ...(idle && { idle }) };
  if (kind === 'other' && traces.unsubscribes.length)
    return [{ ...common, key, kind: 'unsubscribe', ...NOBODY }];
  const about = recipients.length ? recipients.slice(0, MOST_RECIPIENTS) : [NOBODY];
  return about.map(({ address, reason, status, hard }, i) => ({
    ...{ ...common, key: i ? `${key}#${i}` : key, address, reason, status, hard },
    // A report may tell of some who got it beside others who did not.
    kind: reason === 'delivered' ? 'delivered' : kind,
  }));
}

const idleFor = (loop: boolean, aboutBounce: boolean): Told['idle'] =>
  loop ? 'mail loop' : aboutBounce ? 'bounce about a bounce' : undefined;

const NOBODY = { address: '', reason: 'undefined', status: '', hard: false } as const;

/** RFC 3463 section 3.5: x.4.6 is a routing loop, the fault of servers and not of the address. */
const goesInCircles = (recipients: Classified['recipients']): boolean =>
  recipients.some(({ status }) => /^[45]\.4\.6$/.test(status));
