import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { compileMail } from '../../channels/email/mail.ts';
import { saveAccount } from '../../src/deliveries/accounts.ts';
import { freezeRun } from '../../src/deliveries/freeze.ts';
import { openScratch, type Scratch, startWorkerProcess, until } from '../lib/scratch.ts';
import { measureNodemailer } from './nodemailer.ts';
import { openFastSink, smtpSource } from './postfix.ts';
import { benchMail, seedContacts, seedRun } from './seed.ts';

const RECIPIENTS = Number(process.env.BENCH_RECIPIENTS ?? 50_000);
/** The same for the engine, nodemailer's pool and smtp-source. */
const CONNECTIONS = Number(process.env.BENCH_CONNECTIONS ?? 400);
/** nodemailer is given fewer messages, because it would take a minute for all; its rate is as steady. */
const NODEMAILER_MESSAGES = 5000;

interface Figures {
  engine_per_s: number;
  nodemailer_per_s: number;
  smtp_source_per_s: number | null;
  ratio_to_nodemailer: number;
  ratio_to_limit: number | null;
  worker_rss_mb: number;
}

/** Engine, nodemailer and smtp-source in turn against one sink; then the first two again with DKIM. */
export async function bench(): Promise<void> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const plain = await measure(undefined);
  const signed = await measure(pem);
  const limit = await signingLimit(pem);
  const dkim = { ...signed, sign_per_s: limit, ratio_to_sign: round(signed.engine_per_s / limit, 2) };
  process.stdout.write(
    `${JSON.stringify({ ...plain, connections: CONNECTIONS, recipients: RECIPIENTS, dkim })}\n`,
  );
}

async function measure(dkimKey: string | undefined): Promise<Figures & { message_bytes: number }> {
  const scratch = await openScratch({ SENDER_CONNECTIONS: String(CONNECTIONS), LEASE_SECONDS: '15' });
  const sink = await openFastSink();
  try {
    const bytes = Buffer.byteLength(sampleMail());
    const source = dkimKey
      ? null
      : await smtpSource({ port: sink.port, connections: CONNECTIONS, bytes, messages: RECIPIENTS });
    const composed = { port: sink.port, connections: CONNECTIONS, messages: NODEMAILER_MESSAGES };
    const nodemailer = await measureNodemailer({ ...composed, ...(dkimKey && { dkimKey }) });
    const engine = await measureEngine(scratch, sink.port, dkimKey);
    return {
      engine_per_s: engine.perSecond,
      nodemailer_per_s: nodemailer,
      smtp_source_per_s: source,
      ratio_to_nodemailer: round(engine.perSecond / nodemailer, 2),
      ratio_to_limit: source && round(engine.perSecond / source, 2),
      worker_rss_mb: engine.rssMb,
      message_bytes: bytes,
    };
  } finally {
    await sink.close();
    await scratch.end();
  }
}

/** A real worker process, from the moment its first delivery is claimed to the last outcome in the ledger. */
async function measureEngine(scratch: Scratch, port: number, dkimKey: string | undefined) {
  const { ground } = scratch;
  await saveAccount(ground, {
    ...{ name: 'sink', domains: ['*'], connections: CONNECTIONS },
    settings: { host: '127.0.0.1', port, security: 'none' },
    ...(dkimKey && {
      secrets: { dkim: [{ domain: 'kssm.example', selector: 'bench', privateKey: dkimKey }] },
    }),
  });
  const list = await seedContacts(ground, RECIPIENTS);
  const { run, contents } = await seedRun(ground, { small: false });
  await freezeRun(ground, run, { lists: [list], fallback: ['en'], contents });
  await ground.sql.query('CHECKPOINT');
  const worker = await startWorkerProcess(scratch.env);
  let rssMb = 0;
  const watch = setInterval(() => {
    rssMb = Math.max(rssMb, residentMb(worker.pid as number));
  }, 200);
  await until(async () => (await arrived(scratch)) >= RECIPIENTS, 'all is sent', 500);
  clearInterval(watch);
  const gone = new Promise((done) => worker.once('exit', done));
  worker.kill('SIGTERM');
  await gone;
  const { seconds } = await sent(scratch);
  return { perSecond: Math.round(RECIPIENTS / seconds), rssMb };
}

/** From the counters: to count the rows again and again would be part of what is measured. */
async function arrived({ ground }: Scratch): Promise<number> {
  const { rows } = await ground.sql.query('SELECT coalesce(sum(sent), 0)::int AS n FROM run_counter');
  return rows[0].n;
}

/** By the ledger's own clock: from the sender's registration to the last outcome. */
async function sent({ ground }: Scratch): Promise<{ seconds: number }> {
  const { rows } = await ground.sql.query(
    `SELECT extract(epoch FROM max(at) - (SELECT min(started_at) FROM worker))::float8 AS seconds FROM delivery`,
  );
  return rows[0];
}

/** What one thread signs in a second: the limit of a sender that signs RSA-2048 without help. */
async function signingLimit(pem: string): Promise<number> {
  const text = Buffer.alloc(1000, 'x');
  // Parsed once, as the engine does; read from PEM at each call it would be three times slower.
  const key = createPrivateKey(pem);
  const started = performance.now();
  for (let n = 0; n < 4000; n++) sign('rsa-sha256', text, key);
  return Math.round(4000 / ((performance.now() - started) / 1000));
}

/** The peak of a process's resident memory, in megabytes, as the kernel counts it. */
function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

function sampleMail(): string {
  const token = 'x'.repeat(28);
  const values = { name: 'Recipient 12345', first_name: 'Recipient', district: 'Kollam', token };
  const to = {
    address: 'r12345@people.example',
    name: values.name,
    token,
    messageId: `${token}@kssm.example`,
  };
  return compileMail(benchMail('en')).render({ ...to, date: new Date(), values });
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));
