import type { Queryable } from '../db.ts';

/** A card that a donor wished to be mailed to somebody, and how its mail stands. */
export interface DedicationCard {
  /** Of the order. */
  id: string;
  /** Of the gift. */
  payment: string;
  kind: 'honour' | 'memory';
  honoured: string;
  giver: string;
  reader: string;
  language: string;
  paidAt: Date;
  /** As a notice has it; null where it is not written yet, or was mailed so long ago that it is forgotten. */
  state: string | null;
  at: Date | null;
}

const CARDS = `
SELECT o.id, p.id AS payment, o.dedication->>'kind' AS kind, o.dedication->>'name' AS honoured, w.name AS giver,
       o.dedication->'tell'->>'name' AS reader, o.language, p.captured_at AS "paidAt", n.state::text AS state, n.at
  FROM gift_order o JOIN donor w ON w.id = o.donor_id
  JOIN LATERAL (SELECT id, captured_at FROM payment WHERE order_id = o.id AND captured_at IS NOT NULL
                 ORDER BY captured_at LIMIT 1) p ON true
  LEFT JOIN LATERAL (SELECT state, coalesce(ended_at, created_at) AS at FROM notice
                      WHERE about = 'gift:' || o.id AND kind = 'gift-card' ORDER BY created_at DESC LIMIT 1) n ON true
 WHERE jsonb_typeof(o.dedication->'tell') = 'object'
   AND ($1::uuid IS NULL OR o.id < $1)
 ORDER BY o.id DESC LIMIT $2`;

/** Cards of gifts that were paid, the newest first. @param asked.before the last of the page before */
export async function listCards(
  { sql }: { sql: Queryable },
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<DedicationCard[]> {
  const { rows } = await sql.query<DedicationCard>(CARDS, [before ?? null, limit]);
  return rows;
}
