import { digestRuns } from '../../../src/deliveries/digests.ts';
import { startWeb } from '../../../src/http/server.ts';
import type { Scratch } from '../../lib/scratch.ts';
import { openState } from '../state/state.ts';
import { ask, openSession } from './browser.ts';
import { wasted } from './explain.ts';
import { type Asked, pagesToAsk } from './pages.ts';
import { type Statement, type Watch, watchStatements } from './watch.ts';

const TIMES = Number(process.env.BENCH_TIMES ?? 30);
/** Which addresses, as a regular expression; all unless said. */
const PAGES = new RegExp(process.env.BENCH_PAGES ?? '');
const WARM_UP = 3;
const TOO_SLOW_MS = 1500;
const FEW = 5;

interface Measured {
  page: string;
  p95_ms: number;
  queries: number;
}

/**
 * Every page of the console on a made-up state of a million contacts: how long the slowest but one in
 * twenty took, and how many statements it needed. Says before that which of them read a whole table.
 */
export async function bench(): Promise<void> {
  const watch = watchStatements();
  const scratch = await openState({ PORT: '0', SANDBOX: 'false', LOG_LEVEL: 'fatal' });
  const web = await startWeb(scratch.ground);
  try {
    // As the worker does all day.
    await digestRuns(scratch.ground);
    const { asked, unknown } = await pagesToAsk(scratch.ground.sql);
    // Of the runs before on the same state.
    await scratch.ground.sql.query('DELETE FROM rate_limit');
    const session = openSession(web.url);
    const pages: Measured[] = [];
    const missed = unknown.map((path) => `${path} (no id is known; see scripts/bench/console/pages.ts)`);
    for (const page of asked.filter((one) => PAGES.test(one.page))) {
      const measured = await measure(scratch, { watch, url: web.url, session, page });
      if (typeof measured === 'string') missed.push(`${page.page} (${measured})`);
      else if (measured) pages.push(measured);
    }
    for (const one of missed) process.stdout.write(`Not measured: ${one}\n`);
    if (missed.length) process.exitCode = 1;
    process.stdout.write(`${JSON.stringify({ pages })}\n`);
  } finally {
    await web.close();
    await scratch.end();
    watch.end();
  }
}

interface Measuring {
  watch: Watch;
  url: string;
  session: () => Promise<string>;
  page: Asked;
}

/** @returns null for what is no page (a download, a stream, a way on), a sentence for what does not answer */
async function measure(
  { ground }: Scratch,
  { watch, url, session, page }: Measuring,
): Promise<Measured | string | null> {
  const address = url + page.page;
  const { status, type } = await ask(address, { cookie: await session() });
  if (status >= 400) return `answered ${status}`;
  if (status !== 200 || !type.startsWith('text/html')) return null;
  let warm = 0;
  for (let i = 1; i < WARM_UP; i++) warm = (await ask(address, { cookie: await session() })).ms;
  let statements: Statement[] = [];
  const times: number[] = [];
  // What is far too slow is known to be after a few.
  for (let i = 0; i < (warm > TOO_SLOW_MS ? Math.min(FEW, TIMES) : TIMES); i++) {
    const cookie = await session();
    statements = await watch.during(async () => times.push((await ask(address, { cookie })).ms));
  }
  const p95_ms = Math.round(percentile(times, 0.95) * 10) / 10;
  const [p95, p50] = [p95_ms, percentile(times, 0.5)].map((ms) => ms.toFixed(0).padStart(6));
  const queries = String(statements.length).padStart(3);
  process.stdout.write(`${p95} ms (half within ${p50} ms) ${queries} queries  ${page.page}\n`);
  for (const { table, read, shown, statement } of await wasted(ground.sql, statements)) {
    process.stdout.write(
      `           reads ${read} rows of ${table} from end to end to show ${shown}: ${statement}\n`,
    );
  }
  return { page: page.page, p95_ms, queries: statements.length };
}

const percentile = (times: number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.ceil(times.length * share) - 1] ?? 0;
