import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addAsset } from '../../../src/media/add.ts';
import type { Asset } from '../../../src/media/assets.ts';
import { addressOf } from '../../../src/media/served.ts';
import {
  findConsent,
  listConsents,
  recordConsent,
  sayPersons,
  shelterPerson,
  withdrawConsent,
} from '../../../src/pages/consents.ts';
import { readDesk } from '../../../src/pages/desk.ts';
import { hindrancesOf } from '../../../src/pages/hindrances.ts';
import { placesOf } from '../../../src/pages/places.ts';
import { photograph } from '../../support/pictures.ts';
import { testWeb } from '../../support/web.ts';
import { content, type Hands, hands, liveProject } from './support.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'wecare-consents-'));
const { ground, ask } = testWeb({ DATA_DIR: dir });
afterAll(() => rm(dir, { recursive: true, force: true }));
let both: Hands;
let asset: Asset;
beforeAll(async () => {
  both = await hands(ground);
  asset = (await addAsset(ground, { name: 'ramp.jpg', bytes: await photograph() }, both.author)).asset;
});

const paper = {
  ...{ kind: 'guardian', who: 'A child of the plan', guardian: 'Her aunt', covers: ['picture', 'name'] },
  ...{ givenOn: '2026-11-01', paper: 'File 12, page 4' },
};
const reasons = async () =>
  (await hindrancesOf(ground.sql, content({ cover: asset.id }))).map(({ sentence }) => String(sentence));
const served = async () => {
  const file = asset.files.find(({ ext }) => ext === 'jpg') ?? asset.files[0];
  return ask(addressOf('', asset, file as Asset['files'][number]));
};

it('keeps who it is sealed', async () => {
  const id = await recordConsent(ground, paper, both.author);
  expect(await findConsent(ground, id)).toMatchObject({ who: 'A child of the plan', guardian: 'Her aunt' });
  const { rows } = await ground.sql.query('SELECT words::text AS words, c::text AS row FROM image_consent c');
  expect(JSON.stringify(rows)).not.toContain('aunt');
  const { rows: audited } = await ground.sql.query(
    "SELECT after FROM audit_entry WHERE action = 'consent.recorded'",
  );
  expect(JSON.stringify(audited)).not.toContain('aunt');
});

it('is needed before a picture with a person is public, and its withdrawal takes the picture off at once', async () => {
  expect(await reasons()).toEqual([expect.stringContaining('Nobody has said yet')]);
  await sayPersons(ground, { asset: asset.id, persons: true, consents: [] }, both.author);
  expect(await reasons()).toEqual([expect.stringContaining('no consent is linked')]);
  const id = await recordConsent(ground, paper, both.author);
  await sayPersons(ground, { asset: asset.id, persons: true, consents: [id] }, both.author);
  expect(await reasons()).toEqual([]);
  const projectId = await liveProject(ground, both, content({ cover: asset.id, consents: [id] }));
  const { slug } = (await readDesk(ground, projectId)).project;
  const page = async () => (await ask(`/projects/${slug}`)).text();
  const embed = async () => (await ask(`/projects/${slug}/embed`)).text();
  for (const shown of [page, embed]) expect(await shown()).toContain(asset.hash);
  const before = await served();
  expect(before.headers.get('cache-control')).toContain('immutable');

  await withdrawConsent(ground, id, both.approver);
  const after = await served();
  expect([after.status, after.headers.get('content-type'), after.headers.get('cache-control')]).toEqual([
    ...[200, 'image/png', 'no-store'],
  ]);
  expect(Buffer.from(await after.arrayBuffer()).equals(Buffer.from(await before.arrayBuffer()))).toBe(false);
  for (const shown of [page, embed]) await expect.poll(shown, { timeout: 10_000 }).not.toContain(asset.hash);
  expect(await reasons()).toEqual([expect.stringContaining('may not be shown')]);
  expect(await placesOf(ground.sql, await findConsent(ground, id))).toMatchObject({
    ...{ pictures: [{ name: 'ramp.jpg' }], messages: [] },
    projects: [{ id: projectId, live: true, telling: true }],
  });
});

it('stays withdrawn, whatever is said of the picture then', async () => {
  const fresh = await recordConsent(ground, paper, both.author);
  await sayPersons(ground, { asset: asset.id, persons: true, consents: [fresh] }, both.author);
  expect(await reasons()).toEqual([expect.stringContaining('may not be shown')]);
});

it('never shows a child under care proceedings', async () => {
  await expect(recordConsent(ground, { ...paper, sheltered: true }, both.author)).rejects.toThrow(
    'never shown',
  );
  const told = { ...paper, covers: ['illness'], sheltered: true };
  const id = await recordConsent(ground, told, both.author);
  const say = { asset: asset.id, persons: true, consents: [id] };
  await expect(sayPersons(ground, say, both.author)).rejects.toThrow('never shown');
});

it('hides a child from the day proceedings begin', async () => {
  const { asset: other } = await addAsset(
    ground,
    { name: 'other.jpg', bytes: await photograph(300, 200) },
    both.author,
  );
  const id = await recordConsent(ground, paper, both.author);
  await sayPersons(ground, { asset: other.id, persons: true, consents: [id] }, both.author);
  expect(await hindrancesOf(ground.sql, content({ cover: other.id }))).toEqual([]);
  await shelterPerson(ground, id, both.approver);
  expect(await hindrancesOf(ground.sql, content({ cover: other.id }))).toHaveLength(1);
  expect((await listConsents(ground)).find((one) => one.id === id)).toMatchObject({ sheltered: true });
});
