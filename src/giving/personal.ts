import type { Queryable } from '../db.ts';
import type { Person, PersonalPart } from '../personal.ts';

/**
 * What a person gave. Erased, a gift that came keeps the name, address and number that its receipt says,
 * because the tax law wants them for years; how to reach the donor, words and dedication go, and so does
 * everything of gifts that never came.
 */
export const personal: PersonalPart = {
  tables: ['donor', 'gift_order', 'donation'],
  async export(sql, person) {
    const { rows } = await sql.query(
      `SELECT d.given_on::text AS given_on, d.amount::text AS paise, d.refunded::text AS refunded_paise, d.fund, d.mode,
              d.reference, d.anonymous, d.message, w.name, w.kind, w.email, w.phone, w.address, w.source,
              w.identity IS NOT NULL AS identity_kept, o.dedication, o.consents
         FROM donor w JOIN donation d ON d.donor_id = w.id
         LEFT JOIN payment p ON p.id = d.payment_id LEFT JOIN gift_order o ON o.id = p.order_id
        WHERE w.id = ANY($1::uuid[]) ORDER BY d.given_on, d.id`,
      [await donorsOf(sql, person)],
    );
    return { gifts: rows };
  },
  async erase(sql, person) {
    const ids = [await donorsOf(sql, person)];
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
      `DELETE FROM donor w WHERE id = ANY($1::uuid[]) AND NOT EXISTS (SELECT FROM gift_order o WHERE o.donor_id = w.id)
          AND NOT EXISTS (SELECT FROM donation d WHERE d.donor_id = w.id)`,
      ids,
    );
  },
};

/** Whoever gave by an address that is theirs alone. */
async function donorsOf(sql: Queryable, { contactId, addresses }: Person): Promise<string[]> {
  const own = addresses.filter(({ shared }) => !shared).map(({ value }) => value);
  const { rows } = await sql.query<{ id: string }>(
    'SELECT id FROM donor WHERE contact_id = $1 OR lower(email) = ANY($2) OR phone = ANY($2)',
    [contactId, own],
  );
  return rows.map(({ id }) => id);
}
