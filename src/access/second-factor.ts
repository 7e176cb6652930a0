import { Secret, TOTP } from 'otpauth';
import { type Connection, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { audit } from './audit.ts';
import { makeRecoveryCodes, takeRecoveryCode } from './recovery-codes.ts';

/** RFC 6238 with the values that every authenticator app knows. */
const PERIOD = 30;
const SHAPE = { algorithm: 'SHA1', digits: 6, period: PERIOD };
/** A phone's clock may be one step ahead or behind (RFC 6238 section 5.2). */
const WINDOW = 1;
const SECRET_BYTES = 20;

type Part = Pick<Ground, 'sql' | 'keys' | 'clock'>;

/** Whose second factor it is. */
export interface Owner {
  id: string;
  email: string;
}

/** What an authenticator app is told, by picture or by hand. */
export interface Enrolment {
  /** otpauth://… for a QR code. */
  address: string;
  /** Base32, in groups of four. */
  secret: string;
}

/**
 * The secret that waits to be confirmed by a first code; the same one however often it is asked for.
 * @throws Refusal (409) when a second factor is set up already
 */
export async function beginEnrolment({ sql, keys }: Part, { id, email }: Owner): Promise<Enrolment> {
  const fresh = keys.seal('totp-secret', new Secret({ size: SECRET_BYTES }).base32);
  const { rows } = await sql.query<{ sealed: Buffer; since: Date | null }>(
    `INSERT INTO credential AS c (user_id, totp_secret) VALUES ($1, $2)
     ON CONFLICT (user_id) DO UPDATE SET totp_secret = coalesce(c.totp_secret, excluded.totp_secret)
     RETURNING totp_secret AS sealed, totp_since AS since`,
    [id, fresh],
  );
  const row = rows[0];
  if (!row || row.since) throw new Refusal(say`A second factor is set up already. Turn it off first.`, 409);
  const secret = keys.open('totp-secret', row.sealed);
  return { address: totp(secret, email).toString(), secret: secret.replace(/(.{4})(?=.)/g, '$1 ') };
}

/**
 * Turns the second factor on, when the code shows that the app knows the secret.
 * @returns ten recovery codes, to be shown once; null when the code is not right
 */
export async function confirmEnrolment(part: Part, owner: Owner, code: string): Promise<string[] | null> {
  return transaction(part.sql, async (connection) => {
    if (!(await takeTotp({ ...part, sql: connection }, owner.id, { code, confirmed: false }))) return null;
    await connection.query('UPDATE credential SET totp_since = $2 WHERE user_id = $1', [
      ...[owner.id, part.clock.now()],
    ]);
    await note(connection, owner, 'second-factor.on');
    return makeRecoveryCodes(connection, owner.id);
  });
}

/** Which kind of code was taken, or null when it is none of theirs or was used before. */
export async function takeCode(part: Part, owner: Owner, typed: string): Promise<'app' | 'recovery' | null> {
  return transaction(part.sql, async (connection) => {
    const code = typed.replace(/[\s-]/g, '');
    const sql = connection;
    if (/^\d{6}$/.test(code))
      return (await takeTotp({ ...part, sql }, owner.id, { code, confirmed: true })) ? 'app' : null;
    if (!(await takeRecoveryCode({ sql, clock: part.clock }, owner.id, code))) return null;
    await note(connection, owner, 'recovery-code.used');
    return 'recovery';
  });
}

/** Turns the second factor off; whoever does it for somebody else is the actor. */
export async function dropSecondFactor(
  { sql }: Pick<Ground, 'sql'>,
  owner: Owner,
  actor = owner.email,
): Promise<void> {
  await transaction(sql, async (connection) => {
    const { rowCount } = await connection.query(
      `UPDATE credential SET totp_secret = NULL, totp_since = NULL, totp_step = NULL
        WHERE user_id = $1 AND totp_since IS NOT NULL`,
      [owner.id],
    );
    await connection.query('DELETE FROM recovery_code WHERE user_id = $1', [owner.id]);
    if (rowCount) await note(connection, owner, 'second-factor.off', actor);
  });
}

/** New recovery codes in place of all old ones. @returns them, to be shown once */
export async function renewRecoveryCodes({ sql }: Pick<Ground, 'sql'>, owner: Owner): Promise<string[]> {
  return transaction(sql, async (connection) => {
    await note(connection, owner, 'recovery-codes.made');
    return makeRecoveryCodes(connection, owner.id);
  });
}

/** Since when a user has a second factor, and how many recovery codes are left. */
export async function secondFactorOf(
  { sql }: Pick<Ground, 'sql'>,
  userId: string,
): Promise<{ since: Date | null; left: number }> {
  const { rows } = await sql.query<{ since: Date | null; left: number }>(
    `SELECT totp_since AS since, (SELECT count(*)::int FROM recovery_code r
             WHERE r.user_id = c.user_id AND r.used_at IS NULL) AS "left" FROM credential c WHERE user_id = $1`,
    [userId],
  );
  return rows[0] ?? { since: null, left: 0 };
}

interface Shown {
  code: string;
  /** Whether the second factor is on already, or is being set up. */
  confirmed: boolean;
}

/** Takes a code once: no step at or before the last that was taken counts (RFC 6238 section 5.2). */
async function takeTotp(
  { sql, keys, clock }: Omit<Part, 'sql'> & { sql: Connection },
  userId: string,
  { code, confirmed }: Shown,
): Promise<boolean> {
  const { rows } = await sql.query<{ sealed: Buffer }>(
    `SELECT totp_secret AS sealed FROM credential
      WHERE user_id = $1 AND totp_secret IS NOT NULL AND (totp_since IS NOT NULL) = $2 FOR UPDATE`,
    [userId, confirmed],
  );
  if (!rows[0]) return false;
  const timestamp = clock.now().getTime();
  const token = code.replace(/\s/g, '');
  const delta = totp(keys.open('totp-secret', rows[0].sealed)).validate({ token, timestamp, window: WINDOW });
  if (delta === null) return false;
  const step = Math.floor(timestamp / 1000 / PERIOD) + delta;
  const { rowCount } = await sql.query(
    'UPDATE credential SET totp_step = $2 WHERE user_id = $1 AND (totp_step IS NULL OR totp_step < $2)',
    [userId, step],
  );
  return rowCount === 1;
}

const totp = (secret: string, label = '') =>
  new TOTP({ ...SHAPE, issuer: 'We Care', label, secret: Secret.fromBase32(secret) });

const note = (sql: Connection, { id, email }: Owner, action: string, actor = email): Promise<void> =>
  audit(sql, { actor, action, subjectType: 'user', subjectId: id });
