import { createVerify, X509Certificate } from 'node:crypto';
import { object, text } from './event.ts';

/** What SNS posts, as far as it matters to us. */
export interface SnsEnvelope {
  type: string;
  messageId: string;
  topicArn: string;
  signingCertUrl: string;
  subscribeUrl: string;
}

/** Reads the envelope of a post by SNS. @returns null when it is none */
export function readSnsEnvelope(body: unknown): SnsEnvelope | null {
  const told = object(body);
  const type = text(told.Type);
  const envelope = {
    ...{ type, messageId: text(told.MessageId), topicArn: text(told.TopicArn) },
    ...{ signingCertUrl: text(told.SigningCertURL), subscribeUrl: text(told.SubscribeURL) },
  };
  return type && envelope.messageId && envelope.topicArn ? envelope : null;
}

/**
 * Whether an address is one of SNS itself: https, its own host, no other port, no user. Nothing else is
 * ever fetched on a message's word.
 */
export function isSnsAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, port, username, password } = new URL(address);
  const own = /^sns\.[a-z0-9-]{3,30}\.amazonaws\.com(?:\.cn)?$/.test(hostname);
  return protocol === 'https:' && own && !port && !username && !password;
}

/** The address of a signing certificate has such a name too. */
export const isSnsCertificate = (address: string): boolean =>
  isSnsAddress(address) &&
  /^\/SimpleNotificationService-[\w-]{1,100}\.pem$/.test(new URL(address).pathname) &&
  !new URL(address).search;

const NOTIFICATION = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
const CONFIRMATION = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

/**
 * Checks the signature of an SNS message ("Verifying the signatures of Amazon SNS messages"): version 1
 * is SHA-1, version 2 SHA-256, over names and values, each with a line end. Never throws.
 * @param certificate PEM @param now for the certificate's dates
 */
export function verifySns(body: unknown, certificate: string, now: Date): boolean {
  const told = object(body);
  const algorithm = { 1: 'RSA-SHA1', 2: 'RSA-SHA256' }[text(told.SignatureVersion)];
  if (!algorithm) return false;
  try {
    const x509 = new X509Certificate(certificate);
    if (now < new Date(x509.validFrom) || now > new Date(x509.validTo)) return false;
    const verifier = createVerify(algorithm).update(signedText(told), 'utf8');
    return verifier.verify(x509.publicKey, text(told.Signature), 'base64');
  } catch {
    return false; // no certificate, no signature
  }
}

function signedText(told: Record<string, unknown>): string {
  const names = told.Type === 'Notification' ? NOTIFICATION : CONFIRMATION;
  return names
    .filter((name) => typeof told[name] === 'string')
    .map((name) => `${name}\n${told[name]}\n`)
    .join('');
}

const LONGEST = 64 * 1024;
const TIMEOUT_MS = 5000;
type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Fetches an address of SNS, following no redirect. @throws for every other address, and when it fails */
export async function fetchFromSns(address: string, fetch: Fetch): Promise<string> {
  if (!isSnsAddress(address)) throw new Error('This is no address of SNS.');
  const answer = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`SNS answered ${answer.status}.`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.length;
    if (length > LONGEST) throw new Error('SNS answered with more than 64 KB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
