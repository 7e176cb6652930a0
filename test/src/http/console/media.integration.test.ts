import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { User } from '../../../../src/access/users.ts';
import { createCampaign } from '../../../../src/campaigns/campaigns.ts';
import { photograph, seeThrough } from '../../../support/pictures.ts';
import { OWN, signedIn } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'wecare-media-'));
const web = testWeb({ DATA_DIR: dir });
afterAll(() => rm(dir, { recursive: true, force: true }));

let author: { cookie: string; user: User };
beforeAll(async () => {
  author = await signedIn(web, ['author']);
});

const page = async (address: string, cookie = author.cookie) => {
  const answer = await web.ask(address, { headers: { cookie } });
  return { status: answer.status, html: await answer.text() };
};

async function upload(name: string, bytes: Buffer, fields: Record<string, string> = {}) {
  const body = new FormData();
  for (const [field, value] of Object.entries(fields)) body.set(field, value);
  body.set('file', new File([new Uint8Array(bytes)], name));
  const asking = { method: 'POST', headers: { ...OWN, cookie: author.cookie }, body };
  const answer = await web.ask('/console/media', asking);
  const location = answer.headers.get('location') ?? '';
  return { status: answer.status, html: await answer.text(), location, path: location.replace(/\?.*/, '') };
}

const post = async (address: string, fields: Record<string, string>) => {
  const asking = {
    method: 'POST',
    headers: { ...OWN, cookie: author.cookie },
    body: new URLSearchParams(fields),
  };
  const answer = await web.ask(address, asking);
  return { status: answer.status, html: await answer.text(), location: answer.headers.get('location') };
};

it('adds a picture with what is said about it, and finds it by either spelling of a chillu', async () => {
  const said = { 'alt.en': 'A boat at dawn', 'alt.ml': 'വള്ളം കടവില്‍', credit: 'Rajan of Kollam' };
  const { status, path: asset } = await upload('boat.jpg', await photograph(), said);
  expect(status).toBe(303);
  const { html } = await page(`${asset}?done=media-added`);
  for (const words of [
    'It is in the library.',
    'A boat at dawn',
    'Rajan of Kollam',
    `asset:${asset.slice(15)}`,
    'Nowhere yet.',
  ])
    expect(html).toContain(words);
  const found = await page(`/console/media?q=${encodeURIComponent('കടവിൽ')}`);
  expect(found.html).toContain(`href="${asset}"`);
  expect((await page('/console/media?q=elephant')).html).toContain('Nothing is found');
  expect((await page('/console/media?kind=file')).html).not.toContain(`href="${asset}"`);
  const again = await upload('boat.jpg', await photograph());
  expect(again.location).toBe(`${asset}?done=media-known`);
});

it('refuses what is no picture or paper by its content, keeping what was typed', async () => {
  const program = Buffer.from('MZ this is a program');
  const { status, html } = await upload('photo.jpg', program, { 'alt.en': 'Typed before' });
  expect(status).toBe(422);
  expect(html).toContain('is a program. Programs are never sent');
  const none = await upload('', Buffer.alloc(0));
  expect([none.status, none.html]).toEqual([422, expect.stringContaining('Choose a file.')]);
});

it('refuses 26 MB with a sentence', async () => {
  const { status, html } = await upload('large.jpg', Buffer.alloc(26 * 1024 * 1024, 1));
  expect(status).toBe(422);
  expect(html).toContain('large.jpg is larger than 25 MB.');
});

it('describes, and lets no description be taken away', async () => {
  const { path: asset } = await upload('red.png', await seeThrough(), { 'alt.en': 'Red' });
  expect((await page('/console/media?kind=undescribed')).html).toContain(`href="${asset}"`);
  const emptied = await post(asset, { 'alt.en': ' ', 'alt.ml': 'ചുവപ്പ്', credit: '', consent: '' });
  expect([emptied.status, emptied.html]).toEqual([
    422,
    expect.stringContaining('A description cannot be taken away'),
  ]);
  expect(emptied.html).toContain('ചുവപ്പ്');
  const { location } = await post(asset, {
    'alt.en': 'Red',
    'alt.ml': 'ചുവപ്പ്',
    credit: 'Us',
    consent: 'Form 7',
  });
  expect(location).toBe(`${asset}?done=saved`);
  expect((await page('/console/media?kind=undescribed')).html).not.toContain(`href="${asset}"`);
});

