import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readMailgunSignature, verifyMailgun } from '../../../channels/email/feedback/mailgun.ts';
import { verifySendgrid } from '../../../channels/email/feedback/sendgrid.ts';
import {
  fetchFromSns,
  isSnsAddress,
  isSnsCertificate,
  readSnsEnvelope,
  type SnsEnvelope,
  verifySns,
} from '../../../channels/email/feedback/sns.ts';
import { audit } from '../../access/audit.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { recordReturn } from './record.ts';

export const vendors = ['ses', 'postmark', 'sendgrid', 'mailgun'] as const;
export type Vendor = (typeof vendors)[number];

/** A webhook as it was posted. */
export interface Posted {
  body: Buffer;
  /** One header, by any case of its name. */
  header(name: string): string | undefined;
  /** One value of the address's query. */
  query(name: string): string | undefined;
}

type HookGround = Pick<Ground, 'sql' | 'config' | 'clock' | 'log'>;

/**
 * SendGrid tries for 24 hours and Mailgun for 8 to hand over one event. A younger post that is repeated
 * does nothing twice, because events are known by their ids.
 */
const OLDEST_SECONDS = 24 * 3600;
const FUTURE_SECONDS = 600;

/**
 * Checks a webhook and records its body; what it says is applied later. @returns what became of it
 * @throws Refusal when its service is not set up here, or it does not prove that it comes from there
 */
export function takeHook(ground: HookGround, vendor: Vendor, posted: Posted): Promise<string> {
  const body = parse(posted.body);
  return TAKE[vendor](ground, posted, body);
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal('The body is no JSON.');
  }
}

type Take = (ground: HookGround, posted: Posted, body: unknown) => Promise<string>;

const TAKE: Record<Vendor, Take> = {
  async ses(ground, posted, body) {
    const topics = required(ground, 'SES_TOPICS')
      .split(',')
      .map((topic) => topic.trim());
    const envelope = readSnsEnvelope(body);
    if (!envelope) throw new Refusal('This is no message of SNS.');
    if (!topics.includes(envelope.topicArn))
      throw new Refusal('The topic of this message is not one of SES_TOPICS.', 403);
    if (!verifySns(body, await certificateOf(ground, envelope), ground.clock.now())) throw unproven('SNS');
    if (envelope.type === 'SubscriptionConfirmation') return confirm(ground, envelope);
    if (envelope.type !== 'Notification') return 'nothing to do';
    return record(ground, { source: 'ses', key: envelope.messageId, body: posted.body });
  },
  async postmark(ground, posted) {
    const expected = required(ground, 'POSTMARK_WEBHOOK_AUTH');
    const [, basic = ''] = /^basic\s+(\S{1,1000})$/i.exec(posted.header('authorization') ?? '') ?? [];
    const given = basic ? Buffer.from(basic, 'base64').toString('utf8') : (posted.query('secret') ?? '');
    if (!same(given, expected)) throw unproven('Postmark');
    return record(ground, { source: 'postmark', body: posted.body });
  },
  async sendgrid(ground, posted) {
    const key = required(ground, 'SENDGRID_WEBHOOK_KEY');
    const timestamp = posted.header('x-twilio-email-event-webhook-timestamp') ?? '';
    const signature = posted.header('x-twilio-email-event-webhook-signature') ?? '';
    if (!verifySendgrid(key, { timestamp, signature, body: posted.body })) throw unproven('SendGrid');
    requireFresh(ground, timestamp);
    return record(ground, { source: 'sendgrid', body: posted.body });
  },
  async mailgun(ground, posted, body) {
    const key = required(ground, 'MAILGUN_SIGNING_KEY');
    const signed = readMailgunSignature(body);
    if (!verifyMailgun(key, signed)) throw unproven('Mailgun');
    requireFresh(ground, signed.timestamp);
    const became = await record(ground, { source: 'mailgun', key: signed.token, body: posted.body });
    // Mailgun takes 406 for an answer and does not come again.
    if (became === 'known already') throw new Refusal('This token was used before.', 406);
    return became;
  },
};

type Secret = 'SES_TOPICS' | 'POSTMARK_WEBHOOK_AUTH' | 'SENDGRID_WEBHOOK_KEY' | 'MAILGUN_SIGNING_KEY';

function required({ config }: HookGround, name: Secret): string {
  const value = config[name];
  if (!value) throw new Refusal(`This webhook is not set up here. Set ${name}; see .env.example.`, 403);
  return value;
}

const unproven = (vendor: string) =>
  new Refusal(`Its signature does not prove that ${vendor} sent this. Nothing was recorded.`, 403);

async function record(
  { sql }: HookGround,
  incoming: Parameters<typeof recordReturn>[1],
): Promise<'recorded' | 'known already'> {
  return (await recordReturn(sql, incoming)) ? 'recorded' : 'known already';
}

function requireFresh({ clock }: HookGround, timestamp: string): void {
  const age = clock.now().getTime() / 1000 - (/^\d{9,11}$/.test(timestamp) ? Number(timestamp) : 0);
  if (age > OLDEST_SECONDS || age < -FUTURE_SECONDS)
    throw new Refusal(
      'Its time is more than a day off, so it may be a repetition. Nothing was recorded.',
      403,
    );
}

/** Compares in the same time whatever they are. */
const same = (given: string, expected: string): boolean => timingSafeEqual(hashOf(given), hashOf(expected));
const hashOf = (value: string) => createHash('sha256').update(value).digest();

const certificates = new Map<string, string>();
const MOST_CERTIFICATES = 20;

async function certificateOf({ config, log }: HookGround, envelope: SnsEnvelope): Promise<string> {
  if (config.SES_CERTIFICATE) return readCertificate(config.SES_CERTIFICATE);
  const address = envelope.signingCertUrl;
  if (!isSnsCertificate(address)) throw unproven('SNS');
  const known = certificates.get(address);
  if (known) return known;
  const certificate = await fetchFromSns(address, fetch).catch((err: unknown) => {
    log.warn({ err }, 'the certificate of SNS could not be fetched');
    throw new Refusal('The certificate of SNS could not be fetched. Try again, or set SES_CERTIFICATE.', 503);
  });
  if (certificates.size >= MOST_CERTIFICATES) certificates.clear();
  certificates.set(address, certificate);
  return certificate;
}

async function readCertificate(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Refusal(
      `The certificate of SNS, ${file}, cannot be read (${code}). Set SES_CERTIFICATE right.`,
      503,
    );
  }
}

/** Only for a topic that is set, after its signature was checked, and only at an address of SNS. */
async function confirm({ sql, log }: HookGround, { subscribeUrl, topicArn }: SnsEnvelope): Promise<string> {
  const url = isSnsAddress(subscribeUrl) ? new URL(subscribeUrl) : null;
  if (url?.searchParams.get('Action') !== 'ConfirmSubscription')
    throw new Refusal('Its SubscribeURL is no address of SNS. Nothing was fetched.', 403);
  await fetchFromSns(subscribeUrl, fetch).catch((err: unknown) => {
    log.warn({ err }, 'the subscription could not be confirmed');
    throw new Refusal('SNS could not be reached to confirm. It asks again.', 503);
  });
  await audit(sql, {
    ...{ actor: 'engine', action: 'webhook.confirmed', subjectType: 'webhook', subjectId: topicArn },
  });
  return 'confirmed';
}
