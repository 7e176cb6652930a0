import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from '../../src/errors.ts';

/** A package that the release carries. */
export interface Package {
  name: string;
  version: string;
  licence: string;
}

interface Locked {
  version?: string;
  license?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}
type Lock = Record<string, Locked>;

const NEEDED = ['package.json', 'package-lock.json', '.npmrc'];
/** For people who write programs, not for running them. */
const FOR_DEVELOPERS = /\.(map|tsbuildinfo)$|\.d\.[cm]?ts$/;
/** Prisma brings the query compiler of every database; ours is Postgres. */
const OTHER_DATABASES = /query_compiler_\w+\.(cockroachdb|mysql|sqlite|sqlserver)\./;

/**
 * Installs what production needs into `folder`/node_modules, as package-lock.json says, running no
 * package's script, and takes away what running needs not.
 * @returns the packages that stayed, by name
 * @throws Refusal when npm could not install
 */
export async function installProduction(root: string, folder: string): Promise<Package[]> {
  for (const file of NEEDED) await cp(path.join(root, file), path.join(folder, file));
  await npm(['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], folder);
  const lock: Lock = JSON.parse(await readFile(path.join(folder, 'package-lock.json'), 'utf8')).packages;
  const needed = reachable(lock);
  const present = Object.keys(lock).filter((where) => where && existsSync(path.join(folder, where)));
  // npm keeps what an optional peer would like and only development has: Prisma's command line, a compiler.
  for (const where of present.filter((one) => !needed.has(one)))
    await rm(path.join(folder, where), { recursive: true, force: true });
  await prune(path.join(folder, 'node_modules'));
  for (const file of ['package-lock.json', '.npmrc', 'node_modules/.bin', 'node_modules/.package-lock.json'])
    await rm(path.join(folder, file), { recursive: true, force: true });
  const kept = present.filter((where) => needed.has(where)).map((where) => describe(where, lock[where]));
  return kept.sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
}

const describe = (where: string, { version = '', license = 'unknown' }: Locked = {}): Package => ({
  ...{ name: where.replace(/^.*node_modules\//, ''), version, licence: license },
});

async function npm(args: string[], cwd: string): Promise<void> {
  const script = process.env.npm_execpath ?? '';
  const [program, first] = script.endsWith('npm-cli.js') ? [process.execPath, [script]] : ['npm', []];
  const child = spawn(program as string, [...(first as string[]), ...args], {
    ...{ cwd, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' },
  });
  const code = await new Promise((done) => child.once('error', () => done(1)).once('close', done));
  if (code !== 0)
    throw new Refusal('npm could not install the packages of the release; see its words above.');
}

/** Every package that the application reaches by what it and they depend on, wanted peers too. */
function reachable(lock: Lock): Set<string> {
  const found = new Set<string>();
  const waiting = ['']; // the application itself
  for (let where = waiting.pop(); where !== undefined; where = waiting.pop()) {
    for (const name of wants(lock[where] ?? {})) {
      const place = resolve(lock, where, name);
      if (place === undefined || found.has(place)) continue;
      found.add(place);
      waiting.push(place);
    }
  }
  return found;
}

function wants({
  dependencies,
  optionalDependencies,
  peerDependencies,
  peerDependenciesMeta,
}: Locked): string[] {
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta?.[name]?.optional);
  return [...Object.keys(dependencies ?? {}), ...Object.keys(optionalDependencies ?? {}), ...peers];
}

/** As Node looks: beside the package, then in each folder above. */
function resolve(lock: Lock, from: string, name: string): string | undefined {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('node_modules/') - 1))) {
    const place = `${base ? `${base}/` : ''}node_modules/${name}`;
    if (lock[place]) return place;
    if (!base) return undefined;
  }
}

/** Takes away the files that are not run, and folders that are empty then. */
async function prune(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      await prune(at);
      if ((await readdir(at)).length === 0) await rm(at, { recursive: true });
    } else if (FOR_DEVELOPERS.test(entry.name) || OTHER_DATABASES.test(entry.name)) await rm(at);
  }
}
