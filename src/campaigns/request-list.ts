import type { Queryable } from '../db.ts';
import type { Ground } from '../ground.ts';
import type { RequestState } from './request-ends.ts';
import type { Schedule } from './schedule.ts';

/** A request as lists and the message's page show it. */
export interface RequestLine {
  id: string;
  messageId: string;
  message: string;
  campaignId: string;
  campaign: string;
  revision: number;
  state: RequestState;
  askedBy: string | null;
  askedAt: Date;
  reference: string | null;
  note: string | null;
  approverId: string | null;
  approver: string | null;
  /** While the approver is away. */
  approverAwayUntil: Date | null;
  /** Who is asked in the approver's stead. */
  deputyId: string | null;
  deputy: string | null;
  reminders: number;
  escalatedAt: Date | null;
  decidedBy: string | null;
  decidedAt: Date | null;
  reason: string | null;
  schedule: Schedule | null;
  editedBy: string | null;
}

const SELECT = `
  SELECT q.id, q.message_id AS "messageId", m.name AS message, c.id AS "campaignId", c.name AS campaign, q.revision, q.state,
         a.name AS "askedBy", q.asked_at AS "askedAt", q.reference, q.note, q.approver_id AS "approverId", p.name AS approver,
         CASE WHEN p.away_until > $1 THEN p.away_until END AS "approverAwayUntil", d.id AS "deputyId", d.name AS deputy,
         q.reminders, q.escalated_at AS "escalatedAt", b.name AS "decidedBy", q.decided_at AS "decidedAt", q.reason,
         m.schedule, m.edited_by AS "editedBy"
    FROM approval_request q
    JOIN message m ON m.id = q.message_id JOIN campaign c ON c.id = m.campaign_id
    LEFT JOIN app_user a ON a.id = q.asked_by
    LEFT JOIN app_user p ON p.id = q.approver_id
    LEFT JOIN app_user d ON d.id = coalesce(q.deputy_id, p.deputy_id)
    LEFT JOIN app_user b ON b.id = q.decided_by`;

/**
 * Requests that wait, the oldest first.
 * @param after id of the last of the page before
 */
export async function openRequests(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<RequestLine[]> {
  const { rows } = await sql.query<RequestLine>(
    `${SELECT} WHERE q.state = 'open' AND ($2::uuid IS NULL OR q.id > $2) ORDER BY q.id LIMIT $3`,
    [clock.now(), after ?? null, limit],
  );
  return rows;
}

/** What was asked of a message and what came of it, the latest first. */
export async function requestsOf(
  { sql, clock }: { sql: Queryable; clock: Ground['clock'] },
  messageId: string,
): Promise<RequestLine[]> {
  const { rows } = await sql.query<RequestLine>(
    `${SELECT} WHERE q.message_id = $2 ORDER BY q.asked_at DESC, q.id DESC LIMIT 20`,
    [clock.now(), messageId],
  );
  return rows;
}

/** @returns null when there is no such request */
export async function readRequest(
  { sql, clock }: { sql: Queryable; clock: Ground['clock'] },
  id: string,
): Promise<RequestLine | null> {
  const { rows } = await sql.query<RequestLine>(`${SELECT} WHERE q.id = $2`, [clock.now(), id]);
  return rows[0] ?? null;
}
