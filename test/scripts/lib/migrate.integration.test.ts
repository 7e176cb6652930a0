import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate } from '../../../scripts/lib/migrate.ts';
import { scriptOf } from '../../../scripts/lib/migration-script.ts';
import {
  allMigrations,
  pendingMigrations,
  queueVersion,
  requireMigrated,
} from '../../../scripts/lib/pending.ts';

/** The last migration of the release before this one, on whose data the upgrade is tried. */
const FIRST_RELEASE_ENDS = '20261121224800';

const made: string[] = [];
const admin = new pg.Client({ connectionString: inject('postgres') });
beforeAll(() => admin.connect());
afterAll(async () => {
  for (const name of made) await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await admin.end();
});

async function emptyDatabase(): Promise<{ url: string; client: pg.Client; end(): Promise<void> }> {
  const name = `test_migrate_${process.pid}_${made.length}`;
  await admin.query(`CREATE DATABASE ${name}`);
  made.push(name);
  const url = new URL(inject('postgres'));
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return { url: url.href, client, end: () => client.end() };
}

/** What a database is made of, in an order of its own. */
const SHAPE = `SELECT table_schema, table_name, column_name, data_type, is_nullable, column_default
  FROM information_schema.columns WHERE table_schema IN ('public', 'bullmq') AND table_name !~ '^delivery_[0-9]+$' ORDER BY 1, 2, 3`;

describe('an upgrade', () => {
  it('brings the previous release’s database to this one and keeps its data', async () => {
    const { url, client, end } = await emptyDatabase();
    const [first, rest] = await atFirstRelease(client);
    await client.query(DATA_OF_FIRST_RELEASE);
    expect(await migrate(url)).toEqual(rest);
    expect(first.length).toBeGreaterThan(0);
    expect(await pendingMigrations(url)).toEqual([]);
    const { rows } = await client.query(`SELECT c.name, d.state, a.actor FROM contact c
      JOIN delivery d ON d.contact_id = c.id CROSS JOIN audit_entry a`);
    expect(rows).toEqual([{ name: 'ശ്രീജ', state: 'sent', actor: 'asha@kssm.example' }]);
    const fresh = await emptyDatabase();
    await migrate(fresh.url);
    expect((await client.query(SHAPE)).rows).toEqual((await fresh.client.query(SHAPE)).rows);
    await end();
    await fresh.end();
  });
});

describe('the script for a DBA', () => {
  it('makes the same of an empty database as migrate does, and leaves nothing pending', async () => {
    const [byHand, byUs] = [await emptyDatabase(), await emptyDatabase()];
    await byHand.client.query(await scriptOf(await allMigrations(), { queueVersion: 0 }));
    await migrate(byUs.url);
    expect((await byHand.client.query(SHAPE)).rows).toEqual((await byUs.client.query(SHAPE)).rows);
    expect(await queueVersion(byHand.url)).toBe(await queueVersion(byUs.url));
    expect(await migrate(byHand.url)).toEqual([]);
    await byHand.end();
    await byUs.end();
  });
});

describe('a release that is older than the database', () => {
  it('works after a migration that only added, and refuses after one that took away', async () => {
    const { url, client, end } = await emptyDatabase();
    await migrate(url);
    expect(await requireMigrated(url)).toEqual([]);
    const apply = (name: string) =>
      client.query(
        `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ($1, '', $1, now())`,
        [name],
      );
    await apply('20990101000000_more');
    expect(await requireMigrated(url)).toEqual(['20990101000000_more']);
    await apply('20990102000000_old_column_contract');
    await expect(requireMigrated(url)).rejects.toThrow(
      /newer release \(20990102000000_old_column_contract\)/,
    );
    await end();
  });
});

/** Applies what the first release had. @returns its migrations' names, and those that came since */
async function atFirstRelease(client: pg.Client): Promise<[string[], string[]]> {
  const names = (await readdir('prisma/migrations', { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const first = names.filter((name) => name.slice(0, 14) <= FIRST_RELEASE_ENDS);
  const migrations = first.map(async (name) => ({
    name,
    sql: await readFile(`prisma/migrations/${name}/migration.sql`, 'utf8'),
  }));
  await client.query(await scriptOf(await Promise.all(migrations), { queueVersion: 0 }));
  return [first, names.slice(first.length)];
}

const DATA_OF_FIRST_RELEASE = `
  INSERT INTO contact (id, name, language, updated_at)
    VALUES ('01a00000-0000-7000-8000-000000000001', 'ശ്രീജ', 'ml', now());
  INSERT INTO address (id, contact_id, channel, value)
    VALUES ('01a00000-0000-7000-8000-000000000002', '01a00000-0000-7000-8000-000000000001', 'email', 's@f.example');
  INSERT INTO consent (contact_id, channel, purpose, given, basis)
    VALUES ('01a00000-0000-7000-8000-000000000001', 'email', 'appeals', true, 'form');
  INSERT INTO run (purpose, sender_domain, state, due_at) VALUES ('appeals', 'kssm.example', 'finished', now());
  SELECT ensure_delivery_partition(1);
  INSERT INTO delivery (run, seq, contact_id, address_hash, language, state) SELECT 1, 1, contact_id, hash, 'ml', 'sent' FROM address;
  INSERT INTO touch (kind, run, seq) VALUES ('open', 1, 1);
  INSERT INTO account (id, channel, name, domains, settings) VALUES ('01a00000-0000-7000-8000-000000000003', 'email', 'main', '{*}', '{}');
  INSERT INTO audit_entry (actor, action, subject_type, subject_id) VALUES ('asha@kssm.example', 'user.added', 'user', '1');`;
