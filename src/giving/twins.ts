import { randomUUID } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { audit } from '../access/audit.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { DONOR, GIVEN_TWICE, tellWaits } from './refund-asking.ts';

/**
 * Looks whether a gift is one of two equal ones by one donor within a day: the browser may have sent twice
 * what was meant once. Months of a monthly gift are meant to be equal. Which of the two was applied first
 * does not matter: it is the one that was taken later that is asked about.
 *
 * @returns the gift to be asked about, when that was not known yet
 */
export async function findTwin(connection: Connection, donation: string, now: Date): Promise<string | null> {
  const { rows } = await connection.query<{ id: string }>(
    `WITH told AS (
       SELECT g.id, g.amount, g.fund, p.captured_at AS at, d.id AS donor, d.email, d.phone
         FROM donation g JOIN payment p ON p.id = g.payment_id JOIN gift_order o ON o.id = p.order_id
         JOIN donor d ON d.id = g.donor_id
        WHERE g.id = $1 AND g.refunded = 0 AND o.monthly_id IS NULL),
     -- By the donor and not by the day: on a feast there are tens of thousands of payments in a day.
     same AS MATERIALIZED (
       SELECT donor AS id FROM told
       UNION SELECT e.id FROM told t JOIN donor e ON e.email = t.email
       UNION SELECT e.id FROM told t JOIN donor e ON e.phone = t.phone)
     INSERT INTO gift_twin (donation_id, first_id, found_at)
     SELECT CASE WHEN later THEN t.id ELSE f.id END, CASE WHEN later THEN f.id ELSE t.id END, $2
       FROM told t CROSS JOIN same
       JOIN donation f ON f.donor_id = same.id AND f.id <> t.id AND f.amount = t.amount AND f.fund = t.fund AND f.refunded = 0
       JOIN payment q ON q.id = f.payment_id AND q.captured_at BETWEEN t.at - interval '1 day' AND t.at + interval '1 day'
       JOIN gift_order i ON i.id = q.order_id AND i.monthly_id IS NULL
       CROSS JOIN LATERAL (SELECT (t.at, t.id) > (q.captured_at, f.id) AS later) l
      ORDER BY abs(extract(epoch FROM t.at - q.captured_at)) LIMIT 1
     ON CONFLICT (donation_id) DO NOTHING RETURNING donation_id AS id`,
    [donation, now],
  );
  return rows[0]?.id ?? null;
}

/** The gift of an order that waits for its answer; null when none does. */
export async function askedTwin(sql: Queryable, order: string): Promise<string | null> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT t.donation_id AS id FROM gift_twin t JOIN donation g ON g.id = t.donation_id JOIN payment p ON p.id = g.payment_id
      WHERE p.order_id = $1 AND t.answer IS NULL AND g.refunded = 0 ORDER BY t.found_at LIMIT 1`,
    [order],
  );
  return rows[0]?.id ?? null;
}

export const answers = ['both', 'refund'] as const;
export type TwinAnswer = (typeof answers)[number];

/**
 * Keeps what a donor said: both were meant, or the second is to go back. Money goes back only after two
 * people of finance agreed; what is written here is the wish. Said once, it stays.
 *
 * @throws Refusal (409) when nothing is asked about the gift any more
 */
export async function answerTwin(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { donation, answer }: { donation: string; answer: TwinAnswer },
): Promise<void> {
  await transaction(sql, async (connection) => {
    const { rows } = await connection.query<{ payment: string; amount: string }>(
      `UPDATE gift_twin t SET answer = $2, answered_at = $3 FROM donation g
        WHERE t.donation_id = $1 AND g.id = t.donation_id AND t.answer IS NULL AND g.refunded = 0
        RETURNING g.payment_id AS payment, g.amount`,
      [donation, answer, clock.now()],
    );
    const [gift] = rows;
    if (!gift) throw new Refusal(say`This was answered already. Thank you.`, 409);
    if (answer === 'refund') await askRefund(connection, gift, clock.now());
    const entry = {
      action: `gift.${answer === 'both' ? 'both-meant' : 'refund-asked'}`,
      subjectId: donation,
    };
    await audit(connection, { ...entry, actor: 'the person', subjectType: 'donation', origin: 'donor page' });
  });
}

async function askRefund(
  connection: Connection,
  { payment, amount }: { payment: string; amount: string },
  now: Date,
): Promise<void> {
  const id = uuid();
  const { rowCount } = await connection.query(
    `INSERT INTO refund (id, payment_id, key, amount, state, reason, asked_by, asked_at)
     SELECT $1, $2, $3, $4, 'asked', $7, $5, $6
      WHERE NOT EXISTS (SELECT FROM refund WHERE payment_id = $2 AND state IN ('asked', 'approved', 'sent', 'processed'))`,
    [id, payment, `twin-${randomUUID().replaceAll('-', '')}`, amount, DONOR, now, GIVEN_TWICE],
  );
  if (rowCount) await tellWaits(connection, id);
}
