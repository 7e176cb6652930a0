import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';

/** One person of a run's audience: what went to them, or why nothing did. */
export interface ReportRow {
  /** Null for somebody who was left out when the audience was frozen. */
  seq: number | null;
  contactId: string;
  /** Null when the contact was erased since. */
  name: string | null;
  address: string | null;
  language: string | null;
  /** A state of the delivery, or `left out`. */
  state: string;
  /** Why not: a reason of ours, or the server's answer. */
  reason: string | null;
  code: number | null;
  attempts: number;
  at: Date | null;
}

export interface ReportPage {
  run: bigint;
  rows: ReportRow[];
  /** Why the run waits, or nothing or not all of it was sent. */
  reason: string | null;
  /** Where the next page begins; null on the last. */
  next: string | null;
}

/** A page of a report: where it begins, as the page before it said, and how many rows it may have. */
export interface Paging {
  after?: string | undefined;
  limit?: number | undefined;
}

const MOST = 5000;

/**
 * What went to whom, not to whom, and why: first the deliveries in their order, then who was left out.
 * @throws Refusal when there is no such run, or `after` is no place in its report
 */
export async function deliveryReport(
  { sql }: Pick<Ground, 'sql'>,
  run: bigint,
  { after = 'sent:0', limit = 1000 }: Paging = {},
): Promise<ReportPage> {
  const { rows: runs } = await sql.query('SELECT reason FROM run WHERE id = $1', [run]);
  const { reason } = found(runs[0], say`There is no run ${run}.`) as { reason: string | null };
  const size = Math.max(1, Math.min(limit, MOST));
  const [, part, place] = /^(sent|left):(\d{1,9})$/.exec(after) ?? [];
  if (!part) throw new Refusal(say`${JSON.stringify(after)} is no place in a report. Begin without one.`);
  const statement = part === 'sent' ? DELIVERIES : LEFT_OUT;
  const { rows } = await sql.query<ReportRow & { place: number }>(statement, [run, place, size]);
  const last = rows.length === size ? rows.at(-1) : undefined;
  return { run, rows: rows.map(({ place: _, ...row }) => row), reason, next: nextPlace(part, last?.place) };
}

/** Every row of a run's report, page by page. */
export async function* wholeReport(ground: Pick<Ground, 'sql'>, run: bigint): AsyncGenerator<ReportRow> {
  for (let after: string | null = 'sent:0'; after; ) {
    const page: ReportPage = await deliveryReport(ground, run, { after, limit: MOST });
    yield* page.rows;
    after = page.next;
  }
}

/** @param last the last place of a page that was full */
function nextPlace(part: string, last: number | undefined): string | null {
  if (last !== undefined) return `${part}:${last}`;
  return part === 'sent' ? 'left:0' : null;
}

const DELIVERIES = `
  SELECT d.seq AS place, d.seq, d.contact_id AS "contactId", c.name, a.value AS address, d.language, d.state::text AS state,
         coalesce(d.reason, d.reply) AS reason, d.code, d.attempts, d.at
    FROM delivery d
    LEFT JOIN contact c ON c.id = d.contact_id
    LEFT JOIN address a ON a.contact_id = d.contact_id AND a.hash = d.address_hash
   WHERE d.run = $1 AND d.seq > $2::int ORDER BY d.seq LIMIT $3`;

/** Where several addresses of a contact would do, the first is shown. */
const LEFT_OUT = `
  SELECT l.nth AS place, NULL::int AS seq, l.contact_id AS "contactId", c.name, c.language, 'left out' AS state, l.reason,
         NULL::int AS code, 0 AS attempts, r.started_at AS at,
         (SELECT a.value FROM address a WHERE a.contact_id = l.contact_id AND a.channel = r.channel
           ORDER BY a.value LIMIT 1) AS address
    FROM run_left_out l JOIN run r ON r.id = l.run LEFT JOIN contact c ON c.id = l.contact_id
   WHERE l.run = $1 AND l.nth > $2::int ORDER BY l.nth LIMIT $3`;
