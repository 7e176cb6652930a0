import { v7 as uuid } from 'uuid';
import type { GatewaySubscriptions, SubscriptionState } from '../../channels/subscriptions.ts';
import type { Connection, Queryable } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { accountById, accountOf, type GivingAccount } from './accounts.ts';
import type { GiftWish } from './orders.ts';

/**
 * The most of one month, in paise: ₹15,000. Above it the donor's bank must ask for a further proof at each
 * charge (Reserve Bank of India, e-mandates for recurring transactions, 2022), so none would come by itself.
 */
export const MONTHLY_MOST = 1_500_000n;
/** Ten years; a donor ends it when they like. */
const MONTHS = 120;
/** A mandate that is not given by then is given up, as orders are (reconcile.ts). */
const DAYS = 3;

/** A gift of every month, as it stands. */
export interface MonthlyGift {
  id: string;
  accountId: string;
  donorId: string;
  gatewayId: string | null;
  /** Where the mandate can be given without a script. */
  url: string | null;
  amount: bigint;
  /** From the next month on. */
  nextAmount: bigint | null;
  fund: string;
  state: SubscriptionState;
  /** `upi` or `card`, once the mandate is given. */
  method: string | null;
  /** Months that were paid. */
  paid: number;
  nextAt: Date | null;
  createdAt: Date;
}

/** Whether its mandate can be given no more: it was ended, or nobody gave it in time. */
export const isOver = ({ state, gatewayId, createdAt }: MonthlyGift, now: Date): boolean =>
  ['cancelled', 'completed', 'expired'].includes(state) ||
  (!gatewayId && now.getTime() > createdAt.getTime() + DAYS * 86_400_000);

/** Whether gifts of every month can be begun. They are for money of India only. */
export async function takesMonthly(ground: Pick<Ground, 'sql' | 'keys'>): Promise<boolean> {
  try {
    const { gateway, monthly } = await accountOf(ground, 'domestic');
    return monthly && Boolean(gateway.subscriptions);
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** @throws Refusal for what no mandate can be given for */
export function requireMonthly(
  { stream, amount, donor }: GiftWish,
  { gateway, monthly }: GivingAccount,
): void {
  if (stream !== 'domestic')
    throw new Refusal(say`Monthly gifts are for money from India only. Please give this gift once.`);
  if (!monthly || !gateway.subscriptions)
    throw new Refusal(say`Monthly gifts cannot be begun just now. Please give this gift once.`, 409);
  if (amount > MONTHLY_MOST)
    throw new Refusal(
      say`Each month ₹15,000 at most: above it, by a rule of the Reserve Bank, your bank would have to ask you anew each time.`,
    );
  if (!donor.email)
    throw new Refusal(
      say`A monthly gift needs an email address: there you get the link by which you stop it.`,
    );
}

/** Records one that is meant, in the transaction that records its first month. @returns its id */
export async function recordMonthly(
  connection: Connection,
  { wish, account, donor, at }: { wish: GiftWish; account: GivingAccount; donor: string; at: Date },
): Promise<string> {
  const id = uuid();
  await connection.query(
    `INSERT INTO monthly_gift (id, account_id, donor_id, amount, fund, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, account.id, donor, wish.amount, wish.fund, at],
  );
  return id;
}

const COLUMNS = `id, account_id AS "accountId", donor_id AS "donorId", gateway_id AS "gatewayId", url, amount,
  next_amount AS "nextAmount", fund, state, method, paid, next_at AS "nextAt", created_at AS "createdAt"`;

/** Those of which a column has a value, the newest first. */
export async function readMonthly(
  sql: Queryable,
  by: 'id' | 'gateway_id' | 'donor_id',
  values: string[],
  lock: '' | 'FOR UPDATE' = '',
): Promise<MonthlyGift[]> {
  const { rows } = await sql.query(
    `SELECT ${COLUMNS} FROM monthly_gift WHERE ${by}::text = ANY($1) ORDER BY created_at DESC ${lock}`,
    [values],
  );
  return rows.map((row) => ({
    ...row,
    amount: BigInt(row.amount),
    nextAmount: row.nextAmount === null ? null : BigInt(row.nextAmount),
  }));
}

/** @throws Refusal (404) */
export async function requireMonthlyGift(sql: Queryable, id: string): Promise<MonthlyGift> {
  const [gift] = await readMonthly(sql, 'id', [id]);
  if (!gift) throw new Refusal(say`There is no such monthly gift.`, 404);
  return gift;
}

/** Its account, with what the gateway does for monthly gifts. */
export async function gatewayOf(
  ground: Pick<Ground, 'sql' | 'keys'>,
  { accountId }: Pick<MonthlyGift, 'accountId'>,
): Promise<{ account: GivingAccount; subscriptions: GatewaySubscriptions }> {
  const account = (await accountById(ground, accountId)) as GivingAccount;
  return { account, subscriptions: account.gateway.subscriptions as GatewaySubscriptions };
}

/**
 * Makes sure that the gateway knows of a monthly gift; a second call changes nothing.
 *
 * @returns what the gateway calls it
 * @throws GatewayFailure when it cannot be asked
 */
export async function beginMonthly(ground: Pick<Ground, 'sql' | 'keys'>, id: string): Promise<string> {
  const gift = await requireMonthlyGift(ground.sql, id);
  if (gift.gatewayId) return gift.gatewayId;
  const { subscriptions } = await gatewayOf(ground, gift);
  const planId = await planOf(ground, gift, gift.amount);
  const expiresAt = new Date(gift.createdAt.getTime() + DAYS * 86_400_000);
  const made = await subscriptions.create({ planId, gift: id, months: MONTHS, expiresAt });
  await ground.sql.query(
    'UPDATE monthly_gift SET gateway_id = $2, url = $3 WHERE id = $1 AND gateway_id IS NULL',
    [id, made.id, made.url],
  );
  return made.id;
}

/** The gateway's plan for a sum, made if there is none. @throws GatewayFailure */
export async function planOf(
  ground: Pick<Ground, 'sql' | 'keys'>,
  gift: Pick<MonthlyGift, 'accountId'>,
  amount: bigint,
): Promise<string> {
  const known = await ground.sql.query<{ plan: string }>(
    'SELECT plan_id AS plan FROM gateway_plan WHERE account_id = $1 AND amount = $2',
    [gift.accountId, amount],
  );
  if (known.rows[0]) return known.rows[0].plan;
  const { subscriptions } = await gatewayOf(ground, gift);
  const plan = await subscriptions.createPlan({ amount, name: 'We Care, every month' });
  await ground.sql.query(
    'INSERT INTO gateway_plan (account_id, amount, plan_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [gift.accountId, amount, plan],
  );
  return plan;
}
