import { userInfo } from 'node:os';
import { type Command, CommanderError } from 'commander';
import { fullDiskIn } from '../../src/disk.ts';
import { Refusal } from '../../src/errors.ts';
import type { Ground } from '../../src/ground.ts';
import { open } from './open.ts';

/** A file of commands: adds them to the program. Listed in scripts/commands/index.ts. */
export type CommandFile = (program: Command) => void;

/** Opens the ground for one command, runs it, and closes the ground whatever happened, a Ctrl-C too. */
export async function withGround<T>(work: (ground: Ground, home: string) => Promise<T>): Promise<T> {
  const { ground, home, end } = await open('cli');
  const cutShort = () => void end().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, cutShort);
  try {
    return await work(ground, home);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM']) process.removeListener(signal, cutShort);
    await end();
  }
}

/** Who is at the machine, for the audit log. */
export const actor = (): string => `cli:${process.env.SUDO_USER ?? process.env.USER ?? accountName()}`;

/** A container or a service has no USER, and its number need not have a name. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** Reads a whole number of an option. @throws Refusal that names the option and what it takes */
export function wholeNumber(option: string, text: string, [least, most]: [number, number]): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new Refusal(`${option} is a whole number from ${least} to ${most}, not ${JSON.stringify(text)}.`);
}

/** Prints an answer: one JSON line with `--json`, otherwise the words. */
export function answer(options: { json?: boolean }, value: unknown, words: () => string): void {
  process.stdout.write(options.json ? `${toJson(value)}\n` : `${words()}\n`);
}

export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, v) =>
    typeof v === 'bigint' ? (Number.isSafeInteger(Number(v)) ? Number(v) : String(v)) : v,
  );

/** Columns set under their heads, numbers to the right. */
export function table(rows: Record<string, string | number>[]): string {
  const heads = Object.keys(rows[0] ?? {});
  const widths = heads.map((head) => Math.max(head.length, ...rows.map((row) => String(row[head]).length)));
  const line = (cells: (string | number)[]) =>
    cells
      .map((cell, i) =>
        typeof cell === 'number'
          ? String(cell).padStart(widths[i] ?? 0)
          : String(cell).padEnd(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [
    line(heads),
    line(widths.map((w) => '─'.repeat(w))),
    ...rows.map((row) => line(heads.map((h) => row[h] ?? ''))),
  ].join('\n');
}

/**
 * Says what went wrong and gives the exit code: 1 a fault of ours (with its stack), 2 refused (the
 * sentence says why), 64 the command's words are off.
 */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 64;
  const refusal = error instanceof Refusal ? error.message : fullDisk(error);
  const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${refusal ?? fault}\n`);
  return refusal ? 2 : 1;
}

function fullDisk(error: unknown): string | undefined {
  const found = fullDiskIn(error);
  if (!found) return undefined;
  const where = found.path ?? (found.code === 'ENOSPC' ? 'the data folder (DATA_DIR)' : 'the database');
  return `The disk is full where ${where} lies. Free some space there, then run this again; what was done before is kept.`;
}
