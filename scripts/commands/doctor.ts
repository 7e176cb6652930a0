import type { Command } from 'commander';
import { loadConfig } from '../../src/config.ts';
import { openKeys } from '../../src/keys.ts';
import { useProxies } from '../../src/outgoing.ts';
import { checkFiles } from '../doctor/files.ts';
import { examine, type Finding, fail, type Patient } from '../doctor/finding.ts';
import { checkDisk, checkKeys, checkProxies, checkPublicAddress } from '../doctor/machine.ts';
import { checkClock, checkListen, checkMigrations, checkPostgres, checkSession } from '../doctor/postgres.ts';
import { checkRedis } from '../doctor/redis.ts';
import { checkReturns } from '../doctor/returns.ts';
import { checkSenders } from '../doctor/sender.ts';
import { checkSmtp } from '../doctor/smtp.ts';
import { answer } from '../lib/cli.ts';
import { openDatabase } from '../lib/open.ts';
import { keyRing } from '../lib/ring.ts';

interface Options {
  json?: boolean;
  online?: boolean;
}

/** Exit code when something has to be put right. */
const WANTING = 3;

/** `wecare doctor`: looks at all that this installation stands on and says what to put right. */
export default function add(program: Command): void {
  program
    .command('doctor')
    .description('check database, queue, SMTP, disk, clock, address, keys (exit 3 when one fails)')
    .option('--online', "also ask DNS for the sender domains' SPF, DKIM, DMARC and PTR")
    .option('--json', 'answer in JSON')
    .action(async (options: Options) => {
      const findings = await findAll(options);
      answer(options, summary(findings), () => words(findings));
      if (findings.some(({ verdict }) => verdict === 'fail')) process.exitCode = WANTING;
    });
}

async function findAll(options: Options): Promise<Finding[]> {
  const config = loadConfig(process.env);
  await useProxies(config);
  const apart = { config, home: config.dataDir };
  const database = await openDatabase(config).catch((error: Error) => error);
  if (database instanceof Error) {
    const unreached = fail('postgres', database.message, 'Nothing runs without it');
    return [unreached, ...(await withoutDatabase(apart))];
  }
  try {
    const keys = openKeys(await keyRing(config, database));
    return await withDatabase({ config, databaseUrl: database.url, home: database.home, keys }, options);
  } finally {
    await database.stop();
  }
}

async function withDatabase(patient: Patient, { online }: Options): Promise<Finding[]> {
  const found = [
    await examine('postgres', () => checkPostgres(patient)),
    await examine('migrations', () => checkMigrations(patient)),
    await examine('LISTEN/NOTIFY', () => checkListen(patient)),
    await examine('advisory locks', () => checkSession(patient)),
    await examine('clock', () => checkClock(patient)),
    await examine('media library', () => checkFiles(patient)),
    await withoutDatabase(patient),
    await examine('SMTP', () => checkSmtp(patient)),
    await examine('bounces', () => checkReturns(patient)),
    online ? await examine('sender domains', () => checkSenders(patient)) : [],
  ];
  return found.flat();
}

async function withoutDatabase(patient: Pick<Patient, 'config' | 'home'>): Promise<Finding[]> {
  const found = [
    await examine('redis', () => checkRedis(patient)),
    await examine('disk', () => checkDisk(patient)),
    await examine('outgoing', () => checkProxies(patient)),
    await examine('public address', () => checkPublicAddress(patient)),
    await examine('keys', () => checkKeys(patient)),
  ];
  return found.flat();
}

const count = (findings: Finding[], wanted: string) =>
  findings.filter(({ verdict }) => verdict === wanted).length;

const summary = (findings: Finding[]) => ({
  ok: count(findings, 'ok'),
  warn: count(findings, 'warn'),
  fail: count(findings, 'fail'),
  findings,
});

function words(findings: Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map(({ check, verdict, seen, remedy }) => {
    const line = `${verdict.padEnd(4)}  ${check.padEnd(width)}  ${seen}`;
    return remedy ? `${line}\n${' '.repeat(width + 8)}→ ${remedy}` : line;
  });
  const { ok, warn, fail } = summary(findings);
  return [...lines, `${ok} ok, ${warn} to look at, ${fail} to put right`].join('\n');
}
