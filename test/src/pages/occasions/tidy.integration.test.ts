import { expect, it } from 'vitest';
import { openFiles } from '../../../../src/files.ts';
import { stepFamily } from '../../../../src/pages/occasions/family.ts';
import { beginOccasion } from '../../../../src/pages/occasions/make.ts';
import { addPhoto, drawWaitingPhoto, photosOf } from '../../../../src/pages/occasions/photos.ts';
import { tidyOccasions } from '../../../../src/pages/occasions/tidy.ts';
import { testGround } from '../../../support/ground.ts';
import { photograph } from '../../../support/pictures.ts';

const ground = testGround();
const later = (days: number) =>
  ground.clock.set(new Date(ground.clock.now().getTime() + days * 86_400_000).toISOString());
const pages = async () =>
  (await ground.sql.query('SELECT id, made_from FROM occasion ORDER BY made_at')).rows;
const begin = () => beginOccasion(ground, { kind: 'wedding', language: 'ml', madeFrom: 'a network' });

it('forgets a page that was begun and left, and from where one was made', async () => {
  const { id } = await begin();
  later(31);
  const { id: fresh } = await begin();
  expect(await tidyOccasions(ground)).toBe(0);
  expect((await pages()).map(({ made_from }) => made_from)).toEqual([null, 'a network']);
  later(30);
  expect(await tidyOccasions(ground)).toBe(1);
  expect((await pages()).map((page) => page.id)).toEqual([fresh]);
  expect(id).not.toBe(fresh);
});

it('removes the files of photographs that went, and none that another page has as well', async () => {
  const [{ id }, { id: other }] = [await begin(), await begin()];
  const bytes = await photograph();
  for (const page of [id, other]) {
    const photo = await addPhoto(ground, page, { name: 'us.jpg', bytes });
    await drawWaitingPhoto(ground, photo);
  }
  const hashes = (await photosOf(ground.sql, id)).flatMap(({ files }) => files.map(({ hash }) => hash));
  expect(hashes.length).toBeGreaterThan(1);
  const kept = async () =>
    (await Promise.all(hashes.map((hash) => openFiles(ground.config).get(hash)))).filter(Boolean).length;
  await stepFamily(ground, { occasionId: id, step: 'remove' });
  await tidyOccasions(ground);
  expect(await kept()).toBe(hashes.length);
  await stepFamily(ground, { occasionId: other, step: 'remove' });
  expect(await kept()).toBe(hashes.length);
  await tidyOccasions(ground);
  expect(await kept()).toBe(0);
  expect((await ground.sql.query('SELECT FROM occasion_lost_file')).rows).toHaveLength(0);
});
