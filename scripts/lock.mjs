// Completes package-lock.json after `npm install`. Behind a mirror that lacks some system's build of an
// optional package, npm leaves that package out of the lock file without a word, and `npm ci` of npm 11
// then refuses the whole file, on every system. The entries added here name version and system; npm
// checks them against the registry when it installs on such a system.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const SYSTEMS = {
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  openharmony: 'openharmony',
  win32: 'win32',
  windows: 'win32',
};
const PROCESSORS = ['arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64'];

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
const missing = Object.values(lock.packages).flatMap(missingOf);
for (const [where, entry] of missing) lock.packages[where] = entry;
const byPlace = ([a], [b]) => (a < b ? -1 : 1);
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(byPlace));
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${missing.length} optional packages of other systems added to package-lock.json\n`);

/** The builds for other systems are asked for by their exact version. */
function missingOf({ optionalDependencies = {}, dev }) {
  return Object.entries(optionalDependencies)
    .filter(([name, version]) => /^\d/.test(version) && !isLocked(name))
    .map(([name, version]) => [`node_modules/${name}`, entryOf(name, version, dev)]);
}

function isLocked(name) {
  return Object.keys(lock.packages).some((where) => where.endsWith(`node_modules/${name}`));
}

function entryOf(name, version, dev) {
  const parts = name.split(/[-/]/);
  const system = parts.map((part) => SYSTEMS[part]).find(Boolean);
  const cpu = parts.filter((part) => PROCESSORS.includes(part));
  const musl = parts.some((part) => part.startsWith('musl'));
  const libc = system === 'linux' && (musl || parts.some((part) => part.startsWith('gnu')));
  if (!system || !cpu.length)
    throw new Error(`${name} does not tell its system; add it to package-lock.json by hand`);
  return {
    version,
    cpu,
    ...(dev && { dev }),
    ...(libc && { libc: [musl ? 'musl' : 'glibc'] }),
    optional: true,
    os: [system],
  };
}
