import { type Connection, transaction } from '../db.ts';
import { queueNotice } from '../deliveries/notices.ts';
import { receiptNumber } from '../giving/calendar.ts';
import { giftToken } from '../giving/gift-token.ts';
import type { Ground } from '../ground.ts';
import { formatAmount, type Language, languageOf } from '../i18n.ts';
import { takeEvent } from '../outbox.ts';
import { writeNotice } from './notice-letters.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock' | 'config' | 'log'>;

/**
 * Tells donors what goes back to them, each in the transaction that marks its event handled. A gift that was
 * lost in a dispute tells nobody: its payer asked for the money at the bank.
 *
 * @returns how many events
 */
export async function tellRefunds(ground: Needs): Promise<number> {
  let told = 0;
  while (await transaction(ground.sql, (connection) => tellNext(connection, ground))) told++;
  return told;
}

async function tellNext(connection: Connection, ground: Needs): Promise<boolean> {
  const wish = { event: 'gift.refunded', handler: 'told', now: ground.clock.now() };
  const event = await takeEvent(connection, wish);
  if (!event) return false;
  const { donation, back = '0', by = 'refund' } = event.payload;
  if (donation && by === 'refund' && BigInt(back) > 0n)
    await tell(connection, ground, { donation, back: BigInt(back) });
  return true;
}

interface Refunded {
  order: string;
  name: string;
  email: string | null;
  language: Language;
  left: bigint;
  /** Of receipts: the one that holds no more, and the one that was issued instead. */
  old: string | null;
  fresh: string | null;
}

async function readGift(connection: Connection, donation: string): Promise<Refunded | null> {
  const { rows } = await connection.query(
    `SELECT o.id AS "order", n.name, n.email, o.language, (d.amount - d.refunded)::bigint AS left, d.stream,
            c.year AS old_year, c.number AS old_number, v.year, v.number
       FROM donation d JOIN payment p ON p.id = d.payment_id JOIN gift_order o ON o.id = p.order_id JOIN donor n ON n.id = d.donor_id
       LEFT JOIN LATERAL (SELECT year, number FROM receipt WHERE donation_id = d.id AND cancelled_at IS NOT NULL ORDER BY number DESC LIMIT 1) c ON true
       LEFT JOIN LATERAL (SELECT year, number FROM receipt WHERE donation_id = d.id AND cancelled_at IS NULL LIMIT 1) v ON true
      WHERE d.id = $1`,
    [donation],
  );
  const [row] = rows;
  const numberOf = (year: string | null, number: string) =>
    year === null ? null : receiptNumber(row.stream, year, BigInt(number));
  return row
    ? {
        ...{ order: row.order, name: row.name, email: row.email, language: languageOf(row.language) },
        ...{ left: BigInt(row.left), old: numberOf(row.old_year, row.old_number) },
        fresh: numberOf(row.year, row.number),
      }
    : null;
}

async function tell(
  connection: Connection,
  ground: Needs,
  { donation, back }: { donation: string; back: bigint },
): Promise<void> {
  const gift = await readGift(connection, donation);
  if (!gift?.email) return;
  const { name, email: address, language, left, old, fresh } = gift;
  const values = {
    ...{ name, amount: formatAmount(back), left: left > 0n ? formatAmount(left) : '' },
    ...{ old: old ?? '', fresh: fresh ?? '' },
    gift_url: `${ground.config.publicUrl}/give/gift/${giftToken(ground.keys, gift.order)}?lang=${language}`,
  };
  const letter = await writeNotice(
    { sql: connection, config: ground.config },
    { name: 'gift-refunded', language, values },
  );
  await queueNotice(connection, ground.config, {
    ...{ kind: 'gift-refunded', address, language, ...letter, about: `gift:${gift.order}` },
  });
}
