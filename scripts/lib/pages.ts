import type { Page } from 'playwright-core';
import { makeReview } from '../../src/campaigns/outside-reviews.ts';
import { askSubscription } from '../../src/contacts/subscribe.ts';
import type { Queryable } from '../../src/db.ts';
import { donorToken } from '../../src/giving/donor-link.ts';
import { giftToken, receiptToken } from '../../src/giving/gift-token.ts';
import type { Ground } from '../../src/ground.ts';
import { routes } from '../../src/http/routes.ts';
import { recipientToken } from '../../src/links/token.ts';
import { followToken } from '../../src/pages/followers.ts';
import { guestToken } from '../../src/pages/occasions/guests.ts';
import { draftToken, familyToken } from '../../src/pages/occasions/links.ts';
import { beginOccasion, saveOccasion } from '../../src/pages/occasions/make.ts';

/** A page of the table of routes, with an address that shows something. */
export interface SamplePage {
  pattern: string;
  /** Null where the database has nothing that it could show. */
  path: string | null;
}

/** Where the value of a parameter is found, by the word that stands before it in a path. */
const SAMPLES: Record<string, string> = {
  campaigns: 'SELECT id FROM campaign ORDER BY created_at LIMIT 1',
  messages: `SELECT id FROM message WHERE channel = 'email' ORDER BY created_at LIMIT 1`,
  runs: 'SELECT id FROM run ORDER BY id LIMIT 1',
  contacts: 'SELECT id FROM contact ORDER BY created_at LIMIT 1',
  imports: 'SELECT id FROM upload ORDER BY created_at LIMIT 1',
  lists: 'SELECT id FROM list ORDER BY name LIMIT 1',
  segments: 'SELECT id FROM segment ORDER BY name LIMIT 1',
  media: 'SELECT id FROM asset ORDER BY created_at LIMIT 1',
  users: 'SELECT id FROM app_user ORDER BY created_at LIMIT 1',
  accounts: `SELECT id FROM account WHERE channel = 'email' ORDER BY name LIMIT 1`,
  'console/accounts': `SELECT id FROM account WHERE channel NOT IN ('email', 'sms', 'whatsapp') ORDER BY name LIMIT 1`,
  phones: `SELECT id FROM account WHERE channel = 'sms' ORDER BY name LIMIT 1`,
  networks: `SELECT 'mastodon'`,
  'phone-messages': `SELECT id FROM message WHERE channel IN ('sms', 'whatsapp') ORDER BY created_at LIMIT 1`,
  posts: `SELECT id FROM message WHERE channel = 'post' ORDER BY created_at LIMIT 1`,
  domains: `SELECT sender_domain FROM run ORDER BY id LIMIT 1`,
  'api-keys': 'SELECT id FROM api_key ORDER BY id LIMIT 1',
  webhooks: 'SELECT id FROM webhook_endpoint ORDER BY id LIMIT 1',
  duplicates: 'SELECT id FROM contact ORDER BY id LIMIT 1',
  ':one': 'SELECT id FROM contact ORDER BY id LIMIT 1 OFFSET 1',
  items: 'SELECT number FROM newsletter_item ORDER BY number LIMIT 1',
  newsletters: 'SELECT slug FROM newsletter ORDER BY slug LIMIT 1',
  editions: 'SELECT id FROM edition ORDER BY due_at LIMIT 1',
  gifts: 'SELECT id FROM payment WHERE captured_at IS NOT NULL ORDER BY refunded DESC, created_at LIMIT 1',
  receipts: `SELECT id || '.pdf' FROM receipt ORDER BY issued_at LIMIT 1`,
  refunds: `SELECT id FROM refund ORDER BY state <> 'asked', asked_at LIMIT 1`,
  export: `SELECT 'journal'`,
  templates: `SELECT 'appeal'`,
  texts: `SELECT t.id FROM channel_template t JOIN account a ON a.id = t.account_id AND a.channel = 'sms' ORDER BY a.name, t.name LIMIT 1`,
  'site-texts': `SELECT 'refunds'`,
  'console/projects': 'SELECT id FROM project ORDER BY id LIMIT 1',
  'console/occasions': `SELECT id FROM occasion WHERE state <> 'draft' ORDER BY asked_edition IS NULL, id DESC LIMIT 1`,
  updates: 'SELECT id FROM project_update ORDER BY id LIMIT 1',
  consents: 'SELECT id FROM image_consent ORDER BY id LIMIT 1',
  pictures: `SELECT id FROM asset WHERE kind = 'picture' ORDER BY id LIMIT 1`,
  offline: `SELECT id FROM offline_gift ORDER BY state = 'waiting' DESC, id LIMIT 1`,
  disbursements: 'SELECT id FROM disbursement ORDER BY id LIMIT 1',
  statements: 'SELECT id FROM bank_import WHERE taken_at IS NULL ORDER BY id LIMIT 1',
  lines: 'SELECT id::text FROM bank_line WHERE matched_kind IS NULL ORDER BY amount DESC LIMIT 1',
  versions: 'SELECT 1',
  projects: `SELECT slug FROM project WHERE published IS NOT NULL ORDER BY slug LIMIT 1`,
  o: `SELECT code FROM occasion WHERE state = 'live' ORDER BY shown_at LIMIT 1`,
  n: 'SELECT slug FROM newsletter ORDER BY slug LIMIT 1',
  ':token': `SELECT 'words'`,
  edit: `SELECT 'words'`,
  ':slug': `SELECT number FROM edition WHERE state = 'sent' ORDER BY number LIMIT 1`,
};

