import type { Ground } from '../ground.ts';
import { publishedOf } from './published.ts';

/** What came of a run that has ended. */
export interface Lately {
  run: string;
  campaignId: string;
  campaign: string;
  message: string;
  at: Date;
  total: number;
  sent: number;
  failed: number;
  unknown: number;
  bounced: number;
  complained: number;
  /** People who followed a link; null where there are too many visits to count here. */
  visitors: number | null;
}

/** More visits than these are counted by the report, not here. */
const VISITS = 20_000;

/** The last runs that have ended, the newest first. From counters and returns, never from the deliveries. */
export async function latelyFinished({ sql }: Pick<Ground, 'sql'>, limit = 5): Promise<Lately[]> {
  const { rows } = await sql.query<Lately>(
    `SELECT r.id::text AS run, c.id AS "campaignId", c.name AS campaign, m.name AS message, r.due_at AS at, r.total,
            least(k.sent + p.published, r.total) AS sent, k.failed + p.failed AS failed, k.unknown + p.unknown AS unknown,
            b.bounced, b.complained, v.visitors
       FROM (SELECT * FROM run WHERE state = 'finished' AND message_id IS NOT NULL AND total > 0
              ORDER BY due_at DESC LIMIT $1) r
       JOIN message m ON m.id = r.message_id JOIN campaign c ON c.id = m.campaign_id
       CROSS JOIN LATERAL (SELECT coalesce(sum(k.sent), 0)::int AS sent, coalesce(sum(k.failed), 0)::int AS failed,
                                  coalesce(sum(k.unknown), 0)::int AS unknown
                             FROM run_counter k WHERE k.run = r.id) k
       CROSS JOIN LATERAL (${publishedOf('r.id')}) p
       CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE b.effect = 'bounced')::int AS bounced,
                                  count(*) FILTER (WHERE b.effect = 'complained')::int AS complained
                             FROM mail_return b WHERE b.run = r.id) b
       CROSS JOIN LATERAL (SELECT CASE WHEN count(*) < $2
                                       THEN (count(DISTINCT t.seq) FILTER (WHERE t.link_id IS NOT NULL AND NOT t.machine))::int
                                   END AS visitors
                             FROM (SELECT * FROM touch t WHERE t.run = r.id LIMIT $2) t) v
      ORDER BY r.due_at DESC`,
    [limit, VISITS],
  );
  return rows;
}
