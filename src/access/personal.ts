import type { PersonalPart } from '../personal.ts';

/**
 * The audit log names contacts by id alone and is never changed, so what it says of an erased one leads
 * to nobody.
 */
export const personal: PersonalPart = {
  tables: ['audit_entry'],
  async export(sql, { contactId }) {
    const { rows } = await sql.query(
      `SELECT at, action, before, after FROM audit_entry WHERE subject_type = 'contact' AND subject_id = $1 ORDER BY id`,
      [contactId],
    );
    return { changes: rows };
  },
  erase: async () => undefined,
};
