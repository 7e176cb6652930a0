import path from 'node:path';
import { startWorker } from '../jobs/worker.ts';
import { linkAddress } from '../src/access/one-time-links.ts';
import { firstLink } from '../src/access/welcome.ts';
import { type Config, loadConfig } from '../src/config.ts';
import { LEAST_MB } from '../src/disk.ts';
import { Refusal } from '../src/errors.ts';
import type { Ground } from '../src/ground.ts';
import { startWeb } from '../src/http/server.ts';
import { type RunningSandbox, startSandbox } from '../src/sandbox/server.ts';
import { actor, exitCodeOf } from './lib/cli.ts';
import { openHome } from './lib/home.ts';
import { takeLock } from './lib/lock.mjs';
import { migrate } from './lib/migrate.ts';
import { type Database, openDatabase, openOn } from './lib/open.ts';
import { requireFreePorts } from './lib/ports.ts';
import { requireSpace } from './lib/postgres-programs.ts';
import { seedDemonstration } from './lib/seed.ts';
import { type Closer, closeAll, heedSignals, runUntilStopped, type Signals, say } from './lib/stop.ts';
import { openTills } from './lib/tills.ts';

/*
 * Everything on this computer, for a newcomer and for development: one process with web, worker and
 * sandbox. One process has one Ctrl-C, one set of connections and half the memory of three; who wants
 * them apart runs `wecare serve` and `wecare work`, as production does.
 */
process.exitCode = await start().catch(exitCodeOf);
process.exit();

async function start(): Promise<number> {
  const signals = heedSignals();
  if (process.env.NODE_ENV === 'production') {
    throw new Refusal(
      'npm start is for trying and developing. In production run "wecare migrate", then "wecare serve" and "wecare work".',
    );
  }
  // What went well would push the way in off the terminal.
  const config = loadConfig({ LOG_LEVEL: 'warn', ...process.env });
  const release = await claimStart(config);
  try {
    await requireFreePorts(config, config.SANDBOX ? ['PORT', 'SANDBOX_PORT', 'SANDBOX_SMTP_PORT'] : ['PORT']);
    say(config.DATABASE_URL ? 'Opening the database …' : 'Opening the embedded Postgres …');
    return await runOn(config, await openDatabase(config), signals);
  } finally {
    release();
  }
}

/** One start per data folder: a second would only meet the first one's ports, or share its work unseen. */
async function claimStart(config: Config): Promise<() => void> {
  if (config.DATABASE_URL) return () => undefined;
  const { dir } = await openHome(config.dataDir);
  await requireSpace(dir, LEAST_MB);
  const lock = takeLock(path.join(dir, 'start.lock'), config.publicUrl);
  if (lock.release) return lock.release;
  throw new Refusal(
    `We Care Outreach runs already on this data (${dir}): process ${lock.pid}, ${lock.note}. Open that address, or stop that one with Ctrl-C first, or set DATA_DIR to another folder.`,
    409,
  );
}

async function runOn(config: Config, database: Database, signals: Signals): Promise<number> {
  const closers: Closer[] = [];
  try {
    if (config.DATABASE_URL) await migrate(config.MIGRATE_DATABASE_URL ?? config.DATABASE_URL);
    const { ground, end } = await openOn(config, database, 'start');
    closers.push(end);
    if (database.moved) say(movedTo(config, database));
    await startServices(ground, closers);
  } catch (error) {
    await closeAll(closers.length ? closers : [database.stop]);
    throw error;
  }
  const stopSeconds = config.STOP_SECONDS;
  const stop = () => closeAll(closers);
  return runUntilStopped(signals, { stopSeconds, stop, abandon: database.stop });
}

/** Each adds how it is closed: the last that was started is closed first, the database last. */
async function startServices(ground: Ground, closers: Closer[]): Promise<void> {
  const books = { file: path.join(ground.config.dataDir, 'sandbox', 'razorpay.jsonl') };
  const sandbox = ground.config.SANDBOX ? await startSandbox(ground, books) : undefined;
  if (sandbox) closers.push(() => sandbox.close());
  if (sandbox) await openTills(ground, sandbox.gateway);
  const seeded = sandbox ? await seedDemonstration(ground, { ...sandbox, telephones: sandbox }) : false;
  const web = await startWeb(ground, sandbox ? { inboxUrl: sandbox.url } : {});
  closers.push(() => web.close());
  const worker = await startWorker(ground);
  closers.push(() => worker.stop());
  say(await welcome(ground, { web: web.url, sandbox, seeded }));
}

interface Opened {
  web: string;
  sandbox: RunningSandbox | undefined;
  seeded: boolean;
}

/** In one piece and apart from the log, which goes to the same terminal. */
async function welcome(ground: Ground, { web, sandbox, seeded }: Opened): Promise<string> {
  const lines = [
    `We Care Outreach is at ${web}`,
    ...(sandbox ? [`Its mail goes to the inbox at ${sandbox.url}`] : []),
    ...(sandbox ? [`Its messages to telephones go to ${sandbox.origin}/sandbox/sms`] : []),
    ...(sandbox ? [`Its gifts are paid in practice at ${sandbox.gateway.url}`] : []),
    ...(sandbox ? [`Its posts appear on the practice networks at ${sandbox.social.pageUrl}`] : []),
    ...(seeded ? ['A demonstration campaign goes out to the inbox in a few seconds.'] : []),
    await wayIn(ground),
    'Ctrl-C stops it.',
  ];
  return `\n${lines.join('\n')}\n`;
}

/** While nobody can sign in, whoever sits here may make the first administrator; each start makes a new link. */
async function wayIn(ground: Ground): Promise<string> {
  const token = await firstLink(ground, actor());
  if (token) return `Make the first administrator at ${linkAddress(ground, 'first', token)} (once, today)`;
  return `Staff sign in at ${ground.config.publicUrl}/console/sign-in`;
}

function movedTo(config: Config, { home }: Database): string {
  return `Only root may enter ${config.dataDir}, and Postgres does not run as root: the data lies in ${home}.`;
}
