import path from 'node:path';
import pg from 'pg';
import { type Home, openHome } from './home.ts';
import { withLock } from './lock.mjs';
import { freePort } from './ports.ts';
import { readyFolder, SUPERUSER } from './postgres-folder.ts';
import { runProgram } from './postgres-programs.ts';
import { runningPort, startServer } from './postgres-server.ts';

/** A user of the embedded server holds one connection under this name for as long as it needs it. */
const PRESENCE = 'wecare-presence';

/** A running embedded Postgres: who may connect, and how to leave it. */
export interface Embedded {
  port: number;
  /** The folder that is used: the wanted one, or the one that root's database user can reach. */
  dir: string;
  /** True when the wanted folder could not be used. */
  moved: boolean;
  /** Address of one of its databases, as the owner of the tables. */
  urlFor(database: string): string;
  /** True when this process started it. */
  ours: boolean;
  /** Stops it for everybody. */
  stop(): Promise<void>;
  /** Ends this process's use: the last one to leave stops it, whoever started it. */
  leave(): Promise<void>;
}

interface Server extends Access {
  home: Home;
}

interface Access {
  folder: string;
  password: string;
  port: number;
}

/**
 * Attaches to the Postgres of a data folder, or initialises and starts it. Started again on the same
 * port when it dies while it is used.
 * @throws Refusal with the remedy when the folder, the disk or the binary will not do
 */
export async function openPostgres(dataDir: string): Promise<Embedded> {
  const home = await openHome(dataDir);
  const { server, ours, presence } = await withLock(lockOf(home), async () => {
    const ready = await readyFolder(home);
    const running = await runningPort(ready.folder, ready.password);
    const port = running ?? (await startServer(home, ready.folder, freePort));
    const server: Server = { ...ready, port, home };
    return { server, ours: running === undefined, presence: await bePresent(server) };
  });
  const watch = keepAlive(server, presence);
  const stop = async () => {
    watch.end();
    await watch.presence?.end();
    await stopServer(server);
  };
  let left: Promise<void> | undefined;
  return {
    ...{ port: server.port, dir: home.dir, moved: home.moved, ours, stop },
    urlFor: (database) => addressOf(server, database),
    leave: () => (left ??= leave(server, watch)),
  };
}

/** Makes a database of that name when it is not there yet. */
export async function ensureDatabase(server: Embedded, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: server.urlFor('postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (!rowCount) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  return server.urlFor(name);
}

const lockOf = (home: Home) => path.join(home.dir, 'postgres.lock');
const addressOf = ({ password, port }: Access, database: string) =>
  `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;

async function bePresent(server: Access): Promise<pg.Client> {
  const connectionString = addressOf(server, 'postgres');
  const client = new pg.Client({ connectionString, application_name: PRESENCE, keepAlive: true });
  await client.connect();
  return client;
}

interface Watch {
  presence: pg.Client | undefined;
  end(): void;
}

/** When the server dies under us (killed, out of memory), the first of its users starts it again. */
function keepAlive(server: Server, first: pg.Client): Watch {
  let ended = false;
  const watch: Watch = {
    presence: first,
    end: () => {
      ended = true;
    },
  };
  const look = (client: pg.Client) => {
    client.on('error', () => undefined); // 'end' follows
    client.on('end', () => {
      watch.presence = undefined;
      if (!ended) void revive();
    });
  };
  const revive = async () => {
    try {
      watch.presence = await withLock(lockOf(server.home), () => attachAgain(server));
      look(watch.presence);
    } catch (error) {
      process.stderr.write(`The embedded Postgres ended. ${(error as Error).message}\n`);
    }
  };
  look(first);
  return watch;
}

async function attachAgain(server: Server): Promise<pg.Client> {
  const running = await runningPort(server.folder, server.password);
  if (running === undefined) await startServer(server.home, server.folder, async () => server.port);
  return bePresent(server);
}

/** Under the lock, so that nobody attaches between the count and the stop. */
async function leave(server: Server, watch: Watch): Promise<void> {
  watch.end();
  await withLock(lockOf(server.home), async () => {
    const others = await othersPresent(watch.presence);
    await watch.presence?.end();
    if (others === 0) await stopServer(server);
  });
}

async function othersPresent(presence: pg.Client | undefined): Promise<number | undefined> {
  const text = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()`;
  const result = await presence?.query(text, [PRESENCE]);
  return result?.rows[0].n;
}

const stopServer = ({ home, folder }: Server) =>
  runProgram(home, 'pg_ctl', ['stop', '-D', folder, '-m', 'fast', '-w', '-t', '60']);
