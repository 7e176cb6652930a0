import { audit } from '../access/audit.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { readAddress } from './addresses.ts';
import type { SuppressedAddress } from './suppression.ts';
import { exportSuppressions } from './suppression-file.ts';

/** Reasons that the engine itself gives; people and files give others. */
export const suppressionReasons = [
  'manual',
  'hardbounce',
  'softbounce',
  'complaint',
  'unsubscribed',
  'refused',
] as const;

export interface SuppressionWish {
  /** An address, or a part of one. */
  q?: string | undefined;
  reason?: string | undefined;
}

/** Where the page before ended. */
export interface SuppressionCursor {
  at: Date;
  hash: string;
}

const SHORTEST = 3;
const COLUMNS = 'channel, hash, value, reason, source, at, expires_at AS "expiresAt"';

/**
 * Suppressions in force, the latest first. A whole address is found by its hash, so that one whose owner
 * was erased is found too.
 * @throws Refusal for fewer than three letters
 */
export async function searchSuppressions(
  { sql }: Pick<Ground, 'sql'>,
  { q = '', reason }: SuppressionWish,
  { before, limit }: { before?: SuppressionCursor | undefined; limit: number },
): Promise<SuppressedAddress[]> {
  const values: unknown[] = [limit];
  const wheres = ['(expires_at IS NULL OR expires_at > now())'];
  const add = (value: unknown) => `$${values.push(value)}`;
  if (q) wheres.push(sought(q, add));
  if (reason) wheres.push(`reason = ${add(reason)}`);
  if (before) wheres.push(`(at, hash) < (${add(before.at)}, ${add(before.hash)}::uuid)`);
  const { rows } = await sql.query<SuppressedAddress>(
    `SELECT ${COLUMNS} FROM suppression WHERE ${wheres.join(' AND ')} ORDER BY at DESC, hash DESC LIMIT $1`,
    values,
  );
  return rows;
}

function sought(q: string, add: (value: unknown) => string): string {
  const whole = wholeAddress(q);
  if (whole)
    return `(channel, hash) = (${add(whole.channel)}, address_hash(${add(whole.channel)}, ${add(whole.value)}))`;
  if (q.length < SHORTEST) throw new Refusal(say`Search for ${SHORTEST} letters or more of the address.`);
  return `value LIKE ${add(`%${q.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`)}`;
}

function wholeAddress(q: string) {
  try {
    return readAddress(q);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** All suppressions as lines of CSV; the log says who took them. */
export async function takeSuppressions(
  ground: Pick<Ground, 'sql'>,
  actor: string,
): Promise<AsyncGenerator<string>> {
  const subject = { subjectType: 'suppression', subjectId: 'all' };
  await audit(ground.sql, { actor, action: 'suppressions.exported', ...subject });
  return exportSuppressions(ground);
}
