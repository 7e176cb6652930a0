import { audit } from '../access/audit.ts';
import { type Connection, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { type ChannelAddress, readAddress } from './addresses.ts';
import { liftSuppression, type SuppressedAddress, suppress } from './suppression.ts';

/**
 * Suppresses one address, as a person's doing.
 * @param wish the address as people write it, and why
 */
export async function suppressAddress(
  ground: Pick<Ground, 'sql' | 'clock'>,
  { address, reason, expiresAt }: { address: string; reason: string; expiresAt?: Date | undefined },
  actor: string,
): Promise<SuppressedAddress> {
  const read = readAddress(address);
  if (expiresAt && expiresAt <= ground.clock.now())
    throw new Refusal(say`This suppression would be over already. Choose a later date.`);
  await changing(ground, { read, actor, action: 'address.suppressed', after: { reason } }, (connection) =>
    suppress(connection, { ...read, reason, source: actor, ...(expiresAt && { expiresAt }) }),
  );
  return findSuppression(ground, address);
}

/** Allows an address again; consent is still needed. @throws Refusal (404) when it was not suppressed */
export async function unsuppressAddress(
  ground: Pick<Ground, 'sql'>,
  address: string,
  actor: string,
): Promise<void> {
  const read = readAddress(address);
  await changing(ground, { read, actor, action: 'address.lifted' }, async (connection) => {
    if (!(await liftSuppression(connection, read.channel, read.value)))
      throw new Refusal(say`${read.value} was not suppressed.`, 404);
  });
}

/** Why an address is suppressed. @throws Refusal (404) when it is not */
export async function findSuppression(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  address: string,
): Promise<SuppressedAddress> {
  const { channel, value } = readAddress(address);
  const { rows } = await sql.query<SuppressedAddress>(
    `SELECT channel, hash, value, reason, source, at, expires_at AS "expiresAt" FROM suppression
      WHERE channel = $1 AND hash = address_hash($1, $2) AND (expires_at IS NULL OR expires_at > $3)`,
    [channel, value, clock.now()],
  );
  return found(rows[0], say`${value} is not suppressed.`);
}

interface Change {
  read: ChannelAddress;
  actor: string;
  action: string;
  after?: unknown;
}

/** The log names the address by its hash alone. */
const changing = (
  { sql }: Pick<Ground, 'sql'>,
  { read, ...entry }: Change,
  work: (connection: Connection) => Promise<void>,
): Promise<void> =>
  transaction(sql, async (connection) => {
    await work(connection);
    const { rows } = await connection.query<{ hash: string }>('SELECT address_hash($1, $2) AS hash', [
      ...[read.channel, read.value],
    ]);
    const subject = { subjectType: 'suppression', subjectId: String(rows[0]?.hash) };
    await audit(connection, { ...entry, ...subject });
  });
