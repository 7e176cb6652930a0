import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { Refusal } from '../../src/errors.ts';

const FOLDER = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));
const NO_SUCH_TABLE = '42P01';

/** A migration this release brings. */
export interface Migration {
  name: string;
  sql: string;
}

/** Those of this release that a database has not had, in their order. */
export async function pendingMigrations(url: string): Promise<Migration[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const done = new Set(await appliedMigrations(client));
    return (await allMigrations()).filter(({ name }) => !done.has(name));
  } finally {
    await client.end();
  }
}

/** @throws Refusal when the database is older than this release */
export async function requireMigrated(url: string): Promise<void> {
  const pending = await pendingMigrations(url);
  if (!pending.length) return;
  throw new Refusal(
    `The database is older than this release: ${pending.map(({ name }) => name).join(', ')}. Run "wecare migrate" first.`,
    503,
  );
}

/** The version of the queue's own schema; 0 where it has none. */
export async function queueVersion(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query("SELECT to_regclass('bullmq.migration') IS NOT NULL AS made");
    if (!rows[0].made) return 0;
    return (await client.query('SELECT max(version)::int AS version FROM bullmq.migration')).rows[0].version;
  } finally {
    await client.end();
  }
}

async function appliedMigrations(client: pg.Client): Promise<string[]> {
  try {
    const { rows } = await client.query(
      'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL',
    );
    return rows.map((row) => row.name);
  } catch (error) {
    if ((error as { code?: string }).code === NO_SUCH_TABLE) return [];
    throw error;
  }
}

/** Every migration of this release, in its order. */
export async function allMigrations(): Promise<Migration[]> {
  const names = await migrationNames();
  return Promise.all(names.map(async (name) => ({ name, sql: await readMigration(name) })));
}

async function migrationNames(): Promise<string[]> {
  const entries = await readdir(FOLDER, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

const readMigration = (name: string) => readFile(path.join(FOLDER, name, 'migration.sql'), 'utf8');
