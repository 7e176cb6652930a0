// Builds dist/: JavaScript that plain node runs, with the files it reads beside it.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled, ROOT, Sentence } from './install.mjs';

const FOLDERS = [
  'src',
  'channels',
  'jobs',
  'scripts',
  'templates',
  'prisma/migrations',
  'prisma/schema.prisma',
];
/** What the compiler has turned into JavaScript, or reads only itself. */
const COMPILED = /(?<!\.d)\.m?ts$|\.d\.m?ts$/;

try {
  await ensureInstalled();
  rmSync(path.join(ROOT, 'dist'), { recursive: true, force: true });
  compile();
  for (const folder of FOLDERS.filter((name) => existsSync(path.join(ROOT, name)))) copy(folder);
  process.stderr.write('dist/ is built: node dist/scripts/wecare.js --help\n');
} catch (error) {
  process.stderr.write(`${error instanceof Sentence ? error.message : error.stack}\n`);
  process.exitCode = 2;
}

function compile() {
  const compiler = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Sentence('The compiler found faults; nothing was built.');
}

function copy(folder) {
  const filter = (file) => !COMPILED.test(file);
  cpSync(path.join(ROOT, folder), path.join(ROOT, 'dist', folder), { recursive: true, filter });
}
