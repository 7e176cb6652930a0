import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { Refusal } from './errors.ts';

const DAY_MS = 86_400_000;
const NAME = /^[a-z]+-(\d{4}-\d{2}-\d{2})\.log$/;

interface LogFiles {
  dir: string;
  keepDays: number;
  service: string;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/**
 * A stream of lines into DIR/SERVICE-DATE.log, a new file each day (UTC); files that are older than
 * `keepDays` are removed then and at the start. Processes of one service share a file: each line is
 * appended whole.
 * @throws Refusal when the folder may not be written
 */
export function openLogFiles(files: LogFiles): { write(line: string): void } {
  const { now = Date.now } = files;
  let day = Math.floor(now() / DAY_MS);
  prepare(files, day);
  const file = pino.destination({ dest: fileOf(files, day), append: true, sync: true, mode: 0o640 });
  // A full disk must stop nobody; the same lines go to standard error.
  file.on('error', (error: Error) => process.stderr.write(`The log in ${files.dir}: ${error.message}\n`));
  return {
    write(line) {
      const today = Math.floor(now() / DAY_MS);
      if (today !== day) {
        day = today;
        file.reopen(fileOf(files, day));
        removeOld(files, day);
      }
      file.write(line);
    },
  };
}

const dateOf = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10);
const fileOf = ({ dir, service }: LogFiles, day: number) => path.join(dir, `${service}-${dateOf(day)}.log`);

function prepare(files: LogFiles, day: number): void {
  try {
    mkdirSync(files.dir, { recursive: true });
    removeOld(files, day);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Refusal(
      `The folder of logs ${files.dir} cannot be used (${code}). Set LOG_DIR to another one.`,
    );
  }
}

/** By the date in the name: a copied or touched file is as old as what it tells. */
function removeOld({ dir, keepDays }: LogFiles, day: number): void {
  const oldest = dateOf(day - keepDays);
  const old = readdirSync(dir).filter((name) => (NAME.exec(name)?.[1] ?? oldest) < oldest);
  for (const name of old) rmSync(path.join(dir, name), { force: true });
}