/** What a page must be asked: the name of the question, and where its answer is found. */
const QUESTIONS: Record<string, [name: string, query: string]> = {
  '/console/offline/new': ['kind', `SELECT 'cheque'`],
  '/console/plans/use': ['occasion', `SELECT 'christmas'`],
  '/console/suppressions/lift': ['address', 'SELECT value FROM suppression WHERE value IS NOT NULL LIMIT 1'],
};

/** What leads elsewhere, is shown within a frame of a page, or is gone once it was opened. */
const NO_PAGES =
  /^\/(healthz|readyz|metrics|l|m|art|hooks)(\/|$)|^\/console\/(welcome|reset|way-in)\/|^\/console\/queues|\/(preview|rejects|photos\/:hash)$|\/templates\/:name\/:language$|\.(css|csv|ics|pdf|png|rss|txt|xlsx|xml|:kind)$|^\/oembed$|^\/o\/:token\.gif$|\/photo\/:file$|^\/review\/:token\/:language$/;

/** Every GET of the table that may be a page. */
export const patternsOf = (within: 'console' | 'public'): string[] =>
  routes
    .filter(({ method, path }) => method === 'get' && !NO_PAGES.test(path))
    .map(({ path }) => path)
    .filter((path) => /^\/console(\/|$)/.test(path) === (within === 'console'));

/** A pattern with an address that shows something. */
export const sampleFor = async (ground: Ground, pattern: string): Promise<SamplePage> => ({
  pattern,
  path: await pathOf(ground, pattern),
});