it('names what shows a picture and keeps it; one that nothing shows goes after a question', async () => {
  const { path: asset } = await upload('used.png', await seeThrough(300, 300), { 'alt.en': 'A square' });
  await web.ground.db.list.create({ data: { name: 'donors' } });
  const blocks = [{ type: 'picture', src: `asset:${asset.slice(15)}` }];
  const body = JSON.stringify({ language: 'en', title: 'Hello', blocks });
  await createCampaign(
    web.ground,
    {
      name: 'Care',
      message: {
        ...{
          name: 'With a picture',
          purpose: 'appeals',
          from: 'We Care <n@kssm.example>',
          lists: ['donors'],
        },
        contents: { en: { subject: 'Hello', body } },
      },
    },
    author.user,
  );
  expect((await page(asset)).html).toContain('>With a picture</a>');
  expect((await page(`${asset}/removal`)).html).toContain('It stays, because it is shown');
  expect((await post(`${asset}/removal`, {})).status).toBe(409);
  const { path: other } = await upload('unused.png', await seeThrough(310, 300), { 'alt.en': 'Another' });
  expect((await page(`${other}/removal`)).html).toContain('Remove it for good');
  expect((await post(`${other}/removal`, {})).location).toBe('/console/media?done=media-removed');
  expect((await page(other)).status).toBe(404);
});

it('shows an auditor everything and no form', async () => {
  const auditor = await signedIn(web, ['auditor']);
  const { status, html } = await page('/console/media', auditor.cookie);
  expect(status).toBe(200);
  expect(html).not.toContain('type="file"');
});

it('leads from page to page without losing the filter', async () => {
  const { user } = author;
  for (let i = 0; i < 50; i++) {
    await web.ground.sql.query(
      `INSERT INTO asset (id, hash, kind, mime, bytes, name, alt, made_by)
       VALUES (gen_random_uuid(), md5($1), 'file', 'application/pdf', 10, $1, '{}', $2)`,
      [`paper ${i}.pdf`, user.email],
    );
  }
  const { html } = await page('/console/media?q=paper&kind=file');
  const next =
    /href="(\/console\/media\?[^"]*before[^"]*)"/
      .exec(html)?.[1]
      ?.replace(/&amp;|&#x3D;/g, (e) => (e === '&amp;' ? '&' : '=')) ?? '';
  expect(next).toContain('q=paper');
  const second = await page(next);
  expect(second.html.match(/class="media__one"/g)).toHaveLength(2);
});

it('takes several files at once and tells what became of each: the refused with its sentence, the others kept', async () => {
  const body = new FormData();
  body.set('credit', 'Rajan');
  const files: [string, Buffer][] = [
    ['dawn.jpg', await photograph(900, 600)],
    ['program.jpg', Buffer.from('MZ this is a program')],
    ['large.jpg', Buffer.alloc(26 * 1024 * 1024, 1)],
    ['river.png', await seeThrough(222, 111)],
  ];
  for (const [name, bytes] of files) body.append('file', new File([new Uint8Array(bytes)], name));
  const headers = { ...OWN, cookie: author.cookie };
  const answer = await web.ask('/console/media', { method: 'POST', headers, body });
  const html = await answer.text();
  expect(answer.status).toBe(200);
  expect(html).toMatch(/<a href="\/console\/media\/[0-9a-f-]{36}">dawn\.jpg<\/a>/);
  expect(html).toMatch(/<b>program\.jpg<\/b>[^<]*is a program/);
  expect(html).toMatch(/<b>large\.jpg<\/b>[^<]*is larger than 25 MB/);
  const { html: found } = await page('/console/media?q=Rajan');
  for (const name of ['dawn.jpg', 'river.png']) expect(found).toContain(name);
});

it('finds by words in any order, in the library and in the picker of the editor', async () => {
  await upload('boats.png', await seeThrough(333, 111), { 'alt.en': 'Two boats near a temple at dawn' });
  for (const place of ['/console/media?q=', '/console/media/picker?q=']) {
    expect((await page(`${place}dawn+boats`)).html).toContain(
      place.includes('picker') ? 'near a temple' : 'boats.png',
    );
    expect((await page(`${place}dawn+elephant`)).html).not.toContain('temple');
  }
  expect((await page('/console/media/picker?q=boats')).html).toMatch(/data-src="asset:[0-9a-f-]{36}"/);
});
