import type { Connection } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Keys } from '../../keys.ts';
import { say } from '../../say.ts';
import { newContactCode } from './codes.ts';

export type ContactChannel = 'email' | 'sms';

interface Place {
  channel: ContactChannel;
  /** Normalised. */
  contact: string;
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

/** @throws Refusal (429) when codes were sent there a moment ago */
export async function requireQuiet(
  connection: Connection,
  { keys, channel, contact }: Place & { keys: Keys },
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
  { keys, channel, contact }: Place & { keys: Keys },
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

/** A new code of a keeper, which ends the one before. */
export async function drawCode(
  connection: Connection,
  keys: Keys,
  { id, now }: { id: string; now: Date },
): Promise<string> {
  const code = newContactCode();
  await connection.query(
    `UPDATE occasion_keeper SET code_hash = $2, code_ends = $3, code_tries = 0, code_sent_at = $4 WHERE id = $1`,
    [id, hashOf(keys, id, code), new Date(now.getTime() + MINUTES * 60_000), now],
  );
  return code;
}

const hashOf = (keys: Keys, id: string, code: string) =>
  keys.sign('occasion-code', Buffer.from(`${id} ${code}`), 16);

interface Tried {
  keeperId: string;
  /** As it was typed. */
  typed: string;
  now: Date;
}

/**
 * Whether a code is the right one, in the transaction that acts on it; a wrong one is counted.
 * @throws Refusal (410) for a code that is used or too old
 */
export async function checkCode(
  connection: Connection,
  keys: Keys,
  { keeperId, typed, now }: Tried,
): Promise<boolean> {
  const { rows } = await connection.query<{ hash: Buffer | null; ends: Date | null; tries: number }>(
    `SELECT code_hash AS hash, code_ends AS ends, code_tries AS tries FROM occasion_keeper
      WHERE id::text = $1 AND ended_at IS NULL FOR UPDATE`,
    [keeperId],
  );
  const [asked] = rows;
  if (!asked?.hash || !asked.ends || asked.ends <= now || asked.tries >= TRIES) throw over();
  const good = keys.verify(
    'occasion-code',
    Buffer.from(`${keeperId} ${typed.replace(/\D/g, '')}`),
    asked.hash,
  );
  if (!good)
    await connection.query('UPDATE occasion_keeper SET code_tries = code_tries + 1 WHERE id = $1', [
      keeperId,
    ]);
  return good;
}

const over = () =>
  new Refusal(say`That code is used up or too old. Ask for a new one; it comes within a minute.`, 410);

export const wrongCode = () =>
  new Refusal(say`That is not the code. Look at the newest message from us and type its six figures.`);
