import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { type Classified, classifyMail } from '../../channels/email/bounces/classify.ts';
import { Refusal } from '../../src/errors.ts';
import { answer } from '../lib/cli.ts';

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
