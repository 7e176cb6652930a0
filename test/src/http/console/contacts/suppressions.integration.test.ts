import { beforeAll, describe, expect, it } from 'vitest';
import { samplePeople } from '../../../../support/sample-people.ts';
import { OWN, signedIn } from '../../../../support/staff.ts';
import { testWeb } from '../../../../support/web.ts';

const web = testWeb();
const cookies = { author: '', auditor: '' };

beforeAll(async () => {
  for (const role of ['author', 'auditor'] as const) cookies[role] = (await signedIn(web, [role])).cookie;
  await samplePeople(web.ground);
});

const get = (path: string, role: keyof typeof cookies = 'author') =>
  web.ask(path, { headers: { cookie: cookies[role] } });
const page = async (path: string, role?: keyof typeof cookies) => (await get(path, role)).text();
const post = (path: string, body: URLSearchParams | FormData, role: keyof typeof cookies = 'author') =>
  web.ask(path, { method: 'POST', headers: { ...OWN, cookie: cookies[role] }, body });
const form = (fields: Record<string, string>) => new URLSearchParams(fields);
const found = (html: string) => html.slice(html.indexOf('id="found"'), html.indexOf('id="add"'));

describe('suppressions', () => {
  it.each([
    ['', 'old@post.example'],
    ['?q=OLD%40post.example', 'old@post.example'],
    ['?q=old%40', 'old@post.example'],
    ['?reason=hardbounce', 'The mailbox does not exist.'],
    ['?reason=complaint', 'Not suppressed'],
    ['?q=nobody%40post.example', 'Not suppressed'],
    ['?q=x', 'That was not done.'],
  ])('are found by %s', async (query, text) => {
    expect(found(await page(`/console/suppressions${query}`))).toContain(text);
  });

  it('take an address with a reason and an end, and refuse what will not do', async () => {
    const answer = await post(
      '/console/suppressions',
      form({ address: ' Meera@POST.example', reason: 'letter of 3 May', until: '2099-03-31' }),
    );
    expect(answer.headers.get('location')).toBe('/console/suppressions?done=suppressed');
    const html = await page('/console/suppressions?q=meera');
    expect(html).toMatch(/meera@post\.example[\s\S]*letter of 3 May[\s\S]*31 March 2099/);
    for (const [fields, sentence] of [
      [{ address: '', reason: 'kept' }, 'Write an e-mail address'],
      [{ address: 'nothing', reason: 'kept' }, 'neither an e-mail address nor a phone number'],
      [{ address: 'a@b.example', reason: 'kept', until: '2020-01-01' }, 'would be over already'],
    ] as const) {
      const refused = await post('/console/suppressions', form(fields));
      expect(refused.status).toBe(422);
      expect(await refused.text()).toMatch(new RegExp(`${sentence}[\\s\\S]*value="kept"`));
    }
  });

  it('are lifted behind a page that says what it means', async () => {
    const ask = await page('/console/suppressions/lift?address=old%40post.example');
    expect(ask).toContain('Allow mails to old@post.example again?');
    expect(ask).toContain('Think twice.');
    const answer = await post('/console/suppressions/lift', form({ address: 'old@post.example' }));
    expect(answer.headers.get('location')).toBe('/console/suppressions?done=unsuppressed');
    expect((await get('/console/suppressions/lift?address=old%40post.example')).status).toBe(404);
  });

  it('are taken out as CSV, which the log keeps, and taken in whole or not at all', async () => {
    const csv = await page('/console/suppressions/export', 'auditor');
    expect(csv).toContain('meera@post.example');
    expect(await web.ground.db.auditEntry.count({ where: { action: 'suppressions.exported' } })).toBe(1);
    const file = (content: string) => {
      const body = new FormData();
      body.set('reason', 'old list');
      body.set('file', new Blob([content]), 'list.csv');
      return post('/console/suppressions/import', body);
    };
    const answer = await file('email\none@x.example\ntwo@x.example\nmeera@post.example\n');
    expect(answer.headers.get('location')).toBe('/console/suppressions?rows=3&added=2');
    expect(await page('/console/suppressions?rows=3&added=2')).toContain(
      '3 rows were read; 2 addresses are new.',
    );
    const refused = await file('email\nthree@x.example\nnothing\n');
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('list.csv, line 3');
    expect(found(await page('/console/suppressions?q=three'))).toContain('Not suppressed');
  });

  it('are shown in pages, and to an auditor without a button', async () => {
    await web.ground.sql.query(
      `INSERT INTO suppression (channel, hash, value, reason, source)
       SELECT 'email', address_hash('email', 'n' || n || '@x.example'), 'n' || n || '@x.example', 'manual', 'test'
         FROM generate_series(1, 60) n`,
    );
    const html = await page('/console/suppressions?reason=manual', 'auditor');
    expect(html).not.toContain('/console/suppressions/lift');
    const next =
      html
        .match(/href="([^"]*before[^"]*)"/)?.[1]
        ?.replaceAll('&#x3D;', '=')
        .replaceAll('&amp;', '&') ?? '';
    const second = await page(next);
    const rows = (text: string) => [...text.matchAll(/n\d+@x\.example/g)].map(([value]) => value);
    expect(new Set([...rows(html), ...rows(second)]).size).toBe(60);
    expect((await post('/console/suppressions', form({}), 'auditor')).status).toBe(403);
  });
});
