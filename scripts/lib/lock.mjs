// Plain JavaScript with built-ins only: the installer uses it before there are any packages.
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';

const POLL_MS = 150;
/** A lock file that stays empty this long was made by a process that died between two system calls. */
const EMPTY_MS = 3000;

/**
 * Runs `work` while holding a lock file; waits while a living process holds it. A lock whose process is
 * gone is taken over, so a kill or a power cut leaves nothing to clean up.
 * @param {string} file
 * @param {() => unknown} work
 * @param {() => void} [onWait] called once when the lock is somebody else's
 */
export async function withLock(file, work, onWait) {
  let told = false;
  for (;;) {
    const lock = takeLock(file);
    if (lock.release) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    if (!told) onWait?.();
    told = true;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

/**
 * Takes a lock file or tells who has it.
 * @param {string} file
 * @param {string} [note] kept in the file for whoever meets it
 * @returns {{ release: () => void } | { release: undefined, pid: number, note: string }}
 */
export function takeLock(file, note = '') {
  for (let tries = 0; tries < 20; tries++) {
    const mine = create(file, `${processMark(process.pid)}\n${note}\n`);
    if (mine) return { release: () => rmSync(file, { force: true }) };
    const text = read(file);
    if (text === undefined) continue;
    const [mark = '', words = ''] = text.split('\n');
    if (isAlive(mark) || (text === '' && age(file) < EMPTY_MS)) {
      return { release: undefined, pid: Number(mark.split(' ')[0]), note: words };
    }
    discard(file, text);
  }
  throw new Error(`The lock ${file} cannot be had`);
}

function create(file, text) {
  let handle;
  try {
    handle = openSync(file, 'wx', 0o644);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  try {
    writeSync(handle, text);
  } catch (error) {
    rmSync(file, { force: true }); // a full disk: an empty lock would look held
    throw error;
  } finally {
    closeSync(handle);
  }
  return true;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function age(file) {
  const info = statSync(file, { throwIfNoEntry: false });
  return info ? Date.now() - info.mtimeMs : 0;
}

/** Moved aside before it is removed: of two that find a dead lock, one must not remove the other's new one. */
function discard(file, text) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (read(aside) === text) rmSync(aside, { force: true });
  else renameSync(aside, file);
}

/** A process is its number and, where the system tells, the moment it began: numbers are used again. */
function processMark(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended, not yet buried' : `${pid} ${fields[19]}`;
  } catch {
    return `${pid} `; // no /proc (macOS, Windows): the number has to do
  }
}

function isAlive(mark) {
  const pid = Number(mark.split(' ')[0]);
  if (!pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM'; // it lives, as another user
  }
  return processMark(pid) === mark;
}
