import type { Queryable } from '../db.ts';
import { ownHashes, type Person, type PersonalPart } from '../personal.ts';
import { eraseReturns, exportReturns } from './returns/personal.ts';

/** What was sent to a person. Erased, the ledger keeps that something was sent, not to whom. */
export const personal: PersonalPart = {
  tables: ['delivery', 'run_left_out', 'notice', 'outbox', 'mail_return', 'return_inbox'],
  async export(sql, person) {
    const of = (query: string, values: unknown[]) => sql.query(query, values).then(({ rows }) => rows);
    return {
      deliveries: await of(
        `SELECT r.purpose, m.name AS message, d.language, d.state, d.at, d.reason, d.reply
           FROM delivery d JOIN run r ON r.id = d.run LEFT JOIN message m ON m.id = r.message_id
          WHERE d.contact_id = $1 ORDER BY d.run`,
        [person.contactId],
      ),
      left_out: await of(
        `SELECT r.due_at, m.name AS message, o.reason
           FROM run_left_out o JOIN run r ON r.id = o.run LEFT JOIN message m ON m.id = r.message_id
          WHERE o.contact_id = $1 ORDER BY o.run`,
        [person.contactId],
      ),
      notices: await of(
        `SELECT kind, address, subject, state, created_at FROM notice WHERE address = ANY($1) ORDER BY created_at`,
        [mailboxes(person)],
      ),
      returns: await exportReturns(sql, person),
    };
  },
  async erase(sql, person) {
    await eraseReturns(sql, person);
    // The row stays, so that the run's figures do; what it named is drawn by lot.
    await sql.query(
      `UPDATE delivery SET contact_id = gen_random_uuid(), address_hash = gen_random_uuid(), reply = NULL
        WHERE contact_id = $1`,
      [person.contactId],
    );
    await sql.query('DELETE FROM run_left_out WHERE contact_id = $1', [person.contactId]);
    await sql.query("DELETE FROM notice WHERE address = ANY($1) AND state <> 'sending'", [mailboxes(person)]);
    // Whatever an event names the person by.
    const names = [person.contactId, ...ownHashes(person), ...mailboxes(person)];
    await sql.query(
      'DELETE FROM outbox WHERE EXISTS (SELECT FROM unnest($1::text[]) AS n WHERE strpos(payload::text, n) > 0)',
      [names],
    );
  },
};

/** Mailboxes and telephones that are this person's alone. */
const mailboxes = ({ addresses }: Person) =>
  addresses.filter(({ shared }) => !shared).map(({ value }) => value);

/** Every delivery to a contact, through all runs: there is no index on people, because few are asked for. */
export async function deliveriesTo(sql: Queryable, contactId: string): Promise<Person['deliveries']> {
  const { rows } = await sql.query('SELECT run, seq FROM delivery WHERE contact_id = $1', [contactId]);
  return rows.map(({ run, seq }) => ({ run: BigInt(run), seq }));
}
