import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Config, loadConfig } from '../../src/config.ts';
import { closeGround, type Ground, openGround } from '../../src/ground.ts';
import { newRing } from '../../src/keys.ts';
import { ensureDatabase, openPostgres } from './embedded.ts';
import { migrate } from './migrate.ts';

/** A ground and how to leave it: connections closed, an embedded Postgres stopped if we started it. */
export interface Opened {
  ground: Ground;
  end(): Promise<void>;
}

/**
 * What every entry point begins with: settings, database, keys. In production nothing is started
 * and nothing is migrated; elsewhere an unset DATABASE_URL means the embedded Postgres of DATA_DIR.
 */
export async function open(service: string, env = process.env): Promise<Opened> {
  const config = loadConfig(env);
  const database = await openDatabase(config);
  const keyRing = config.WECARE_KEYS ?? (await localRing(database.home));
  const ground = openGround(config, { databaseUrl: database.url, keyRing, service });
  const end = async () => {
    await closeGround(ground);
    await database.stop();
  };
  return { ground, end };
}

interface Database {
  url: string;
  /** Folder for what belongs to this installation besides the database. */
  home: string;
  stop(): Promise<void>;
}

/** Connects to the configured database, or attaches to or starts the embedded one and migrates it. */
export async function openDatabase(config: Config): Promise<Database> {
  const stay = async () => undefined;
  if (config.DATABASE_URL) return { url: config.DATABASE_URL, home: config.dataDir, stop: stay };
  const server = await openPostgres(config.dataDir);
  const url = await ensureDatabase(server, 'wecare');
  await migrate(url);
  return { url, home: server.dir, stop: server.ours ? server.stop : stay };
}

/** Without WECARE_KEYS an installation makes its ring once and keeps it beside its database. */
async function localRing(home: string): Promise<string> {
  const file = path.join(home, 'keys');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept) return kept.trim();
  const ring = newRing();
  await writeFile(file, ring, { mode: 0o600, flag: 'wx' });
  return ring;
}
