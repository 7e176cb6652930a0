import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Lends a received file under another name, for readers that go by the ending or show the name. */
export async function withNamedFile<T>(
  from: string,
  name: string,
  work: (file: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wecare-file-'));
  try {
    const file = path.join(folder, name);
    await copyFile(from, file);
    return await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
