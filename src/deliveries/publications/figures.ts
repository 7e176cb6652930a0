import { NetworkFailure } from '../../../channels/failure.ts';
import type { Receipt } from '../../../channels/social.ts';
import type { Ground } from '../../ground.ts';
import { type AccountGround, loseAccount, openSession, restUntil } from './connected.ts';

/** Young posts are looked at often, old ones seldom, and after a quarter not at all. */
const DUE = `
  SELECT p.id, p.account_id AS "accountId", p.receipt FROM publication p JOIN account a ON a.id = p.account_id
   WHERE p.state = 'published' AND p.kind = 'post' AND a.mode = 'program' AND a.disabled_at IS NULL AND a.lost_at IS NULL
     AND (a.rests_until IS NULL OR a.rests_until <= now()) AND p.published_at > now() - interval '90 days'
     AND (p.figures_at IS NULL AND p.published_at < now() - interval '10 minutes'
       OR p.figures_at < now() - CASE WHEN p.published_at > now() - interval '1 day' THEN interval '1 hour'
                                      WHEN p.published_at > now() - interval '7 days' THEN interval '6 hours'
                                      ELSE interval '1 day' END)
   ORDER BY p.figures_at NULLS FIRST LIMIT 50`;

/** Collects reach, reactions and clicks of what is published. @returns how many were told */
export async function collectFigures(ground: AccountGround & Pick<Ground, 'queues'>): Promise<number> {
  const { rows } = await ground.sql.query<{ id: string; accountId: string; receipt: Receipt }>(DUE);
  let told = 0;
  for (const row of rows) if (await collectOne(ground, row)) told++;
  return told;
}

async function collectOne(
  ground: AccountGround,
  { id, accountId, receipt }: { id: string; accountId: string; receipt: Receipt },
): Promise<boolean> {
  // It is noted first: a network that fails at one post must not be asked about it every minute.
  await ground.sql.query(
    `UPDATE publication p SET figures_at = now(), cost = cost + coalesce((a.costs->>'perRead')::bigint, 0)
       FROM account a WHERE p.id = $1 AND a.id = p.account_id`,
    [id],
  );
  try {
    const session = await openSession(ground, accountId);
    if (!session.figures) return false;
    const figures = await session.figures(receipt);
    await ground.sql.query('UPDATE publication SET figures = $2 WHERE id = $1', [
      id,
      JSON.stringify(figures),
    ]);
    return true;
  } catch (error) {
    if (!(error instanceof NetworkFailure)) throw error;
    if (error.kind === 'unauthorised') await loseAccount(ground, accountId, error);
    if (error.kind === 'throttled' && error.until) await restUntil(ground, accountId, error.until);
    return false;
  }
}
