// Plain JavaScript with built-ins only: what the npm scripts begin with on a machine with nothing installed.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, ROOT, Sentence } from '../install.mjs';

/** A Ctrl-C reaches this process from the terminal and again from npm; both are one keystroke. */
const ECHO_MS = 700;

/**
 * Installs what is missing, then runs a TypeScript entry point in this terminal and ends as it ends.
 * @param {string} entry path from the project's root
 */
export async function launch(entry) {
  try {
    await ensureInstalled();
  } catch (error) {
    process.stderr.write(`${error instanceof Sentence ? error.message : error.stack}\n`);
    process.exit(2);
  }
  const loader = pathToFileURL(path.join(ROOT, 'node_modules/tsx/dist/loader.mjs')).href;
  const args = ['--import', loader, path.join(ROOT, entry), ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward(child));
  child.on('close', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

function forward(child) {
  let last = 0;
  return (signal) => {
    if (Date.now() - last > ECHO_MS) child.kill(signal);
    last = Date.now();
  };
}
