import type { Figures, NetworkName, Receipt } from '../../../channels/social.ts';
import type { Ground } from '../../ground.ts';
import type { PublicationContent } from './content.ts';
import type { PublicationState } from './states.ts';

/** A publication as staff see it. */
export interface Publication {
  id: string;
  run: string;
  messageId: string | null;
  messageName: string | null;
  campaignId: string | null;
  account: { id: string; name: string; channel: NetworkName; mode: string };
  language: string;
  part: number;
  kind: 'post' | 'comment';
  state: PublicationState;
  content: PublicationContent;
  dueAt: Date;
  nextAt: Date | null;
  attempts: number;
  looks: number;
  lookedAt: Date | null;
  intentAt: Date | null;
  publishedAt: Date | null;
  receipt: Receipt | null;
  trouble: { kind: string; reason: string; code?: string; status?: number } | null;
  decidedBy: string | null;
  /** Paise. */
  cost: string;
  figures: Figures | null;
  figuresAt: Date | null;
}

export interface PublicationFilter {
  run?: bigint;
  message?: string;
  account?: string;
  states?: PublicationState[];
  /** Only those that a person has to decide about or that failed. */
  open?: boolean;
  limit?: number;
}

/** Those that need a person: nobody knows, refused, a task, or a lost account under a planned one. */
const NEEDS_A_PERSON = `(p.state IN ('failed', 'waiting') OR p.state = 'unknown' AND p.next_at IS NULL
  OR p.state = 'planned' AND a.lost_at IS NOT NULL AND a.mode = 'program')`;

/** The oldest first. */
export async function listPublications(
  { sql }: Pick<Ground, 'sql'>,
  filter: PublicationFilter,
): Promise<Publication[]> {
  const { run, message, account, states, open = false, limit = 200 } = filter;
  const { rows } = await sql.query<Publication>(
    `SELECT p.id, p.run, r.message_id AS "messageId", m.name AS "messageName", m.campaign_id AS "campaignId",
            json_build_object('id', a.id, 'name', a.name, 'channel', a.channel, 'mode', a.mode) AS account,
            p.language, p.part, p.kind, p.state::text AS state, p.content, r.due_at AS "dueAt", p.next_at AS "nextAt",
            p.attempts, p.looks, p.looked_at AS "lookedAt", p.intent_at AS "intentAt", p.published_at AS "publishedAt",
            p.receipt, p.trouble, p.decided_by AS "decidedBy", p.cost::text AS cost, p.figures, p.figures_at AS "figuresAt"
       FROM publication p JOIN run r ON r.id = p.run JOIN account a ON a.id = p.account_id LEFT JOIN message m ON m.id = r.message_id
      WHERE ($1::bigint IS NULL OR p.run = $1) AND ($2::uuid IS NULL OR r.message_id = $2)
        AND ($3::uuid IS NULL OR p.account_id = $3) AND ($4::text[] IS NULL OR p.state::text = ANY ($4))
        AND (NOT $5 OR ${NEEDS_A_PERSON})
      ORDER BY r.due_at, p.run, a.channel, a.name, p.language, p.part LIMIT $6`,
    [run ?? null, message ?? null, account ?? null, states ?? null, open, limit],
  );
  return rows;
}
