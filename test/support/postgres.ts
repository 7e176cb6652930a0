import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { ensureDatabase, openPostgres } from '../../scripts/lib/embedded.ts';
import { migrate } from '../../scripts/lib/migrate.ts';
import { rebuildTemplate } from './template.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the server's maintenance database, as its owner. */
    postgres: string;
    redis: string | undefined;
    /** A Chromium for the browser tests. */
    chromium: string | undefined;
  }
}

/** Starts one Postgres for the whole run, with a migrated template that each test file clones. */
export default async function start(project: TestProject): Promise<() => Promise<void>> {
  const server = await openPostgres(
    path.join(
      tmpdir(),
      `wecare-test-${createHash('sha256').update(`${process.cwd()} ${process.getuid?.()}`).digest('hex').slice(0, 10)}`,
    ),
  );
  await forgetPowerCuts(server.urlFor('postgres'));
  await rebuildTemplate(server.urlFor('postgres'), async () => {
    await migrate(await ensureDatabase(server, 'template_wecare'));
  });
  project.provide('postgres', server.urlFor('postgres'));
  project.provide('redis', process.env.TEST_REDIS_URL);
  project.provide('chromium', process.env.TEST_CHROMIUM);
  return server.leave;
}

/** A database that the next run makes anew need not outlive a power cut; each commit would wait for the disk. */
async function forgetPowerCuts(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    for (const setting of ['fsync', 'full_page_writes'])
      await client.query(`ALTER SYSTEM SET ${setting} = off`);
    await client.query('SELECT pg_reload_conf()');
  } finally {
    await client.end();
  }
}
