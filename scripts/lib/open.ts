import { type Config, loadConfig } from '../../src/config.ts';
import { closeGround, type Ground, openGround } from '../../src/ground.ts';
import { useProxies } from '../../src/outgoing.ts';
import { ensureDatabase, openPostgres } from './embedded.ts';
import { migrate } from './migrate.ts';
import { requireMigrated } from './pending.ts';
import { requireAnswer } from './reach.ts';
import { keyRing } from './ring.ts';

/** A ground and how to leave it: connections closed, an embedded Postgres stopped by its last user. */
export interface Opened {
  ground: Ground;
  /** Folder of this installation. */
  home: string;
  end(): Promise<void>;
}

/**
 * What every entry point begins with: settings, database, keys. In production nothing is started and
 * nothing is migrated; elsewhere an unset DATABASE_URL means the embedded Postgres of DATA_DIR.
 * @throws Refusal when a setting will not do, or the database is not reached or not of this release
 */
export async function open(service: string, env = process.env): Promise<Opened> {
  const config = loadConfig(env);
  const database = await openDatabase(config);
  try {
    const newer = config.DATABASE_URL ? await requireMigrated(database.url) : [];
    const opened = await openOn(config, database, service);
    if (newer.length && service !== 'cli') opened.ground.log.warn({ newer }, NEWER);
    return opened;
  } catch (error) {
    await database.stop();
    throw error;
  }
}

const NEWER =
  'the database is of a newer release; this one works on it, so that you can go back to it for a while';

/** A ground on a database that was opened before; `end` leaves both. */
export async function openOn(config: Config, database: Database, service: string): Promise<Opened> {
  await useProxies(config);
  const ring = await keyRing(config, database);
  const ground = openGround(config, { databaseUrl: database.url, keyRing: ring, service });
  const end = async () => {
    // A database that was started for us is stopped, whatever could not be closed before.
    await closeGround(ground).finally(database.stop);
  };
  return { ground, home: database.home, end };
}

export interface Database {
  url: string;
  /** Folder for what belongs to this installation besides the database. */
  home: string;
  /** True when DATA_DIR could not be used and `home` is elsewhere. */
  moved: boolean;
  stop(): Promise<void>;
}

/** Connects to the configured database, or attaches to or starts the embedded one and migrates it. */
export async function openDatabase(config: Config): Promise<Database> {
  if (!config.DATABASE_URL) return openEmbedded(config.dataDir);
  await requireAnswer(config.DATABASE_URL);
  return { url: config.DATABASE_URL, home: config.dataDir, moved: false, stop: async () => undefined };
}

async function openEmbedded(dataDir: string): Promise<Database> {
  const server = await openPostgres(dataDir);
  try {
    const url = await ensureDatabase(server, 'wecare');
    await migrate(url);
    await requireMigrated(url);
    return { url, home: server.dir, moved: server.moved, stop: server.leave };
  } catch (error) {
    await server.leave();
    throw error;
  }
}
