import { type FailureReason, NetworkFailure } from '../failure.ts';
import { hasHmac, type Posted, type Report, type Reports } from '../reports.ts';
import type { Credentials } from '../social.ts';

/** Codes of the gateway, at once or in a report. What speaks of the sender stops; the rest is one person's. */
const REASONS: Record<string, FailureReason> = {
  ...{ header: 'permission', entity: 'permission', blocked: 'account' },
  ...{ template: 'template', content: 'content', url: 'content' },
  ...{ number: 'recipient', dnd: 'undeliverable', unreachable: 'undeliverable', expired: 'undeliverable' },
  duplicate: 'duplicate',
};

/** @returns undefined for a code that is not known */
export function failureOf(code: string, status = 0): NetworkFailure | undefined {
  if (code === 'credentials') return new NetworkFailure('unauthorised', 'token', { status, code });
  if (code === 'header' || code === 'entity')
    return new NetworkFailure('unauthorised', 'permission', { status, code });
  const reason = REASONS[code];
  return reason && new NetworkFailure('permanent', reason, { status, code });
}

/** The gateway signs with the secret that was agreed on, as `X-Signature-256: sha256=HEX`. */
export const signedReports = (posted: Posted, { more }: Credentials): boolean =>
  hasHmac(posted, 'x-signature-256', more?.webhookSecret);

/** `{"reports": [{"id", "reference", "state": "delivered" | "failed", "code", "at"}]}` */
export const readReports: Reports['read'] = (body) => {
  const { reports } = (body ?? {}) as { reports?: unknown };
  if (!Array.isArray(reports)) return null;
  return reports.slice(0, 1000).flatMap((one) => reportOf(one as Record<string, unknown>) ?? []);
};

function reportOf({ id, reference, state, code, at }: Record<string, unknown>): Report | undefined {
  if (typeof id !== 'string' || (state !== 'delivered' && state !== 'failed')) return undefined;
  const time = new Date(String(at));
  const failed =
    failureOf(String(code)) ??
    new NetworkFailure('permanent', 'undeliverable', { code: String(code).slice(0, 40) });
  return {
    ...{ id: id.slice(0, 128), key: typeof reference === 'string' ? reference.slice(0, 128) : null, state },
    at: Number.isNaN(time.getTime()) ? new Date() : time,
    ...(state === 'failed' && { failure: failed }),
  };
}
