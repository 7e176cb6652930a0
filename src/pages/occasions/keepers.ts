import { v7 as uuid } from 'uuid';
import { normaliseEmail, normalisePhone } from '../../contacts/addresses.ts';
import { type Queryable, transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import type { Keys } from '../../keys.ts';
import { say } from '../../say.ts';
import { type CodeToSend, type ContactChannel, drawCode, requireQuiet } from './contact-codes.ts';
import { happen } from './events.ts';
import { lockOccasion } from './states.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock'>;

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
  /** The last right code there; null since the helpline changed the contact. */
  provenAt: Date | null;
  /** Since when a stranger has the number; nothing is sent there. */
  lostAt: Date | null;
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

const COLUMNS = `id, occasion_id AS "occasionId", channel, contact, name, second, verified_at AS "verifiedAt",
  proven_at AS "provenAt", lost_at AS "lostAt", epoch, digest`;

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

/** Ends every link of a keeper that was sent until now. */
export async function endLinks({ sql, clock }: Pick<Ground, 'sql' | 'clock'>, keeper: Keeper): Promise<void> {
  await transaction(sql, async (connection) => {
    await connection.query('UPDATE occasion_keeper SET epoch = epoch + 1 WHERE id = $1', [keeper.id]);
    const { occasionId } = keeper;
    await happen(connection, { occasionId, at: clock.now(), what: 'link', actor: 'family' });
  });
}

/** A number went to somebody else, who said so: links end, and nothing goes there until it is proven anew. */
export async function loseContact(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { id, occasionId }: Keeper,
): Promise<void> {
  const at = clock.now();
  await transaction(sql, async (connection) => {
    await connection.query('UPDATE occasion_keeper SET epoch = epoch + 1, lost_at = $2 WHERE id = $1', [
      id,
      at,
    ]);
    await happen(connection, { occasionId, at, what: 'stranger', actor: 'guest' });
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
