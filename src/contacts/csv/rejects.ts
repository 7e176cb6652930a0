import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { Refusal } from '../../errors.ts';
import { endsWithOurs, OURS } from './columns.ts';
import type { Rejected } from './rows.ts';

/** A file of rows that were not taken. It appears under its name only when it is whole. */
export interface RejectsFile {
  write(rows: Rejected[]): Promise<void>;
  /** @returns the file's name, or null when no row was written and so no file made */
  close(): Promise<string | null>;
  /** Throws away what was written, after a failure. */
  discard(): Promise<void>;
}

/**
 * Opens a CSV file of the original columns with `line` and `reason` behind them: corrected, it can be
 * imported as it is, also when it is itself the rest of such a file. What a row has too much stands behind
 * the reason. UTF-8 with a byte order mark, because Excel takes it for something else without.
 * @throws Refusal when the file cannot be made there
 */
export async function openRejects(file: string, heads: string[], delimiter: string): Promise<RejectsFile> {
  const draft = `${file}.part`;
  const stream = await openStream(draft, file);
  const failure = finished(stream);
  failure.catch(() => undefined); // told by the write or close that meets it
  const line = (cells: string[]) => `${cells.map((cell) => csvCell(cell, delimiter)).join(delimiter)}\r\n`;
  let any = false;
  const put = async (text: string) => {
    if (!stream.write(text)) await Promise.race([once(stream, 'drain'), failure]);
  };
  const width = endsWithOurs(heads) ? heads.length - OURS.length : heads.length;
  await put(`\ufeff${line([...heads.slice(0, width), ...OURS])}`);
  const withReason = ({ cells, line: at, reason }: Rejected) => [
    ...Array.from({ length: width }, (_, i) => cells[i] ?? ''),
    ...[String(at), reason],
    ...cells.slice(heads.length),
  ];
  const write = async (rows: Rejected[]) => {
    if (!rows.length) return;
    any = true;
    await put(rows.map((row) => line(withReason(row))).join(''));
  };
  const discard = async () => {
    stream.destroy();
    await rm(draft, { force: true });
  };
  const close = async () => {
    stream.end();
    await failure;
    if (!any) await rm(draft, { force: true });
    else await rename(draft, file);
    return any ? file : null;
  };
  return { write, close, discard };
}

async function openStream(draft: string, file: string): Promise<WriteStream> {
  const stream = createWriteStream(draft, { mode: 0o600 });
  try {
    await new Promise((done, fail) => stream.once('open', done).once('error', fail));
  } catch (error) {
    throw new Refusal(
      `The file of rejected rows ${file} cannot be written (${(error as NodeJS.ErrnoException).code}). Name another with --rejects.`,
    );
  }
  return stream;
}

/**
 * One cell, quoted where RFC 4180 wants it. A cell that a spreadsheet would run as a formula gets an
 * apostrophe before it (OWASP, CSV injection); the import takes it off again.
 */
export function csvCell(text: string, delimiter = ','): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  const mustQuote = safe.includes(delimiter) || /["\r\n,;\t]|^\s|\s$/.test(safe);
  return mustQuote ? `"${safe.replace(/"/g, '""')}"` : safe;
}
