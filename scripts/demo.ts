/**
 * `npm run demo [-- --json]`: the main job by itself in a database of its own. Imports a CSV, sends a
 * bilingual campaign at its second to the practice inbox, tells what went to whom, not to whom, and why.
 */
import { readFile, rm } from 'node:fs/promises';
import { startWorker } from '../jobs/worker.ts';
import { type ReportRow, wholeReport } from '../src/campaigns/report.ts';
import { type RunProgress, runProgress } from '../src/deliveries/progress.ts';
import type { Ground } from '../src/ground.ts';
import { type RunningSandbox, startSandbox } from '../src/sandbox/server.ts';
import { plantDemonstration } from './demonstration/plant.ts';
import { exitCodeOf, table, toJson } from './lib/cli.ts';
import { openScratch, until } from './lib/scratch.ts';

const SECONDS_AHEAD = 4;
/** A quarter of an hour until the second attempt is too long for a demonstration. */
const FAST = { DEFER_FIRST_SECONDS: '3', DEFER_GIVE_UP_SECONDS: '8' };
const PORTS = { SANDBOX_PORT: '0', SANDBOX_SMTP_PORT: '0' };
const json = process.argv.includes('--json');
const say = (words: string) => void process.stdout.write(`${words}\n`);

async function demo(): Promise<number> {
  say('Making a database for the demonstration …');
  const scratch = await openScratch({ ...FAST, ...PORTS, LOG_LEVEL: 'error' });
  const sandbox = await startSandbox(scratch.ground);
  try {
    return await perform(scratch.ground, sandbox);
  } finally {
    await sandbox.close();
    await scratch.end();
  }
}

async function perform(ground: Ground, sandbox: RunningSandbox): Promise<number> {
  const started = performance.now();
  const { imported, rejectsFile, dueAt } = await plantDemonstration(ground, {
    ...sandbox,
    seconds: SECONDS_AHEAD,
  });
  say(`Imported ${imported.rows} rows: ${imported.created} contacts, ${imported.rejected} rows sent back.`);
  const clock = dueAt.toLocaleTimeString('en-IN', { timeZone: 'Asia/Kolkata' });
  say(`"Demonstration" is written in English and Malayalam, approved, and due at ${clock} IST.`);
  const worker = await startWorker(ground);
  const progress = await watch(ground);
  await worker.stop();
  const rows = await all(wholeReport(ground, progress.run));
  say(`\n${table(rows.map(asRow))}`);
  say(`\nRows that were not imported:\n${(await readFile(rejectsFile, 'utf8')).trim()}`);
  await rm(rejectsFile);
  const arrived = sandbox.inbox.count().kept;
  const summary = { ...figures(progress), arrived, rejected: imported.rejected, left_out: leftOut(rows) };
  say(
    `\n${arrived} mails are in the inbox, ${progress.sent} are sent by the ledger. \`npm start\` shows them as a reader sees them.`,
  );
  if (json)
    say(
      toJson({
        ok: isWell(progress, arrived),
        ...summary,
        seconds: Math.round((performance.now() - started) / 1000),
      }),
    );
  return isWell(progress, arrived) ? 0 : 1;
}

/** Each mail that the ledger calls sent arrived; one that was dropped after its final dot is unknown. */
const isWell = (progress: RunProgress, arrived: number): boolean =>
  progress.state === 'finished' &&
  progress.sent > 0 &&
  arrived >= progress.sent &&
  arrived <= progress.sent + progress.unknown;

async function watch(ground: Ground): Promise<RunProgress> {
  let last = '';
  let progress: RunProgress | undefined;
  await until(
    async () => {
      const run = await ground.db.run.findFirst();
      if (!run) return false;
      progress = await runProgress(ground, run.id);
      const line = `${progress.state}: ${progress.planned} planned, ${progress.sending} sending, ${progress.sent} sent, ${progress.deferred} deferred, ${progress.failed} failed, ${progress.unknown} unknown`;
      if (line !== last) say(`  ${line}`);
      last = line;
      return progress.state === 'finished';
    },
    'the campaign is finished',
    250,
  );
  return progress as RunProgress;
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

const asRow = (row: ReportRow) => ({
  to: row.name ?? '(erased)',
  address: row.address ?? '',
  language: row.language ?? '',
  state: row.state,
  tries: row.attempts,
  why: row.reason ?? '',
});

const figures = ({ state, total, sent, deferred, failed, unknown, skipped }: RunProgress) => ({
  ...{ state, total, sent, deferred, failed, unknown, skipped },
});

function leftOut(rows: ReportRow[]): Record<string, number> {
  const reasons = rows.filter((row) => row.state === 'left out').map((row) => row.reason ?? '');
  return Object.fromEntries(
    [...new Set(reasons)].map((reason) => [reason, reasons.filter((r) => r === reason).length]),
  );
}

process.exitCode = await demo().catch(exitCodeOf);
process.exit();
