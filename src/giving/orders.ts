import { v7 as uuid } from 'uuid';
import type { GatewayOrder } from '../../channels/gateway.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { accountById, accountOf, type GivingAccount, type Stream } from './accounts.ts';
import { type DonorWords, keepDonor } from './donors.ts';
import { keepShare, type Share } from './holds.ts';
import { recordMonthly, requireMonthly } from './monthly.ts';

/** Least and most of one gift, in paise: ₹1, as the gateway has it, and ₹1 crore. */
export const LEAST = 100n;
export const MOST = 1_000_000_000n;

/** A gift somebody means to make, checked. */
export interface GiftWish {
  /** Of the form: the same form sent twice is one gift. */
  formKey: string;
  stream: Stream;
  amount: bigint;
  /** Whether it is given every month, by a mandate, until the donor stops it. */
  monthly?: boolean;
  /** Ledger account it is for. */
  fund: string;
  /** The project whose fund that is, and how the form had said that the gift is divided. */
  project?: { id: string; shown: Share };
  /** The family's page it is given at, and whether its guests may see how much. */
  occasion?: { id: string; showAmount: boolean };
  donor: DonorWords;
  language: string;
  anonymous: boolean;
  message: string | null;
  dedication: Dedication | null;
  touch: string | null;
  consents: Agreement[];
}

/** One use of a donor's address that was agreed to. */
export interface Agreement {
  use: 'receipt' | 'newsletter' | 'whatsapp' | 'wall';
  /** As they were shown. */
  words: string;
}

export interface Dedication {
  kind: 'honour' | 'memory';
  name: string;
  /** Who is told by a card, if anybody. */
  tell: { name: string; email: string } | null;
}

/** An order as it stands. */
export interface Order {
  id: string;
  accountId: string;
  stream: Stream;
  receipt: string;
  gatewayId: string | null;
  amount: bigint;
  fund: string;
  projectId: string | null;
  language: string;
  touch: string | null;
  createdAt: Date;
  paidAt: Date | null;
  /** Of which monthly gift it is one month. */
  monthlyId: string | null;
}

/**
 * Records a gift that is meant, then asks the gateway for an order. The record comes first, so that an
 * answer that is lost is found again by our receipt; a second call with the same form gives the same order.
 *
 * @throws Refusal for an amount outside the bounds, or when no gateway takes the stream
 * @throws GatewayFailure when the gateway cannot be asked; the order stays and may be asked for again
 */
export async function placeOrder(
  ground: Pick<Ground, 'sql' | 'keys' | 'clock'>,
  wish: GiftWish,
): Promise<{ order: Order; gateway: GatewayOrder }> {
  return askGateway(ground, await recordGift(ground, wish));
}

/**
 * Records a gift that is meant, and asks nobody: a second call with the same form gives the same order.
 *
 * @returns the order's id
 * @throws Refusal for an amount outside the bounds, or when no gateway takes the stream
 * @throws ShareChanged when a project has less room for it than the form had said
 */
export async function recordGift(
  ground: Pick<Ground, 'sql' | 'keys' | 'clock'>,
  wish: GiftWish,
): Promise<string> {
  if (wish.amount < LEAST || wish.amount > MOST)
    throw new Refusal(say`A gift is between ₹1 and ₹1,00,00,000. For a larger one, please write to us.`);
  const account = await accountOf(ground, wish.stream);
  if (wish.monthly) requireMonthly(wish, account);
  return transaction(ground.sql, (connection) => record(ground, connection, { wish, account }));
}

/** The order at the gateway of a gift that is given once, made if it is not there yet. @throws as `placeOrder` */
export async function askGateway(
  ground: Pick<Ground, 'sql' | 'keys'>,
  id: string,
): Promise<{ order: Order; gateway: GatewayOrder }> {
  const order = await findOrder(ground, id);
  if (!order) throw new Refusal(say`There is no such gift.`, 404);
  const account = (await accountById(ground, order.accountId)) as GivingAccount;
  if (order.gatewayId) return { order, gateway: (await account.gateway.fetchOrder(order.gatewayId)).order };
  const { receipt, amount, touch } = order;
  const notes = { gift: order.id, ...(touch && { touch }) };
  const gateway = await account.gateway.createOrder({ receipt, amount, notes });
  await nameOrder(ground, order.id, gateway.id);
  return { order: { ...order, gatewayId: gateway.id }, gateway };
}

/** Notes what the gateway calls an order. */
export const nameOrder = ({ sql }: { sql: Queryable }, id: string, gatewayId: string) =>
  sql.query('UPDATE gift_order SET gateway_id = $2 WHERE id = $1 AND gateway_id IS NULL', [id, gatewayId]);

const COLUMNS = `id, account_id AS "accountId", stream, receipt, gateway_id AS "gatewayId", amount, fund,
  project_id AS "projectId", language, touch, created_at AS "createdAt", paid_at AS "paidAt", monthly_id AS "monthlyId"`;

/** An order by our id; null when there is none. */
export async function findOrder({ sql }: Pick<Ground, 'sql'>, id: string): Promise<Order | null> {
  const { rows } = await sql.query(`SELECT ${COLUMNS} FROM gift_order WHERE id::text = $1`, [id]);
  return rows[0] ? { ...rows[0], amount: BigInt(rows[0].amount) } : null;
}

async function record(
  ground: Pick<Ground, 'keys' | 'clock'>,
  connection: Connection,
  { wish, account }: { wish: GiftWish; account: GivingAccount },
): Promise<string> {
  const known = await connection.query<{ id: string }>('SELECT id FROM gift_order WHERE form_key = $1', [
    wish.formKey,
  ]);
  if (known.rows[0]) return known.rows[0].id;
  const donor = await keepDonor(ground, connection, wish.donor);
  const at = ground.clock.now();
  const monthly = wish.monthly ? await recordMonthly(connection, { wish, account, donor, at }) : null;
  const id = uuid();
  const { rows } = await connection.query<{ id: string }>(
    `INSERT INTO gift_order (id, account_id, stream, receipt, amount, fund, donor_id, form_key, language, anonymous,
       message, dedication, touch, consents, created_at, project_id, monthly_id, occasion_id, show_amount)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
     ON CONFLICT (form_key) DO UPDATE SET form_key = excluded.form_key RETURNING id`,
    [
      ...[id, account.id, wish.stream, id.replaceAll('-', ''), wish.amount, wish.fund, donor, wish.formKey],
      ...[wish.language, wish.anonymous, wish.message, wish.dedication && JSON.stringify(wish.dedication)],
      ...[wish.touch, JSON.stringify(wish.consents), at, wish.project?.id ?? null, monthly],
      ...[wish.occasion?.id ?? null, wish.occasion?.showAmount ?? false],
    ],
  );
  if (rows[0]?.id === id) await promise(ground, connection, { wish, id });
  return rows[0]?.id as string;
}

/** What the form said of a project is kept while the donor pays. */
async function promise(
  { clock }: Pick<Ground, 'clock'>,
  connection: Connection,
  { wish: { project, amount }, id }: { wish: GiftWish; id: string },
): Promise<void> {
  if (!project) return;
  const { id: projectId, shown } = project;
  await keepShare(connection, { orderId: id, projectId, amount, shown, now: clock.now() });
}
