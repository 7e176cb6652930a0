import type { Queryable } from '../db.ts';
import type { DeliveryState } from './states.ts';

/** One message to a contact, and what became of it. */
export interface SentMessage {
  run: string;
  seq: number;
  subject: string | null;
  campaignId: string | null;
  campaign: string | null;
  purpose: string;
  language: string;
  state: DeliveryState;
  at: Date | null;
  dueAt: Date;
  /** Why it failed or was skipped, as the code of a server or a word of ours. */
  reason: string | null;
  /** What their server said. */
  reply: string | null;
  openedAt: Date | null;
  clickedAt: Date | null;
  /** Why it came back, where it did. */
  returned: string | null;
}

const FIRST = (kind: string) =>
  `(SELECT min(t.at) FROM touch t WHERE t.run = d.run AND t.seq = d.seq AND t.kind = '${kind}' AND NOT t.machine)`;

/**
 * What runs sent to the addresses that a contact has, the latest first. Deliveries have no index on people:
 * each run is asked by its own key of addresses, from the latest back, until there are enough.
 * @param before a run; only those earlier are shown
 */
export async function sentTo(
  sql: Queryable,
  contactId: string,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<SentMessage[]> {
  const { rows } = await sql.query<SentMessage>(
    `SELECT d.run, d.seq, m.name AS subject, g.id AS "campaignId", g.name AS campaign, r.purpose, d.language,
            d.state::text AS state, d.at, r.due_at AS "dueAt", d.reason, d.reply,
            ${FIRST('open')} AS "openedAt", ${FIRST('click')} AS "clickedAt",
            (SELECT b.reason FROM mail_return b WHERE b.run = d.run AND b.seq = d.seq ORDER BY b.id DESC LIMIT 1) AS returned
       FROM (SELECT id, message_id, purpose, due_at FROM run
              WHERE started_at IS NOT NULL AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC) r
      CROSS JOIN LATERAL (
        SELECT * FROM delivery x WHERE x.run = r.id AND x.contact_id = $1
           AND x.address_hash = ANY (ARRAY(SELECT hash FROM address WHERE contact_id = $1)) OFFSET 0) d
       LEFT JOIN message m ON m.id = r.message_id LEFT JOIN campaign g ON g.id = m.campaign_id
      ORDER BY r.id DESC LIMIT $3`,
    [contactId, before ?? null, limit],
  );
  return rows;
}
