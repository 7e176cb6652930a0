import { createHash } from 'node:crypto';
import { runMigrations } from 'bullmq';
import pg from 'pg';
import { grantsTo } from './grants.ts';
import type { Migration } from './pending.ts';
import { queueSequences } from './queue-sequences.ts';

/** Prisma's own table, as its schema engine makes it. */
const LEDGER = `CREATE TABLE IF NOT EXISTS public._prisma_migrations (
  id varchar(36) PRIMARY KEY NOT NULL,
  checksum varchar(64) NOT NULL,
  finished_at timestamptz,
  migration_name varchar(255) NOT NULL,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
);`;

/** Functions of an extension belong to somebody else; that their rights stay as they are needs no warning. */
const QUIETLY = ['SET client_min_messages = error;'];

/**
 * What `wecare migrate` would do, as one script for psql, for a DBA who reads or runs it himself: each
 * migration with its line in the ledger, so that the program afterwards finds nothing pending.
 * @param options.queueVersion the queue's schema that is there; 0 in an empty database
 * @param options.role the application's role, when it is another than the owner
 */
export async function scriptOf(
  migrations: Migration[],
  options: { queueVersion: number; role?: string | undefined },
): Promise<string> {
  const parts = [
    LEDGER,
    ...migrations.map(withLedger),
    await queueScript(options.queueVersion),
    ...(options.role
      ? [['-- Rights', ...QUIETLY, ...grantsTo(options.role).map((sql) => `${sql};`)].join('\n')]
      : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function withLedger({ name, sql }: Migration): string {
  const checksum = createHash('sha256').update(sql).digest('hex');
  const values = [checksum.slice(0, 32), checksum, name].map((value) => pg.escapeLiteral(value)).join(', ');
  return `-- ${name}\n${sql.trim()}\nINSERT INTO public._prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)\n  VALUES (${values}, now(), 1);`;
}

/** The queue brings its own migrations and hides their text: it is asked to run them, and is written down. */
async function queueScript(version: number): Promise<string> {
  const said: string[] = [];
  const query = async (text: string, values: unknown[] = []) => {
    if (!/^\s*(SELECT|BEGIN|COMMIT)\b/i.test(text)) said.push(filledIn(text, values));
    return { rows: [{ version, num: '150000', ver: '15' }] };
  };
  await runMigrations({ query } as never);
  const script = said
    .map((text) => (text.trim().endsWith(';') ? text.trim() : `${text.trim()};`))
    .join('\n\n');
  const sequences = queueSequences().map((name) => `CREATE SEQUENCE IF NOT EXISTS ${name};`);
  return ['-- The queue on Postgres (BullMQ)', script, 'RESET search_path;', ...sequences].join('\n');
}

const filledIn = (text: string, values: unknown[]): string =>
  text
    .replace('SET LOCAL search_path', 'SET search_path')
    .replace(/\$(\d+)/g, (whole, n) =>
      values.length ? pg.escapeLiteral(String(values[Number(n) - 1])) : whole,
    );
