import { v7 as uuid } from 'uuid';
import { normaliseEmail, normalisePhone } from '../../contacts/addresses.ts';
import { type Connection, type Queryable, transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import type { Keys } from '../../keys.ts';
import { say } from '../../say.ts';
import { newContactCode } from './codes.ts';
import { happen } from './events.ts';
import { lockOccasion } from './states.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock'>;

export type ContactChannel = 'email' | 'sms';

/** Whoever answers for a page, and how often they hear of gifts. */
export interface Keeper {
  id: string;
  occasionId: string;
  channel: ContactChannel;
  /** Normalised. */
  contact: string;
  name: string;
  second: boolean;
  verifiedAt: Date | null;
  epoch: number;
  digest: 'once' | 'daily' | 'none';
}

export interface NewKeeper {
  name: string;
  channel: ContactChannel;
  /** As it was typed. */
  contact: string;
}

/** One field takes both: what has an @ is a mailbox, all else a telephone. */
export const contactTyped = (contact: string): Pick<NewKeeper, 'channel' | 'contact'> => ({
  channel: contact.includes('@') ? 'email' : 'sms',
  contact,
});

/** A contact as it is kept. @throws Refusal when it is none */
export function readContact({ channel, contact }: Pick<NewKeeper, 'channel' | 'contact'>): string {
  const read = channel === 'email' ? normaliseEmail(contact) : normalisePhone(contact);
  if (!read.ok) throw new Refusal(say`We cannot reach you there: ${read.reason}.`);
  return read.value;
}

const MINUTES = 15;
const TRIES = 5;
/** A second code to the same place waits so long, and so many go there in an hour: nobody's phone is a bell. */
const RESEND_SECONDS = 60;
const AN_HOUR = 4;

/** A code that is to be sent, and where. The code itself is kept nowhere. */
export interface CodeToSend {
  keeperId: string;
  channel: ContactChannel;
  contact: string;
  code: string;
  language: string;
}

/**
 * Notes who answers for a page, and draws a code that proves they are reached there. The first keeper of a page
 * that nobody has verified may be changed; a verified one not.
 * @throws Refusal (429) when codes were sent there a moment ago
 */
export async function askKeeper(
  { sql, keys, clock }: Needs,
  { occasionId, second = false, ...wish }: NewKeeper & { occasionId: string; second?: boolean },
): Promise<CodeToSend> {
  const contact = readContact(wish);
  const place = { channel: wish.channel, contact };
  return transaction(sql, async (connection) => {
    await lockOccasion(connection, occasionId);
    const now = clock.now();
    await requireQuiet(connection, { keys, ...place }, now);
    const { rows } = await connection.query(
      `SELECT k.id, k.verified_at, o.language FROM occasion o
         LEFT JOIN occasion_keeper k ON k.occasion_id = o.id AND k.second = $2 AND k.ended_at IS NULL WHERE o.id::text = $1`,
      [occasionId, second],
    );
    const [known] = rows;
    if (known?.verified_at)
      throw new Refusal(
        say`Somebody answers for this page already. Use the link that was sent to them.`,
        409,
      );
    const id = known?.id ?? uuid();
    await connection.query(
      `INSERT INTO occasion_keeper (id, occasion_id, channel, contact, contact_index, name, second)
       VALUES ($1, $2, $3, $4, address_hash($3, $5), $6, $7) ON CONFLICT (id) DO UPDATE
         SET channel = excluded.channel, contact = excluded.contact, contact_index = excluded.contact_index, name = excluded.name`,
      [
        id,
        occasionId,
        wish.channel,
        keys.seal('occasion-contact', contact),
        contact,
        wish.name.trim(),
        second,
      ],
    );
    const code = await drawCode(connection, keys, { id, now });
    return { keeperId: id, channel: wish.channel, contact, code, language: known?.language ?? 'ml' };
  });
}

async function requireQuiet(
  connection: Connection,
  { keys, channel, contact }: Pick<Keeper, 'channel' | 'contact'> & { keys: Keys },
  now: Date,
): Promise<void> {
  const { rows } = await connection.query<{ last: Date | null }>(
    'SELECT max(code_sent_at) AS last FROM occasion_keeper WHERE contact_index = address_hash($1, $2)',
    [channel, contact],
  );
  const [sent] = rows;
  const wait = sent?.last && now.getTime() - sent.last.getTime() < RESEND_SECONDS * 1000;
  if (wait || (await codesThisHour(connection, { keys, channel, contact }, now)) > AN_HOUR)
    throw new Refusal(say`A code was sent there a moment ago. Wait a minute, then ask again.`, 429);
}

/** Also this one; by a keyed hash of where it goes. */
async function codesThisHour(
  connection: Connection,
  { keys, channel, contact }: Pick<Keeper, 'channel' | 'contact'> & { keys: Keys },
  now: Date,
): Promise<number> {
  const hash = keys.sign('rate-limit', Buffer.from(`${channel} ${contact}`), 15).toString('base64url');
  const { rows } = await connection.query<{ points: number }>(
    `INSERT INTO rate_limit AS l (key, points, expire) VALUES ($1, 1, $2::bigint + 3600000)
     ON CONFLICT (key) DO UPDATE SET points = CASE WHEN l.expire <= $2 THEN 1 ELSE l.points + 1 END,
       expire = CASE WHEN l.expire <= $2 THEN excluded.expire ELSE l.expire END RETURNING points`,
    [`occasion-code:${hash}`, now.getTime()],
  );
  return rows[0]?.points ?? 1;
}

async function drawCode(connection: Connection, keys: Keys, { id, now }: { id: string; now: Date }) {
  const code = newContactCode();
  await connection.query(
    `UPDATE occasion_keeper SET code_hash = $2, code_ends = $3, code_tries = 0, code_sent_at = $4 WHERE id = $1`,
    [id, hashOf(keys, id, code), new Date(now.getTime() + MINUTES * 60_000), now],
  );
  return code;
}

const hashOf = (keys: Keys, id: string, code: string) =>
  keys.sign('occasion-code', Buffer.from(`${id} ${code}`), 16);

/** A new code for a keeper who lost the first, or whose link is old. @throws Refusal (429) as `askKeeper` */
export async function drawCodeAgain({ sql, keys, clock }: Needs, keeperId: string): Promise<CodeToSend> {
  return transaction(sql, async (connection) => {
    const keeper = await keeperById({ sql: connection, keys }, keeperId);
    if (!keeper) throw new Refusal(say`There is no such page.`, 404);
    const now = clock.now();
    await requireQuiet(connection, { keys, ...keeper }, now);
    const code = await drawCode(connection, keys, { id: keeper.id, now });
    const { rows } = await connection.query('SELECT language FROM occasion WHERE id = $1', [
      keeper.occasionId,
    ]);
    return { keeperId, channel: keeper.channel, contact: keeper.contact, code, language: rows[0]?.language };
  });
}

/**
 * Takes a code as it was typed. Five wrong ones end it.
 * @returns the keeper, who is verified now
 * @throws Refusal for a code that is wrong, used or too old
 */
export async function enterCode(
  { sql, keys, clock }: Needs,
  { keeperId, typed }: { keeperId: string; typed: string },
): Promise<Keeper> {
  const code = typed.replace(/\D/g, '');
  const right = await transaction(sql, async (connection) => {
    const { rows } = await connection.query<{ hash: Buffer | null; ends: Date | null; tries: number }>(
      `SELECT code_hash AS hash, code_ends AS ends, code_tries AS tries FROM occasion_keeper
        WHERE id::text = $1 AND ended_at IS NULL FOR UPDATE`,
      [keeperId],
    );
    const [asked] = rows;
    const now = clock.now();
    if (!asked?.hash || !asked.ends || asked.ends <= now || asked.tries >= TRIES) throw over();
    const data = Buffer.from(`${keeperId} ${code}`);
    const good = keys.verify('occasion-code', data, asked.hash);
    if (!good)
      await connection.query('UPDATE occasion_keeper SET code_tries = code_tries + 1 WHERE id = $1', [
        keeperId,
      ]);
    else await verify(connection, { keeperId, now });
    return good;
  });
  if (!right)
    throw new Refusal(
      say`That is not the code. Look at the newest message from us and type its six figures.`,
    );
  return (await keeperById({ sql, keys }, keeperId)) as Keeper;
}

const over = () =>
  new Refusal(say`That code is used up or too old. Ask for a new one; it comes within a minute.`, 410);

async function verify(connection: Connection, { keeperId, now }: { keeperId: string; now: Date }) {
  const { rows } = await connection.query<{ occasionId: string; fresh: boolean; second: boolean }>(
    `UPDATE occasion_keeper k SET code_hash = NULL, code_ends = NULL, verified_at = coalesce(k.verified_at, $2),
            told_to = coalesce(k.told_to, $2)
       FROM occasion_keeper before WHERE k.id = $1 AND before.id = k.id
     RETURNING k.occasion_id AS "occasionId", before.verified_at IS NULL AS fresh, k.second`,
    [keeperId, now],
  );
  const [row] = rows;
  if (!row?.fresh) return;
  const event = { occasionId: row.occasionId, at: now, actor: 'family', keeper: keeperId };
  await happen(connection, { ...event, what: 'verified' });
  if (row.second) await happen(connection, { ...event, what: 'keeper' });
}

const COLUMNS = `id, occasion_id AS "occasionId", channel, contact, name, second, verified_at AS "verifiedAt", epoch, digest`;

/** Null when there is none, or they answer for the page no more. */
export async function keeperById(
  { sql, keys }: { sql: Queryable; keys: Keys },
  id: string,
): Promise<Keeper | null> {
  const { rows } = await sql.query(
    `SELECT ${COLUMNS} FROM occasion_keeper WHERE id::text = $1 AND ended_at IS NULL`,
    [id],
  );
  return rows[0] ? opened(keys, rows[0]) : null;
}

/** Everybody who answers for a page now, the first first. */
export async function keepersOf(
  { sql, keys }: { sql: Queryable; keys: Keys },
  occasionId: string,
): Promise<Keeper[]> {
  const { rows } = await sql.query(
    `SELECT ${COLUMNS} FROM occasion_keeper WHERE occasion_id::text = $1 AND ended_at IS NULL ORDER BY second, id`,
    [occasionId],
  );
  return rows.map((row) => opened(keys, row));
}

/**
 * Everybody proven who answers for a page under a contact, the newest page first. Removed pages are left out.
 * @param contact normalised
 */
export async function keepersAt(
  { sql, keys }: { sql: Queryable; keys: Keys },
  { channel, contact }: Pick<Keeper, 'channel' | 'contact'>,
): Promise<Keeper[]> {
  const { rows } = await sql.query(
    `SELECT ${COLUMNS} FROM occasion_keeper WHERE contact_index = address_hash($1, $2) AND ended_at IS NULL
        AND verified_at IS NOT NULL AND EXISTS (SELECT FROM occasion o WHERE o.id = occasion_id AND o.state <> 'gone')
      ORDER BY verified_at DESC, id LIMIT 20`,
    [channel, contact],
  );
  return rows.map((row) => opened(keys, row));
}

const opened = (keys: Keys, row: Omit<Keeper, 'contact'> & { contact: Buffer }): Keeper => ({
  ...{ ...row, contact: keys.open('occasion-contact', row.contact) },
});

/** Ends every link of a keeper that was sent until now, because a number went to somebody else. */
export async function endLinks({ sql, clock }: Pick<Ground, 'sql' | 'clock'>, keeper: Keeper): Promise<void> {
  await transaction(sql, async (connection) => {
    await connection.query('UPDATE occasion_keeper SET epoch = epoch + 1 WHERE id = $1', [keeper.id]);
    const { occasionId } = keeper;
    await happen(connection, { occasionId, at: clock.now(), what: 'link', actor: 'family' });
  });
}

/** Lets the second keeper go. */
export async function endKeeper(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  keeper: Keeper,
): Promise<void> {
  if (!keeper.second)
    throw new Refusal(say`Whoever made the page stays with it. They may close or remove it.`);
  await sql.query('UPDATE occasion_keeper SET ended_at = $2, epoch = epoch + 1 WHERE id = $1', [
    ...[keeper.id, clock.now()],
  ]);
}

export const digestRhythms = ['once', 'daily', 'none'] as const;

/** How often a keeper hears of gifts from now on. */
export const setDigest = ({ sql }: Pick<Ground, 'sql'>, keeper: Keeper, digest: Keeper['digest']) =>
  sql.query('UPDATE occasion_keeper SET digest = $2 WHERE id = $1', [keeper.id, digest]);
