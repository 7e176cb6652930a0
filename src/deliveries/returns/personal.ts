import { ownHashes, type Person, type PersonalPart } from '../../personal.ts';

/**
 * Mails that came back from a person's address. Erased, they still count for their run and sender; whom
 * they came from, and their words, are forgotten.
 */
export const personal: PersonalPart = {
  tables: ['mail_return', 'return_inbox'],
  async export(sql, person) {
    const { rows } = await sql.query(
      `SELECT kind, reason, status, hard, effect, at FROM mail_return WHERE ${THEIRS} ORDER BY at, id`,
      valuesOf(person),
    );
    return { returns: rows };
  },
  async erase(sql, person) {
    await sql.query(
      `UPDATE return_inbox SET body = NULL, envelope_to = '{}'
        WHERE applied_at IS NOT NULL AND id IN (SELECT inbox FROM mail_return WHERE ${THEIRS})`,
      valuesOf(person),
    );
    await sql.query(`UPDATE mail_return SET address_hash = NULL WHERE ${THEIRS}`, valuesOf(person));
  },
};

const THEIRS =
  '(address_hash = ANY($1::uuid[]) OR (run, seq) IN (SELECT * FROM unnest($2::bigint[], $3::int[])))';
const valuesOf = (person: Person) => [
  ownHashes(person),
  person.deliveries.map(({ run }) => run),
  person.deliveries.map(({ seq }) => seq),
];
