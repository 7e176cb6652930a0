import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { Refusal } from '../../src/errors.ts';

const run = promisify(execFile);

/** Writes `folder`/SHA256SUMS over all its files, to be checked by `sha256sum --check`. */
export async function writeChecksums(folder: string): Promise<number> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
  const lines: string[] = [];
  for (const file of files) lines.push(`${hashOf(await readFile(path.join(folder, file)))}  ./${file}\n`);
  await writeFile(path.join(folder, 'SHA256SUMS'), lines.join(''));
  return files.length;
}

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/**
 * Packs a folder to a .tar.gz whose bytes depend on its content alone: names in order, one date, no
 * owner (reproducible-builds.org/docs/archives). Writes its checksum beside it.
 * @param seconds the date of every file, since 1970
 * @returns the path of the archive
 * @throws Refusal without GNU tar
 */
export async function pack(folder: string, seconds: number): Promise<string> {
  const tar = `${folder}.tar`;
  const args = ['--sort=name', `--mtime=@${seconds}`, '--owner=0', '--group=0', '--numeric-owner'];
  const modes = ['--mode=u+rwX,go+rX,go-w', '--format=gnu', '--create', '--file', tar];
  try {
    await run('tar', [...args, ...modes, '-C', path.dirname(folder), path.basename(folder)]);
  } catch (error) {
    throw new Refusal(`GNU tar is needed for a reproducible archive: ${(error as Error).message}`);
  }
  const archive = `${tar}.gz`;
  await pipeline(createReadStream(tar), createGzip({ level: 9 }), createWriteStream(archive));
  await rm(tar);
  const hash = hashOf(await readFile(archive));
  await writeFile(`${archive}.sha256`, `${hash}  ${path.basename(archive)}\n`);
  return archive;
}
