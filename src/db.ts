import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../prisma/client/client.ts';

export type Sql = pg.Pool;
export type Connection = pg.PoolClient;
/** What a single statement needs: the pool, or a connection inside a transaction. */
export type Queryable = Pick<pg.Pool, 'query'>;
export type Db = PrismaClient;

/** Connections for SQL of our own: money, the send path, bulk work. */
export function openSql(url: string, name: string, max = 10): Sql {
  const pool = new pg.Pool({ connectionString: url, max, application_name: name, keepAlive: true });
  // An idle connection that breaks (the server restarts) is replaced at the next use.
  pool.on('error', () => undefined);
  return pool;
}

/** Connections for ordinary rows. A transaction is wholly this, or wholly pg. */
export function openDb(url: string, name: string): Db {
  return new PrismaClient({
    // Without the arguments of the call, which are rows about people.
    errorFormat: 'minimal',
    adapter: new PrismaPg({ connectionString: url, max: 5, application_name: name }),
  });
}

/** Runs `work` in one transaction; what it throws rolls all of it back. */
export async function transaction<T>(sql: Sql, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await sql.connect();
  let broken: Error | undefined;
  try {
    await connection.query('BEGIN');
    const result = await work(connection);
    await connection.query('COMMIT');
    return result;
  } catch (error) {
    broken = await connection.query('ROLLBACK').then(
      () => undefined,
      (failure: Error) => failure,
    );
    throw error;
  } finally {
    connection.release(broken);
  }
}

/** SQLSTATE query_canceled, which a time limit gives. */
const CANCELLED = '57014';

/**
 * Asks within a transaction that has a limit of time for it.
 * @returns null when it was over
 */
export async function within<T>(
  connection: Connection,
  ms: number,
  ask: () => Promise<T>,
): Promise<T | null> {
  if (ms <= 0) return null;
  await connection.query(
    `SAVEPOINT quickly; SET LOCAL jit = off; SET LOCAL statement_timeout = ${Math.ceil(ms)}`,
  );
  try {
    const answer = await ask();
    await connection.query('RELEASE SAVEPOINT quickly; SET LOCAL statement_timeout TO DEFAULT');
    return answer;
  } catch (error) {
    await connection.query('ROLLBACK TO SAVEPOINT quickly');
    if ((error as { code?: string }).code === CANCELLED) return null;
    throw error;
  }
}

/**
 * Whether an error of the database passes by itself: connection, out of resources, operator's doing,
 * deadlock (classes of SQLSTATE). Without a SQLSTATE it is the socket's.
 */
export function passes(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return false;
  const code = (error as { code?: unknown }).code;
  // EPIPE looks like a SQLSTATE; none of those begins with E.
  return typeof code !== 'string' || !/^(?!E)[0-9A-Z]{5}$/.test(code) || /^(08|53|57|58|40)/.test(code);
}

const LONGEST_PAUSE_MS = 2000;

/** Does what must be done in the end, again and again while the database is away. */
export async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (let pause = 50; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!passes(error)) throw error;
      await new Promise((done) => setTimeout(done, pause));
    }
  }
}
