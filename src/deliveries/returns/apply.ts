import { type Connection, passes, transaction } from '../../db.ts';
import type { Ground } from '../../ground.ts';
import { StillSending, takeEffect } from './effects.ts';
import { type About, findAbout } from './find.ts';
import { LONGEST_KEY } from './record.ts';
import { type InboxRow, readTold, type Told } from './told.ts';

export type ReturnsGround = Pick<Ground, 'sql' | 'keys' | 'clock' | 'log'>;

interface OpenRow extends InboxRow {
  id: bigint;
  attempts: number;
}

/** One that fails is tried again later and later, up to an hour; it is never dropped. */
const LONGEST_PAUSE_SECONDS = 3600;
/** So often an outcome is waited for; after that its delivery is looked at as it is. */
const PATIENCE = 20;

/**
 * Applies what came in and is not applied yet, each in a transaction of its own with its outcome. Any
 * number of processes may do so at once. What fails stays, says why, and stops no other.
 * @returns how many were applied
 */
export async function applyReturns(ground: ReturnsGround, most = 1000): Promise<number> {
  let done = 0;
  for (let n = 0; n < most; n++) {
    const result = await applyNext(ground);
    if (result === 'none') break;
    if (result === 'applied') done++;
  }
  return done;
}

async function applyNext(ground: ReturnsGround): Promise<'none' | 'applied' | 'failed'> {
  let inHand: OpenRow | undefined;
  try {
    return await transaction(ground.sql, async (connection) => {
      // A commit that a crash loses is done again: its row is open still.
      await connection.query('SET LOCAL synchronous_commit = off');
      inHand = await takeNext(connection);
      if (!inHand) return 'none';
      await applyRow(ground, connection, inHand);
      await connection.query(
        'UPDATE return_inbox SET applied_at = now(), attempts = attempts + 1, trouble = NULL WHERE id = $1',
        [inHand.id],
      );
      return 'applied';
    });
  } catch (error) {
    if (!inHand || (passes(error) && !(error instanceof StillSending))) throw error;
    await postpone(ground, inHand, error as Error);
    return 'failed';
  }
}

async function takeNext(connection: Connection): Promise<OpenRow | undefined> {
  const { rows } = await connection.query(
    `SELECT id, source, key, envelope_to, body, attempts FROM return_inbox
      WHERE applied_at IS NULL AND due_at <= now() ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED`,
  );
  return rows[0] && { ...rows[0], id: BigInt(rows[0].id) };
}

async function postpone({ sql, log }: ReturnsGround, { id, attempts }: OpenRow, error: Error): Promise<void> {
  const sending = error instanceof StillSending;
  if (!sending) log.error({ err: error, inbox: String(id) }, 'a return could not be applied');
  const seconds = sending ? 2 : Math.min(LONGEST_PAUSE_SECONDS, 10 * 2 ** Math.min(attempts, 10));
  await sql.query(
    `UPDATE return_inbox SET attempts = least(attempts + 1, 32000), trouble = $2,
            due_at = now() + make_interval(secs => $3) WHERE id = $1 AND applied_at IS NULL`,
    [id, error.message.slice(0, 500), seconds],
  );
}

async function applyRow(ground: ReturnsGround, connection: Connection, row: OpenRow): Promise<void> {
  for (const one of await findAll(ground, connection, readTold(row)))
    await applyOne(ground, { connection, row, ...one });
}

type Found = { told: Told; about: About | 'forged' | null };

/** A token names one delivery: of several recipients in its report the one is meant to whom it went. */
async function findAll({ keys }: ReturnsGround, connection: Connection, all: Told[]): Promise<Found[]> {
  const found: Found[] = [];
  for (const told of all) found.push({ told, about: await findAbout({ sql: connection, keys }, told) });
  const signed = found.filter(({ told, about }) => !told.proven && about !== null && about !== 'forged');
  const first = signed[0];
  if (signed.length < 2 || !first || first.about === null || first.about === 'forged' || !first.about.ref)
    return found;
  const { hash } = first.about;
  const { rows } = await connection.query(
    "SELECT n::int FROM unnest($1::text[]) WITH ORDINALITY AS t(value, n) WHERE address_hash('email', value) = $2",
    [signed.map(({ told }) => told.address), hash],
  );
  const meant = rows[0] ? signed[rows[0].n - 1] : undefined;
  const soft = { ...first, told: { ...first.told, hard: signed.every(({ told }) => told.hard) } };
  return [meant ?? soft];
}

interface OneReturn extends Found {
  connection: Connection;
  row: OpenRow;
}

async function applyOne(
  { clock }: ReturnsGround,
  { connection, row, told, about }: OneReturn,
): Promise<void> {
  const id = await keep({ connection, row, told, about });
  if (id === null) return; // the vendor told it before
  const known = about !== 'forged' ? about : null;
  if (told.idle || about === 'forged' || !known) return;
  // After so long without an outcome nobody will write one.
  if (known.delivery?.state === 'sending' && row.attempts >= PATIENCE) return;
  const source = known.ref ? `${row.source}, run ${known.ref.run}` : row.source;
  const effect = await takeEffect({ connection, clock }, { id, inbox: row.id, told, about: known, source });
  await connection.query('UPDATE mail_return SET effect = $2 WHERE id = $1', [id, effect]);
}

/** @returns its number, or null when it is known already */
async function keep({ connection, row, told, about }: OneReturn): Promise<bigint | null> {
  const known = about === 'forged' ? null : about;
  const { rows } = await connection.query(
    `INSERT INTO mail_return (inbox, source, key, kind, reason, status, hard, run, seq, address_hash,
                              recipient_domain, found_by, effect)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10, address_hash('email', nullif($11, ''))),
             coalesce((SELECT split_part(value, '@', 2) FROM address WHERE hash = $10 LIMIT 1),
                      nullif(split_part($11, '@', 2), '')), $12, $13)
     ON CONFLICT (source, key) DO NOTHING RETURNING id`,
    [
      ...[row.id, row.source, told.key.slice(0, LONGEST_KEY), told.kind, told.reason, told.status, told.hard],
      ...[known?.ref?.run ?? null, known?.ref?.seq ?? null, known?.hash ?? null, told.address],
      ...[known?.by ?? null, idleEffect(told, about)],
    ],
  );
  return rows[0] ? BigInt(rows[0].id) : null;
}

function idleEffect({ idle, kind }: Told, about: About | 'forged' | null): string {
  if (about === 'forged') return 'forged';
  if (idle) return idle;
  const silent = kind === 'bounce' || kind === 'complaint';
  return about || !silent ? 'none' : 'unproven';
}
