import type { Figures, NetworkName } from '../../../channels/social.ts';
import type { Queryable } from '../../db.ts';

/** What came of the posts of some runs on one account. */
export interface AccountTotals extends Figures {
  name: string;
  channel: NetworkName;
  /** Posts; a thread is one, and published when all of it is. */
  posts: number;
  published: number;
  failed: number;
  /** When the network was last asked for figures; null is never. */
  figuresAt: Date | null;
}

/** By account; a figure that no network tells is null, not nought. */
export async function totalsOf(sql: Queryable, runs: bigint[]): Promise<AccountTotals[]> {
  const { rows } = await sql.query<AccountTotals>(TOTALS, [runs.map(String)]);
  return rows;
}

const SUM = (name: keyof Figures) => `sum((figures ->> '${name}')::bigint)::int AS ${name}`;
const TOTALS = `
WITH post AS (
  SELECT p.account_id, bool_and(p.state = 'published') AS published, bool_or(p.state = 'failed') AS failed
    FROM publication p WHERE p.run = ANY ($1::bigint[]) GROUP BY p.run, p.account_id, p.language)
, counted AS (
  SELECT account_id, count(*)::int AS posts, count(*) FILTER (WHERE published)::int AS published,
         count(*) FILTER (WHERE failed)::int AS failed FROM post GROUP BY 1)
, told AS (
  SELECT account_id, max(figures_at) AS "figuresAt", ${SUM('reach')}, ${SUM('reactions')}, ${SUM('comments')}, ${SUM('shares')}, ${SUM('clicks')}
    FROM publication WHERE run = ANY ($1::bigint[]) GROUP BY 1)
SELECT a.name, a.channel, c.posts, c.published, c.failed, t."figuresAt", t.reach, t.reactions, t.comments, t.shares, t.clicks
  FROM counted c JOIN told t USING (account_id) JOIN account a ON a.id = c.account_id ORDER BY a.channel, a.name`;

/** Visits of people by our own links in the posts of these runs' messages, whichever run led them there. */
export async function visitsByPosts(sql: Queryable, runs: bigint[]): Promise<number> {
  const { rows } = await sql.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM link l JOIN message m ON m.id = l.message_id AND m.channel = 'post'
       JOIN touch t ON t.link_id = l.id AND t.kind = 'click' AND NOT t.machine
      WHERE m.id IN (SELECT message_id FROM run WHERE id = ANY ($1::bigint[]))`,
    [runs.map(String)],
  );
  return rows[0]?.n ?? 0;
}
