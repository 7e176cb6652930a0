import { createHash, randomBytes } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from './config.ts';

const { COPYFILE_EXCL } = constants;

/** Bytes by the SHA-256 of what they are, so that a name always means the same bytes. */
export interface Files {
  /** Keeps bytes; the same ones twice are one file. @returns their hash, 64 hexadecimal digits */
  put(bytes: Buffer): Promise<string>;
  /** Keeps a file of the disk without reading it into memory. @returns its hash */
  putFile(source: string): Promise<string>;
  /** Where the bytes are, to be sent as they lie there; whether they are is not looked at. */
  placeOf(hash: string): string;
  /** @returns null when they are not here, or are no longer what they were */
  get(hash: string): Promise<Buffer | null>;
  /** The same from one byte up to another, unchecked: for what is too large to be in memory. */
  part(hash: string, start: number, end: number): Promise<Buffer | null>;
  /** What is gone already is no fault. */
  remove(hash: string): Promise<void>;
}

/**
 * The files of this installation: a folder of DATA_DIR, which web and workers share. A file comes into
 * being under its name only when it is whole and on the disk, so any number of processes may put at once.
 */
export function openFiles({ dataDir }: Pick<Config, 'dataDir'>): Files {
  const folder = path.join(dataDir, 'files');
  return {
    async put(bytes) {
      const hash = hashOf(bytes);
      const place = placeOf(folder, hash);
      if (!(await isThere(place, bytes.length))) await write(place, bytes);
      return hash;
    },
    async putFile(source) {
      const hash = await hashOfFile(source);
      const place = placeOf(folder, hash);
      const { size } = await stat(source);
      if (!(await isThere(place, size)))
        await writeBy(place, (draft) => copyFile(source, draft, COPYFILE_EXCL));
      return hash;
    },
    placeOf: (hash) => placeOf(folder, hash),
    async get(hash) {
      const bytes = await readFile(placeOf(folder, hash)).catch(nullIfMissing);
      return bytes && hashOf(bytes) === hash ? bytes : null;
    },
    async part(hash, start, end) {
      const handle = await open(placeOf(folder, hash), 'r').catch(nullIfMissing);
      if (!handle) return null;
      try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
    remove: (hash) => rm(placeOf(folder, hash), { force: true }),
  };
}

/** The name of a file's bytes, read piece by piece. */
export async function hashOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece);
  return hash.digest('hex');
}

/** The name of bytes. */
export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function placeOf(folder: string, hash: string): string {
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new Error(`“${hash.slice(0, 80)}” is no name of a file`);
  return path.join(folder, hash.slice(0, 2), hash);
}

async function isThere(place: string, length: number): Promise<boolean> {
  const found = await stat(place).catch(nullIfMissing);
  return found?.size === length;
}

const write = (place: string, bytes: Buffer): Promise<void> =>
  writeBy(place, (draft) => writeFile(draft, bytes, { flag: 'wx', mode: 0o640 }));

/** Whole and on the disk before it has its name. */
async function writeBy(place: string, make: (draft: string) => Promise<void>): Promise<void> {
  await mkdir(path.dirname(place), { recursive: true });
  const draft = `${place}.${process.pid}.${randomBytes(6).toString('hex')}`;
  try {
    await make(draft);
    const handle = await open(draft, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, place);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(place));
}

/** The rename itself must outlive a power cut (fsync(2)): the folder holds the name. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
