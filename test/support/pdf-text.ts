import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const READER = '/usr/bin/pdftotext';

/** Whether a reader of PDFs is here; what needs one is skipped elsewhere, and counted. */
export const readsPdf = existsSync(READER);

/** What a reader of PDFs takes out of one. */
export async function textOf(pdf: Buffer): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wecare-paper-'));
  const file = path.join(folder, 'paper.pdf');
  await writeFile(file, pdf);
  const { stdout } = await promisify(execFile)(READER, [file, '-']);
  await rm(folder, { recursive: true });
  return stdout;
}
