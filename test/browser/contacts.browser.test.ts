import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createContact } from '../../src/contacts/contacts.ts';
import { importUploads } from '../../src/contacts/uploads.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { faultsOf } from '../support/faults.ts';
import { samplePeople, sampleRun } from '../support/sample-people.ts';
import { OWN, signedIn } from '../support/staff.ts';
import { testWeb } from '../support/web.ts';

const web = testWeb();
const openPage = testBrowser();
const paths: string[] = [];
let cookie: string;

beforeAll(async () => {
  cookie = (await signedIn(web, ['administrator'])).cookie;
  const { ravi, society } = await samplePeople(web.ground);
  const wish = { name: 'Ravi  Nair', addresses: ['98470 12345'], lists: [], consents: [] };
  const double = await createContact(web.ground, wish, 'asha@kssm.example');
  await sampleRun(web.ground, [
    { contact: ravi, state: 'sent', opened: true },
    { contact: society, state: 'failed', reason: '5.1.1', reply: '550 5.1.1 user unknown' },
  ]);
  const [one, list] = [`/console/contacts/${ravi.id}`, await web.ground.db.list.findFirstOrThrow()];
  const rows = Array.from({ length: 12 }, (_, i) => `A\\nX \\mbÀ;p${i}@post.example;${i}`).join('\n');
  const [draft, done] = [
    await upload(`Name;E-mail;Ward no\n${rows}\nx;y;z\n`),
    await upload('email\nx\ny@z.example\n'),
  ];
  await post(`${done}/start`, { purpose: 'appeals', basis: 'paper forms', list: 'Fair' });
  await importUploads(web.ground);
  paths.push(
    ...['/console/contacts', '/console/contacts?q=zzzq', '/console/contacts?q=A%5CnX', one, `${one}/edit`],
    ...[
      `${one}/erasure`,
      '/console/contacts/new',
      '/console/contacts/import',
      draft,
      `${draft}/consent`,
      done,
    ],
    ...['/console/lists', `/console/lists/${list.id}`, `/console/lists/${list.id}/removal`],
    ...['/console/suppressions', '/console/suppressions/lift?address=old%40post.example'],
    ...['/console/contacts/duplicates', `/console/contacts/duplicates/${ravi.id}/${double.id}`],
  );
});

const post = (path: string, body: Record<string, string> | FormData) =>
  web.ask(path, {
    ...{ method: 'POST', headers: { ...OWN, cookie } },
    body: body instanceof FormData ? body : new URLSearchParams(body),
  });

async function upload(content: string): Promise<string> {
  const body = new FormData();
  body.set('file', new Blob([content]), 'fair.csv');
  return (await post('/console/contacts/import', body)).headers.get('location') ?? '';
}

async function signedInPage(options: Parameters<typeof openPage>[0]): Promise<Page> {
  const page = await openPage(options);
  const pairs = cookie.split('; ').map((pair) => pair.split('='));
  await page
    .context()
    .addCookies(pairs.map(([name = '', ...rest]) => ({ name, value: rest.join('='), url: web.url() })));
  return page;
}

describe.skipIf(!browserPath)('contacts in a browser', { timeout: 120_000 }, () => {
  // Every corner of every page is walked by console.browser.test.ts; here are the states it does not meet.
  const looks = [
    { colorScheme: 'light', language: 'en', width: 1280 },
    { colorScheme: 'dark', language: 'ml', width: 360 },
  ] as const;

  it.each(looks)('every page is accessible and fits: $colorScheme, $language, $width', async (look) => {
    const { colorScheme, language, width } = look;
    const page = await signedInPage({ viewport: { width, height: 800 }, colorScheme });
    const faults: string[] = [];
    page.on('console', (said) => {
      if (/Content Security Policy|Refused/.test(said.text())) faults.push(said.text());
    });
    for (const path of paths) {
      await page.goto(`${web.url()}${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
      faults.push(...(await faultsOf(page)));
    }
    await page.context().close();
    expect(faults).toEqual([]);
  });

  it('finds while one types, without another page', async () => {
    const page = await signedInPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${web.url()}/console/contacts`);
    await page.locator('#q').pressSequentially('karunya');
    await page.locator('#found tbody tr').first().waitFor();
    await page.waitForURL(/q=karunya/);
    await expect.poll(() => page.locator('#found tbody tr').count()).toBe(1);
    await page.context().close();
  });

  it.each([true, false])('takes a file, with a script: %s', async (javaScriptEnabled) => {
    const page = await signedInPage({ viewport: { width: 360, height: 740 }, javaScriptEnabled });
    await page.goto(`${web.url()}/console/contacts/import`);
    const buffer = Buffer.from('Name,E-mail\nMeera,meera@post.example\n');
    await page.setInputFiles('#file', { name: 'small.csv', mimeType: 'text/csv', buffer });
    await page.getByRole('button', { name: 'Look at this file' }).click();
    await page.getByRole('heading', { name: 'What the columns are' }).waitFor();
    await page.getByRole('button', { name: 'Continue with these columns' }).click();
    await page.getByRole('button', { name: 'Import 1 row' }).waitFor();
    await page.context().close();
  });

  it('says why a file was not taken without losing the page', async () => {
    const page = await signedInPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${web.url()}/console/contacts/import`);
    const buffer = Buffer.from('%PDF-1.7 nothing');
    await page.setInputFiles('#file', { name: 'paper.pdf', mimeType: 'application/pdf', buffer });
    await page.getByRole('button', { name: 'Look at this file' }).click();
    await page.getByRole('alert').getByText('no list of contacts').waitFor();
    await page.context().close();
  });
});
