import { randomInt } from 'node:crypto';
import type { Queryable } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import type { RecipientRef } from './token.ts';

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
export const CODE_LENGTH = 8;
const ATTEMPTS = 5;
/** A person does not open so many different links of one mail within so many seconds. */
const BURST = { links: 4, seconds: 5 };

/** One visit to be kept. */
export interface Touch {
  kind: 'click' | 'open' | 'unsubscribe';
  linkId?: bigint;
  /** The re-pointing that was in force; absent before the first. */
  historyId?: bigint | null;
  /** Who followed it; absent for a visit that names nobody. */
  recipient?: RecipientRef | null;
  /** The browser's name for itself; kept only with a recipient. */
  agent?: string | undefined;
  machine: boolean;
}

/**
 * A short code for each address of a message; an address that has one keeps it.
 * @throws Refusal for an address that is not http or https
 */
export async function ensureLinks(
  { sql }: Pick<Ground, 'sql'>,
  messageId: string,
  urls: string[],
): Promise<Map<string, string>> {
  const wanted = [...new Set(urls)];
  for (const url of wanted) requireWebAddress(url);
  await insertLinks(sql, messageId, wanted);
  const { rows } = await sql.query<{ url: string; code: string }>(
    'SELECT url, code FROM link WHERE message_id = $1 AND url = ANY ($2)',
    [messageId, wanted],
  );
  return new Map(rows.map(({ url, code }) => [url, code]));
}

/**
 * Where a code leads, with the visit recorded in the same statement.
 * @returns null for a code that we never gave
 */
export async function followLink(
  ground: Pick<Ground, 'sql' | 'clock'>,
  code: string,
  visit: Omit<Touch, 'kind' | 'linkId' | 'historyId'>,
): Promise<string | null> {
  const { rows } = await ground.sql.query<{ id: string; url: string; history: string | null }>(
    'SELECT id, coalesce(target, url) AS url, history_id AS history FROM link WHERE code = $1',
    [code],
  );
  const [link] = rows;
  if (!link) return null;
  const historyId = link.history === null ? null : BigInt(link.history);
  await recordTouch(ground, { ...visit, kind: 'click', linkId: BigInt(link.id), historyId });
  return link.url;
}

/**
 * Keeps one visit. When it is one of a burst over several links of the same mail, it and the others
 * are flagged as a scanner's; none is dropped.
 */
export async function recordTouch(
  { sql, clock }: { sql: Queryable; clock: Ground['clock'] },
  { kind, linkId, historyId, recipient, agent, machine }: Touch,
): Promise<void> {
  const named = recipient ?? null;
  await sql.query(TOUCH, [
    ...[kind, linkId ?? null, named?.run ?? null, named?.seq ?? null, clock.now()],
    ...[named ? (agent?.slice(0, 200) ?? null) : null, machine, BURST.seconds, BURST.links],
    historyId ?? null,
  ]);
}

const TOUCH = `
  WITH near AS (
    SELECT id, link_id FROM touch
     WHERE $1 = 'click' AND run = $3 AND seq = $4 AND kind = 'click'
       AND at > $5::timestamptz - make_interval(secs => $8)
  ), burst AS (
    SELECT count(DISTINCT link_id) FILTER (WHERE link_id <> $2::bigint) + 1 >= $9 AS yes FROM near
  ), flagged AS (
    UPDATE touch SET machine = true
     WHERE id IN (SELECT id FROM near) AND NOT machine AND (SELECT yes FROM burst)
  )
  INSERT INTO touch (kind, link_id, run, seq, at, agent, machine, history_id)
  SELECT $1, $2, $3, $4, $5, $6, $7 OR yes, $10 FROM burst`;

/** Codes are random, so two may collide: what did not get in is tried again with others. */
async function insertLinks(sql: Queryable, messageId: string, urls: string[]): Promise<void> {
  for (let left = urls, attempt = 0; left.length; attempt += 1) {
    if (attempt === ATTEMPTS) throw new Error(`No free code was found for ${left.length} links`);
    const { rows } = await sql.query<{ url: string }>(
      `WITH made AS (
         INSERT INTO link (code, url, message_id)
         SELECT code, url, $3 FROM unnest($1::text[], $2::text[]) AS wanted (code, url)
         ON CONFLICT DO NOTHING RETURNING url)
       SELECT url FROM unnest($2::text[]) AS url
        WHERE url NOT IN (SELECT url FROM made)
          AND NOT EXISTS (SELECT FROM link WHERE link.message_id = $3 AND link.url = url.url)`,
      [left.map(randomCode), left, messageId],
    );
    left = rows.map((row) => row.url);
  }
}

const randomCode = (): string =>
  Array.from({ length: CODE_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');

function requireWebAddress(url: string): void {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new Refusal(
      say`A link leads to “${url}”, which is no web address. Write it whole, beginning with https://.`,
    );
  }
}
