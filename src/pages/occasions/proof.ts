import { type Connection, transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { type CodeToSend, checkCode, drawCode, requireQuiet, wrongCode } from './contact-codes.ts';
import { happen } from './events.ts';
import { type Keeper, keeperById } from './keepers.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock'>;

/**
 * So long a telephone number is taken for its family's after a right code. A number that is given up rests at least
 * 90 days before an operator gives it to somebody else (DoT, and TRAI's register of revoked numbers).
 */
const PROOF_DAYS = 90;

/** Whether a contact may have gone to somebody else since it was proven. A mailbox is not handed on as numbers are. */
export function isStale(
  { channel, provenAt, lostAt }: Pick<Keeper, 'channel' | 'provenAt' | 'lostAt'>,
  now: Date,
): boolean {
  if (!provenAt || lostAt) return true;
  return channel === 'sms' && now.getTime() - provenAt.getTime() > PROOF_DAYS * 86_400_000;
}

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
 * Takes the first code of a keeper as it was typed. Five wrong ones end it.
 * @returns the keeper, who is verified now
 * @throws Refusal for a code that is wrong, used or too old
 */
export async function enterCode(
  { sql, keys, clock }: Needs,
  { keeperId, typed }: { keeperId: string; typed: string },
): Promise<Keeper> {
  const now = clock.now();
  const right = await transaction(sql, async (connection) => {
    const good = await checkCode(connection, keys, { keeperId, typed, now });
    if (good) await verify(connection, { keeperId, now });
    return good;
  });
  if (!right) throw wrongCode();
  return (await keeperById({ sql, keys }, keeperId)) as Keeper;
}

/** Notes a right code, which is used up unless it is kept. Who proves their contact for the first time is sent the link. */
export async function verify(
  connection: Connection,
  { keeperId, now, keep = false }: { keeperId: string; now: Date; keep?: boolean },
): Promise<void> {
  const { rows } = await connection.query<{ occasionId: string; fresh: boolean; second: boolean }>(
    `UPDATE occasion_keeper k SET code_hash = CASE WHEN $3 THEN k.code_hash END, code_ends = CASE WHEN $3 THEN k.code_ends END,
            verified_at = coalesce(k.verified_at, $2),
            told_to = coalesce(k.told_to, $2), proven_at = $2, lost_at = NULL, day_tries = 0, day_tries_from = NULL
       FROM occasion_keeper before WHERE k.id = $1 AND before.id = k.id
     RETURNING k.occasion_id AS "occasionId", before.verified_at IS NULL AS fresh, k.second`,
    [keeperId, now, keep],
  );
  const [row] = rows;
  if (!row?.fresh) return;
  const event = { occasionId: row.occasionId, at: now, actor: 'family', keeper: keeperId };
  await happen(connection, { ...event, what: 'verified' });
  if (row.second) await happen(connection, { ...event, what: 'keeper' });
}
