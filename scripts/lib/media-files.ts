import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import type { User } from '../../src/access/users.ts';
import { Refusal } from '../../src/errors.ts';
import type { Ground } from '../../src/ground.ts';
import { type Added, addFile as keepFile } from '../../src/media/add.ts';
import type { Description } from '../../src/media/assets.ts';

/** Adds a file of this computer to the media library. @throws Refusal when it cannot be read or is not taken */
export async function addFile(
  ground: Pick<Ground, 'sql' | 'config'>,
  { file, user }: { file: string; user: User },
  description: Description = {},
): Promise<Added> {
  await access(file, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    throw new Refusal(`The file ${file} cannot be read (${error.code}).`);
  });
  return keepFile(ground, { name: path.basename(file), path: file, ...description }, user);
}
