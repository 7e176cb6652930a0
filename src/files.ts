import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from './config.ts';

/** Bytes by the SHA-256 of what they are, so that a name always means the same bytes. */
export interface Files {
  /** Keeps bytes; the same ones twice are one file. @returns their hash, 64 hexadecimal digits */
  put(bytes: Buffer): Promise<string>;
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

async function write(place: string, bytes: Buffer): Promise<void> {
  await mkdir(path.dirname(place), { recursive: true });
  const draft = `${place}.${process.pid}.${randomBytes(6).toString('hex')}`;
  try {
    const handle = await open(draft, 'wx', 0o640);
    try {
      await handle.writeFile(bytes);
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
