import type { Connection } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import { formatAmount } from '../../i18n.ts';
import { say } from '../../say.ts';
import type { Office } from './offices.ts';

/** Up to this, in paise, the two officers of the Mission sign. */
export const LIMIT = 50_000_000n;
/** Payments to one payee within so many days count together. */
export const SPLIT_DAYS = 30;

/** What the fund is for; `administration` is there to be refused. */
export const purposes = [
  ...([
    'treatment',
    'care',
    'food',
    'education',
    'equipment',
    'shelter',
    'relief',
    'administration',
  ] as const),
] as const;
export type Purpose = (typeof purposes)[number];

/** Who signs, by whether the payment is above the limit. */
export const signersOf = (higher: boolean): readonly [Office, Office] =>
  higher ? ['secretary', 'director'] : ['director', 'finance-officer'];

/** @throws Refusal for what the fund does not pay */
export function checkPurpose(purpose: string): asserts purpose is Purpose {
  if (!purposes.some((one) => one === purpose)) throw new Refusal(say`Choose what the payment is for.`);
  if (purpose === 'administration')
    throw new Refusal(
      say`Nothing administrative may be paid from the fund: no salary, rent, travel, advertising or bank charge. The Mission pays these itself.`,
    );
}

/**
 * What a payee has had or is to have within thirty days on either side of a day, in paise.
 *
 * @param except a disbursement that does not count
 */
export async function nearTo(
  connection: Connection,
  { index, day, except = null }: { index: Buffer; day: string; except?: string | null },
): Promise<bigint> {
  const { rows } = await connection.query<{ sum: string }>(
    `SELECT coalesce(sum(amount), 0)::bigint AS sum FROM disbursement
      WHERE payee_index = $1 AND state <> 'withdrawn' AND abs(day - $2::date) <= ${SPLIT_DAYS} AND id IS DISTINCT FROM $3::uuid`,
    [index, day, except],
  );
  return BigInt(rows[0]?.sum ?? 0);
}

/** What a fund holds that nobody has been promised, in paise. @param except a disbursement that does not count */
export async function freeOf(
  connection: Connection,
  fund: string,
  except: string | null = null,
): Promise<bigint> {
  const { rows } = await connection.query<{ free: string }>(
    `SELECT ((SELECT coalesce(-sum(amount), 0) FROM posting WHERE account = $1)
             - (SELECT coalesce(sum(amount), 0) FROM disbursement
                 WHERE fund = $1 AND state = 'open' AND id IS DISTINCT FROM $2::uuid))::bigint AS free`,
    [fund, except],
  );
  return BigInt(rows[0]?.free ?? 0);
}

/** @throws Refusal when the fund has not the money */
export function checkFree(free: bigint, amount: bigint): void {
  if (amount > free)
    throw new Refusal(
      say`The fund has ${formatAmount(free > 0n ? free : 0n)} that is not promised yet, which is less than ${formatAmount(amount)}.`,
      409,
    );
}
