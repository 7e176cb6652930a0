import type { Queryable } from '../db.ts';
import { currentOrigin } from './origin.ts';

/** One change of state by a person. Never holds personal data beyond the subject's id. */
export interface AuditEntry {
  /** Who: a user's e-mail address, or `cli:NAME` for somebody at the machine. */
  actor: string;
  /** A verb of the domain, such as `message.approved`. */
  action: string;
  subjectType: string;
  subjectId: string;
  before?: unknown;
  after?: unknown;
  /** From where: an IP address, or `cli`. Unless said, where the present call came from. */
  origin?: string;
}

/** Writes to the append-only log, in the transaction of the change when `sql` is one. */
export async function audit(sql: Queryable, entry: AuditEntry): Promise<void> {
  const { actor, action, subjectType, subjectId, before, after, origin } = entry;
  await sql.query(
    `INSERT INTO audit_entry (actor, action, subject_type, subject_id, before, after, origin)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      actor,
      action,
      subjectType,
      subjectId,
      json(before),
      json(after),
      origin ?? currentOrigin() ?? machine(actor),
    ],
  );
}

const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));

const machine = (actor: string) => (actor.startsWith('cli:') ? 'cli' : null);
