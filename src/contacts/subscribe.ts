import { v7 } from 'uuid';
import { z } from 'zod';
import { type Connection, type Queryable, transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import { EMAIL_CHANNEL } from './addresses.ts';
import { enterSubscriber, type Standing } from './subscriber.ts';

/** One confirmation mail to an address in this time, so that the form cannot be used to bomb a stranger. */
const RESEND_HOURS = 4;
/** How long a confirmation mail can be answered. */
const OPEN_HOURS = 72;

const wishShape = z.object({
  name: z.string(),
  /** Normalised. */
  email: z.string(),
  /** E.164, or null. */
  phone: z.string().nullable(),
  language: z.enum(['en', 'ml']),
  /** Ids of public lists. */
  lists: z.array(z.string()),
  /** What was shown and agreed to, by purpose: the words themselves. */
  shown: z.record(z.string(), z.string()),
  /** What was said below of the use of their data. */
  notice: z.string(),
  proof: z.object({
    /** On what kind of page it was asked for: our form, one that another site embeds, with a gift, or a donor's own. */
    page: z.enum(['form', 'embedded form', 'gift form', 'donor page']),
    /** Keyed hash of the caller's address; empty where a gift says it, whose order knows. */
    caller: z.string(),
    askedAt: z.string(),
  }),
});

/** What somebody wants, as their own click will confirm it. */
export type Wish = z.infer<typeof wishShape>;

type Part = Pick<Ground, 'sql' | 'keys' | 'clock'>;

/**
 * Keeps a wish, sealed, until it is confirmed.
 * @returns the token for the confirmation mail, or null when none may be sent: one went to this address
 *   within hours, or the address is dead, has complained or was suppressed by hand
 */
export async function askSubscription(
  { sql, keys, clock }: { sql: Queryable } & Pick<Part, 'keys' | 'clock'>,
  wish: Wish,
): Promise<string | null> {
  if ((await standingOf(sql, wish.email)) === 'closed') return null;
  const now = clock.now();
  const { rows } = await sql.query<{ id: string }>(
    `INSERT INTO subscription AS s (id, address_hash, wish, asked_at, expires_at)
     VALUES ($1, address_hash('email', $2), $3, $4, $5)
     ON CONFLICT (address_hash) DO UPDATE
       SET id = excluded.id, wish = excluded.wish, asked_at = excluded.asked_at,
           expires_at = excluded.expires_at, confirmed_at = NULL, contact_id = NULL
       WHERE s.asked_at <= $6
     RETURNING id`,
    [
      ...[v7(), wish.email, keys.seal('subscription', JSON.stringify(wish)), now],
      ...[after(now, OPEN_HOURS), after(now, -RESEND_HOURS)],
    ],
  );
  return rows[0] ? subscriptionToken(keys, rows[0].id) : null;
}

const after = (time: Date, hours: number) => new Date(time.getTime() + hours * 3_600_000);

/** A wish that waits, one that its time has overtaken, one that is done, or no token of ours. */
export type Asked =
  | { state: 'open'; wish: Wish; standing: Standing }
  | { state: 'done'; language: string | null }
  | { state: 'expired' }
  | { state: 'forged' };

/** Reads what a token stands for and changes nothing: scanners follow links. */
export async function readSubscription(ground: Part, token: string): Promise<Asked> {
  const id = readToken(ground.keys, token);
  if (!id) return { state: 'forged' };
  const { rows } = await ground.sql.query<Row>(SELECT, [id]);
  return open(ground, rows[0]);
}

/**
 * Does what was asked for: contact, address, consents with their proof, lists; lifts a suppression that an
 * unsubscribe made, and no other. A second time changes nothing.
 * @returns `fresh` when this call did it, so that a welcome is due; else what `readSubscription` says
 */
export async function confirmSubscription(
  ground: Part,
  token: string,
): Promise<Asked | { state: 'fresh'; wish: Wish }> {
  const id = readToken(ground.keys, token);
  if (!id) return { state: 'forged' };
  return transaction(ground.sql, async (connection) => {
    const { rows } = await connection.query<Row>(`${SELECT} FOR UPDATE`, [id]);
    const asked = await open({ ...ground, sql: connection }, rows[0]);
    if (asked.state !== 'open' || asked.standing === 'closed') return asked;
    const { wish } = asked;
    const contactId = await enterSubscriber(connection, wish, ground.clock.now());
    await connection.query(
      'UPDATE subscription SET confirmed_at = $2, contact_id = $3, wish = NULL WHERE id = $1',
      [id, ground.clock.now(), contactId],
    );
    return { state: 'fresh', wish };
  });
}

/** Forgets a wish whose mail could not be written, so that it may be asked for again at once. */
export async function takeBackSubscription(
  { sql, keys }: Pick<Ground, 'sql' | 'keys'>,
  token: string,
): Promise<void> {
  await sql.query('DELETE FROM subscription WHERE id = $1 AND confirmed_at IS NULL', [
    readToken(keys, token),
  ]);
}

/** Forgets wishes whose time is over, confirmed or not. */
export async function tidySubscriptions({ sql, clock }: Pick<Ground, 'sql' | 'clock'>): Promise<void> {
  await sql.query('DELETE FROM subscription WHERE expires_at <= $1', [clock.now()]);
}

interface Row {
  wish: Buffer | null;
  expires_at: Date;
  confirmed_at: Date | null;
  language: string | null;
}

const SELECT = `SELECT s.wish, s.expires_at, s.confirmed_at,
       (SELECT language FROM contact c WHERE c.id = s.contact_id) AS language
  FROM subscription s WHERE s.id = $1`;

async function open(
  { sql, keys, clock }: Pick<Part, 'keys' | 'clock'> & { sql: Pick<Connection, 'query'> },
  row: Row | undefined,
): Promise<Asked> {
  if (row?.confirmed_at) return { state: 'done', language: row.language };
  if (!row?.wish || row.expires_at <= clock.now()) return { state: 'expired' };
  const wish = wishShape.parse(JSON.parse(keys.open('subscription', row.wish)));
  return { state: 'open', wish, standing: await standingOf(sql, wish.email) };
}

/** Whether an address may be written to when its owner asks: not when it is dead or has complained. */
async function standingOf(sql: Pick<Connection, 'query'>, email: string): Promise<Standing> {
  const { rows } = await sql.query<{ reason: string }>(
    `SELECT reason FROM suppression WHERE channel = $1 AND hash = address_hash($1, $2)
        AND (expires_at IS NULL OR expires_at > now())`,
    [EMAIL_CHANNEL, email],
  );
  if (!rows[0]) return 'free';
  return /^unsubscri/i.test(rows[0].reason) ? 'left' : 'closed';
}

const MAC_BYTES = 12;

/** 39 characters of base64url: the row's id and its signature. */
function subscriptionToken(keys: Ground['keys'], id: string): string {
  const data = Buffer.from(id.replaceAll('-', ''), 'hex');
  return Buffer.concat([data, keys.sign('subscription', data, MAC_BYTES)]).toString('base64url');
}

function readToken(keys: Ground['keys'], token: string): string | null {
  if (!/^[A-Za-z0-9_-]{39}$/.test(token)) return null;
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.toString('base64url') !== token) return null;
  const [data, signature] = [bytes.subarray(0, 16), bytes.subarray(16)];
  if (!keys.verify('subscription', data, signature)) return null;
  return data.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
