import { ownHashes, type PersonalPart } from '../../personal.ts';

/** What came back of a person's mails. Erased, the figures of bounces stay, without the person. */
export const personal: PersonalPart = {
  tables: ['mail_return', 'return_inbox'],
  async export(sql, person) {
    const { rows } = await sql.query(
      `SELECT kind, reason, status, hard, effect, at FROM mail_return WHERE address_hash = ANY($1::uuid[]) ORDER BY at`,
      [ownHashes(person)],
    );
    return { returns: rows };
  },
  async erase(sql, person) {
    await sql.query(
      `WITH theirs AS (UPDATE mail_return SET address_hash = NULL WHERE address_hash = ANY($1::uuid[]) RETURNING inbox)
       UPDATE return_inbox SET body = NULL, envelope_to = '{}' WHERE id IN (SELECT inbox FROM theirs)`,
      [ownHashes(person)],
    );
  },
};
