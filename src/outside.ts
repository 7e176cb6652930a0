import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Ground } from './ground.ts';

/** Where something is kept beside the database: a file in DATA_DIR, and Redis where there is one. */
export interface Outside {
  file: string;
  key: string;
}

type Needs = Pick<Ground, 'config' | 'log' | 'queues'>;

/** What is kept in a place, once for each of the two that has it; what cannot be read is said. */
export async function readOutside(ground: Needs, place: Outside): Promise<string[]> {
  const texts = [await readText(ground, place), await ground.queues.memory?.read(place.key)];
  return texts.filter((text): text is string => Boolean(text));
}

const pathOf = ({ config }: Needs, { file }: Outside) => path.join(config.dataDir, file);

async function readText(ground: Needs, place: Outside): Promise<string | null> {
  try {
    return await readFile(pathOf(ground, place), 'utf8');
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ENOENT')
      ground.log.error({ err, file: place.file }, 'what is kept beside the database cannot be read');
    return null;
  }
}

/** The file is flushed, then renamed into place: a crash leaves the old one or the new one, never half of one. */
export async function writeOutside(ground: Needs, place: Outside, text: string): Promise<void> {
  const file = pathOf(ground, place);
  const draft = `${file}.${randomUUID()}`;
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await writeFile(draft, text, { flush: true });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }); // on a full disk one would be left at every beat
    throw error;
  }
  await ground.queues.memory?.write(place.key, text);
}
