import type { Sql } from '../../db.ts';

/**
 * What a sender that is gone had in hand: prepared things are planned again, what it was about to show is
 * unknown and looked for. @returns how many of the second kind
 */
export async function loseSightOfPublications(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ state: string }>(
    `UPDATE publication p
        SET state = CASE WHEN p.state = 'publishing' THEN 'unknown' ELSE 'planned' END::publication_state,
            next_at = now(), queued_at = NULL,
            trouble = CASE WHEN p.state = 'publishing' THEN '{"kind":"unknown","reason":"killed"}'::jsonb END
       FROM worker w
      WHERE w.epoch = p.epoch AND w.ended_at IS NOT NULL AND p.state IN ('preparing', 'publishing')
     RETURNING p.state::text AS state`,
  );
  return rows.filter(({ state }) => state === 'unknown').length;
}

/** Whether a run has publications that will move by themselves; `run` is the run in the statement around it. */
export const PUBLICATIONS_OPEN = `EXISTS (SELECT FROM publication p WHERE p.run = run.id
  AND (p.state IN ('planned', 'preparing', 'publishing') OR p.state = 'unknown' AND p.next_at IS NOT NULL))`;
