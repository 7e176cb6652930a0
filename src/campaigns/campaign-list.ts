import type { Ground } from '../ground.ts';
import { publishedOf } from './published.ts';

/** What a campaign is doing, in the order in which a person must know it. */
export const campaignStates = ['asks', 'sending', 'paused', 'waiting', 'planned', 'done', 'draft'] as const;
export type CampaignState = (typeof campaignStates)[number];

/** A campaign as the list shows it. */
export interface CampaignLine {
  id: string;
  name: string;
  goal: string | null;
  owner: string | null;
  archivedAt: Date | null;
  state: CampaignState;
  messages: number;
  nextAt: Date | null;
  lastAt: Date | null;
  lastRun: string | null;
  /** Of the last run. */
  total: number;
  sent: number;
  failed: number;
  unknown: number;
}

export interface CampaignFilter {
  /** Part of its name or goal. */
  words?: string | undefined;
  state?: string | undefined;
  ownerId?: string | undefined;
  archived: boolean;
}

/**
 * A page of campaigns, the newest first. Figures come from counters, never from the deliveries.
 * @param after id of the last campaign of the page before
 */
export async function pageCampaigns(
  { sql }: Pick<Ground, 'sql'>,
  { words, state, ownerId, archived }: CampaignFilter,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<CampaignLine[]> {
  const { rows } = await sql.query<CampaignLine>(PAGE, [
    ...[archived, words?.trim() || null, ownerId || null, state || null, after || null, limit],
  ]);
  return rows;
}

/** How many campaigns there are, put away ones apart. */
export async function countCampaigns({ sql }: Pick<Ground, 'sql'>) {
  const { rows } = await sql.query<{ open: number; archived: number }>(
    `SELECT count(*) FILTER (WHERE archived_at IS NULL)::int AS open,
            count(*) FILTER (WHERE archived_at IS NOT NULL)::int AS archived FROM campaign`,
  );
  return rows[0] ?? { open: 0, archived: 0 };
}

/** $1 archived · $2 words · $3 owner · $4 state · $5 after · $6 limit */
const PAGE = `
SELECT l.*, (coalesce(k.sent, 0) + p.published)::int AS sent, (coalesce(k.failed, 0) + p.failed)::int AS failed,
       (coalesce(k.unknown, 0) + p.unknown)::int AS unknown, coalesce(t.total, 0)::int AS total
  FROM (
  SELECT c.id, c.name, c.goal, u.name AS owner, c.archived_at AS "archivedAt", c.created_at, s.messages,
         s.next_at AS "nextAt", s.last_at AS "lastAt", s.last_run AS "lastRun",
         CASE WHEN s.asks THEN 'asks' WHEN s.going THEN 'sending' WHEN s.paused THEN 'paused'
              WHEN s.waiting THEN 'waiting' WHEN s.next_at IS NOT NULL THEN 'planned'
              WHEN s.last_at IS NOT NULL THEN 'done' ELSE 'draft' END AS state
    FROM campaign c LEFT JOIN app_user u ON u.id = c.owner_id
   CROSS JOIN LATERAL (
     SELECT count(*)::int AS messages, coalesce(bool_or(r.asks), false) AS asks,
            coalesce(bool_or(r.going), false) AS going, coalesce(bool_or(r.paused), false) AS paused,
            coalesce(bool_or(q.id IS NOT NULL), false) AS waiting, min(r.next_at) AS next_at,
            max(r.last_at) AS last_at, max(r.last_run)::text AS last_run
       FROM message m
       LEFT JOIN approval_request q ON q.message_id = m.id AND q.state = 'open'
       LEFT JOIN LATERAL (
         SELECT bool_or(state = 'asked') AS asks, bool_or(state IN ('freezing', 'running')) AS going,
                bool_or(state = 'paused') AS paused, min(due_at) FILTER (WHERE state = 'planned') AS next_at,
                max(started_at) AS last_at, max(id) FILTER (WHERE started_at IS NOT NULL) AS last_run
           FROM run WHERE message_id = m.id) r ON true
      WHERE m.campaign_id = c.id) s
   WHERE (c.archived_at IS NOT NULL) = $1
     AND ($2::text IS NULL OR strpos(lower(c.name), lower($2)) > 0 OR strpos(lower(coalesce(c.goal, '')), lower($2)) > 0)
     AND ($3::uuid IS NULL OR c.owner_id = $3)
     AND ($5::uuid IS NULL OR (c.created_at, c.id) < (SELECT p.created_at, p.id FROM campaign p WHERE p.id = $5))
   ORDER BY c.created_at DESC, c.id DESC) l
  LEFT JOIN LATERAL (
    SELECT sum(sent) AS sent, sum(failed) AS failed, sum(unknown) AS unknown
      FROM run_counter WHERE run = l."lastRun"::bigint) k ON true
  CROSS JOIN LATERAL (${publishedOf('l."lastRun"::bigint')}) p
  LEFT JOIN run t ON t.id = l."lastRun"::bigint
 WHERE $4::text IS NULL OR l.state = $4
 ORDER BY l.created_at DESC, l.id DESC LIMIT $6`;
