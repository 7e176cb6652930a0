import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import { addUser, type User } from '../../../src/access/users.ts';
import { transaction } from '../../../src/db.ts';
import { openFiles } from '../../../src/files.ts';
import { addAsset } from '../../../src/media/add.ts';
import { artNames, artOf } from '../../../src/media/art.ts';
import {
  type Asset,
  describeAsset,
  findAsset,
  listAssets,
  removeAsset,
  setUses,
} from '../../../src/media/assets.ts';
import { addressOf, mailSize } from '../../../src/media/served.ts';
import { photograph } from '../../support/pictures.ts';
import { testWeb } from '../../support/web.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'wecare-media-'));
const { ground, ask } = testWeb({ DATA_DIR: dir });
let user: User;
beforeAll(async () => {
  user = await addUser(
    ground,
    { email: 'author@kssm.example', name: 'Author', roles: ['author'] },
    'cli:test',
  );
});

const kept = () =>
  readdirSync(path.join(dir, 'files'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
    .length;
const pdf = (words: string) => Buffer.from(`%PDF-1.7\n% ${words}\n%%EOF\n`);
const add = async (name: string, bytes: Buffer, more = {}) =>
  addAsset(ground, { name, bytes, ...more }, user);
const pathOf = (asset: Asset, file = mailSize(asset)) => addressOf('', asset, file as Asset['files'][number]);

it('a picture is served under its hash for good, as what it is', async () => {
  const { asset } = await add('../കായൽ.jpg', await photograph(900, 600), { alt: { ml: 'കായലിൽ അസ്തമയം' } });
  expect(asset).toMatchObject({
    kind: 'picture',
    name: 'കായൽ.jpg',
    alt: { ml: 'കായലിൽ അസ്തമയം' },
    width: 600,
    height: 900,
  });
  for (const file of asset.files) {
    const answer = await ask(pathOf(asset, file));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(answer.headers.get('content-type')).toBe(file.ext === 'jpg' ? 'image/jpeg' : 'image/webp');
    expect((await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).width).toBe(file.width);
  }
});

it('a file is saved rather than shown, under its own name', async () => {
  const { asset } = await add('വാർഷിക റിപ്പോർട്ട്.pdf', pdf('report'));
  const answer = await ask(pathOf(asset));
  expect(answer.headers.get('content-type')).toBe('application/pdf');
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; .*filename\*=UTF-8''%E0%B4%B5/);
  expect(await answer.text()).toContain('report');
});

it('nothing else of the folder can be reached', async () => {
  const { asset } = await add('a.pdf', pdf('a'));
  const [file] = asset.files;
  for (const name of [
    `${asset.hash}`,
    `${file?.hash}`,
    `${asset.hash}-320.jpg`,
    `${asset.hash}-0.pdf`,
    '..%2f..%2fkeys',
    `${asset.hash}.pdf%00.jpg`,
    'x'.repeat(300),
  ]) {
    expect((await ask(`/m/${name}`)).status, name).toBe(404);
  }
});

it('our drawings are served under their hash for good, and nothing beside them', async () => {
  for (const name of artNames()) {
    const answer = await ask(`/art/${artOf(name)?.file}`);
    expect([answer.status, answer.headers.get('content-type')], name).toEqual([200, 'image/png']);
    expect(answer.headers.get('cache-control')).toMatch(/immutable/);
    expect((await answer.arrayBuffer()).byteLength).toBeLessThan(60_000);
  }
  for (const file of ['kit.svg', 'thanks.svg', 'thanks.0000000000.png', '..%2fkit.svg']) {
    expect((await ask(`/art/${file}`)).status, file).toBe(404);
  }
});

it('the same bytes are one asset; what is said anew is taken over', async () => {
  const bytes = await photograph(300, 200);
  const first = await add('one.jpg', bytes, { alt: { en: 'Sunset' }, credit: 'Anu' });
  const before = kept();
  const [second, third] = await Promise.all([
    add('two.jpg', bytes, { alt: { ml: 'അസ്തമയം' } }),
    add('three.jpg', bytes),
  ]);
  expect([second.known, third.known, first.known]).toEqual([true, true, false]);
  expect(second.asset).toMatchObject({
    id: first.asset.id,
    name: 'one.jpg',
    alt: { en: 'Sunset', ml: 'അസ്തമയം' },
    credit: 'Anu',
  });
  expect(kept()).toBe(before);
});

it('two who add the same at once get one asset', async () => {
  const bytes = await photograph(310, 200);
  const made = await Promise.all([1, 2, 3].map((n) => add(`${n}.jpg`, bytes)));
  expect(new Set(made.map(({ asset }) => asset.id)).size).toBe(1);
});

it('what something shows stays; what nothing shows goes with its files, and both are audited', async () => {
  const { asset } = await add('used.jpg', await photograph(320, 210));
  await transaction(ground.sql, (connection) =>
    setUses(connection, [asset.id], { type: 'message', id: 'm-1' }),
  );
  await expect(removeAsset(ground, { wish: asset.id, user })).rejects.toThrow(
    /used.jpg is shown by message m-1 and stays/,
  );
  const before = kept();
  const { asset: free } = await add('free.jpg', await photograph(330, 210));
  await removeAsset(ground, { wish: free.id, user });
  expect(kept()).toBe(before);
  await expect(findAsset(ground, free.id)).rejects.toThrow(/There is no/);
  const { rows } = await ground.sql.query(
    'SELECT action, actor FROM audit_entry WHERE subject_id = $1 ORDER BY id',
    [free.id],
  );
  expect(rows).toEqual([
    { action: 'asset.added', actor: user.email },
    { action: 'asset.removed', actor: user.email },
  ]);
});

it('is described in words that can stand in a mail', async () => {
  const { asset } = await add('d.jpg', await photograph(340, 210));
  const described = await describeAsset(
    ground,
    { wish: asset.id.slice(0, 30), user },
    { alt: { en: ' A  boat ' }, consent: 'Form 12' },
  );
  expect(described).toMatchObject({ alt: { en: 'A boat' }, consent: 'Form 12' });
  await expect(describeAsset(ground, { wish: asset.id, user }, { alt: { en: '{{name}}' } })).rejects.toThrow(
    /may not hold \{ \}/,
  );
  expect((await listAssets(ground)).find(({ id }) => id === asset.id)?.alt).toEqual({ en: 'A boat' });
});

it('only who writes may add', async () => {
  const auditor = await addUser(
    ground,
    { email: 'auditor@kssm.example', name: 'A', roles: ['auditor'] },
    'cli:test',
  );
  await expect(addAsset(ground, { name: 'a.pdf', bytes: pdf('x') }, auditor)).rejects.toThrow(
    /may not add to the media library/,
  );
});

it('bytes that are no longer what they were are not given out', async () => {
  const files = openFiles(ground.config);
  const hash = await files.put(Buffer.from('whole'));
  writeFileSync(path.join(dir, 'files', hash.slice(0, 2), hash), 'other');
  expect(await files.get(hash)).toBeNull();
  expect(await files.get('0'.repeat(64))).toBeNull();
  await expect(files.get('../../keys')).rejects.toThrow(/no name of a file/);
});
