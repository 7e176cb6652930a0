import type { Ground } from '../ground.ts';

/** What to look for; what is not given does not narrow. */
export interface AuditSearch {
  /** Part of the actor, as `asha@` or `cli:`. */
  actor?: string;
  /** TYPE or TYPE:ID, as `campaign` or `account:01a2…`. */
  subject?: string;
  /** The action or its beginning, as `user` or `user.added`. */
  action?: string;
  since?: Date;
  until?: Date;
  /** Only entries before this one: the `id` of the last on the page before. */
  before?: bigint;
  /** At most so many, newest first. */
  limit: number;
}

/** One entry as it was written. */
export interface AuditLine {
  id: string;
  at: Date;
  actor: string;
  action: string;
  subjectType: string;
  subjectId: string;
  before: unknown;
  after: unknown;
  origin: string | null;
}

/** Reads the audit log, newest first. */
export async function searchAudit(
  { sql }: Pick<Ground, 'sql'>,
  { actor, subject, action, since, until, before, limit }: AuditSearch,
): Promise<AuditLine[]> {
  const [subjectType, ...id] = subject?.split(':') ?? [];
  const { rows } = await sql.query<AuditLine>(
    `SELECT id, at, actor, action, subject_type AS "subjectType", subject_id AS "subjectId", before, after, origin
       FROM audit_entry
      WHERE ($1::text IS NULL OR lower(actor) LIKE lower($1))
        AND ($2::text IS NULL OR subject_type = $2) AND ($3::text IS NULL OR subject_id = $3)
        AND ($4::text IS NULL OR starts_with(action, $4))
        AND ($5::timestamptz IS NULL OR at >= $5) AND ($6::timestamptz IS NULL OR at < $6)
        AND ($7::bigint IS NULL OR id < $7)
      ORDER BY id DESC LIMIT $8`,
    [
      ...[
        actor ? `%${actor.replace(/[\\%_]/g, '\\$&')}%` : null,
        subjectType || null,
        id.join(':') || null,
        action ?? null,
      ],
      ...[since ?? null, until ?? null, before ?? null, limit],
    ],
  );
  return rows;
}
