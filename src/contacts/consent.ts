import type { Queryable } from '../db.ts';

/** One contact's permission for one channel and purpose. */
export interface ConsentChange {
  contactId: string;
  channel: string;
  purpose: string;
  given: boolean;
  /** Why we may, or how it was withdrawn: 'paper form 2026-03', 'one-click unsubscribe'. */
  basis: string;
  proof?: Record<string, unknown>;
}

/**
 * Sets what holds from now on; a trigger keeps the history. The same state twice changes nothing.
 * @returns whether anything changed
 */
export async function setConsent(sql: Queryable, change: ConsentChange): Promise<boolean> {
  const { contactId, channel, purpose, given, basis, proof } = change;
  const { rowCount } = await sql.query(
    `INSERT INTO consent (contact_id, channel, purpose, given, basis, proof, at)
     VALUES ($1, $2, $3, $4, $5, $6, now())
     ON CONFLICT (contact_id, channel, purpose) DO UPDATE
       SET given = excluded.given, basis = excluded.basis, proof = excluded.proof, at = excluded.at
       WHERE consent.given <> excluded.given`,
    [contactId, channel, purpose, given, basis, JSON.stringify(proof ?? {})],
  );
  return rowCount === 1;
}
