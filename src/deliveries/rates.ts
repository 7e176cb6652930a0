import type { Queryable } from '../db.ts';
import type { Ground } from '../ground.ts';

/** Rates are of the runs that began in so many days: complaints and bounces come days after the mail. */
export const WINDOW_DAYS = 7;

/** How the mails of one sender domain were received. */
export interface SenderRate {
  domain: string;
  /** Accepted by a server. */
  sent: number;
  complaints: number;
  /** Addresses that do not exist: told later, or refused at once. */
  hardBounces: number;
  softBounces: number;
}

/** How one recipient domain received them. */
export interface RecipientRate {
  domain: string;
  sent: number;
  complaints: number;
  bounces: number;
  /** Refused at once, for whatever reason. */
  failed: number;
}

/** Per hundred, or 0 where nothing was sent. */
export const percent = (n: number, of: number): number => (of ? Math.round((n / of) * 1e5) / 1e3 : 0);

/**
 * Counts by sender domain, from counters and returns and never from the deliveries, so that the send path
 * does not feel it.
 */
export async function senderRates({ sql, clock }: Pick<Ground, 'sql' | 'clock'>): Promise<SenderRate[]> {
  const { rows } = await sql.query<SenderRate>(
    `WITH r AS (SELECT id, sender_domain FROM run WHERE started_at > $1 AND channel = 'email'),
     sent AS (SELECT r.sender_domain, sum(k.sent + k.unknown)::int AS n
                FROM r JOIN run_counter k ON k.run = r.id GROUP BY 1),
     back AS (SELECT r.sender_domain,
                     count(DISTINCT (m.run, m.seq)) FILTER (WHERE m.effect = 'complained')::int AS complaints,
                     count(DISTINCT (m.run, m.seq)) FILTER (WHERE m.effect = 'bounced' AND m.hard)::int AS hard,
                     count(DISTINCT (m.run, m.seq)) FILTER (WHERE m.effect = 'bounced' AND NOT m.hard)::int AS soft
                FROM r JOIN mail_return m ON m.run = r.id GROUP BY 1),
     refused AS (SELECT r.sender_domain, count(*)::int AS n
                   FROM r JOIN suppression s ON s.source = 'run ' || r.id AND s.reason = 'hardbounce' GROUP BY 1)
     SELECT sent.sender_domain AS domain, sent.n AS sent, coalesce(back.complaints, 0) AS complaints,
            coalesce(back.hard, 0) + coalesce(refused.n, 0) AS "hardBounces", coalesce(back.soft, 0) AS "softBounces"
       FROM sent LEFT JOIN back USING (sender_domain) LEFT JOIN refused USING (sender_domain)
      ORDER BY sent.n DESC, 1`,
    [windowStart(clock)],
  );
  return rows;
}

/** The recipient domains with the most mails. Reads the deliveries of the window: for a person who asks. */
export async function recipientRates(
  { sql, clock }: { sql: Queryable; clock: Ground['clock'] },
  limit: number,
): Promise<RecipientRate[]> {
  const { rows } = await sql.query<RecipientRate>(
    `SELECT split_part(a.value, '@', 2) AS domain,
            count(*) FILTER (WHERE d.state IN ('sent', 'unknown', 'bounced', 'complained'))::int AS sent,
            count(*) FILTER (WHERE d.state = 'complained')::int AS complaints,
            count(*) FILTER (WHERE d.state = 'bounced')::int AS bounces,
            count(*) FILTER (WHERE d.state = 'failed')::int AS failed
       FROM run r JOIN delivery d ON d.run = r.id
       JOIN address a ON a.contact_id = d.contact_id AND a.hash = d.address_hash
      WHERE r.started_at > $1 AND r.channel = 'email'
        AND d.state IN ('sent', 'unknown', 'bounced', 'complained', 'failed')
      GROUP BY 1 ORDER BY sent DESC, 1 LIMIT $2`,
    [windowStart(clock), limit],
  );
  return rows;
}

const windowStart = (clock: Ground['clock']): Date =>
  new Date(clock.now().getTime() - WINDOW_DAYS * 86_400_000);
