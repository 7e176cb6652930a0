import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { Refusal } from '../src/errors.ts';
import { exitCodeOf } from './lib/cli.ts';
import { scriptOf } from './lib/migration-script.ts';
import { allMigrations } from './lib/pending.ts';
import { say } from './lib/stop.ts';
import { pack, writeChecksums } from './release/archive.ts';
import { installProduction, type Package } from './release/packages.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
/** Of dist/ what production never runs: it has no sandbox, and installs nothing. */
const NOT_FOR_PRODUCTION =
  /^scripts\/(bench|demo|start|test|release|install|lock\.|build|diff-|generate-|demonstration)|^src\/sandbox/;

/** What is taken along as it is. */
const COPIES = {
  'deploy/wecare': 'bin/wecare',
  'deploy/systemd': 'systemd',
  'deploy/proxy': 'proxy',
  'deploy/INSTALL.md': 'INSTALL.md',
  'docs/running.md': 'docs/running.md',
  LICENSE: 'LICENSE',
  'CHANGELOG.md': 'CHANGELOG.md',
  'README.md': 'README.md',
};

interface Options {
  folder?: string;
  out: string;
}

interface About {
  name: string;
  version: string;
  commit: string;
  seconds: number;
}

async function make(options: Options): Promise<void> {
  const about = await describeRelease();
  const name = `we-care-outreach-${about.version}-${process.platform}-${process.arch}`;
  const folder = path.resolve(options.folder ?? path.join(options.out, name));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  runScript('build.mjs');
  await fill(folder, about);
  if (options.folder) return say(`${folder} is filled: ${path.join(folder, 'bin/wecare')} --help`);
  const archive = await pack(folder, about.seconds);
  await rm(folder, { recursive: true });
  say(`${archive} and its .sha256 are made (${about.commit}).`);
}

async function fill(folder: string, about: About): Promise<void> {
  await copyProgram(folder);
  const packages = await installProduction(ROOT, folder);
  await writeFile(path.join(folder, 'package.json'), manifestOfNode(about));
  await mkdir(path.join(folder, 'sql'));
  await writeFile(path.join(folder, 'sql/schema.sql'), await schema(about));
  await writeFile(path.join(folder, 'wecare.env.example'), await productionSettings());
  await writeFile(path.join(folder, 'MANIFEST.json'), manifest(about, packages));
  await writeFile(path.join(folder, 'LICENCES.txt'), licences(packages));
  await writeChecksums(folder);
}

async function copyProgram(folder: string): Promise<void> {
  const dist = path.join(ROOT, 'dist');
  const wanted = (file: string) => !NOT_FOR_PRODUCTION.test(path.relative(dist, file));
  await cp(dist, path.join(folder, 'dist'), { recursive: true, filter: wanted });
  for (const [from, to] of Object.entries(COPIES))
    await cp(path.join(ROOT, from), path.join(folder, to), { recursive: true });
  await chmod(path.join(folder, 'bin/wecare'), 0o755);
}

async function schema({ version }: About): Promise<string> {
  const head = `-- We Care Outreach ${version}: all that "wecare migrate" does to an empty database, to be read or run.
-- As the owner of the tables, who must own the database or may create schemas and pg_trgm in it:
--   createuser wecare_app && psql -v ON_ERROR_STOP=1 --single-transaction -f sql/schema.sql DATABASE
-- For a database that is in use, "wecare migrate --sql" writes what is pending there.

`;
  return head + (await scriptOf(await allMigrations(), { queueVersion: 0, role: 'wecare_app' }));
}

/** The same settings as .env.example, without what production does not have. */
async function productionSettings(): Promise<string> {
  const text = await readFile(path.join(ROOT, '.env.example'), 'utf8');
  return text
    .replace(/^NODE_ENV=.*$/m, 'NODE_ENV=production')
    .replace(/^DATA_DIR=.*$/m, 'DATA_DIR=/var/lib/wecare')
    .replace(/^# An SMTP inbox on this computer.*\n(SANDBOX.*\n)+/m, '')
    .replace(/^# (DATABASE_URL|PUBLIC_URL)=/gm, '$1=')
    .replace(/^# WECARE_KEYS=.*$/m, 'WECARE_KEYS=');
}

const manifestOfNode = ({ name, version }: About) =>
  toText({ name, version, private: true, license: 'MIT', type: 'module', engines: { node: '>=20.19' } });

const manifest = ({ seconds, ...about }: About, packages: Package[]) =>
  toText({
    ...about,
    date: new Date(seconds * 1000).toISOString(),
    ...{ platform: process.platform, architecture: process.arch, node: '>=20.19', licence: 'MIT', packages },
  });

const licences = (packages: Package[]) =>
  `We Care Outreach is under the MIT licence (LICENSE). It carries these packages, each with its licence in\nits folder of node_modules:\n\n${packages.map(({ name, version, licence }) => `${name} ${version}: ${licence}\n`).join('')}`;

const toText = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** Version from package.json; commit and date from git, or from COMMIT and SOURCE_DATE_EPOCH without it. */
async function describeRelease(): Promise<About> {
  const { name, version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
  const changed = git('status', '--porcelain') ? '-changed' : '';
  const commit = git('rev-parse', 'HEAD') || process.env.COMMIT || 'unknown';
  const seconds = Number(process.env.SOURCE_DATE_EPOCH || git('log', '-1', '--format=%ct') || 0);
  return { name, version, commit: commit + changed, seconds };
}

function git(...args: string[]): string {
  const { status, stdout } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '';
}

function runScript(name: string): void {
  const { status } = spawnSync(process.execPath, [path.join(ROOT, 'scripts', name)], { stdio: 'inherit' });
  if (status !== 0) throw new Refusal('The build failed; see its words above.');
}

const program = new Command('release')
  .description('make the archive that runs on a server without internet, Docker or npm')
  .option('--folder <path>', 'only fill this folder, and pack nothing')
  .option('--out <path>', 'where the archive goes', 'release')
  .exitOverride();
try {
  await make(program.parse().opts<Options>());
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
