import { audit } from '../access/audit.ts';
import type { Queryable } from '../db.ts';
import { transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { ENGINE } from './mark.ts';
import { queueRanges } from './ranges.ts';

/** One hand on everything: while it is in force no campaign leaves; receipts and codes still go. */
export interface Hold {
  id: bigint;
  reason: string;
  from: Date;
  until: Date | null;
  madeBy: string;
}

export interface NewHold {
  reason: string;
  from?: Date;
  until?: Date;
  actor: string;
}

/**
 * Holds all campaigns on all channels, from now or a date, until a date or until lifted. In force as
 * soon as it is committed: every claim asks for it.
 * @throws Refusal without a reason, or when it would end before it begins
 */
export async function placeHold({ sql, clock }: Pick<Ground, 'sql' | 'clock'>, hold: NewHold): Promise<Hold> {
  const { reason, actor, from = clock.now(), until } = hold;
  if (!reason.trim())
    throw new Refusal(say`A hold needs a reason, for those who will ask why nothing goes out.`);
  if (until && until <= from) throw new Refusal(say`A hold cannot end before it begins. Give a later date.`);
  return transaction(sql, async (connection) => {
    const { rows } = await connection.query(
      // A hold that begins now begins by the database's clock, which the claims ask.
      'INSERT INTO hold (reason, from_at, until_at, made_by) VALUES ($1, coalesce($2, now()), $3, $4) RETURNING *',
      [reason.trim(), hold.from ?? null, until ?? null, actor],
    );
    const subject = { subjectType: 'hold', subjectId: String(rows[0].id) };
    await audit(connection, { actor, action: 'hold.placed', ...subject, after: { reason, from, until } });
    return toHold(rows[0]);
  });
}

/** Lifts every hold that people placed. @returns how many; the engine's own is for `wecare restored` */
export async function liftHold(ground: Pick<Ground, 'sql' | 'queues'>, actor: string): Promise<number> {
  const lifted = await transaction(ground.sql, async (connection) => {
    const { rows } = await connection.query(
      'UPDATE hold SET lifted_at = now() WHERE lifted_at IS NULL AND made_by <> $1 RETURNING id',
      [ENGINE],
    );
    for (const { id } of rows) {
      await audit(connection, {
        actor,
        action: 'hold.lifted',
        subjectType: 'hold',
        subjectId: String(id),
      });
    }
    return rows.length;
  });
  if (lifted) await queueRanges(ground);
  return lifted;
}

/** The hold in force now, the engine's own first. */
export async function currentHold(sql: Queryable): Promise<Hold | null> {
  const { rows } = await sql.query(
    `SELECT * FROM hold WHERE lifted_at IS NULL AND from_at <= now() AND (until_at IS NULL OR until_at > now())
      ORDER BY (made_by = $1) DESC, until_at DESC NULLS FIRST LIMIT 1`,
    [ENGINE],
  );
  return rows[0] ? toHold(rows[0]) : null;
}

const HOLDS_SHOWN = 20;

/** The last holds, newest first, with when each was lifted. */
export async function listHolds(sql: Queryable): Promise<(Hold & { liftedAt: Date | null })[]> {
  const { rows } = await sql.query('SELECT * FROM hold ORDER BY id DESC LIMIT $1', [HOLDS_SHOWN]);
  return rows.map((row) => ({ ...toHold(row), liftedAt: row.lifted_at }));
}

/** Those that people placed and nobody has lifted: in force, or still to begin. */
export async function standingHolds(sql: Queryable): Promise<Hold[]> {
  const { rows } = await sql.query(
    `SELECT * FROM hold WHERE lifted_at IS NULL AND made_by <> $1 AND (until_at IS NULL OR until_at > now())
      ORDER BY from_at`,
    [ENGINE],
  );
  return rows.map(toHold);
}

function toHold(row: Record<string, unknown>): Hold {
  return {
    id: BigInt(row.id as string),
    reason: String(row.reason),
    from: row.from_at as Date,
    until: row.until_at as Date | null,
    madeBy: String(row.made_by),
  };
}
