import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Embedded, ensureDatabase, openPostgres } from '../../scripts/lib/embedded.ts';
import { migrate } from '../../scripts/lib/migrate.ts';
import { pendingMigrations } from '../../scripts/lib/pending.ts';

let dir: string;
let opened: Embedded[];

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'wecare-embedded-'));
  await chmod(dir, 0o755); // as root the database runs as another user
  opened = [];
});

afterEach(async () => {
  for (const server of opened) await server.leave();
  await rm(dir, { recursive: true, force: true });
});

it('uses an empty folder, and clears away what a start that was killed left behind', async () => {
  await mkdir(path.join(dir, 'postgres'));
  await mkdir(path.join(dir, 'postgres.new/base'), { recursive: true });
  const server = await open();
  expect(await encodingOf(server)).toBe('UTF8');
});

it('refuses a folder that holds something else, and leaves it as it is', async () => {
  const photo = path.join(dir, 'postgres/wedding.jpg');
  await mkdir(path.dirname(photo));
  await writeFile(photo, 'kept');
  await expect(open()).rejects.toThrow(/holds no whole database .*Move it away/);
  expect(await readFile(photo, 'utf8')).toBe('kept');
});

it('refuses the data of another major version and says how to keep it', async () => {
  const folder = await folderWithParts();
  await writeFile(path.join(folder, 'PG_VERSION'), '16\n');
  await expect(open()).rejects.toThrow(/made by Postgres 16; this release brings Postgres \d+.*pg_dump/);
});

it('refuses a database that lacks a part', async () => {
  const folder = await folderWithParts();
  await rm(path.join(folder, 'global/pg_control'));
  await expect(open()).rejects.toThrow(/global\/pg_control is missing/);
});

it('is stopped by its last user, whoever started it', async () => {
  const starter = await open();
  const second = await open();
  expect([starter.ours, second.ours, second.port]).toEqual([true, false, starter.port]);
  await starter.leave();
  expect(await encodingOf(second)).toBe('UTF8');
  await second.leave();
  await expect(encodingOf(second)).rejects.toThrow(/ECONNREFUSED/);
});

it('is made once when two start at the same moment', async () => {
  const [one, two] = await Promise.all([open(), open()]);
  expect(one.port).toBe(two.port);
  expect([one.ours, two.ours].filter(Boolean)).toHaveLength(1);
});

it('is started again on its port when it is killed, with its data', async () => {
  const server = await open();
  const url = await ensureDatabase(server, 'kept');
  process.kill(await postmasterOf(), 'SIGKILL');
  await vi.waitFor(async () => expect(await encodingOf(server)).toBe('UTF8'), {
    timeout: 20_000,
    interval: 200,
  });
  await expect(query(url, 'SELECT 1')).resolves.toHaveLength(1);
});

it('takes over after a power cut, when the number in its file belongs to another program by now', async () => {
  const server = await open();
  const file = path.join(dir, 'postgres/postmaster.pid');
  const lines = (await readFile(file, 'utf8')).split('\n');
  await server.stop();
  await writeFile(file, [process.ppid, ...lines.slice(1)].join('\n'));
  opened = [];
  expect(await encodingOf(await open())).toBe('UTF8');
});

it('goes on with a migration that was cut off', async () => {
  const url = await ensureDatabase(await open(), 'wecare');
  const names = (await pendingMigrations(url)).map(({ name }) => name);
  expect(await migrate(url)).toEqual(names);
  await query(url, 'DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  await query(url, UNFINISHED);
  expect(await migrate(url)).toEqual(names);
  expect(await pendingMigrations(url)).toEqual([]);
});

const UNFINISHED = `
  CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL,
    finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
    started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0);
  INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('1', 'x', '20261121220000_engine')`;

async function open(): Promise<Embedded> {
  const server = await openPostgres(dir);
  opened.push(server);
  return server;
}

async function folderWithParts(): Promise<string> {
  const folder = path.join(dir, 'postgres');
  for (const part of ['global', 'base', 'pg_wal']) await mkdir(path.join(folder, part), { recursive: true });
  for (const part of ['PG_VERSION', 'global/pg_control']) await writeFile(path.join(folder, part), '18\n');
  return folder;
}

async function postmasterOf(): Promise<number> {
  return Number((await readFile(path.join(dir, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]);
}

const encodingOf = async (server: Embedded): Promise<string> =>
  (await query(server.urlFor('postgres'), 'SHOW server_encoding'))[0].server_encoding;

async function query(url: string, text: string) {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // the server may be killed under it
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
