import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { Refusal } from '../../src/errors.ts';

const FOLDER = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));
const CONTRACT = '_contract';
const NO_SUCH_TABLE = '42P01';

/** A migration this release brings. */
export interface Migration {
  name: string;
  sql: string;
}

/** How a database stands to this release. */
export interface Standing {
  pending: Migration[];
  /** Of a newer release. Those named …_contract took something away that an older one may still need. */
  newer: string[];
}

/** Compares what was applied with what this release knows. */
export async function standingOf(url: string): Promise<Standing> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const applied = await appliedMigrations(client);
    const known = await allMigrations();
    const names = new Set(known.map(({ name }) => name));
    return {
      pending: known.filter(({ name }) => !applied.includes(name)),
      newer: applied.filter((name) => !names.has(name)).sort(),
    };
  } finally {
    await client.end();
  }
}

/** Those of this release that a database has not had, in their order. */
export const pendingMigrations = async (url: string): Promise<Migration[]> => (await standingOf(url)).pending;

/**
 * A release works on the database of the next one, so that going back is possible, until a migration
 * named …_contract takes away what the older one needs.
 * @returns migrations of a newer release, on whose database this one works
 * @throws Refusal when the database is older, or so new that this release would not work
 */
export async function requireMigrated(url: string): Promise<string[]> {
  const { pending, newer } = await standingOf(url);
  const contracted = newer.filter((name) => name.endsWith(CONTRACT));
  if (contracted.length) {
    throw new Refusal(
      `The database is of a newer release (${contracted.join(', ')}), and this one would not work on it. Start the newer release again, or restore the backup that was made before it.`,
      503,
    );
  }
  if (pending.length) {
    throw new Refusal(
      `The database is older than this release: ${pending.map(({ name }) => name).join(', ')}. Run "wecare migrate" first.`,
      503,
    );
  }
  return newer;
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
