import { v7 } from 'uuid';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';

/** One request that asks to be done once, however often it comes. */
export interface OnceOnly {
  keyId: string;
  /** As the caller sent it. */
  idempotencyKey: string;
  /** SHA-256 of what was asked: method, address and body. */
  requestHash: Uint8Array;
}

/** What was answered the first time. */
export interface KeptAnswer {
  status: number;
  type: string;
  location: string | null;
  body: string;
}

type Part = Pick<Ground, 'sql' | 'keys' | 'clock'>;
const KEPT_HOURS = 24;

/**
 * Takes a request in hand, or finds what it was answered before
 * (draft-ietf-httpapi-idempotency-key-header-07 section 2.6). One whose first call never ended stays
 * taken: what became of it is not known, so it is not repeated blindly.
 * @returns null when it is new and now in hand
 * @throws Refusal (422) when the key came with another request, (409) while the first is under way
 */
export async function takeOnce(
  { sql, keys, clock }: Part,
  { keyId, idempotencyKey, requestHash }: OnceOnly,
): Promise<KeptAnswer | null> {
  const { rowCount } = await sql.query(
    `INSERT INTO api_answer AS a (id, key_id, idempotency_key, request_hash, at) VALUES ($6, $1, $2, $3, $4)
     ON CONFLICT (key_id, idempotency_key) DO UPDATE
       SET request_hash = excluded.request_hash, status = NULL, answer = NULL, at = excluded.at
       WHERE a.at < excluded.at - make_interval(hours => $5)`,
    [keyId, idempotencyKey, requestHash, clock.now(), KEPT_HOURS, v7()],
  );
  if (rowCount) return null;
  const { rows } = await sql.query<{ request_hash: Buffer; answer: Buffer | null }>(
    'SELECT request_hash, answer FROM api_answer WHERE key_id = $1 AND idempotency_key = $2',
    [keyId, idempotencyKey],
  );
  const kept = rows[0];
  if (kept && !kept.request_hash.equals(requestHash)) {
    throw new Refusal(
      'This Idempotency-Key came with another request before. Take a new key for a new request.',
      422,
    );
  }
  if (!kept?.answer) {
    throw new Refusal(
      'A request with this Idempotency-Key is under way, or was cut short. Ask again in a moment; when it stays so, look whether it was done before you take a new key.',
      409,
    );
  }
  return JSON.parse(keys.open('api-answer', kept.answer)) as KeptAnswer;
}

/** Keeps the answer for whoever asks again; sealed, because it may hold personal data. */
export async function keepAnswer({ sql, keys }: Part, once: OnceOnly, answer: KeptAnswer): Promise<void> {
  await sql.query(
    'UPDATE api_answer SET status = $3, answer = $4 WHERE key_id = $1 AND idempotency_key = $2',
    [once.keyId, once.idempotencyKey, answer.status, keys.seal('api-answer', JSON.stringify(answer))],
  );
}

/** Lets the request be made again: a fault of ours undid it. */
export async function giveBack({ sql }: Part, once: OnceOnly): Promise<void> {
  await sql.query('DELETE FROM api_answer WHERE key_id = $1 AND idempotency_key = $2 AND answer IS NULL', [
    once.keyId,
    once.idempotencyKey,
  ]);
}

/** Removes answers that nobody may ask for any more. */
export async function tidyAnswers({ sql, clock }: Pick<Ground, 'sql' | 'clock'>): Promise<void> {
  await sql.query('DELETE FROM api_answer WHERE at < $1::timestamptz - make_interval(hours => $2)', [
    ...[clock.now(), KEPT_HOURS],
  ]);
}
