import { type Queryable, transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';

/** What came together at a page: paise that remain, and how many gifts they are. */
export interface OccasionFigures {
  raised: bigint;
  gifts: number;
}

/**
 * What the books say came together at a page: gross, less what went back. Also what of it went beyond a
 * project's goal counts, because it was given here.
 */
export async function occasionFigures(sql: Queryable, occasionId: string): Promise<OccasionFigures> {
  const { rows } = await sql.query<{ raised: string; gifts: number }>(
    `WITH given AS (SELECT id, payment_id, refunded < amount AS stays FROM donation WHERE occasion_id::text = $1),
     subject AS (
       SELECT 'payment:' || payment_id AS name FROM given
       UNION ALL SELECT 'refund:' || r.gateway_id FROM refund r JOIN given g ON g.payment_id = r.payment_id
       UNION ALL SELECT 'dispute:' || d.id FROM dispute d JOIN given g ON g.payment_id = d.payment_id
     )
     SELECT (SELECT count(*)::int FROM given WHERE stays) AS gifts,
            coalesce((SELECT -sum(p.amount) FROM subject s JOIN journal j ON j.subject = s.name
                        JOIN posting p ON p.journal = j.id JOIN ledger_account a ON a.code = p.account
                       WHERE a.kind = 'fund'), 0)::bigint AS raised`,
    [occasionId],
  );
  return { raised: BigInt(rows[0]?.raised ?? 0), gifts: rows[0]?.gifts ?? 0 };
}

/** A gift as guests see it. */
export interface GuestGift {
  id: string;
  /** Null for whoever does not want to be named; their words are shown without a name. */
  name: string | null;
  message: string | null;
  /** Paise that remain; null when guests may not see how much. */
  amount: bigint | null;
  at: Date;
}

/** What the family sees of a gift: names and words, never how somebody is reached. */
export interface FamilyGift extends Omit<GuestGift, 'amount'> {
  amount: bigint;
  amountShown: boolean;
  hiddenAt: Date | null;
  thankedAt: Date | null;
  thanks: string | null;
}

interface Page {
  most: number;
  /** Only gifts older than this one. */
  before?: string | null;
}

const OLDER = `($3::uuid IS NULL OR (d.created_at, d.id) < (SELECT b.created_at, b.id FROM donation b WHERE b.id = $3))`;

/** The wall of a page, the newest first. What the family hid, and what went back, is not on it. */
export async function readGuestWall(
  sql: Queryable,
  occasionId: string,
  { most, before }: Page,
): Promise<GuestGift[]> {
  const { rows } = await sql.query(
    `SELECT d.id, CASE WHEN NOT d.anonymous THEN w.name END AS name, d.message, d.created_at AS at,
            CASE WHEN d.show_amount THEN (d.amount - d.refunded)::bigint END AS amount
       FROM donation d JOIN donor w ON w.id = d.donor_id LEFT JOIN occasion_gift o ON o.donation_id = d.id
      WHERE d.occasion_id = $1 AND d.refunded < d.amount AND o.hidden_at IS NULL AND ${OLDER}
      ORDER BY d.created_at DESC, d.id DESC LIMIT $2`,
    [occasionId, most, before ?? null],
  );
  return rows.map((row) => ({ ...row, amount: row.amount === null ? null : BigInt(row.amount) }));
}

/** Every gift of a page, for its family. */
export async function readFamilyGifts(
  sql: Queryable,
  occasionId: string,
  { most, before }: Page,
): Promise<FamilyGift[]> {
  const { rows } = await sql.query(
    `SELECT d.id, CASE WHEN NOT d.anonymous THEN w.name END AS name, d.message, d.created_at AS at,
            (d.amount - d.refunded)::bigint AS amount, d.show_amount AS "amountShown",
            o.hidden_at AS "hiddenAt", o.thanked_at AS "thankedAt", o.thanks
       FROM donation d JOIN donor w ON w.id = d.donor_id LEFT JOIN occasion_gift o ON o.donation_id = d.id
      WHERE d.occasion_id = $1 AND d.refunded < d.amount AND ${OLDER}
      ORDER BY d.created_at DESC, d.id DESC LIMIT $2`,
    [occasionId, most, before ?? null],
  );
  return rows.map((row) => ({ ...row, amount: BigInt(row.amount) }));
}

interface OfGift {
  occasionId: string;
  donationId: string;
}

/** Takes a gift's name and words off the page, or puts them back. The gift itself stays what it is. */
export async function hideGift(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { occasionId, donationId }: OfGift,
  hidden: boolean,
): Promise<void> {
  const { rowCount } = await sql.query(
    `INSERT INTO occasion_gift (donation_id, occasion_id, hidden_at)
     SELECT id, occasion_id, $3 FROM donation WHERE id::text = $2 AND occasion_id::text = $1
     ON CONFLICT (donation_id) DO UPDATE SET hidden_at = excluded.hidden_at`,
    [occasionId, donationId, hidden ? clock.now() : null],
  );
  if (!rowCount) throw new Refusal(say`There is no such gift at this page.`, 404);
}

export const THANKS_LONGEST = 600;

/**
 * The family thanks for gifts, each once; word is left for the mails. Without a gift named, everybody who was
 * not thanked yet is.
 * @returns how many
 */
export async function thankGifts(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { occasionId, donationId = null, words }: { occasionId: string; donationId?: string | null; words: string },
): Promise<number> {
  const said = words.trim();
  if (!said) throw new Refusal(say`Write a few words of thanks first.`);
  if (said.length > THANKS_LONGEST)
    throw new Refusal(say`Thanks hold ${THANKS_LONGEST} characters. Shorten them a little.`);
  return transaction(sql, async (connection) => {
    const { rows } = await connection.query<{ id: string }>(
      `INSERT INTO occasion_gift AS o (donation_id, occasion_id, thanked_at, thanks)
       SELECT d.id, d.occasion_id, $3, $4 FROM donation d
        WHERE d.occasion_id::text = $1 AND d.refunded < d.amount AND ($2::text IS NULL OR d.id::text = $2)
       ON CONFLICT (donation_id) DO UPDATE SET thanked_at = excluded.thanked_at, thanks = excluded.thanks
         WHERE o.thanked_at IS NULL RETURNING donation_id AS id`,
      [occasionId, donationId, clock.now(), said],
    );
    await connection.query(
      `INSERT INTO outbox (event, payload) SELECT 'occasion.thanked', jsonb_build_object('donation', id) FROM unnest($1::text[]) id`,
      [rows.map(({ id }) => id)],
    );
    return rows.length;
  });
}
