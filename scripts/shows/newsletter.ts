import PostalMime from 'postal-mime';
import { type RunningWorker, startWorker } from '../../jobs/worker.ts';
import { pressEditions } from '../../src/campaigns/newsletters/press.ts';
import { editionsOf } from '../../src/campaigns/newsletters/status.ts';
import { saveAccount } from '../../src/deliveries/accounts.ts';
import type { Ground } from '../../src/ground.ts';
import { openInbox } from '../../src/sandbox/inbox.ts';
import { startSmtp } from '../../src/sandbox/smtp.ts';
import { openScratch, startRedis, until } from '../lib/scratch.ts';
import { type Planted, plantNewsletter, type Reader } from './readers.ts';

const READERS = Number(process.env.BENCH_RECIPIENTS ?? 10_000);
const CONNECTIONS = 20;
const WEEK = 7 * 86_400_000;

/** What the inbox saw of one reader. */
interface Seen {
  times: number;
  language: string;
  /** Whether the mail greets this reader by name, and nobody else. */
  named: boolean;
}

interface Result {
  backend: string;
  readers: number;
  delivered: number;
  missing: number;
  twice: number;
  wrong_language: number;
  wrong_name: number;
  seconds: number;
  /** What became of the edition a week later, for which nothing was written. */
  next_edition: string;
  /** Mails that came nevertheless. */
  next_mails: number;
  ok: boolean;
}

/**
 * A weekly newsletter in Malayalam, with an English edition for who reads that, goes to ten thousand
 * contacts when its Monday comes; a week later nothing is new. On the queue in Postgres, then in Redis.
 * Prints one line of JSON for each and their verdict as the last.
 */
export async function bench(): Promise<void> {
  const results: Result[] = [];
  for (const backend of ['postgres', 'redis']) {
    const result = await show(backend);
    if (result) print(result);
    else process.stderr.write('No redis-server was found: the Redis half was not run.\n');
    if (result) results.push(result);
  }
  const ok = results.every((result) => result.ok);
  print({ ok, backends: results.map((result) => result.backend), readers: READERS });
  if (!ok) throw new Error('The newsletter did not reach everybody once; the lines above say where.');
}

const print = (value: object) => void process.stdout.write(`${JSON.stringify(value)}\n`);

async function show(backend: string): Promise<Result | undefined> {
  const redis = backend === 'redis' ? await startRedis('/tmp') : undefined;
  if (backend === 'redis' && !redis) return undefined;
  const settings = { SENDER_CONNECTIONS: String(CONNECTIONS), ...(redis && { REDIS_URL: redis.url }) };
  const scratch = await openScratch({ ...settings, PUBLIC_URL: 'https://outreach.example' });
  const clock = movedClock();
  try {
    return await perform({ ...scratch.ground, clock }, clock, backend);
  } finally {
    await scratch.end();
    redis?.stop();
  }
}

/** The system's clock, set forward. */
function movedClock() {
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + ahead),
    moveTo(at: Date) {
      ahead = at.getTime() - Date.now();
    },
  };
}

async function perform(
  ground: Ground,
  clock: ReturnType<typeof movedClock>,
  backend: string,
): Promise<Result> {
  const planted = await plantNewsletter(ground, READERS);
  const inbox = await openReaders(ground, planted.readers);
  let worker: RunningWorker | undefined;
  try {
    await saveAccount(ground, {
      ...{ name: 'practice', domains: ['*'], connections: CONNECTIONS },
      settings: { host: '127.0.0.1', port: inbox.port, security: 'none' },
    });
    clock.moveTo(new Date(planted.dueAt.getTime() - 1000));
    worker = await startWorker(ground);
    const started = performance.now();
    await until(() => isFinished(ground), 'the edition has been sent', 100);
    await inbox.settled();
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    const delivered = inbox.count();
    clock.moveTo(new Date(planted.dueAt.getTime() + WEEK));
    const next = await nextEdition(ground, planted);
    return judged(
      { backend, seconds, delivered, next, seen: inbox.seen, mails: inbox.count() },
      planted.readers,
    );
  } finally {
    await worker?.stop();
    await inbox.close();
  }
}

interface Outcome {
  backend: string;
  seconds: number;
  delivered: number;
  next: string;
  seen: Map<string, Seen>;
  mails: number;
}

function judged(
  { backend, seconds, delivered, next, seen, mails }: Outcome,
  readers: Map<string, Reader>,
): Result {
  const count = (wrong: (reader: Reader, mail: Seen | undefined) => boolean | undefined) =>
    [...readers].filter(([address, reader]) => wrong(reader, seen.get(address))).length;
  const figures = {
    missing: count((_, mail) => !mail),
    twice: count((_, mail) => mail && mail.times > 1),
    wrong_language: count((reader, mail) => mail && mail.language !== reader.language),
    wrong_name: count((_, mail) => mail && !mail.named),
  };
  const after = { next_edition: next, next_mails: mails - delivered };
  const nothingWrong = [...Object.values(figures), after.next_mails].every((n) => n === 0);
  const ok = nothingWrong && delivered === readers.size && next.startsWith('skipped');
  return { backend, readers: readers.size, delivered, ...figures, seconds, ...after, ok };
}

/** The sandbox's mail server; of each mail is kept who got it and whether it is theirs. */
async function openReaders(ground: Ground, readers: Map<string, Reader>) {
  const seen = new Map<string, Seen>();
  const reading = new Set<Promise<void>>();
  let mails = 0;
  const inbox = openInbox({ mails: 10, bytes: 1 << 20 });
  const read = async (to: string, source: Buffer) => {
    const { headers, text = '' } = await PostalMime.parse(source);
    const language = headers.find(({ key }) => key === 'content-language')?.value ?? '';
    const times = (seen.get(to)?.times ?? 0) + 1;
    seen.set(to, { times, language, named: text.includes(readers.get(to)?.greeting ?? '\0') });
  };
  const add: typeof inbox.add = (mail) => {
    mails += 1;
    for (const to of mail.to) {
      const done = read(to, mail.source).finally(() => reading.delete(done));
      reading.add(done);
    }
    return inbox.add(mail);
  };
  const place = { host: '127.0.0.1', port: 0, setting: 'SANDBOX_SMTP_PORT' };
  const smtp = await startSmtp({ ...inbox, add }, ground.clock, place);
  const settled = async () => void (await Promise.all(reading));
  return { port: smtp.port, seen, count: () => mails, settled, close: smtp.close };
}

async function isFinished({ sql }: Ground): Promise<boolean> {
  const { rows } = await sql.query("SELECT FROM run WHERE state = 'finished'");
  return rows.length > 0;
}

/** Waits until the worker has decided on the edition of the week after, and says what. */
async function nextEdition(ground: Ground, { newsletter, dueAt }: Planted): Promise<string> {
  const after = async () => {
    const editions = await editionsOf(ground, newsletter);
    return editions.find((one) => one.dueAt.getTime() === dueAt.getTime() + WEEK);
  };
  await until(
    async () => ['sent', 'skipped'].includes((await after())?.state ?? ''),
    'the next edition is over',
    100,
  );
  await pressEditions(ground);
  return (await after())?.reason ?? 'sent';
}
