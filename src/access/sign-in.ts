import { randomUUID } from 'node:crypto';
import type { Ground } from '../ground.ts';
import type { Attempts } from './attempts.ts';
import { audit } from './audit.ts';
import { readDevice } from './devices.ts';
import { isPassword } from './passwords.ts';

/** What somebody typed to sign in, and where. */
export interface Claim {
  email: string;
  password: string;
  network: string;
  /** The browser's device cookie, empty when it has none. */
  device: string;
}

/**
 * Who they are and whether a code is still needed; or why not. `whose` it was, if anybody's, is for the
 * audit log and never for the answer.
 */
export type SignedIn =
  | { ok: true; userId: string; email: string; secondFactor: boolean }
  | { ok: false; why: 'wrong'; whose: { id: string; email: string } | null }
  | { ok: false; why: 'slow'; seconds: number };

interface Row {
  id: string;
  email: string;
  disabled_at: Date | null;
  password_hash: string | null;
  totp_since: Date | null;
}

/**
 * Checks e-mail address and password. An address that we do not know takes as long and says the same as
 * one that we do.
 */
export async function signIn(
  { sql, keys, clock }: Pick<Ground, 'sql' | 'keys' | 'clock'>,
  attempts: Attempts,
  { email, password, network, device }: Claim,
): Promise<SignedIn> {
  const account = email.trim().toLowerCase().slice(0, 254);
  const { rows } = await sql.query<Row>(
    `SELECT u.id, u.email, u.disabled_at, c.password_hash, c.totp_since
       FROM app_user u LEFT JOIN credential c ON c.user_id = u.id WHERE u.email = $1`,
    [account],
  );
  const row = rows[0];
  const known = readDevice(keys, device, { userId: row?.id ?? randomUUID(), now: clock.now() });
  const one = { account, network, device: known };
  const seconds = await attempts.begin(one);
  if (seconds !== null) return { ok: false, why: 'slow', seconds };
  const right = await isPassword(row?.password_hash, password);
  if (!row || !right || row.disabled_at) {
    return { ok: false, why: 'wrong', whose: row ?? null };
  }
  await attempts.succeed(one);
  return { ok: true, userId: row.id, email: row.email, secondFactor: row.totp_since !== null };
}

/**
 * Writes down that somebody tried in vain to be a user of ours. Done after the answer: a write that only
 * known addresses cause would tell by its time which those are.
 */
export async function noteRefusal({ sql }: Pick<Ground, 'sql'>, outcome: SignedIn): Promise<void> {
  if (outcome.ok || outcome.why !== 'wrong' || !outcome.whose) return;
  const { id, email } = outcome.whose;
  await audit(sql, { actor: email, action: 'sign-in.refused', subjectType: 'user', subjectId: id });
}
