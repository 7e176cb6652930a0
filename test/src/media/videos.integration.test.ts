import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fitMedia } from '../../../src/campaigns/posts/fitted.ts';
import { openFiles } from '../../../src/files.ts';
import { addFile } from '../../../src/media/add.ts';
import { videoBytes, videoFile } from '../../support/videos.ts';
import { testWeb } from '../../support/web.ts';
import { people } from '../campaigns/support.ts';

const web = testWeb();
const { ground } = web;
const staff = people(ground);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'wecare-videos-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const PLACE = '+09.9312+076.2673/';
const add = (file: string, name = 'visit.mp4') => addFile(ground, { name, path: file }, staff.author);

it('keeps a video as it is but for its notes, and tells its size and length', async () => {
  const file = await videoFile(folder, { note: PLACE });
  expect((await videoBytes({ note: PLACE })).includes(PLACE)).toBe(true);
  const { asset } = await add(file);
  expect(asset).toMatchObject({ kind: 'file', mime: 'video/mp4', width: 320, height: 240, seconds: 3 });
  const kept = await openFiles(ground.config).get(asset.files[0]?.hash ?? '');
  expect(kept?.includes(PLACE)).toBe(false);
  expect(kept?.length).toBe((await videoBytes({ note: PLACE })).length);
  expect((await add(file)).known).toBe(true);
});

it('serves it by pieces, and lends networks an address of its own', async () => {
  const { asset } = await add(await videoFile(folder, { seconds: 5 }));
  const piece = await web.ask(`/m/${asset.hash}.mp4`, { headers: { range: 'bytes=4-7' } });
  expect([piece.status, await piece.text()]).toEqual([206, 'ftyp']);
  const fitted = await fitMedia(ground, { shown: { asset: asset.id }, limits: {} as never, language: 'en' });
  expect(fitted).toMatchObject({ kind: 'video', seconds: 5, width: 320 });
  const lent = await web.ask(new URL(fitted.url as string).pathname, { headers: { range: 'bytes=4-7' } });
  expect([lent.status, lent.headers.get('content-type')]).toEqual([206, 'video/mp4']);
});

it('refuses what networks do not take, in words, and keeps nothing of it', async () => {
  const bytes = await videoBytes({ seconds: 7 });
  const cases: [Buffer, RegExp][] = [
    [Buffer.from(bytes.toString('latin1').replaceAll('avc1', 'hvc1'), 'latin1'), /H\.264|cannot be read/],
    [bytes.subarray(0, bytes.length - 40), /cannot be read/],
    [Buffer.concat([bytes.subarray(0, 8), Buffer.alloc(64, 255)]), /cannot be read/],
  ];
  for (const [content, why] of cases) {
    const file = path.join(folder, 'bad.mp4');
    await writeFile(file, content);
    await expect(add(file, 'bad.mp4')).rejects.toThrow(why);
  }
  const { rows } = await ground.sql.query("SELECT FROM asset WHERE name = 'bad.mp4'");
  expect(rows).toHaveLength(0);
});

it('refuses a video of two gigabytes before it reads it', async () => {
  const file = path.join(folder, 'huge.mp4');
  await writeFile(file, (await videoBytes()).subarray(0, 64));
  await truncate(file, 2 * 1024 ** 3);
  await expect(add(file, 'huge.mp4')).rejects.toThrow(/larger than 512 MB/);
  await (await open(file)).close();
});
