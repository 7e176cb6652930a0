import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { type Classified, classifyMail } from '../../channels/email/bounces/classify.ts';
import { applyReturns } from '../../src/deliveries/returns/apply.ts';
import { listReturns } from '../../src/deliveries/returns/list.ts';
import { listenForReturns } from '../../src/deliveries/returns/listen.ts';
import { fetchReturns } from '../../src/deliveries/returns/mailbox.ts';
import { Refusal } from '../../src/errors.ts';
import { answer, table, withGround } from '../lib/cli.ts';
import { runService } from '../lib/service.ts';

/** A mail is read no further than this, in bytes; a bounce says what it says at its start. */
const LONGEST = 10 * 1024 * 1024;

/** `bounces …`. */
export default function bounces(program: Command): void {
  const bounces = program.command('bounces').description('Mails that came back, and why');
  bounces
    .command('classify <path...>')
    .description('Say of each mail (a file, or all files of a folder) whom it is about and why it came back')
    .option('--json', 'answer with one line of JSON for each file')
    .action(async (paths: string[], flags: { json?: boolean }) => {
      for (const start of paths) {
        for await (const file of filesOf(start)) {
          const classified = classifyMail(await readStart(file));
          answer(flags, { file, ...classified }, () => words(file, classified));
        }
      }
    });
  addList(bounces);
  addFetch(bounces);
  addListen(bounces);
}

const SHOWN = 50;

function addList(bounces: Command): void {
  bounces
    .command('list')
    .description('What came back lately, what was done about it, and what waits to be applied')
    .option('--limit <rows>', 'how many', String(SHOWN))
    .option('--json', 'answer with one line of JSON')
    .action((flags: { limit: string; json?: boolean }) =>
      withGround(async ({ sql }) => {
        if (!/^[1-9]\d{0,4}$/.test(flags.limit))
          throw new Refusal('--limit is a number of rows, such as 50.');
        const found = await listReturns(sql, Number(flags.limit));
        answer(flags, found, () => listInWords(found));
      }),
    );
}

function listInWords({ returns, waiting }: Awaited<ReturnType<typeof listReturns>>): string {
  const rows = returns.map(({ at, run, seq, recipientDomain, foundBy, ...told }) => ({
    ...{ at: at.toISOString().slice(0, 16).replace('T', ' '), by: told.source, what: told.kind },
    ...{ reason: `${told.reason}${told.hard ? ' (hard)' : ''}`, to: recipientDomain ?? '' },
    ...{ delivery: run === null ? '' : `${run}/${seq}`, 'known by': foundBy ?? '', done: told.effect },
  }));
  const stuck = waiting.map(({ id, trouble }) => `Waiting: ${id}${trouble ? `, because: ${trouble}` : ''}`);
  return [rows.length ? table(rows) : 'Nothing has come back.', ...stuck].join('\n');
}

function addFetch(bounces: Command): void {
  bounces
    .command('fetch')
    .description('Read what is new in the mailbox of BOUNCE_IMAP_URL now; a worker does so once a minute')
    .option('--json', 'answer with one line of JSON')
    .action((flags: { json?: boolean }) =>
      withGround(async (ground) => {
        const fetched = await fetchReturns(ground);
        if (!fetched)
          throw new Refusal('Another process reads the mailbox just now. Ask again in a minute.', 409);
        const figures = { ...fetched, applied: await applyReturns(ground) };
        answer(flags, figures, () => table([figures]));
      }),
    );
}

function addListen(bounces: Command): void {
  bounces
    .command('listen')
    .description('Take what a mail server hands over at BOUNCE_LISTEN, until SIGINT or SIGTERM')
    .option('--at <address>', 'lmtp://HOST:PORT or smtp://HOST:PORT instead')
    .option('--json', 'print one line of JSON with the address and the port once it listens')
    .action((flags: { at?: string; json?: boolean }) =>
      runService('bounces', flags, async (ground) => {
        const address = flags.at ?? ground.config.BOUNCE_LISTEN;
        if (!address || !/^(lmtp|smtp):\/\/[^/]/.test(address))
          throw new Refusal('Say where to listen: set BOUNCE_LISTEN, or give --at lmtp://127.0.0.1:2424.');
        const { port, close } = await listenForReturns(ground, address);
        const words = `Bounces are taken at ${address} (port ${port})`;
        return { words, facts: { address, port }, stop: close };
      }),
    );
}

async function* filesOf(start: string): AsyncGenerator<string> {
  const found = await stat(start).catch((error: NodeJS.ErrnoException) => {
    if (!error.syscall) throw error;
    throw new Refusal(`${start} cannot be read (${error.code}). Name a file or a folder of mails.`);
  });
  if (!found.isDirectory()) return yield start;
  const entries = await readdir(start, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inside = path.join(start, entry.name);
    if (entry.isDirectory()) yield* filesOf(inside);
    else if (entry.isFile()) yield inside;
  }
}

async function readStart(file: string): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(file, { end: LONGEST - 1 })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function words(file: string, { kind, recipients }: Classified): string {
  const lines = recipients.map(({ address, status, reason, hard }) =>
    ['  ', address || '(nobody named)', reason, status, hard ? 'hard' : ''].filter(Boolean).join(' '),
  );
  return [`${file}: ${kind}`, ...lines].join('\n');
}
