import type { Queryable } from '../../db.ts';
import type { WebhookEvent } from './endpoints.ts';

/** One thing that happened, as a receiver is told. */
export interface Told {
  type: WebhookEvent;
  event: Record<string, unknown>;
}

/** Growing tables that are read behind a mark. */
export type SourceName = 'touch' | 'consent' | 'return';
export type Marks = Partial<Record<SourceName, string>>;

interface Source {
  name: SourceName;
  /** What it may tell of. */
  events: WebhookEvent[];
  newest: string;
  /** $1 mark, $2 rows; each row: id, age in seconds, type or null, event. */
  read: string;
}

const ABOUT_RUN = `'run', x.run, 'seq', x.seq, 'messageId', r.message_id, 'campaignId', m.campaign_id`;
const JOINS = `LEFT JOIN run r ON r.id = x.run LEFT JOIN message m ON m.id = r.message_id
    LEFT JOIN delivery d ON d.run = x.run AND d.seq = x.seq`;

/** Visits of machines are read past: a scanner's are flagged within seconds. */
const touches: Source = {
  name: 'touch',
  events: ['link.clicked'],
  newest: 'SELECT coalesce(max(id), 0)::text AS id FROM touch',
  read: `
    SELECT x.id::text, extract(epoch FROM now() - x.at)::float8 AS age,
           CASE WHEN x.kind = 'click' AND NOT x.machine AND x.run IS NOT NULL THEN 'link.clicked' END AS type,
           jsonb_build_object('id', 'click-' || x.id, 'at', x.at, ${ABOUT_RUN}, 'contactId', d.contact_id, 'url', l.url) AS event
      FROM (SELECT * FROM touch WHERE id > $1::bigint ORDER BY id LIMIT $2) x ${JOINS}
      LEFT JOIN link l ON l.id = x.link_id ORDER BY x.id`,
};

/** Every withdrawal that holds, whichever way it came: a button, a mail, a page, a complaint, staff. */
const consents: Source = {
  name: 'consent',
  events: ['contact.unsubscribed'],
  newest: 'SELECT coalesce(max(id), 0)::text AS id FROM consent_event',
  read: `
    SELECT x.id::text, extract(epoch FROM now() - x.at)::float8 AS age,
           CASE WHEN NOT x.given AND NOT k.given THEN 'contact.unsubscribed' END AS type,
           jsonb_build_object('id', 'consent-' || x.id, 'at', x.at, 'contactId', x.contact_id, 'channel', x.channel,
                              'purpose', x.purpose, 'basis', x.basis) AS event
      FROM consent_event x
      LEFT JOIN consent k ON k.contact_id = x.contact_id AND k.channel = x.channel AND k.purpose = x.purpose
     WHERE x.id > $1::bigint ORDER BY x.id LIMIT $2`,
};

/** What came back later; what a server refused at once is read with the ledger. */
const returns: Source = {
  name: 'return',
  events: ['delivery.bounced', 'delivery.complained'],
  newest: 'SELECT coalesce(max(id), 0)::text AS id FROM mail_return',
  read: `
    SELECT x.id::text, extract(epoch FROM now() - x.at)::float8 AS age,
           CASE x.effect WHEN 'bounced' THEN 'delivery.bounced' WHEN 'complained' THEN 'delivery.complained' END AS type,
           jsonb_build_object('id', 'return-' || x.id, 'at', x.at, ${ABOUT_RUN}, 'contactId', d.contact_id, 'hard', x.hard,
                              'reason', x.reason, 'status', x.status) AS event
      FROM (SELECT * FROM mail_return WHERE id > $1::bigint ORDER BY id LIMIT $2) x ${JOINS} ORDER BY x.id`,
};

const sources: Source[] = [touches, consents, returns];

/** The sources that have something to tell an endpoint. */
export const sourcesFor = (events: WebhookEvent[]): SourceName[] =>
  sources.filter((source) => source.events.some((event) => events.includes(event))).map(({ name }) => name);

/** Where every source is now, for an endpoint that begins now. */
export async function newestMarks(sql: Queryable): Promise<Marks> {
  const marks: Marks = {};
  for (const { name, newest } of sources) {
    const { rows } = await sql.query<{ id: string }>(newest);
    marks[name] = rows[0]?.id ?? '0';
  }
  return marks;
}

/** Ids that are missing may still be on their way for so long; then they were rolled back. */
const GAP_SECONDS = 60;
const PAGE = 2000;

/** What a page of a source told, and where the next begins; `more` says that there is one already. */
export interface SourcePage {
  told: Told[];
  mark: string;
  more: boolean;
}

/**
 * Reads on behind a mark. Ids are given before they are seen: a row that is younger than `settleSeconds`
 * waits, and so does everything behind a gap.
 */
export async function readSource(
  sql: Queryable,
  name: SourceName,
  { mark, settleSeconds }: { mark: string; settleSeconds: number },
): Promise<SourcePage> {
  const { read } = sources.find((source) => source.name === name) as Source;
  const { rows } = await sql.query<{
    id: string;
    age: number;
    type: WebhookEvent | null;
    event: Told['event'];
  }>(read, [mark, PAGE]);
  const told: Told[] = [];
  let last = BigInt(mark);
  for (const { id, age, type, event } of rows) {
    const gap = BigInt(id) !== last + 1n;
    if (age < settleSeconds || (gap && age < GAP_SECONDS)) return { told, mark: String(last), more: false };
    last = BigInt(id);
    if (type) told.push({ type, event });
  }
  return { told, mark: String(last), more: rows.length === PAGE };
}