/** Begins an import in a browser that is signed in, so that its wizard can be looked at. */
export async function beginImport(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/console/contacts/import`);
  const buffer = Buffer.from('Name,E-mail,Ward\nഅനിത,anitha@post.example,12\nNobody,no address,7\n');
  await page.setInputFiles('[type=file]', { name: 'fair.csv', mimeType: 'text/csv', buffer });
  await page.locator('main form:has([type=file]) button').first().click();
  await page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
}

/** Those that answer with a page: downloads and streams of events are none; what fails is kept, to be told. */
export async function htmlAmong(
  pages: SamplePage[],
  { url, cookie, agent }: { url: string; cookie: string; agent: string },
): Promise<SamplePage[]> {
  const found: SamplePage[] = [];
  for (const page of pages.filter(({ path }) => path !== null)) {
    const stop = new AbortController();
    const headers = { cookie, accept: 'text/html', 'user-agent': agent };
    const answer = await fetch(url + page.path, { headers, signal: stop.signal, redirect: 'manual' });
    const type = answer.headers.get('content-type') ?? '';
    const html = answer.status === 200 && type.startsWith('text/html');
    // A part of a page, which a script puts into one, is no page.
    const whole = html && (await answer.text()).trimStart().startsWith('<!doctype html>');
    stop.abort();
    if (answer.status >= 400 || whole) found.push(page);
  }
  return found;
}

/** The console names some things by their id which the public knows by their address. */
const wordBefore = (parts: string[], i: number): string => {
  const word = parts[i - 1] ?? '';
  return parts[1] === 'console' && i === 3 && `console/${word}` in SAMPLES ? `console/${word}` : word;
};

async function pathOf(ground: Ground, pattern: string): Promise<string | null> {
  const parts = pattern.replace(/\{[^}]*\}/g, '').split('/');
  const filled: string[] = [];
  for (const [i, part] of parts.entries()) {
    const value = part.startsWith(':') ? await sampleOf(ground, wordBefore(parts, i)) : part;
    if (value === null) return null;
    filled.push(value);
  }
  const [name, query] = QUESTIONS[pattern] ?? [];
  const answer = query && (await firstOf(ground.sql, query));
  if (query && !answer) return null;
  return (filled.join('/') || '/') + (query ? `?${name}=${answer}` : '');
}

async function sampleOf(ground: Ground, before: string): Promise<string | null> {
  if (before === 'u' || before === 'p') return mailToken(ground);
  if (before === 'confirm') return askToken(ground);
  if (before === 'review') return reviewToken(ground);
  if (before === 'make') return makingToken(ground);
  if (before === 'family') return keeperToken(ground);
  if (before === 'gift')
    return tokenOf(ground, giftToken, 'SELECT id FROM gift_order ORDER BY created_at LIMIT 1');
  if (before === 'my') {
    const make = (_keys: Ground['keys'], id: string) => donorToken(ground, id, 1);
    return tokenOf(ground, make, 'SELECT id FROM donor WHERE email IS NOT NULL ORDER BY created_at LIMIT 1');
  }
  if (before === 'follow')
    return tokenOf(ground, followToken, 'SELECT id FROM project_follower ORDER BY asked_at LIMIT 1');
  if (before === 'verify')
    return tokenOf(ground, receiptToken, 'SELECT id FROM receipt ORDER BY issued_at LIMIT 1');
  if (before === 'invitations')
    return tokenOf(ground, guestToken, "SELECT address_hash('email', 'guest@sample.example')");
  const query = SAMPLES[before];
  return query ? firstOf(ground.sql, query) : null;
}

async function firstOf(sql: Queryable, query: string): Promise<string | null> {
  const { rows } = await sql.query<Record<string, unknown>>(query);
  const [value] = Object.values(rows[0] ?? {});
  return value === undefined || value === null ? null : encodeURIComponent(String(value));
}

async function tokenOf({ sql, keys }: Ground, make: typeof giftToken, query: string): Promise<string | null> {
  const id = await firstOf(sql, query);
  return id && make(keys, id);
}

async function mailToken({ sql, keys }: Ground): Promise<string | null> {
  const { rows } = await sql.query('SELECT run, seq FROM delivery ORDER BY run, seq LIMIT 1');
  return rows[0] ? recipientToken(keys, { run: BigInt(rows[0].run), seq: rows[0].seq }) : null;
}

async function reviewToken(ground: Ground): Promise<string | null> {
  const messageId = await firstOf(
    ground.sql,
    'SELECT id FROM message WHERE archived_at IS NULL ORDER BY created_at LIMIT 1',
  );
  const { rows } = await ground.sql.query(
    "SELECT * FROM app_user WHERE 'author' = ANY (roles) OR 'administrator' = ANY (roles) LIMIT 1",
  );
  if (!messageId || !rows[0]) return null;
  return makeReview(ground, { messageId, user: rows[0] }, 'Dr. Mini');
}

/** A page that somebody has just begun. */
async function makingToken(ground: Ground): Promise<string> {
  const known = await firstOf(
    ground.sql,
    `SELECT id FROM occasion o WHERE state = 'draft' AND NOT EXISTS (
       SELECT FROM occasion_keeper k WHERE k.occasion_id = o.id AND k.verified_at IS NOT NULL) LIMIT 1`,
  );
  if (known) return draftToken(ground.keys, known);
  const { id, token } = await beginOccasion(ground, { kind: 'birthday', language: 'ml' });
  const day = new Date(ground.clock.now().getTime() + 20 * 86_400_000).toISOString().slice(0, 10);
  await saveOccasion(ground, { id, expected: 1 }, { content: { names: ['അമ്മു'], day } });
  return token;
}

async function keeperToken({ sql, keys, clock }: Ground): Promise<string | null> {
  const { rows } = await sql.query(
    `SELECT k.id, k.epoch FROM occasion_keeper k JOIN occasion o ON o.id = k.occasion_id
      WHERE k.verified_at IS NOT NULL AND k.ended_at IS NULL AND o.state = 'live' ORDER BY o.id LIMIT 1`,
  );
  const [keeper] = rows;
  return keeper && familyToken(keys, { keeperId: keeper.id, epoch: keeper.epoch, at: clock.now() });
}

async function askToken(ground: Ground): Promise<string | null> {
  const list = await firstOf(ground.sql, 'SELECT id FROM list WHERE public LIMIT 1');
  if (!list) return null;
  const proof = { page: 'form' as const, caller: '', askedAt: ground.clock.now().toISOString() };
  const said = { shown: { newsletter: 'News by e-mail' }, notice: '', proof };
  const reader = { name: 'Reader', email: 'reader@sample.example', phone: null, language: 'en' as const };
  return askSubscription(ground, { ...reader, lists: [list], ...said });
}
