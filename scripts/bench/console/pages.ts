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
const ITEM = `SELECT number FROM newsletter_item WHERE newsletter_id = (${NEWSLETTER}) ORDER BY (edition_id IS NULL) DESC, number LIMIT 1`;
const EDITION = `SELECT id FROM edition WHERE newsletter_id = (${NEWSLETTER}) AND state = 'sent' ORDER BY due_at DESC LIMIT 1`;
/** Whoever was written to most often among some. */
const CONTACT = `SELECT contact_id FROM (SELECT contact_id FROM delivery WHERE run = (${LARGEST_RUN}) LIMIT 1) AS d`;

const DRAFT = "SELECT id FROM upload WHERE state = 'draft' LIMIT 1";

/** Which id stands for a parameter, by its whole path, its name or the word before it, as far as one is here. */
const IDS: Record<string, string> = {
  ...{ contacts: CONTACT, campaigns: CAMPAIGN, messages: MESSAGE, runs: LARGEST_RUN },
  ...{ newsletters: NEWSLETTER, items: ITEM, editions: EDITION },
  lists: "SELECT id FROM list WHERE name = 'Supporters'",
  segments: 'SELECT id FROM segment ORDER BY name LIMIT 1',
  users: 'SELECT id FROM app_user ORDER BY email LIMIT 1',
  accounts: 'SELECT id FROM account ORDER BY name LIMIT 1',
  versions: "SELECT '2'",
  imports: "SELECT id FROM upload WHERE state <> 'draft' LIMIT 1",
  media: 'SELECT id FROM asset ORDER BY created_at LIMIT 1',
  webhooks: 'SELECT id FROM webhook_endpoint LIMIT 1',
  ...{ one: CONTACT, other: 'SELECT id FROM contact ORDER BY id DESC LIMIT 1' },
  ...{ domain: "SELECT 'kssm.example'", name: "SELECT 'appeal'", language: "SELECT 'ml'" },
  // A file that somebody still looks at, which is no import yet.
  '/console/contacts/imports/:id': DRAFT,
  '/console/contacts/imports/:id/consent': DRAFT,
};

/** What is asked of a page besides its plain address. */
const QUESTIONS: Record<string, string[]> = {
  '/console/contacts': ['?q=Lakshmi', `?q=${encodeURIComponent('ലക്ഷ്മി മേനോൻ')}`, '?q=person4242'],
  '/console/audit': ['?action=message.approved'],
};

/** Pages that are about something which only their question names. */
const ONLY: Record<string, string> = {
  '/console/suppressions/lift':
    "SELECT '?address=' || value FROM suppression WHERE value IS NOT NULL LIMIT 1",
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
    if (path.includes('*')) continue; // the board of the queues is a program of its own
    const page = await filled(sql, path.replace(/\{[^}]*\}/g, ''));
    if (!page) unknown.push(path);
    else
      for (const question of await questions(sql, path)) asked.push({ route: path, page: page + question });
  }
  return { asked, unknown };
}

async function questions(sql: Queryable, path: string): Promise<string[]> {
  if (!ONLY[path]) return ['', ...(QUESTIONS[path] ?? [])];
  const { rows } = await sql.query({ text: ONLY[path], rowMode: 'array' });
  return rows.map(([question]) => String(question));
}

/** The path with an id for each parameter; null when one of them has none. */
async function filled(sql: Queryable, path: string): Promise<string | null> {
  const parts = path.split('/');
  for (const [i, part] of parts.entries()) {
    const [, name] = /^:(\w+)$/.exec(part) ?? [];
    if (!name && !/[:*]/.test(part)) continue;
    const query = name && (IDS[path] ?? IDS[name] ?? IDS[parts[i - 1] ?? '']);
    const { rows } = query ? await sql.query({ text: query, rowMode: 'array' }) : { rows: [] };
    if (!rows[0]?.[0]) return null;
    parts[i] = String(rows[0][0]);
  }
  return parts.join('/');
}
