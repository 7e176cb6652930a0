import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { standingOf } from '../lib/pending.ts';
import { queueSequences } from '../lib/queue-sequences.ts';
import { type Finding, fail, ok, type Patient, warn } from './finding.ts';

const OLDEST = 15;
const PATIENCE_MS = 3000;
const POOLER =
  'Give DATABASE_URL a direct connection, or set the pooler to session mode (pool_mode = session)';

/** Version, encoding and rights of the database the application uses. */
export async function checkPostgres({ databaseUrl }: Patient): Promise<Finding[]> {
  return withClients(databaseUrl, 1, async ([client]) => {
    const { rows } = await client.query(`SELECT current_setting('server_version_num')::int / 10000 AS major,
      current_setting('server_encoding') AS encoding, current_user AS role,
      (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS super`);
    const { major, encoding, role, super: superuser } = rows[0];
    const old = fail('postgres version', String(major), `Move to Postgres ${OLDEST} or later`);
    const wrong = fail('postgres encoding', encoding, 'Create the database anew with ENCODING UTF8');
    return [
      major >= OLDEST ? ok('postgres version', String(major)) : old,
      encoding === 'UTF8' ? ok('postgres encoding', encoding) : wrong,
      await checkRights(client, { role, superuser }),
    ];
  });
}

/** The application reads and writes rows, and owns nothing: a fault in it cannot drop or rewrite. */
async function checkRights(
  client: pg.Client,
  { role, superuser }: { role: string; superuser: boolean },
): Promise<Finding> {
  const { rows } = await client.query(`SELECT
      to_regclass('public.delivery') IS NOT NULL AS made,
      coalesce(has_table_privilege(to_regclass('public.delivery'), 'SELECT, INSERT, UPDATE, DELETE'), false)
        AND coalesce(has_schema_privilege(to_regnamespace('bullmq'), 'USAGE'), false) AS may,
      (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('public.delivery')) AS owns`);
  const { made, may, owns } = rows[0];
  const check = 'postgres rights';
  if (!made) return fail(check, 'no tables', 'Run "wecare migrate"');
  if (!may) {
    return fail(
      check,
      `${role} may not write`,
      'Run "wecare migrate" with MIGRATE_DATABASE_URL set to the owner',
    );
  }
  const missing = await missingSequence(client);
  if (missing) return fail(check, `the queue lacks ${missing}`, 'Run "wecare migrate" of this release');
  if (!owns && !superuser) return ok(check, `${role} writes and owns nothing`);
  return warn(
    check,
    `${role} ${superuser ? 'is a superuser' : 'owns the tables'}`,
    'In production use a role of its own in DATABASE_URL and the owner in MIGRATE_DATABASE_URL',
  );
}

/** Without one of these the queue on Postgres takes no job from a role that may make nothing. */
async function missingSequence(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query(
    'SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NULL',
    [queueSequences()],
  );
  return rows[0]?.name;
}

/** A NOTIFY must reach a connection that listens: the queue on Postgres wakes workers so. */
export async function checkListen({ databaseUrl }: Patient): Promise<Finding> {
  return withClients(databaseUrl, 2, async ([listener, speaker]) => {
    const heard = new Promise<boolean>((done) => listener.on('notification', () => done(true)));
    await listener.query('LISTEN wecare_doctor');
    // The speaker holds the connection that a transaction pooler would have lent the listener.
    await speaker.query('BEGIN');
    await speaker.query("NOTIFY wecare_doctor, 'hello'");
    await speaker.query('COMMIT');
    const arrived = await Promise.race([heard, wait(PATIENCE_MS, false, { ref: false })]);
    if (arrived) return ok('LISTEN/NOTIFY', 'a notice arrives');
    return fail('LISTEN/NOTIFY', 'a notice did not arrive: a pooler is in between', POOLER);
  });
}

/**
 * A lock must stay with its connection. A transaction pooler shows itself when the first connection is
 * idle and a second begins a transaction: it gets the first one's backend, and the first another.
 */
export async function checkSession({ databaseUrl }: Patient): Promise<Finding> {
  return withClients(databaseUrl, 2, async ([holder, other]) => {
    const key = 7_301_980 + Math.floor(Math.random() * 1e6);
    const before = await backend(holder);
    await holder.query('SELECT pg_advisory_lock($1)', [key]);
    await other.query('BEGIN');
    const { rows } = await other.query('SELECT pg_try_advisory_xact_lock($1) AS taken', [key]);
    const after = await backend(holder);
    await other.query('ROLLBACK');
    await holder.query('SELECT pg_advisory_unlock($1)', [key]);
    if (before === after && !rows[0].taken) return ok('advisory locks', 'a lock stays with its connection');
    const seen = rows[0].taken ? 'two held the same lock' : 'a connection changed its backend';
    return fail('advisory locks', `${seen}: a pooler is in between`, POOLER);
  });
}

const backend = async (client: pg.Client): Promise<number> =>
  (await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid;

/** Whether the database is of this release. */
export async function checkMigrations({ databaseUrl }: Patient): Promise<Finding> {
  const check = 'migrations';
  const { pending, newer } = await standingOf(databaseUrl);
  if (pending.length) return fail(check, `${pending.length} pending`, 'Run "wecare migrate"');
  if (!newer.length) return ok(check, 'none pending');
  return warn(
    check,
    `${newer.length} of a newer release`,
    'Put that release in; this one is for going back only',
  );
}

/** Leases go by the database's clock, schedules by this computer's: they must agree. */
export async function checkClock({ databaseUrl }: Patient): Promise<Finding> {
  return withClients(databaseUrl, 1, async ([client]) => {
    const asked = Date.now();
    const { rows } = await client.query('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now');
    const ours = (asked + Date.now()) / 2;
    const seconds = Math.abs(rows[0].now - ours) / 1000;
    const seen = `${seconds.toFixed(seconds < 10 ? 2 : 0)} s from the database's`;
    if (seconds < 2) return ok('clock', seen);
    return (seconds < 30 ? warn : fail)('clock', seen, 'Set both clocks by NTP (timedatectl set-ntp true)');
  });
}

type Clients<N extends number> = N extends 1 ? [pg.Client] : [pg.Client, pg.Client];

async function withClients<N extends 1 | 2, T>(
  url: string,
  count: N,
  work: (clients: Clients<N>) => Promise<T>,
): Promise<T> {
  const make = () =>
    new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, query_timeout: 10_000 });
  const clients = Array.from({ length: count }, make);
  try {
    for (const client of clients) await client.connect();
    return await work(clients as Clients<N>);
  } finally {
    await Promise.allSettled(clients.map((client) => client.end()));
  }
}
