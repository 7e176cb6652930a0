import pg from 'pg';

/** The application adds rows here and never changes one; a trigger guards the audit log besides. */
const REVOKED = [
  'REVOKE UPDATE, DELETE ON public.audit_entry FROM',
  // An erasure takes a person's history away; nothing rewrites it.
  'REVOKE UPDATE ON public.consent_event FROM',
  'REVOKE INSERT, UPDATE, DELETE ON public._prisma_migrations FROM',
];

/**
 * The rights of the application's role, which owns nothing: it reads and writes rows, changes no table,
 * empties none, and cannot rewrite the audit log. Given anew by each migration, for its new tables.
 */
export function grantsTo(role: string): string[] {
  const name = pg.escapeIdentifier(role);
  const schemas = ['public', 'bullmq'].flatMap((schema) => [
    `GRANT USAGE ON SCHEMA ${schema} TO ${name}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${name}`,
    `GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} TO ${name}`,
    `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema} TO ${name}`,
  ]);
  return [...schemas, ...REVOKED.map((statement) => `${statement} ${name}`)];
}
