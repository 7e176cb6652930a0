import { LATEST_SCHEMA_VERSION } from 'bullmq';
import type { Command } from 'commander';
import { type Config, loadConfig } from '../../src/config.ts';
import { answer } from '../lib/cli.ts';
import { migrate } from '../lib/migrate.ts';
import { scriptOf } from '../lib/migration-script.ts';
import { openDatabase } from '../lib/open.ts';
import { pendingMigrations, queueVersion } from '../lib/pending.ts';
import { requireAnswer } from '../lib/reach.ts';

interface Options {
  sql?: boolean;
  json?: boolean;
}

/** `wecare migrate`: brings the database to this release. Nothing else does in production. */
export default function add(program: Command): void {
  program
    .command('migrate')
    .description('bring the database to this release, as MIGRATE_DATABASE_URL or else DATABASE_URL')
    .option('--sql', 'change nothing; print the SQL that is pending')
    .option('--json', 'answer in JSON')
    .action(async (options: Options) => {
      const config = loadConfig(process.env);
      const { url, leave } = await owner(config);
      try {
        await (options.sql ? printPending(url, config, options) : apply(url, config, options));
      } finally {
        await leave();
      }
    });
}

/** The address of the role that owns the tables; the application's own may not change them. */
async function owner(config: Config): Promise<{ url: string; leave: () => Promise<void> }> {
  if (config.MIGRATE_DATABASE_URL) {
    await requireAnswer(config.MIGRATE_DATABASE_URL, 'MIGRATE_DATABASE_URL');
    return { url: config.MIGRATE_DATABASE_URL, leave: async () => undefined };
  }
  const { url, stop } = await openDatabase(config);
  return { url, leave: stop };
}

async function apply(url: string, config: Config, options: Options): Promise<void> {
  const applied = await migrate(url, applicationRole(config));
  const words = applied.length ? `Applied:\n  ${applied.join('\n  ')}` : 'The database is up to date.';
  answer(options, { applied }, () => words);
}

function applicationRole({ MIGRATE_DATABASE_URL, DATABASE_URL }: Config): string | undefined {
  if (!MIGRATE_DATABASE_URL || !DATABASE_URL) return undefined;
  const role = decodeURIComponent(new URL(DATABASE_URL).username);
  return role === decodeURIComponent(new URL(MIGRATE_DATABASE_URL).username) ? undefined : role;
}

/** Migrations, the queue's own and the rights, as `wecare migrate` would bring them. */
async function printPending(url: string, config: Config, options: Options): Promise<void> {
  const pending = await pendingMigrations(url);
  const version = await queueVersion(url);
  if (!pending.length && version >= LATEST_SCHEMA_VERSION) {
    return answer(options, { pending }, () => '-- The database is up to date.');
  }
  const script = await scriptOf(pending, { queueVersion: version, role: applicationRole(config) });
  answer(options, { pending, script }, () => script);
}
