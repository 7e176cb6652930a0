import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { User } from '../../src/access/users.ts';
import { Refusal } from '../../src/errors.ts';
import type { Ground } from '../../src/ground.ts';
import { type Added, addAsset, type Description } from '../../src/media/assets.ts';

/** Nothing that is taken is larger; the library itself says the exact limit. */
const MOST_BYTES = 100 * 1024 * 1024;

/** Adds a file of this computer to the media library. @throws Refusal when it cannot be read or is not taken */
export async function addFile(
  ground: Pick<Ground, 'sql' | 'config'>,
  { file, user }: { file: string; user: User },
  description: Description = {},
): Promise<Added> {
  return addAsset(ground, { name: path.basename(file), bytes: await read(file), ...description }, user);
}

async function read(file: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > MOST_BYTES) throw new Refusal(`${file} is larger than ${MOST_BYTES >> 20} MB.`);
    return await readFile(file);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`The file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
