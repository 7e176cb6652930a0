import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import decodeQR from 'qr/decode.js';
import sharp from 'sharp';

const READER = '/usr/bin/pdftotext';

/** Whether a reader of PDFs is here; what needs one is skipped elsewhere, and counted. */
export const readsPdf = existsSync(READER);

/** What a reader of PDFs takes out of one. */
export const textOf = (pdf: Buffer): Promise<string> => asFile(pdf, (file) => read(READER, [file, '-']));

/** What a telephone reads of the code on a paper's first page, as it is printed. */
export const codeOn = (pdf: Buffer): Promise<string> =>
  asFile(pdf, async (file) => {
    await read('pdftoppm', ['-png', '-r', '150', '-singlefile', file, file]);
    const { data, info } = await sharp(`${file}.png`)
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return decodeQR({ width: info.width, height: info.height, data });
  });

async function asFile<T>(pdf: Buffer, look: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wecare-paper-'));
  const file = path.join(folder, 'paper.pdf');
  await writeFile(file, pdf);
  try {
    return await look(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const read = async (program: string, args: string[]) => (await promisify(execFile)(program, args)).stdout;
