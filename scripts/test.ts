import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { say } from './lib/stop.ts';
import { findProgram, startRedis } from './lib/test-programs.ts';

/*
 * npm test: the checks of the code (types, format and lint, what nobody uses), then every test on real
 * things. Redis and a browser are used where they are found; what needs one that is not is skipped and
 * counted. Words after `npm test --` go to vitest, and then only the tests are run.
 */
interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

const BIN = 'node_modules/.bin';
const CHECKS: [name: string, program: string, ...args: string[]][] = [
  ['types', `${BIN}/tsc`, '--noEmit'],
  ['format and lint', `${BIN}/biome`, 'check', '--error-on-warnings', '.'],
  ['what nobody uses', `${BIN}/knip`],
];
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

const words = process.argv.slice(2).filter((word) => word !== '--bail');
const bail = process.argv.includes('--bail');
const total: Count = { passed: 0, failed: 0, skipped: 0 };
if (!words.length) await runChecks();
if (!(bail && total.failed)) add(await runTests());
const skipped = total.skipped ? `, ${total.skipped} skipped` : '';
process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
process.exitCode = total.failed || !total.passed ? 1 : 0;

async function runChecks(): Promise<void> {
  for (const [name, program, ...args] of CHECKS) {
    if (bail && total.failed) return;
    const code = await run(program, args);
    process.stdout.write(`${code === 0 ? '✓' : '✗'} ${name}\n`);
    add({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });
  }
}

async function runTests(): Promise<Count> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wecare-report-'));
  const redis = process.env.TEST_REDIS_URL ? undefined : await startRedis(folder);
  const browser = process.env.TEST_CHROMIUM ?? (await findProgram(BROWSERS));
  if (!redis && !process.env.TEST_REDIS_URL) say('No redis-server was found: what needs it is skipped.');
  if (!browser) say('No Chromium was found: what needs it is skipped.');
  try {
    const report = path.join(folder, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const found = { TEST_REDIS_URL: redis?.url, TEST_CHROMIUM: browser };
    const code = await run(`${BIN}/vitest`, ['run', ...reporters, ...words], found);
    return await readReport(report, code);
  } finally {
    await redis?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A file that cannot even be loaded has no tests to fail, so it counts as one; so does a run that broke. */
async function readReport(file: string, code: number): Promise<Count> {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (!text) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(text);
  const broken = report.testResults.filter(isBrokenFile).length;
  const failed = report.numFailedTests + broken;
  return {
    passed: report.numPassedTests,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function isBrokenFile(file: { status: string; assertionResults: { status: string }[] }): boolean {
  return file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed');
}

function add(count: Count): void {
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += count[key];
}

/** @returns the exit code; a signal that ends this process ends the program with it (one process group) */
function run(
  program: string,
  args: string[],
  more: Record<string, string | undefined> = {},
): Promise<number> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...more },
    shell: process.platform === 'win32',
  });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done(code ?? 1));
  });
}
