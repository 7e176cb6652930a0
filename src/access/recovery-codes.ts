import { createHash, randomInt } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Connection } from '../db.ts';

const COUNT = 10;
/** Crockford's base 32: nothing that reads as something else. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
/** 80 random bits, so that a fast hash is enough for what is kept of them. */
const LENGTH = 16;

/** Ten new codes in place of all before. @returns them as `abcd-efgh-jkmn-pqrs` */
export async function makeRecoveryCodes(sql: Connection, userId: string): Promise<string[]> {
  const codes = Array.from({ length: COUNT }, newCode);
  await sql.query('DELETE FROM recovery_code WHERE user_id = $1', [userId]);
  await sql.query('INSERT INTO recovery_code (user_id, hash) SELECT $1, unnest($2::bytea[])', [
    ...[userId, codes.map((code) => digest(userId, code))],
  ]);
  return codes.map((code) => code.replace(/(.{4})(?=.)/g, '$1-'));
}

/** Uses a code up. @returns false when it is none of theirs, or was used */
export async function takeRecoveryCode(
  { sql, clock }: { sql: Connection; clock: Clock },
  userId: string,
  typed: string,
): Promise<boolean> {
  const code = typed.toLowerCase().replaceAll('o', '0').replace(/[il]/g, '1');
  const { rowCount } = await sql.query(
    'UPDATE recovery_code SET used_at = $3 WHERE user_id = $1 AND hash = $2 AND used_at IS NULL',
    [userId, digest(userId, code), clock.now()],
  );
  return rowCount === 1;
}

const newCode = () => Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
const digest = (userId: string, code: string) => createHash('sha256').update(`${userId} ${code}`).digest();
