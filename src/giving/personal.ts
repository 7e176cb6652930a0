import type { Queryable } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Person, PersonalPart } from '../personal.ts';
import { say } from '../say.ts';

/**
 * What a person gave. Erased, a gift that came keeps the name, address and number that its receipt says,
 * because the tax law wants them for years; how to reach the donor, words and dedication go, and so does
 * everything of gifts that never came. A monthly gift keeps its sums, which the books hold too.
 */
export const personal: PersonalPart = {
  tables: ['donor', 'gift_order', 'donation', 'offline_gift', 'erasure_request', 'donor_door'],
  async export(sql, person) {
    return personalOf(sql, await donorsOf(sql, person));
  },
  async erase(sql, person) {
    const ids = [await donorsOf(sql, person)];
    await refuseWhileCharged(sql, ids);
    await sql.query(
      `DELETE FROM donor_door
        WHERE address_hash IN (SELECT address_hash('email', email) FROM donor WHERE id = ANY($1::uuid[]) AND email IS NOT NULL)`,
      ids,
    );
    await sql.query(
      `UPDATE erasure_request SET email = NULL
        WHERE address_hash IN (SELECT address_hash('email', email) FROM donor WHERE id = ANY($1::uuid[]) AND email IS NOT NULL)`,
      ids,
    );
    await sql.query(
      'UPDATE donation SET message = NULL, anonymous = true WHERE donor_id = ANY($1::uuid[])',
      ids,
    );
    await sql.query(
      `DELETE FROM gift_order o WHERE donor_id = ANY($1::uuid[]) AND paid_at IS NULL
          AND NOT EXISTS (SELECT FROM payment p WHERE p.order_id = o.id)`,
      ids,
    );
    await sql.query(
      `UPDATE gift_order SET message = NULL, dedication = NULL, touch = NULL, consents = '[]' WHERE donor_id = ANY($1::uuid[])`,
      ids,
    );
    await sql.query(
      'UPDATE donor SET contact_id = NULL, email = NULL, phone = NULL WHERE id = ANY($1::uuid[])',
      ids,
    );
    await sql.query(
      `DELETE FROM monthly_gift m WHERE donor_id = ANY($1::uuid[]) AND NOT EXISTS (SELECT FROM gift_order o WHERE o.monthly_id = m.id)`,
      ids,
    );
    await sql.query(
      `DELETE FROM donor w WHERE id = ANY($1::uuid[]) AND NOT EXISTS (SELECT FROM gift_order o WHERE o.donor_id = w.id)
          AND NOT EXISTS (SELECT FROM donation d WHERE d.donor_id = w.id)
          AND NOT EXISTS (SELECT FROM monthly_gift m WHERE m.donor_id = w.id)
          AND NOT EXISTS (SELECT FROM offline_gift f WHERE f.donor_id = w.id)`,
      ids,
    );
  },
};

/** A mandate that nobody could stop any more must not go on charging. @throws Refusal (409) */
async function refuseWhileCharged(sql: Queryable, ids: string[][]): Promise<void> {
  const { rowCount } = await sql.query(
    `SELECT FROM monthly_gift WHERE donor_id = ANY($1::uuid[])
        AND state IN ('authenticated', 'active', 'pending', 'halted', 'paused')`,
    ids,
  );
  if (rowCount)
    throw new Refusal(say`This person has a monthly gift that goes on. Stop it first, then erase them.`, 409);
}

const GIFTS = `
SELECT d.given_on::text AS given_on, d.amount::text AS paise, d.refunded::text AS refunded_paise, d.fund, d.mode,
       d.reference, d.anonymous, d.message, w.name, w.kind, w.email, w.phone, w.address, w.source,
       w.identity IS NOT NULL AS identity_kept, o.dedication, o.consents, t.answer AS meant_twice
  FROM donor w JOIN donation d ON d.donor_id = w.id LEFT JOIN gift_twin t ON t.donation_id = d.id
  LEFT JOIN payment p ON p.id = d.payment_id LEFT JOIN gift_order o ON o.id = p.order_id
 WHERE w.id = ANY($1::uuid[]) ORDER BY d.given_on, d.id`;

/** What came without the gateway, cheques that did not count and goods too. */
const BY_HAND = `
SELECT kind, state, day::text AS day, amount::text AS paise, fund, reference FROM offline_gift
 WHERE donor_id = ANY($1::uuid[]) ORDER BY day, id`;

const MONTHLY = `
SELECT created_at, amount::text AS paise, next_amount::text AS paise_from_next_month, fund, state, method, paid AS months_paid, next_at
  FROM monthly_gift WHERE donor_id = ANY($1::uuid[]) ORDER BY created_at`;

const RECEIPTS = `
SELECT r.stream, r.year, r.number::int, r.amount::text AS paise, r.issued_at, r.cancelled_at
  FROM receipt r JOIN donation d ON d.id = r.donation_id WHERE d.donor_id = ANY($1::uuid[]) ORDER BY r.issued_at`;

const ERASURES = `
SELECT e.asked_at, e.decided_at, e.outcome, e.answer FROM erasure_request e
 WHERE e.address_hash IN (SELECT address_hash('email', email) FROM donor WHERE id = ANY($1::uuid[]) AND email IS NOT NULL)
 ORDER BY e.asked_at`;

/** All that is kept about donors, in parts. */
export async function personalOf(sql: Queryable, donors: string[]) {
  const read = async (query: string) => (await sql.query<Record<string, unknown>>(query, [donors])).rows;
  return {
    gifts: await read(GIFTS),
    gifts_by_hand: await read(BY_HAND),
    monthly_gifts: await read(MONTHLY),
    receipts: await read(RECEIPTS),
    erasure_requests: await read(ERASURES),
  };
}

/** Whoever gave by an address that is theirs alone. */
async function donorsOf(sql: Queryable, { contactId, addresses }: Person): Promise<string[]> {
  const own = addresses.filter(({ shared }) => !shared).map(({ value }) => value);
  const { rows } = await sql.query<{ id: string }>(
    'SELECT id FROM donor WHERE contact_id = $1 OR lower(email) = ANY($2) OR phone = ANY($2)',
    [contactId, own],
  );
  return rows.map(({ id }) => id);
}
