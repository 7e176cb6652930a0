import type { Queryable } from '../../../src/db.ts';
import { routes } from '../../../src/http/routes.ts';

/** An address to ask, with the path of its route. */
export interface Asked {
  route: string;
  page: string;
}

const LARGEST_RUN = "SELECT id FROM run WHERE state = 'finished' ORDER BY total DESC, id LIMIT 1";
const MESSAGE = `SELECT message_id FROM run WHERE id = (${LARGEST_RUN})`;
const CAMPAIGN = `SELECT campaign_id FROM message WHERE id = (${MESSAGE})`;
const NEWSLETTER = 'SELECT id FROM newsletter ORDER BY slug LIMIT 1';
const ITEM = `SELECT number FROM newsletter_item WHERE newsletter_id = (${NEWSLETTER}) AND edition_id IS NULL ORDER BY number LIMIT 1`;
const EDITION = `SELECT id FROM edition WHERE newsletter_id = (${NEWSLETTER}) AND state = 'sent' ORDER BY due_at DESC LIMIT 1`;
/** Whoever was written to most often among some. */
const CONTACT = `SELECT contact_id FROM (SELECT contact_id FROM delivery WHERE run = (${LARGEST_RUN}) LIMIT 1) AS d`;

/** Which id stands for a parameter, by the word before it in the path or, where that says more, by its name. */
const IDS: Record<string, string> = {
  ...{ contacts: CONTACT, campaigns: CAMPAIGN, messages: MESSAGE, runs: LARGEST_RUN },
  ...{ newsletters: NEWSLETTER, items: ITEM, editions: EDITION },
  lists: "SELECT id FROM list WHERE name = 'Supporters'",
  segments: 'SELECT id FROM segment ORDER BY name LIMIT 1',
  users: 'SELECT id FROM app_user ORDER BY email LIMIT 1',
  accounts: 'SELECT id FROM account ORDER BY name LIMIT 1',
  versions: "SELECT '2'",
  imports: 'SELECT id FROM upload ORDER BY created_at LIMIT 1',
  media: 'SELECT id FROM asset ORDER BY created_at LIMIT 1',
  language: "SELECT 'ml'",
};

/** What is asked of a page besides its plain address. */
const QUESTIONS: Record<string, string[]> = {
  '/console/contacts': ['?q=Lakshmi', `?q=${encodeURIComponent('ലക്ഷ്മി മേനോൻ')}`, '?q=person4242'],
  '/console/audit': ['?action=message.approved'],
};

/**
 * Every address of the console that an administrator may ask with GET, as it stands in routes.ts.
 * @returns those that can be asked, and the routes for which no id is known
 */
export async function pagesToAsk(sql: Queryable): Promise<{ asked: Asked[]; unknown: string[] }> {
  const asked: Asked[] = [];
  const unknown: string[] = [];
  for (const { method, path, who } of routes) {
    if (method !== 'get' || typeof who === 'string' || !who.includes('administrator')) continue;
    const page = await filled(sql, path.replace(/\{[^}]*\}/g, ''));
    if (!page) unknown.push(path);
    else
      for (const query of ['', ...(QUESTIONS[path] ?? [])]) asked.push({ route: path, page: page + query });
  }
  return { asked, unknown };
}

/** The path with an id for each parameter; null when one of them has none. */
async function filled(sql: Queryable, path: string): Promise<string | null> {
  const parts = path.split('/');
  for (const [i, part] of parts.entries()) {
    const [, name] = /^:(\w+)$/.exec(part) ?? [];
    if (!name && !/[:*]/.test(part)) continue;
    const query = name && (IDS[name] ?? IDS[parts[i - 1] ?? '']);
    const { rows } = query ? await sql.query({ text: query, rowMode: 'array' }) : { rows: [] };
    if (!rows[0]?.[0]) return null;
    parts[i] = String(rows[0][0]);
  }
  return parts.join('/');
}
