import { v7 as uuid } from 'uuid';
import { audit } from '../access/audit.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import type { Giver } from './donor-link.ts';

/** Somebody who wants their data erased and waits. */
export interface ErasureRequest {
  id: string;
  email: string | null;
  askedAt: Date;
  /** How they called themselves last. */
  name: string | null;
  /** Their newest gift, by its donor. */
  donor: string | null;
  gifts: number;
  /** A monthly gift goes on, which must be stopped first. */
  monthly: boolean;
}

/** One that was decided; whose it was is forgotten. */
export interface DecidedErasure {
  id: string;
  askedAt: Date;
  decidedAt: Date;
  decidedBy: string;
  outcome: 'erased' | 'declined';
  answer: string | null;
}

/** Keeps that somebody wants their data erased; asked again while it waits changes nothing. */
export async function askErasure(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { email }: Giver,
): Promise<void> {
  await transaction(sql, async (connection) => {
    const { rows } = await connection.query<{ id: string }>(
      `INSERT INTO erasure_request (id, address_hash, email, asked_at) VALUES ($1, address_hash('email', $2), $2, $3)
       ON CONFLICT (address_hash) WHERE decided_at IS NULL DO NOTHING RETURNING id`,
      [uuid(), email, clock.now()],
    );
    if (!rows[0]) return;
    const entry = { action: 'erasure.asked', subjectType: 'erasure-request', subjectId: rows[0].id };
    await audit(connection, { ...entry, actor: 'the person', origin: 'donor page' });
  });
}

/** Since when a mailbox waits for its erasure; null when it does not. */
export async function erasureAskedAt(sql: Queryable, { email }: Giver): Promise<Date | null> {
  const { rows } = await sql.query<{ at: Date }>(
    `SELECT asked_at AS at FROM erasure_request WHERE address_hash = address_hash('email', $1) AND decided_at IS NULL`,
    [email],
  );
  return rows[0]?.at ?? null;
}

/** Everybody who waits, the longest first. */
export async function openErasures({ sql }: Pick<Ground, 'sql'>): Promise<ErasureRequest[]> {
  const { rows } = await sql.query<ErasureRequest>(
    `SELECT e.id, e.email, e.asked_at AS "askedAt", l.name, l.id AS donor,
            (SELECT count(*)::int FROM donation g JOIN donor d ON d.id = g.donor_id WHERE d.email = e.email) AS gifts,
            EXISTS (SELECT FROM monthly_gift m JOIN donor d ON d.id = m.donor_id WHERE d.email = e.email
                       AND m.state IN ('authenticated', 'active', 'pending', 'halted', 'paused')) AS monthly
       FROM erasure_request e
       LEFT JOIN LATERAL (SELECT id, name FROM donor WHERE email = e.email ORDER BY created_at DESC, id DESC LIMIT 1) l ON true
      WHERE e.decided_at IS NULL ORDER BY e.asked_at, e.id`,
  );
  return rows;
}

const MOST = 50;

/** What was decided last, the newest first. */
export async function decidedErasures({ sql }: Pick<Ground, 'sql'>): Promise<DecidedErasure[]> {
  const { rows } = await sql.query<DecidedErasure>(
    `SELECT id, asked_at AS "askedAt", decided_at AS "decidedAt", decided_by AS "decidedBy",
            coalesce(outcome, 'erased') AS outcome, answer
       FROM erasure_request WHERE decided_at IS NOT NULL ORDER BY decided_at DESC, id DESC LIMIT $1`,
    [MOST],
  );
  return rows;
}

interface Decision {
  id: string;
  actor: string;
  now: Date;
  outcome: DecidedErasure['outcome'];
  answer?: string;
}

/** Takes an open one in the caller's transaction, which does what was decided; its address is forgotten. */
export async function takeErasure(
  connection: Connection,
  { id, actor, now, outcome, answer }: Decision,
): Promise<string | null> {
  const { rows } = await connection.query<{ email: string | null }>(
    'SELECT email FROM erasure_request WHERE id::text = $1 AND decided_at IS NULL FOR UPDATE',
    [id],
  );
  if (!rows[0]) return null;
  await connection.query(
    `UPDATE erasure_request SET decided_by = $2, decided_at = $3, outcome = $4, answer = $5, email = NULL
      WHERE id::text = $1`,
    [id, actor, now, outcome, answer ?? null],
  );
  return rows[0].email;
}
