import type { Ground } from '../ground.ts';

/** An entry of the log as staff and auditors read it. */
export interface AuditRow {
  id: bigint;
  at: Date;
  actor: string;
  action: string;
  subjectType: string;
  subjectId: string;
  before: unknown;
  after: unknown;
  origin: string | null;
}

export interface AuditFilter {
  actor?: string | undefined;
  action?: string | undefined;
  subjectType?: string | undefined;
  subjectId?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
}

/** A page of the audit log, the newest first. */
export async function readAudit(
  { sql }: Pick<Ground, 'sql'>,
  filter: AuditFilter,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<AuditRow[]> {
  const { rows } = await sql.query<AuditRow>(
    `SELECT id, at, actor, action, subject_type AS "subjectType", subject_id AS "subjectId", before, after, origin
       FROM audit_entry
      WHERE ($1::bigint IS NULL OR id < $1) AND ($2::text IS NULL OR actor = $2) AND ($3::text IS NULL OR action = $3)
        AND ($4::text IS NULL OR subject_type = $4) AND ($5::text IS NULL OR subject_id = $5)
        AND ($6::timestamptz IS NULL OR at >= $6) AND ($7::timestamptz IS NULL OR at < $7)
      ORDER BY id DESC LIMIT $8`,
    [
      ...[before ?? null, filter.actor ?? null, filter.action ?? null, filter.subjectType ?? null],
      ...[filter.subjectId ?? null, filter.since ?? null, filter.until ?? null, limit],
    ],
  );
  return rows.map((row) => ({ ...row, id: BigInt(row.id) }));
}
