import { statfs } from 'node:fs/promises';
import { Refusal } from './errors.ts';
import { say } from './say.ts';

/** Below this Postgres cannot even write its first segment of log. */
export const LEAST_MB = 40;

/** Megabytes that are free where a folder lies. @throws when there is no such folder */
export async function freeMegabytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return Math.floor((bavail * bsize) / 1024 / 1024);
}

/** A file that could not be written (ENOSPC), or a table (SQLSTATE 53100), however deep it is wrapped. */
export function fullDiskIn(error: unknown): NodeJS.ErrnoException | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  const full = code === 'ENOSPC' || code === '53100' || /No space left on device/i.test(error.message);
  return full ? error : fullDiskIn(error.cause);
}

/** For whoever works in a browser when the disk is full; otherwise what was thrown. */
export const orFullDisk = (error: unknown): unknown =>
  fullDiskIn(error)
    ? new Refusal(
        say`The disk of the server is full, so this was not saved. Tell whoever keeps the server to free some space; then do it again.`,
        507,
      )
    : error;
