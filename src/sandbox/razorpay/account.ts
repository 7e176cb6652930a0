import { createHash, createHmac } from 'node:crypto';

/** An account at the vendor's, with where its webhooks go. */
export interface StandInAccount {
  keyId: string;
  keySecret: string;
  /** Null while nobody listens. */
  webhookUrl: string | null;
  webhookSecret: string;
}

/** `acc_…`, the same for an account each time. */
export const accountIdOf = ({ keyId }: StandInAccount): string =>
  `acc_${createHash('sha256').update(keyId).digest('hex').slice(0, 14)}`;

/** By which the vendor signs: hex HMAC-SHA256. */
export const sign = (secret: string, message: string): string =>
  createHmac('sha256', secret).update(message).digest('hex');
