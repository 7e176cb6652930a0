import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import nodemailer from 'nodemailer';
import { startWorker } from '../../jobs/worker.ts';
import { saveAccount } from '../../src/deliveries/accounts.ts';
import { freezeRun } from '../../src/deliveries/freeze.ts';
import { applyReturns } from '../../src/deliveries/returns/apply.ts';
import { listenForReturns } from '../../src/deliveries/returns/listen.ts';
import { fetchReturns } from '../../src/deliveries/returns/mailbox.ts';
import { Refusal } from '../../src/errors.ts';
import type { Ground } from '../../src/ground.ts';
import { benchMail, seedRun } from '../bench/seed.ts';
import { table } from '../lib/cli.ts';
import { openScratch, until } from '../lib/scratch.ts';
import { startDovecot } from './dovecot.ts';
import { startPostfix } from './postfix.ts';
import { freePorts } from './programs.ts';

const PASSWORD = 'a-word-of-this-show';
const RETURN_DOMAIN = 'bounce.kssm.example';
/** What comes back to it is handed straight to us. */
const OWN_DOMAIN = 'direct.kssm.example';
const OK = 30;
const numbered = (word: string, n: number, domain = 'people.example') =>
  Array.from({ length: n }, (_, i) => `${word}${i + 1}@${domain}`);

/** Who is written to, what their server does, and what must come of it. */
const PEOPLE: { who: string[]; answer?: string; state: string; reason: string | null }[] = [
  { who: numbered('ok', OK), state: 'sent', reason: null },
  { who: numbered('unknown', 5), answer: '550 5.1.1 User unknown', state: 'bounced', reason: 'hardbounce' },
  { who: numbered('full', 3), answer: '552 5.2.2 The mailbox is over quota', state: 'bounced', reason: null },
  { who: numbered('late', 2), answer: '452 4.2.2 The mailbox is over quota', state: 'bounced', reason: null },
  { who: numbered('spam', 2), answer: '554 5.7.1 This looks like spam', state: 'bounced', reason: null },
  { who: numbered('nobody', 3, 'no-such-domain.invalid'), state: 'bounced', reason: 'hardbounce' },
];

const DIRECT = 'direct1@people.example';

/**
 * A run through a relay that takes everything, as a government's does: a real postfix whose recipients'
 * server refuses some, a real dovecot into whose mailbox the bounces fall, and the engine that reads it.
 * Exactly the right people must be suppressed. @throws Error naming what differs
 */
export async function bench(): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new Refusal(
      'This show starts a postfix and a dovecot of its own, which need root. Run it in a container.',
    );
  const dir = await mkdtemp(path.join(tmpdir(), 'wecare-show-'));
  await chmod(dir, 0o755);
  const [relayPort = 0, receiverPort = 0, imapPort = 0, lmtpPort = 0, ownPort = 0] = await freePorts(5);
  const stops: (() => Promise<void>)[] = [() => rm(dir, { recursive: true, force: true })];
  try {
    stops.unshift(await startDovecot({ dir, imapPort, lmtpPort, password: PASSWORD }));
    const refused = Object.fromEntries(
      [...PEOPLE, { who: [DIRECT], answer: '550 5.1.1 User unknown' }].flatMap(({ who, answer }) =>
        answer ? who.map((a) => [a, answer]) : [],
      ),
    );
    const returns = { [RETURN_DOMAIN]: lmtpPort, [OWN_DOMAIN]: ownPort };
    stops.unshift(await startPostfix({ dir, relayPort, receiverPort, returns, refused }));
    const scratch = await openScratch({
      ...{ RETURN_PATH_DOMAIN: RETURN_DOMAIN, BOUNCE_IMAP_PASSWORD: PASSWORD, BOUNCE_IMAP_AFTER: 'delete' },
      BOUNCE_IMAP_URL: `imap://bounce@127.0.0.1:${imapPort}/INBOX`,
    });
    stops.unshift(scratch.end);
    await show(scratch.ground, { relayPort, ownPort }).catch(async (error) => {
      process.stderr.write(await readFile(path.join(dir, 'postfix.log'), 'utf8').catch(() => ''));
      throw error;
    });
  } finally {
    for (const stop of stops) await stop();
  }
}

interface Ports {
  relayPort: number;
  ownPort: number;
}

async function show(ground: Ground, { relayPort, ownPort }: Ports): Promise<void> {
  const to = PEOPLE.flatMap(({ who }) => who);
  const run = await send(ground, { relayPort, to, returnPathDomain: RETURN_DOMAIN });
  const bouncing = PEOPLE.filter(({ state }) => state === 'bounced').flatMap(({ who }) => who).length;
  await strangers(relayPort);
  const read = await fetchAll(ground, bouncing + 2);
  await applyReturns(ground);
  const again = await fetchReturns(ground);
  const rows = await outcome(ground, run);
  process.stdout.write(`${table(rows)}\n`);
  const wrong = rows.filter((row) => row.differ > 0);
  const { rows: kinds } = await ground.sql.query(
    'SELECT effect, count(*)::int AS n FROM mail_return GROUP BY 1 ORDER BY 1',
  );
  const effects = Object.fromEntries(kinds.map(({ effect, n }) => [effect, n]));
  const direct = await showListener(ground, { relayPort, ownPort });
  const right =
    direct && !wrong.length && again?.read === 0 && effects.forged === 1 && effects.bounced === bouncing;
  process.stdout.write(`${JSON.stringify({ show: 'bounces', right, read, direct, effects })}\n`);
  if (!right) throw new Error('Not exactly the right people were suppressed; see the table.');
}

