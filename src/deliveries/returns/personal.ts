import type { Connection, Queryable } from '../../db.ts';
import { ownHashes, type Person } from '../../personal.ts';

/** Returns about what was sent to a person, or about a mailbox that is theirs alone. */
const ABOUT = `(m.address_hash = ANY ($1::uuid[])
  OR EXISTS (SELECT FROM unnest($2::bigint[], $3::int[]) AS d(run, seq) WHERE d.run = m.run AND d.seq = m.seq))`;

const valuesOf = (person: Person): unknown[] => [
  ownHashes(person),
  person.deliveries.map(({ run }) => run),
  person.deliveries.map(({ seq }) => seq),
];

/** What came back about a person. */
export async function exportReturns(sql: Queryable, person: Person): Promise<unknown[]> {
  const { rows } = await sql.query(
    `SELECT m.at, m.kind, m.reason, m.status, m.effect FROM mail_return m WHERE ${ABOUT} ORDER BY m.id`,
    valuesOf(person),
  );
  return rows;
}

/** Drops the bytes that name a person and their hashes; that something came back still counts for its run. */
export async function eraseReturns(sql: Connection, person: Person): Promise<void> {
  const own = person.addresses.filter(({ channel, shared }) => channel === 'email' && !shared);
  await sql.query(
    `UPDATE return_inbox i SET body = NULL, envelope_to = '{}'
      WHERE i.body IS NOT NULL AND i.applied_at IS NOT NULL
        AND (i.id IN (SELECT m.inbox FROM mail_return m WHERE ${ABOUT})
             OR EXISTS (SELECT FROM unnest($4::text[]) AS a WHERE position(convert_to(a, 'UTF8') IN i.body) > 0))`,
    [...valuesOf(person), own.map(({ value }) => value)],
  );
  await sql.query(
    `UPDATE mail_return m SET address_hash = NULL, recipient_domain = NULL WHERE ${ABOUT}`,
    valuesOf(person),
  );
}
