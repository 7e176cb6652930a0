import { v7 as uuid } from 'uuid';
import type { GatewayPayment } from '../../channels/gateway.ts';
import type { Connection } from '../db.ts';
import type { GivingAccount } from './accounts.ts';
import { type MonthlyGift, readMonthly } from './monthly.ts';

interface Charge {
  account: GivingAccount;
  told: GatewayPayment;
  at: Date;
}

/**
 * The order of one month: the one that was recorded with the form for the first, and one for each that the
 * gateway charges by itself. Whoever applies two charges of one gift takes turns here.
 *
 * @returns its id; null for a subscription that is not ours, a sum that was not agreed to, or a charge that
 *   the bank refused: that month is not a gift yet
 */
export async function orderOfMonth(
  connection: Connection,
  { account, told, at }: Charge,
): Promise<string | null> {
  const [gift] = await readMonthly(connection, 'gateway_id', [told.subscriptionId ?? ''], 'FOR UPDATE');
  if (!gift || gift.accountId !== account.id) return null;
  const known = await connection.query<{ id: string }>(
    `UPDATE gift_order SET gateway_id = coalesce(gateway_id, $2)
      WHERE id = (SELECT id FROM gift_order WHERE monthly_id = $1 AND (gateway_id = $2 OR (gateway_id IS NULL AND paid_at IS NULL))
                   ORDER BY gateway_id NULLS LAST LIMIT 1) RETURNING id`,
    [gift.id, told.orderId],
  );
  if (known.rows[0]) return known.rows[0].id;
  const agreed = told.amount === gift.amount || told.amount === gift.nextAmount;
  if (!told.captured || !agreed) return null;
  if (told.amount === gift.nextAmount) await turn(connection, gift);
  return addMonth(connection, { gift, told, at });
}

/** The sum that was chosen for later is the sum now. */
const turn = (connection: Connection, { id }: MonthlyGift) =>
  connection.query(
    'UPDATE monthly_gift SET amount = next_amount, next_amount = NULL WHERE id = $1 AND next_amount IS NOT NULL',
    [id],
  );

/**
 * As the first month was, for what the donor chose since, but for what was said once: a message, a card. Of what was agreed to only the
 * receipt is repeated, since the rest may have been taken back since.
 */
async function addMonth(
  connection: Connection,
  { gift, told, at }: { gift: MonthlyGift; told: GatewayPayment; at: Date },
): Promise<string> {
  const id = uuid();
  const consents = `coalesce((SELECT jsonb_agg(c) FROM jsonb_array_elements(o.consents) c WHERE c->>'use' = 'receipt'), '[]')`;
  await connection.query(
    `INSERT INTO gift_order (id, account_id, stream, receipt, gateway_id, amount, fund, donor_id, form_key, language,
                             anonymous, consents, created_at, monthly_id, project_id)
     SELECT $1, o.account_id, o.stream, $2, $3, $4, a.code, o.donor_id, $5, o.language, o.anonymous, ${consents}, $6, $7, a.project
       FROM gift_order o JOIN monthly_gift m ON m.id = o.monthly_id JOIN ledger_account a ON a.code = m.fund
      WHERE o.monthly_id = $7 ORDER BY o.created_at LIMIT 1`,
    [id, id.replaceAll('-', ''), told.orderId, told.amount, `month.${told.id}`, at, gift.id],
  );
  return id;
}
