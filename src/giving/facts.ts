import type { GatewayPayment } from '../../channels/gateway.ts';
import type { Connection } from '../db.ts';

/** What is known of a payment after it was told again. */
export interface KnownPayment {
  id: string;
  orderId: string | null;
  amount: bigint;
  capturedAt: Date | null;
  fee: bigint | null;
}

/**
 * Adds what a gateway tells of a payment to what is known. Facts only grow: what was captured stays so,
 * whatever an older answer says, a failure is forgotten once money came, the refunded sum never falls.
 */
export async function growPayment(
  connection: Connection,
  told: GatewayPayment,
  { accountId, orderId, at }: { accountId: string; orderId: string | null; at: Date },
): Promise<KnownPayment> {
  const authorised = told.state === 'authorised' || told.captured ? told.createdAt : null;
  const captured = told.captured ? (told.capturedAt ?? told.createdAt) : null;
  const failed = told.state === 'failed' ? told.createdAt : null;
  const { rows } = await connection.query(
    `INSERT INTO payment AS p (id, account_id, order_id, amount, currency, method, last4, network, bank_reference,
       international, created_at, authorised_at, captured_at, failed_at, failure, fee, tax, refunded, asked_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
     ON CONFLICT (id) DO UPDATE SET
       order_id = coalesce(p.order_id, excluded.order_id),
       bank_reference = coalesce(excluded.bank_reference, p.bank_reference),
       authorised_at = coalesce(p.authorised_at, excluded.authorised_at),
       captured_at = coalesce(p.captured_at, excluded.captured_at),
       failed_at = CASE WHEN coalesce(p.captured_at, excluded.captured_at) IS NULL
                        THEN coalesce(p.failed_at, excluded.failed_at) END,
       failure = CASE WHEN coalesce(p.captured_at, excluded.captured_at) IS NULL
                      THEN coalesce(excluded.failure, p.failure) END,
       fee = coalesce(p.fee, excluded.fee), tax = coalesce(p.tax, excluded.tax),
       refunded = greatest(p.refunded, excluded.refunded), asked_at = greatest(p.asked_at, excluded.asked_at)
     RETURNING id, order_id AS "orderId", amount, captured_at AS "capturedAt", fee`,
    [
      ...[told.id, accountId, orderId, told.amount, told.currency, told.method, told.last4, told.network],
      ...[told.bankReference, told.international, told.createdAt, authorised, captured, failed],
      ...[told.failure && JSON.stringify(told.failure), known(told.fee, told), told.tax, told.refunded, at],
    ],
  );
  const row = rows[0];
  return { ...row, amount: BigInt(row.amount), fee: row.fee === null ? null : BigInt(row.fee) };
}

/** A fee of nought before the capture is no fee yet. */
const known = (fee: bigint | null, { captured }: GatewayPayment) => (captured ? fee : null);
