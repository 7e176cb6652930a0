import { blindIndex } from '../../access/blind-index.ts';
import type { Connection } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import type { Stream } from '../accounts.ts';
import { hasBankAccount } from '../bank/account.ts';
import { indianDay } from '../calendar.ts';
import type { DonorWords } from '../donors.ts';
import type { Issuer } from '../issuer.ts';
import { MOST } from '../orders.ts';
import { type SourceAnswers, streamOf } from '../source.ts';
import { isDay, type OfflineKind } from './kinds.ts';

/** From one person on one day, in paise: section 269ST of the Income-tax Act, 1961, and its like of 2025. */
export const CASH_LIMIT = 20_000_000n;
/** Cash above this is not deductible: section 80G(5D). */
const CASH_DEDUCTIBLE = 200_000n;
/** Larger ones than the gateway takes come by cheque and transfer: ₹1,000 crore. */
const LARGEST = MOST * 1000n;

/** @throws Refusal for an amount that cannot be */
export function checkAmount(amount: bigint): void {
  if (amount <= 0n || amount > LARGEST)
    throw new Refusal(say`An amount is more than nothing and at most ₹1,000 crore.`);
}

/** @throws Refusal for what is no day, or has not come */
export function checkPast({ clock }: Pick<Ground, 'clock'>, day: string): void {
  if (!isDay(day)) throw new Refusal(say`"${day}" is no day. Write it as 2026-11-27.`);
  if (day > indianDay(clock.now())) throw new Refusal(say`${day} has not come yet.`);
}

/**
 * The stream of a gift by who gives (src/giving/source.ts), and whether it may come this way.
 *
 * @throws Refusal when the donor’s answer is missing, or the money may not come by this way
 */
export async function streamFor(
  connection: Connection,
  kind: OfflineKind,
  answers: SourceAnswers,
): Promise<Stream> {
  // Nobody is asked at a box; coupons are sold in India.
  if (kind === 'box') return 'domestic';
  const stream = streamOf(answers);
  if (stream === 'unanswered') throw new Refusal(say`Say first who gives and where the money comes from.`);
  if (stream === 'undecided')
    throw new Refusal(
      say`It is not clear whether this is a foreign source. Clear it up with the donor before the gift is entered.`,
    );
  if (kind !== 'wire' && stream === 'fcra')
    throw new Refusal(
      say`This donor is a foreign source. Their gift may come only as a wire to the FCRA account at the State Bank of India, New Delhi Main Branch.`,
    );
  if (kind === 'wire' && stream === 'domestic')
    throw new Refusal(
      say`This donor is no foreign source, and nothing else may enter the FCRA account. Enter it as a bank transfer to the domestic account.`,
    );
  if (kind === 'wire' && !(await hasBankAccount(connection, 'fcra')))
    throw new Refusal(
      say`No FCRA account is set up, so a foreign gift cannot be entered. An administrator sets it with: wecare bank account fcra.`,
      409,
    );
  return stream;
}

/**
 * Takes care that one person gives less than two lakh in cash on one day, whoever enters it.
 *
 * @throws Refusal that names the rule
 */
export async function checkCash(
  { keys }: Pick<Ground, 'keys'>,
  connection: Connection,
  { donor, day, amount }: { donor: DonorWords; day: string; amount: bigint },
): Promise<void> {
  await connection.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`cash:${day}`]);
  const index = donor.identity && blindIndex(keys, donor.identity.number);
  const { rows } = await connection.query<{ sum: string }>(
    `SELECT coalesce(sum(g.amount), 0)::bigint AS sum FROM offline_gift g JOIN donor d ON d.id = g.donor_id
      WHERE g.kind IN ('cash', 'coupon') AND g.day = $1 AND g.state = 'counted'
        AND (d.phone = $2 OR lower(d.email) = lower($3) OR d.identity_index = $4
             OR (lower(d.name) = lower($5) AND (num_nonnulls(d.phone, d.email, d.identity_index) = 0 OR num_nonnulls($2, $3, $4) = 0)))`,
    [day, donor.phone, donor.email, index, donor.name],
  );
  if (BigInt(rows[0]?.sum ?? 0) + amount >= CASH_LIMIT)
    throw new Refusal(
      say`Cash of ₹2,00,000 or more from one person on one day is not allowed (section 269ST of the Income-tax Act, 1961, which the Act of 2025 keeps). Ask for a cheque or a bank transfer.`,
    );
}

/** Cash above ₹2,000 cannot be deducted; the receipt says so where it would otherwise tell of a deduction. */
export function issuerFor(
  issuer: Issuer,
  { kind, amount }: { kind: OfflineKind; amount: bigint },
  none: { en: string; ml: string },
): Issuer {
  const cash = kind === 'cash' || kind === 'coupon' || kind === 'box';
  return issuer.deduction && cash && amount > CASH_DEDUCTIBLE ? { ...issuer, deduction: none } : issuer;
}