/** Postfix hands one more bounce to our own listener, by LMTP. @returns whether its address is suppressed */
async function showListener(ground: Ground, { relayPort, ownPort }: Ports): Promise<boolean> {
  const listener = await listenForReturns(ground, `lmtp://127.0.0.1:${ownPort}`);
  await send(ground, { relayPort, to: [DIRECT], returnPathDomain: OWN_DOMAIN });
  const end = performance.now() + PATIENCE_MS;
  const isSuppressed = async () =>
    (await ground.sql.query('SELECT FROM suppression WHERE value = $1', [DIRECT])).rowCount === 1;
  while (!(await isSuppressed()) && performance.now() < end)
    await new Promise((done) => setTimeout(done, 200));
  await listener.close();
  return isSuppressed();
}

const PATIENCE_MS = 60_000;

/** Reads the mailbox until so many have come, or a minute is over. */
async function fetchAll(ground: Ground, wanted: number): Promise<number> {
  const end = performance.now() + PATIENCE_MS;
  let read = 0;
  while (read < wanted && performance.now() < end) {
    read += (await fetchReturns(ground))?.read ?? 0;
    await new Promise((done) => setTimeout(done, 300));
  }
  return read;
}

interface Sending {
  relayPort: number;
  to: string[];
  returnPathDomain: string;
}

async function send(ground: Ground, { relayPort, to, returnPathDomain }: Sending): Promise<bigint> {
  await saveAccount(ground, {
    ...{ name: 'relay', domains: ['*'], connections: 4 },
    settings: { host: '127.0.0.1', port: relayPort, security: 'none', returnPathDomain },
  });
  const list = await people(ground, to);
  const { run } = await seedRun(ground, { small: true });
  const contents = { en: benchMail('en', true), ml: benchMail('ml', true) };
  await freezeRun(ground, run, { lists: [list], fallback: ['en'], contents });
  const worker = await startWorker(ground);
  const state = async () =>
    (await ground.sql.query('SELECT state FROM run WHERE id = $1', [run])).rows[0].state;
  await until(async () => (await state()) === 'finished', 'the relay has taken all', 200);
  await worker.stop();
  return run;
}

async function people({ sql }: Ground, addresses: string[]): Promise<string> {
  const { rows } = await sql.query(
    `WITH who AS (SELECT value, gen_random_uuid() AS id FROM unnest($1::text[]) AS t(value)),
     c AS (INSERT INTO contact (id, name, language, updated_at) SELECT id, 'മീര', 'ml', now() FROM who),
     a AS (INSERT INTO address (id, contact_id, channel, value) SELECT gen_random_uuid(), id, 'email', value FROM who),
     k AS (INSERT INTO consent (contact_id, channel, purpose, given, basis) SELECT id, 'email', 'appeals', true, 'show' FROM who),
     l AS (INSERT INTO list (id, name) VALUES (gen_random_uuid(), 'show ' || ($1::text[])[1]) RETURNING id),
     m AS (INSERT INTO membership (list_id, contact_id) SELECT l.id, who.id FROM who, l)
     SELECT id FROM l`,
    [addresses],
  );
  return rows[0].id;
}

/** What else such a mailbox gets: a bounce whose return path somebody made up, and a letter. */
async function strangers(relayPort: number): Promise<void> {
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port: relayPort, ignoreTLS: true });
  const forged = `bounce+${'0a'.repeat(21)}@${RETURN_DOMAIN}`;
  const report = `From: MAILER-DAEMON@people.example\r\nTo: ${forged}\r\nSubject: Undelivered Mail Returned to Sender\r\n\r\n<ok1@people.example>: 550 5.1.1 User unknown\r\n`;
  await transport.sendMail({ envelope: { from: '', to: forged }, raw: report });
  const to = `bounce@${RETURN_DOMAIN}`;
  await transport.sendMail({ from: 'ok2@people.example', to, subject: 'Thank you', text: 'Dear all' });
  transport.close();
}

async function outcome({ sql }: Ground, run: bigint) {
  const { rows } = await sql.query<{ value: string; state: string; reason: string | null }>(
    `SELECT a.value, d.state, s.reason FROM delivery d
       JOIN address a ON a.contact_id = d.contact_id LEFT JOIN suppression s ON s.hash = a.hash WHERE d.run = $1`,
    [run],
  );
  const became = new Map(rows.map((row) => [row.value, row]));
  return PEOPLE.map(({ who, answer, state, reason }) => {
    const differ = who.filter(
      (one) => became.get(one)?.state !== state || became.get(one)?.reason !== reason,
    );
    const first = became.get(differ[0] ?? who[0] ?? '');
    return {
      ...{
        people: `${who[0]} … ${who.length}`,
        'their server says': answer ?? (state === 'sent' ? '250' : 'no such domain'),
      },
      ...{ delivery: first?.state ?? '', suppressed: first?.reason ?? 'no', differ: differ.length },
    };
  });
}
