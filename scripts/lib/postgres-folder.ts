import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from '../../src/errors.ts';
import type { Home } from './home.ts';
import { handOver, lastLine, requireSpace, runProgram } from './postgres-programs.ts';

export const SUPERUSER = 'wecare_owner';
/** What a fresh database and its first log need. */
const FIRST_MB = 500;

/**
 * The folder of a whole database of this version: the one that is there, or a new one.
 * @throws Refusal when what is there is something else, is of another version, or is not ours
 */
export async function readyFolder(home: Home): Promise<{ folder: string; password: string }> {
  const folder = path.join(home.dir, 'postgres');
  const secret = path.join(home.dir, 'postgres.password');
  await requireOurs(folder);
  if (await isVacant(folder)) await initialise(home, folder, secret);
  await requireWhole(folder);
  await requireVersion(home, folder);
  return { folder, password: await readPassword(folder, secret) };
}

async function requireOurs(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new Refusal(
      `The data in ${folder} belongs to another user (${error.code}). Start as that user (root, if root made it), or set DATA_DIR to a folder of your own.`,
    );
  });
}

/** Nothing there, or an empty folder that somebody made beforehand. */
async function isVacant(folder: string): Promise<boolean> {
  if (!existsSync(folder)) return true;
  if ((await readdir(folder)).length) return false;
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new Refusal(`The empty folder ${folder} is in the way (${error.code}). Remove it or set DATA_DIR.`);
  });
  return true;
}

/** Initialises beside the folder and renames, so that a folder by that name is always whole. */
async function initialise(home: Home, folder: string, secret: string): Promise<void> {
  await requireSpace(home.dir, FIRST_MB);
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true }); // of a start that was killed
  await mkdir(draft, { mode: 0o700 });
  await rm(secret, { force: true });
  await writeFile(secret, randomBytes(18).toString('base64url'), { mode: 0o600 });
  for (const file of [draft, secret]) await handOver(home, file);
  await runProgram(home, 'initdb', [
    ...['-D', draft, '-U', SUPERUSER, `--pwfile=${secret}`, '--auth=scram-sha-256'],
    // Without these a machine with no LANG gets SQL_ASCII, and Malayalam is not found.
    ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
  ]).catch((error: { stderr?: string }) => {
    throw new Refusal(
      `The database could not be made in ${home.dir}: ${lastLine(error.stderr)}. Put that right, or set DATA_DIR to another folder.`,
    );
  });
  await rename(draft, folder);
}

async function requireWhole(folder: string): Promise<void> {
  const parts = ['PG_VERSION', 'global/pg_control', 'pg_wal', 'base'];
  const missing = parts.filter((part) => !existsSync(path.join(folder, part)));
  if (!missing.length) return;
  throw new Refusal(
    `The folder ${folder} holds no whole database (${missing[0]} is missing). Move it away (mv ${folder} ${folder}.old) and start again for an empty one, or put it back from a backup.`,
  );
}

async function requireVersion(home: Home, folder: string): Promise<void> {
  const found = Number((await readFile(path.join(folder, 'PG_VERSION'), 'utf8')).trim());
  if (found === home.major) return;
  throw new Refusal(
    `The data in ${folder} was made by Postgres ${found}; this release brings Postgres ${home.major}. To keep it, run pg_dump with Postgres ${found} and restore the dump after moving the folder away (mv ${folder} ${folder}.${found}); to begin anew, only move it away.`,
  );
}

async function readPassword(folder: string, secret: string): Promise<string> {
  const password = await readFile(secret, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Refusal(
      `The password of the database in ${folder} cannot be read (${secret}: ${error.code}). Put the file back from a backup, or start as the user who made it.`,
    );
  });
  return password.trim();
}
