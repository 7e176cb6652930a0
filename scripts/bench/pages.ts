import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { formatNumber } from '../../src/i18n.ts';
import { plantGiftTo, plantProject, SLUG } from '../demonstration/project.ts';
import { freePort } from '../lib/ports.ts';
import { openScratch, type Scratch, startBuilt, until } from '../lib/scratch.ts';
import { type Loaded, load } from './load.ts';
import { plantFamilyPage } from './occasion-page.ts';

const DONORS = Number(process.env.BENCH_DONORS ?? 10_000);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const CONNECTIONS = 32;
/** So long it may take until a gift stands on the page. */
const FRESH_MS = 2000;

/** A page that is looked at. */
interface Looked {
  path: string;
  /** A gift comes, in paise. */
  give(amount: bigint): Promise<unknown>;
}

/**
 * The page of a project, and that of a family, each with ten thousand donors under load, in turns with a bare
 * Express answer of the same size in a process like it; and how long it takes until a gift stands on the page
 * while it is under load.
 */
export async function bench(): Promise<void> {
  const port = await freePort();
  const settings = { PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}`, TRUST_PROXY: 'loopback' };
  const scratch = await openScratch(settings);
  const processes: ChildProcess[] = [];
  try {
    const looked = { project: await plantedProject(scratch), occasion: await plantedOccasion(scratch) };
    await scratch.ground.sql.query('ANALYZE');
    processes.push(await startBuilt(['serve'], scratch.env, 'ignore'));
    const rows: Record<string, object> = {};
    for (const [name, one] of Object.entries(looked)) rows[name] = await measure(one, { port, processes });
    print(rows);
  } finally {
    for (const child of processes) child.kill('SIGKILL');
    await scratch.end();
  }
}

const print = (value: object) => void process.stdout.write(`${JSON.stringify(value)}\n`);

async function measure(
  { path, give }: Looked,
  { port, processes }: { port: number; processes: ChildProcess[] },
): Promise<object> {
  const answers = () =>
    fetch(`http://127.0.0.1:${port}${path}`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(answers, 'the page answers', 100);
  const page = { port, path, connections: CONNECTIONS, seconds: SECONDS };
  const { bytes } = await load({ ...page, seconds: 2 });
  const bare = await startBare(bytes, processes);
  const rounds = await inTurns(page, { ...page, port: bare, path: '/' });
  return judge(rounds, { bytes, fresh_ms: await freshness(give, page) });
}

async function plantedProject({ ground }: Scratch): Promise<Looked> {
  const project = await plantProject(ground);
  await plantGiftTo(ground, { project, amount: 100_000n, name: 'Sreeja Nair', message: 'അമ്മയ്ക്കു വേണ്ടി.' });
  await ground.sql.query(
    `WITH kept AS (
       INSERT INTO donor (id, kind, name) SELECT gen_random_uuid(), 'individual', 'Donor ' || n FROM generate_series(2, $2::int) AS n RETURNING id
     ), j AS (
       INSERT INTO journal (kind, subject, on_day, at) SELECT 'capture', 'planted:' || id, current_date, now() FROM kept RETURNING id
     ), p AS (
       INSERT INTO posting (journal, line, account, amount)
       SELECT j.id, l.line, l.account, l.amount FROM j, (VALUES (1, 'clearing.domestic', 50000), (2, $3, -50000)) AS l(line, account, amount)
     )
     INSERT INTO donation (id, stream, fund, donor_id, amount, mode, given_on, message, created_at, project_id)
     SELECT gen_random_uuid(), 'domestic', $3, id, 50000, 'upi', current_date, 'With love', now(), $1 FROM kept`,
    [project, DONORS, `fund.project.${project}.domestic`],
  );
  const give = (amount: bigint) => plantGiftTo(ground, { project, amount, name: 'Anil Kumar' });
  return { path: `/projects/${SLUG}?lang=ml`, give };
}

async function plantedOccasion({ ground }: Scratch): Promise<Looked> {
  const { id, code } = await plantFamilyPage(ground, DONORS);
  const give = (amount: bigint) =>
    plantGiftTo(ground, { project: null, occasion: id, amount, name: 'Anil Kumar' });
  return { path: `/o/${code}`, give };
}

async function startBare(bytes: number, processes: ChildProcess[]): Promise<number> {
  const script = fileURLToPath(new URL('./bare-express.mjs', import.meta.url));
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = spawn(process.execPath, [script, String(bytes)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  processes.push(child);
  const [port] = await once(child.stdout, 'data');
  return Number(String(port));
}

interface Round {
  page: Loaded;
  bare: Loaded;
}
type Plan = Parameters<typeof load>[0];

async function inTurns(page: Plan, bare: Plan): Promise<Round[]> {
  await load({ ...bare, seconds: 2 });
  const rounds: Round[] = [];
  for (let n = 0; n < ROUNDS; n++) rounds.push({ bare: await load(bare), page: await load(page) });
  return rounds;
}

/** What the first gift and those of the other donors come to, with one more of ₹7,700. */
const SUM = formatNumber((100_000 + 50_000 * (DONORS - 1) + 770_000) / 100);

/** Milliseconds from the commit of a gift to its showing, while others look. */
async function freshness(give: Looked['give'], page: Plan): Promise<number> {
  const looking = load({ ...page, connections: 8 });
  await give(770_000n);
  const began = performance.now();
  const shows = async () =>
    (await (await fetch(`http://127.0.0.1:${page.port}${page.path}`)).text()).includes(SUM);
  await until(shows, 'the gift stands on the page', 20);
  const ms = Math.round(performance.now() - began);
  await looking;
  return ms;
}

const median = (all: number[]): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;

function judge(rounds: Round[], { bytes, fresh_ms }: { bytes: number; fresh_ms: number }): object {
  const [page_rps, bare_rps] = [
    median(rounds.map(({ page }) => page.rps)),
    median(rounds.map(({ bare }) => bare.rps)),
  ];
  const failed = rounds.reduce((sum, { page, bare }) => sum + page.failed + bare.failed, 0);
  if (failed || fresh_ms > FRESH_MS) process.exitCode = 1;
  return {
    ...{ page_rps, bare_rps, ratio: Math.round((page_rps / bare_rps) * 100) / 100 },
    ...{ p99_ms: median(rounds.map(({ page }) => page.p99_ms)), bytes, fresh_ms, donors: DONORS, failed },
  };
}
