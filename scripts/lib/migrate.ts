import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PostgresConnection } from 'bullmq';
import pg from 'pg';
import { Refusal } from '../../src/errors.ts';
import { grantsTo } from './grants.ts';
import { pendingMigrations } from './pending.ts';
import { queueSequences } from './queue-sequences.ts';
import { withSchemaEngine } from './schema-engine.ts';

const FOLDER = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));
/** Any number, the same in every process: two that migrate at once take turns. */
const LOCK = 7_301_977;

/**
 * Brings a database to this release: the application's migrations, the queue's own, and the
 * application role's rights where `appUser` is another than the owner.
 * @returns the names of the migrations that were applied now
 * @throws Refusal when this role may not change the database
 */
export async function migrate(ownerUrl: string, appUser?: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await requireOwner(client);
    await forgetUnfinished(client);
    // The engine weighs 40 MB and half a second, and every command passes here.
    const applied = (await pendingMigrations(ownerUrl)).length ? await applyMigrations(ownerUrl) : [];
    await migrateQueue(ownerUrl);
    for (const name of queueSequences()) await client.query(`CREATE SEQUENCE IF NOT EXISTS ${name}`);
    if (appUser) for (const statement of grantsTo(appUser)) await client.query(statement);
    return applied;
  } finally {
    await client.end();
  }
}

/** Told before anything is tried: what Postgres says of it is a page of the engine's own. */
async function requireOwner(client: pg.Client): Promise<void> {
  const { rows } = await client.query(`SELECT current_user AS role, current_database() AS name,
    has_schema_privilege('public', 'CREATE')
      AND (to_regnamespace('bullmq') IS NOT NULL OR has_database_privilege(current_database(), 'CREATE'))
      AND coalesce((SELECT pg_has_role(relowner, 'USAGE') FROM pg_class
        WHERE oid = to_regclass('public._prisma_migrations')), true) AS may`);
  const { role, name, may } = rows[0];
  if (may) return;
  throw new Refusal(
    `The role ${role} may not make or change tables in the database ${name}. Set MIGRATE_DATABASE_URL to the role that owns the database, or have its owner run what "wecare migrate --sql" prints.`,
    403,
  );
}

/**
 * Prisma refuses to go on after a migration that was cut off. Each of ours is one transaction and the
 * lock is held, so a row that was begun and not finished stands for nothing.
 */
async function forgetUnfinished(client: pg.Client): Promise<void> {
  const { rows } = await client.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS made");
  if (!rows[0].made) return;
  await client.query('DELETE FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL');
}

async function applyMigrations(url: string): Promise<string[]> {
  const list = {
    baseDir: FOLDER,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: await readMigrations(),
  };
  const filters = { externalTables: [], externalEnums: [] };
  const result = await withSchemaEngine(url, (engine) =>
    engine.applyMigrations({ migrationsList: list, filters }),
  );
  return result.appliedMigrationNames;
}

async function readMigrations() {
  const entries = await readdir(FOLDER, { withFileTypes: true });
  const names = entries.filter((e) => e.isDirectory()).map((e) => e.name);
  return Promise.all(
    names.sort().map(async (name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: {
          tag: 'ok' as const,
          value: await readFile(path.join(FOLDER, name, 'migration.sql'), 'utf8'),
        },
      },
    })),
  );
}

async function migrateQueue(url: string): Promise<void> {
  const queue = new PostgresConnection({ connectionString: url, migrate: true, max: 2 });
  await queue.waitUntilReady();
  await queue.close();
}
