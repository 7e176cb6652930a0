import { audit } from '../access/audit.ts';
import { type Queryable, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import type { Stream } from './accounts.ts';

export const differenceKinds = [
  ...['payment-unknown', 'payment-amount', 'payment-fee', 'payment-unsettled'],
  ...['refund-unknown', 'refund-amount', 'adjustment', 'settlement-changed', 'settlement-unbanked'],
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** A gateway settles within two working days; holidays may stand before them. */
const SETTLED_DAYS = 6;
/** A settlement is in the bank within a working day. */
const BANKED_DAYS = 4;

/** Every difference there is now: `(account_id, stream, kind, subject, ours, theirs)`. */
const CURRENT = `
SELECT s.account_id, s.stream, k.kind, l.entity_id AS subject, k.ours, k.theirs
  FROM settlement_line l JOIN settlement s ON s.id = l.settlement_id
  LEFT JOIN payment p ON l.kind = 'payment' AND p.id = l.entity_id AND p.captured_at IS NOT NULL
  LEFT JOIN refund r ON l.kind = 'refund' AND r.gateway_id = l.entity_id
  LEFT JOIN dispute d ON d.id = l.dispute_id
  CROSS JOIN LATERAL (VALUES
    ('payment-unknown', NULL::bigint, l.amount, l.kind = 'payment' AND p.id IS NULL),
    ('payment-amount', p.amount, l.amount, p.amount <> l.amount),
    ('payment-fee', coalesce(p.fee, 0), l.fee, p.id IS NOT NULL AND coalesce(p.fee, 0) <> l.fee),
    ('refund-unknown', NULL, l.debit, l.kind = 'refund' AND r.id IS NULL),
    ('refund-amount', r.amount, l.debit, r.amount <> l.debit),
    ('adjustment', d.deducted, l.credit - l.debit,
       l.kind IN ('adjustment', 'transfer') AND d.deducted IS DISTINCT FROM l.debit - l.credit)
  ) AS k(kind, ours, theirs, wrong) WHERE k.wrong
UNION ALL
SELECT p.account_id, a.stream, 'payment-unsettled', p.id, p.amount, NULL
  FROM payment p JOIN gateway_account a ON a.id = p.account_id
 WHERE p.captured_at < $1::timestamptz - interval '${SETTLED_DAYS} days' AND a.settled_to IS NOT NULL
   AND NOT EXISTS (SELECT FROM settlement_line l WHERE l.entity_id = p.id AND l.kind = 'payment')
UNION ALL
SELECT s.account_id, s.stream, 'settlement-changed', s.id, s.amount, l.sum
  FROM settlement s JOIN (SELECT settlement_id, sum(credit - debit)::bigint AS sum FROM settlement_line GROUP BY 1) l
    ON l.settlement_id = s.id WHERE s.posted_at IS NOT NULL AND l.sum <> s.amount
UNION ALL
SELECT account_id, stream, 'settlement-unbanked', id, NULL, amount FROM settlement
 WHERE bank_line IS NULL AND posted_at IS NOT NULL AND settled_at < $1::timestamptz - interval '${BANKED_DAYS} days'`;

/**
 * Compares our books with what the gateways settled and the bank took. What is new is put on the list, what
 * is gone leaves it; what a person explained stays explained.
 */
export async function findDifferences({
  sql,
  clock,
}: Pick<Ground, 'sql' | 'clock'>): Promise<{ found: number; gone: number; open: number }> {
  const now = clock.now();
  return transaction(sql, async (connection) => {
    await connection.query(
      'CREATE TEMP TABLE difference_now (account_id uuid, stream text, kind text, subject text, ours bigint, theirs bigint) ON COMMIT DROP',
    );
    await connection.query(`INSERT INTO difference_now ${CURRENT}`, [now]);
    const gone = await connection.query(
      `UPDATE difference d SET resolved_at = $1 WHERE resolved_at IS NULL
          AND NOT EXISTS (SELECT FROM difference_now n WHERE n.kind = d.kind AND n.subject = d.subject)`,
      [now],
    );
    const fresh = await connection.query(
      `INSERT INTO difference AS d (id, account_id, stream, kind, subject, ours, theirs, found_at)
       SELECT DISTINCT ON (kind, subject) gen_random_uuid(), account_id, stream, kind, subject, ours, theirs, $1::timestamptz FROM difference_now
       ON CONFLICT (kind, subject) DO UPDATE SET resolved_at = NULL, found_at = excluded.found_at,
          ours = excluded.ours, theirs = excluded.theirs WHERE d.resolved_at IS NOT NULL AND d.resolved_by IS NULL`,
      [now],
    );
    const open = await connection.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM difference WHERE resolved_at IS NULL',
    );
    return { found: fresh.rowCount ?? 0, gone: gone.rowCount ?? 0, open: open.rows[0]?.n ?? 0 };
  });
}

/** A difference as finance works on it. */
export interface Difference {
  id: string;
  stream: Stream;
  kind: DifferenceKind;
  subject: string;
  ours: bigint | null;
  theirs: bigint | null;
  foundAt: Date;
  resolvedAt: Date | null;
  resolvedBy: string | null;
  note: string | null;
}

/** What is open, the oldest first; or what is over, the newest first. */
export async function listDifferences(
  { sql }: { sql: Queryable },
  { over = false, after, limit = 50 }: { over?: boolean; after?: string | undefined; limit?: number } = {},
): Promise<Difference[]> {
  const order = over ? ['resolved_at', 'DESC', '<'] : ['found_at', 'ASC', '>'];
  const { rows } = await sql.query(
    `SELECT id, stream, kind, subject, ours, theirs, found_at AS "foundAt", resolved_at AS "resolvedAt",
            resolved_by AS "resolvedBy", note FROM difference
      WHERE resolved_at IS ${over ? 'NOT NULL' : 'NULL'}
        AND ($1::uuid IS NULL OR (${order[0]}, id) ${order[2]} (SELECT ${order[0]}, id FROM difference WHERE id = $1))
      ORDER BY ${order[0]} ${order[1]}, id ${order[1]} LIMIT $2`,
    [after ?? null, limit],
  );
  const paise = (text: string | null) => (text === null ? null : BigInt(text));
  return rows.map((row) => ({ ...row, ours: paise(row.ours), theirs: paise(row.theirs) }));
}

const LONGEST_NOTE = 300;

/** Says why a difference is none, or what was done about it. @throws Refusal without a note, or when it is over */
export async function resolveDifference(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { id, note }: { id: string; note: string },
  actor: string,
): Promise<void> {
  const why = note.trim();
  if (!why || why.length > LONGEST_NOTE || /\p{Cc}/u.test(why))
    throw new Refusal(say`Say in one line of at most ${LONGEST_NOTE} letters what was found and done.`);
  await transaction(sql, async (connection) => {
    const { rows } = await connection.query<{ over: boolean; kind: string; subject: string }>(
      'SELECT resolved_at IS NOT NULL AS over, kind, subject FROM difference WHERE id::text = $1 FOR UPDATE',
      [id],
    );
    const { over, kind, subject } = found(rows[0], say`There is no such difference.`);
    if (over) throw new Refusal(say`This difference was resolved already.`, 409);
    await connection.query(
      'UPDATE difference SET resolved_at = $2, resolved_by = $3, note = $4 WHERE id = $1',
      [id, clock.now(), actor, why],
    );
    const entry = { actor, action: 'difference.resolved', subjectType: 'difference', subjectId: id };
    await audit(connection, { ...entry, after: { kind, subject, note: why } });
  });
}
