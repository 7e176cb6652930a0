import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import type { z } from 'zod';
import { workbookOf, zipOf } from '../../../../scripts/lib/workbook.ts';
import { importUploads } from '../../../../src/contacts/uploads.ts';
import { operations } from '../../../../src/http/api/operations.ts';
import { type Asking, aKey, aUser, call } from '../../../support/api.ts';
import { startedRun } from '../../../support/people.ts';
import { testWeb } from '../../../support/web.ts';
import { body } from '../../campaigns/support.ts';

const { ground, url } = testWeb({ DATA_DIR: mkdtempSync(join(tmpdir(), 'wecare-api-')) });
const keys = { author: '', approver: '', chief: '' };

beforeAll(async () => {
  keys.author = await aKey(ground, await aUser(ground, ['author', 'approver']));
  keys.approver = await aKey(ground, await aUser(ground, ['approver']));
  keys.chief = await aKey(ground, await aUser(ground, ['administrator']));
});

/** Calls an operation by its name and checks its answer against the schema. */
async function act(
  id: string,
  { path, ...asking }: Asking & { path?: string; params?: Record<string, string> },
) {
  const entry = operations.find((one) => one.id === id);
  if (!entry) throw new Error(`There is no operation ${id}`);
  const filled = entry.path.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(asking.params?.[name] ?? ''),
  );
  const answer = await call(url(), `${filled}${path ?? ''}`, {
    key: keys.author,
    method: entry.method.toUpperCase(),
    ...asking,
  });
  if (answer.status < 300 && entry.answer && entry.answer !== 'text/csv')
    expect((entry.answer as z.ZodType).safeParse(answer.json).error?.issues ?? []).toEqual([]);
  return answer;
}

const BASICS = '?purpose=appeals&basis=paper%20forms';
const csv = (text: string): Asking => ({ body: text, headers: { 'content-type': 'text/csv' } });

it('contacts are imported from a file, with progress and the rows that could not be taken', async () => {
  const file = 'name,email\r\nAnitha,anitha@donor.example\r\nNobody,no address\r\n';
  const preview = await act('previewImport', { path: BASICS, ...csv(file) });
  expect(preview.json).toMatchObject({ rows: 2, rejected: 1 });
  const { status, headers, json } = await act('importContacts', {
    path: `${BASICS}&list=donors&fileName=fair.csv`,
    ...csv(file),
  });
  expect([status, json.state, json.fileName]).toEqual([202, 'waiting', 'fair.csv']);
  expect(headers.get('location')).toBe(`/api/v1/imports/${json.id}`);
  await importUploads(ground);
  const done = await act('readImport', { params: { id: json.id } });
  expect(done.json).toMatchObject({
    state: 'done',
    done: 2,
    total: 2,
    hasRejects: true,
    result: { created: 1, rejected: 1 },
  });
  expect((await act('readRejects', { params: { id: json.id } })).text).toContain('no address');
  const { rows } = await ground.sql.query('SELECT count(*)::int AS n FROM upload_chunk');
  expect(rows[0].n).toBe(0);
  const again = await act('importContacts', {
    path: `${BASICS}&list=donors&fileName=fair.csv`,
    ...csv(file),
  });
  await importUploads(ground);
  expect((await act('readImport', { params: { id: again.json.id } })).json.state).toBe('done');
  expect((await act('listContacts', { path: '?list=donors' })).json.items).toHaveLength(1);
});

