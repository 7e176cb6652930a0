import type { Connection } from '../db.ts';
import type { Stream } from './accounts.ts';
import { beyondLeft, givenAs } from './divided.ts';
import { lowerMatch } from './holds.ts';
import { cancelReceipt, type IssueGround, issueReceipt } from './receipts.ts';

/**
 * Makes a gift what is left of it after refunds and lost disputes. Its receipt is cancelled; of a part that
 * remains another is issued. The rest of the house is told by how much, in paise: less than nothing when a
 * refund that failed comes back.
 *
 * @param by why it changes
 */
export async function lowerDonation(
  ground: IssueGround,
  connection: Connection,
  { payment, stream, by = 'refund' }: { payment: string; stream: Stream; by?: 'refund' | 'dispute' },
): Promise<void> {
  const { rows } = await connection.query<{ id: string; left: string; day: string; back: string }>(
    `UPDATE donation d SET refunded = r.sum
       FROM (SELECT g.id, g.refunded AS before, least(g.amount,
                    (SELECT coalesce(sum(amount), 0) FROM refund
                      WHERE payment_id = $1 AND gateway_id IS NOT NULL AND state <> 'failed')
                  + (SELECT coalesce(sum(taken), 0) FROM dispute WHERE payment_id = $1)) AS sum
               FROM donation g WHERE g.payment_id = $1 FOR UPDATE) r
      WHERE d.id = r.id AND d.refunded <> r.sum
      RETURNING d.id, (d.amount - d.refunded)::bigint AS left, d.given_on::text AS day, (r.sum - r.before)::bigint AS back`,
    [payment],
  );
  const gift = rows[0];
  if (!gift) return;
  await connection.query('INSERT INTO outbox (event, payload) VALUES ($1, $2)', [
    'gift.refunded',
    JSON.stringify({ donation: gift.id, back: gift.back, by }),
  ]);
  const left = BigInt(gift.left);
  await lowerMatch(connection, { donationId: gift.id, before: left + BigInt(gift.back), left });
  const words = await cancelReceipt(ground, connection, gift.id);
  if (!words || left <= 0n) return;
  const beyond = String(await beyondLeft(connection, await givenAs(connection, payment, stream), payment));
  await issueReceipt(ground, connection, {
    ...{ donationId: gift.id, stream, amount: left, day: gift.day },
    words: { ...words, ...(words.project && { project: { ...words.project, beyond } }) },
  });
}
