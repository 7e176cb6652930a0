import type { Queryable } from '../db.ts';

/** A gift as everybody may see it. */
export interface WallGift {
  id: string;
  /** Paise that remain of it. */
  amount: bigint;
  /** Null for a donor who did not agree to be named; then there are no words of theirs either. */
  name: string | null;
  message: string | null;
  at: Date;
}

/**
 * Who gave to a project, the newest first. What went back whole is not shown.
 * @param page.before only gifts older than this one
 */
export async function readWall(
  sql: Queryable,
  projectId: string,
  page: { most: number; before?: string | null },
): Promise<WallGift[]> {
  const { rows } = await sql.query<Omit<WallGift, 'amount'> & { amount: string }>(
    `SELECT d.id, (d.amount - d.refunded)::bigint AS amount, d.created_at AS at,
            CASE WHEN NOT d.anonymous THEN w.name END AS name, CASE WHEN NOT d.anonymous THEN d.message END AS message
       FROM donation d JOIN donor w ON w.id = d.donor_id
      WHERE d.project_id = $1 AND d.refunded < d.amount
        AND ($3::uuid IS NULL OR (d.created_at, d.id) < (SELECT b.created_at, b.id FROM donation b WHERE b.id = $3))
      ORDER BY d.created_at DESC, d.id DESC LIMIT $2`,
    [projectId, page.most, page.before ?? null],
  );
  return rows.map((row) => ({ ...row, amount: BigInt(row.amount) }));
}