it('a workbook is imported too; a file that is none fails with a sentence', async () => {
  const cell = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`;
  const row = (...values: string[]) => `<row>${values.map(cell).join('')}</row>`;
  const book = zipOf(workbookOf({ A: row('email', 'name') + row('biju@donor.example', 'ബിജു') }));
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  const send = (bytes: Buffer) =>
    act('importContacts', { path: BASICS, body: new Uint8Array(bytes), headers: { 'content-type': type } });
  const [good, bad] = [await send(book), await send(Buffer.from('no workbook'))];
  await importUploads(ground);
  expect((await act('readImport', { params: { id: good.json.id } })).json).toMatchObject({
    state: 'done',
    result: { created: 1 },
  });
  expect((await act('readImport', { params: { id: bad.json.id } })).json).toMatchObject({
    state: 'failed',
    trouble: expect.any(String),
  });
});

it('a file that is too large or empty is refused before anything is kept', async () => {
  expect((await act('importContacts', { path: BASICS, ...csv('') })).status).toBe(400);
  expect((await act('importContacts', { path: BASICS, json: {} })).status).toBe(415);
  const large = await act('importSuppressions', csv('x'.repeat(50_000_001)));
  expect(large.status).toBe(413);
});

it('a contact is added, changed, put on a list, gives and withdraws consent, and is erased', async () => {
  await act('createList', { json: { name: 'Onam' } });
  const wish = {
    ...{ name: 'Ravi', language: 'ml', kind: 'individual', attributes: { ward_no: '12' } },
    ...{ addresses: ['Ravi@Donor.example', '98765 43210'], lists: ['Onam'] },
    consents: [{ channel: 'email', purpose: 'appeals', basis: 'paper form' }],
  };
  const { json: made, status } = await act('createContact', { json: wish });
  expect(status).toBe(201);
  expect(made.addresses.map(({ value }: { value: string }) => value)).toEqual([
    'ravi@donor.example',
    '+919876543210',
  ]);
  const params = { id: made.id };
  const changed = await act('changeContact', { params, json: { name: 'Ravi Menon', district: 'Idukki' } });
  expect(changed.json).toMatchObject({
    name: 'Ravi Menon',
    district: 'Idukki',
    language: 'ml',
    lists: ['Onam'],
  });
  const withdrawn = await act('setConsent', {
    params: { ...params, channel: 'email', purpose: 'appeals' },
    json: { given: false, basis: 'by phone' },
  });
  expect(withdrawn.json.consents).toMatchObject([{ given: false, basis: 'by phone' }]);
  expect((await act('leaveList', { params: { ...params, list: 'Onam' } })).json.lists).toEqual([]);
  expect(
    (await act('removeAddress', { params: { ...params, address: '+919876543210' } })).json.addresses,
  ).toHaveLength(1);
  expect((await act('searchContacts', { path: '?q=menon' })).json.items[0].id).toBe(made.id);
  expect((await act('exportContact', { params })).json.consent_history).toHaveLength(2);
  expect((await act('eraseContact', { params })).status).toBe(204);
  expect((await act('readContact', { params })).status).toBe(404);
});

it('a suppression is added, read, exported and lifted', async () => {
  expect(
    (await act('suppress', { json: { address: 'never@donor.example', reason: 'asked by phone' } })).status,
  ).toBe(200);
  await act('importSuppressions', csv('address\r\nother@donor.example\r\n'));
  expect((await act('exportSuppressions', {})).text).toContain('other@donor.example');
  const first = await act('listSuppressions', { path: '?limit=1' });
  const second = await act('listSuppressions', { path: `?limit=1&cursor=${first.json.next}` });
  expect(second.json.items[0].value).not.toBe(first.json.items[0].value);
  const params = { address: 'never@donor.example' };
  expect((await act('unsuppress', { params })).status).toBe(204);
  expect((await act('readSuppression', { params })).status).toBe(404);
});

it('a campaign is written, checked, scheduled, and approved by another user whatever the key', async () => {
  await act('createList', { json: { name: 'readers' } });
  const message = {
    ...{ name: 'Greeting', purpose: 'appeals', from: 'We Care <news@kssm.example>', lists: ['readers'] },
    contents: { en: { subject: 'Good day', body: body('Good day {{name}}') } },
  };
  const { json: made, status } = await act('createCampaign', { json: { name: 'By API', message } });
  expect(status).toBe(201);
  const params = { id: made.messageId };
  const blocks = { language: 'en', title: 'Hello', blocks: [{ type: 'text', text: 'Good day' }] };
  const edited = await act('editMessage', { params, json: { contents: { en: { body: blocks } } } });
  expect(edited.json).toMatchObject({ changed: true, version: 2 });
  expect((await act('readContents', { params })).json.contents[0].body).toBe(JSON.stringify(blocks));
  expect((await act('checkMessage', { params })).status).toBe(200);
  expect((await act('testMessage', { params, json: { to: 'me@kssm.example', language: 'en' } })).status).toBe(
    202,
  );
  await act('scheduleMessage', { params, json: { once: { at: '2026-12-01T09:00' } } });
  expect((await act('readMessage', { params })).json.standing).toBe('unapproved');
  const own = await act('approveMessage', { params, json: {} });
  expect([own.status, own.json.detail]).toEqual([403, expect.stringContaining('last edited by')]);
  const secondKey = await aKey(
    ground,
    (await ground.db.user.findFirstOrThrow({ where: { roles: { has: 'author' } } })) as never,
  );
  expect((await act('approveMessage', { params, key: secondKey, json: {} })).status).toBe(403);
  const approved = await act('approveMessage', {
    params,
    key: keys.approver,
    json: { reference: 'GO 12/2026' },
  });
  expect(approved.status).toBe(201);
  const standing = await act('readCampaign', { params: { id: made.id } });
  expect(standing.json.messages[0]).toMatchObject({
    standing: 'approved',
    approval: { reference: 'GO 12/2026' },
  });
  expect((await act('cancelCampaign', { params: { id: made.id } })).json).toMatchObject({ unscheduled: 1 });
});

it('a picture is added to the library, described, shown by a mail, and removed', async () => {
  const bytes = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#0b5d4e' } })
    .png()
    .toBuffer();
  const png = { body: new Uint8Array(bytes), headers: { 'content-type': 'image/png' } };
  const { status, json: added } = await act('addMedia', { path: '?name=backwater.png', ...png });
  expect([status, added.kind]).toEqual([201, 'picture']);
  expect((await act('addMedia', { path: '?name=again.png', ...png })).json.known).toBe(true);
  const params = { id: added.id };
  expect((await act('describeMedia', { params, json: { alt: { ml: 'കായൽ' } } })).json.alt).toEqual({
    ml: 'കായൽ',
  });
  expect((await act('listMedia', {})).json.items).toHaveLength(1);
  expect((await act('removeMedia', { params })).status).toBe(204);
  const fake = await act('addMedia', {
    path: '?name=picture.png',
    body: '<script>',
    headers: { 'content-type': 'image/png' },
  });
  expect(fake.status).toBe(400);
});

it('a newsletter is made, told of, drafted, previewed and skipped', async () => {
  await act('createList', { json: { name: 'subscribers' } });
  const words = { en: { title: 'Care news', description: 'What your gifts did' } };
  const wish = { slug: 'care-news', words, lists: ['subscribers'], from: 'We Care <news@kssm.example>' };
  const { status, json: made } = await act('createNewsletter', { json: wish });
  expect(status).toBe(201);
  const params = { slug: 'care-news' };
  const story = { words: { en: { title: 'A ramp', text: 'The school has a ramp now.' } } };
  expect((await act('addItem', { params, json: story })).json).toEqual({ number: 1 });
  const weekly = { cron: { expression: '0 9 * * MON' } };
  expect((await act('scheduleMessage', { params: { id: made.messageId }, json: weekly })).status).toBe(200);
  const drafted = await act('draftEdition', { params, json: {} });
  expect(drafted.json).toMatchObject({ number: 1, items: [1] });
  expect((await act('previewEdition', { params })).json.languages[0].html).toContain('ramp');
  expect((await act('readNewsletter', { params })).json.next).toMatchObject({ state: 'drafted', number: 1 });
  expect((await act('editNewsletter', { params, json: { archive: false } })).json.archive).toBe(false);
  expect((await act('skipEdition', { params, json: { reason: 'a day of mourning' } })).status).toBe(204);
  expect(
    (await act('listEditions', { params })).json.items.map(({ state }: { state: string }) => state),
  ).toContain('skipped');
  expect((await act('listItems', { params })).json.items).toHaveLength(1);
  expect((await act('removeItem', { params: { ...params, number: '1' } })).status).toBe(204);
  expect((await act('listNewsletters', {})).json.items).toHaveLength(1);
});

it('the ledger of a run is read in pages', async () => {
  const { run } = await startedRun(ground, [
    'one@people.example',
    'two@people.example',
    'three@people.example',
  ]);
  const seen: string[] = [];
  let cursor = '';
  do {
    const { json } = await act('listDeliveries', { params: { run: String(run) }, path: `?limit=2${cursor}` });
    seen.push(...json.items.map(({ address }: { address: string }) => address));
    cursor = json.next ? `&cursor=${json.next}` : '';
  } while (cursor);
  expect(seen.sort()).toEqual(['one@people.example', 'three@people.example', 'two@people.example']);
  expect((await act('readRun', { params: { run: String(run) } })).json).toMatchObject({
    total: 3,
    progress: { planned: 3 },
  });
});

it('an account keeps its secrets to itself, and only an administrator adds one', async () => {
  const json = { domains: ['kssm.example'], host: 'smtp.kssm.example', user: 'we', password: 'hush-hush' };
  const params = { name: 'relay' };
  expect((await act('putAccount', { params, json })).status).toBe(403);
  expect(
    (await act('putAccount', { params, key: keys.chief, json: { ...json, password: undefined } })).json
      .errors[0].pointer,
  ).toBe('#/password');
  const saved = await act('putAccount', { params, key: keys.chief, json });
  expect(saved.json).toMatchObject({ name: 'relay', host: 'smtp.kssm.example', user: 'we' });
  expect(`${saved.text}${(await act('listAccounts', {})).text}`).not.toContain('hush-hush');
});

it('a hold and the pressure are set and taken away', async () => {
  expect((await act('placeHold', { json: { reason: 'a day of mourning' } })).json.hold.reason).toBe(
    'a day of mourning',
  );
  expect((await act('liftHold', {})).json).toEqual({ lifted: 1 });
  expect((await act('setPressure', { json: { pressure: { messages: 4, days: 30 } } })).json.pressure).toEqual(
    { messages: 4, days: 30 },
  );
  expect((await act('setPressure', { json: { pressure: null } })).json.pressure).toBeNull();
});

it('what a program did is in the audit log with its user and from where', async () => {
  await act('createList', { json: { name: 'Traced' } });
  const { json } = await act('listAudit', { key: keys.chief, path: '?action=list.created&limit=1' });
  const author = (await call(url(), '/users', { key: keys.chief })).json.items.find(
    (one: { roles: string[] }) => one.roles.includes('author'),
  );
  expect(json.items[0]).toMatchObject({
    actor: author.email,
    origin: expect.stringMatching(/127\.0\.0\.1|::1/),
  });
  expect((await act('listAudit', {})).status).toBe(403);
});

it('a webhook is added with a secret that is shown once', async () => {
  const { json } = await act('addWebhook', {
    json: { url: 'https://crm.example/hook', events: ['link.clicked'] },
  });
  expect(json.secret).toMatch(/^whsec_/);
  const params = { id: json.id };
  expect((await act('readWebhook', { params })).text).not.toContain('whsec_');
  const sent = await act('testWebhook', { params });
  expect((await act('readWebhookMessage', { params: { id: sent.json.id } })).json.state).toBe('waiting');
  await act('changeWebhook', { params, json: { enabled: false } });
  expect((await act('testWebhook', { params })).status).toBe(409);
  expect((await act('removeWebhook', { params })).status).toBe(204);
});
