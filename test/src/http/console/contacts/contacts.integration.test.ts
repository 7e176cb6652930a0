import { beforeAll, describe, expect, it } from 'vitest';
import type { Contact } from '../../../../../src/contacts/contacts.ts';
import { samplePeople, sampleRun } from '../../../../support/sample-people.ts';
import { OWN, signedIn } from '../../../../support/staff.ts';
import { testWeb } from '../../../../support/web.ts';

const web = testWeb();
const cookies: Record<'author' | 'auditor' | 'administrator', string> = {
  ...{ author: '', auditor: '', administrator: '' },
};
let people: Record<'anitha' | 'ravi' | 'society' | 'nobody', Contact>;

beforeAll(async () => {
  for (const role of ['author', 'auditor', 'administrator'] as const)
    cookies[role] = (await signedIn(web, [role])).cookie;
  people = await samplePeople(web.ground);
});

const get = (path: string, role: keyof typeof cookies = 'author') =>
  web.ask(path, { headers: { cookie: cookies[role] } });
const page = async (path: string, role?: keyof typeof cookies) => (await get(path, role)).text();
const post = (path: string, fields: Record<string, string>, role: keyof typeof cookies = 'author') =>
  web.ask(path, {
    ...{ method: 'POST', headers: { ...OWN, cookie: cookies[role] } },
    body: new URLSearchParams(fields),
  });

describe('the contacts', () => {
  it('are listed, who came last first, with what may be sent to them', async () => {
    const html = await page('/console/contacts');
    expect(html.indexOf('old@post.example')).toBeLessThan(html.indexOf('അനിത നായർ'));
    expect(html).toMatch(/old@post\.example <span class="badge" data-state="held">Suppressed/);
    expect(html).toContain('<span class="tag">appeals</span>');
    expect(html).toContain('4 contacts');
  });

  it.each([
    ['?q=zzzqqq', 'Nobody is found', ''],
    ['?q=%E0%B4%85%E0%B4%A8%E0%B4%BF%E0%B4%A4', 'അനിത നായർ', 'Karunya'],
    ['?q=98470+12345', 'Ravi Nair', 'Karunya'],
    ['?q=raavi+nair', 'Ravi Nair', 'Karunya'],
    ['?q=nair&language=ml', 'അനിത നായർ', 'Ravi Nair'],
    ['?list=Onam+donors', 'അനിത നായർ', 'Ravi Nair'],
    ['?kind=society', 'Karunya Society', 'Ravi Nair'],
    ['?district=Kollam&language=en', 'Karunya Society', 'Ravi Nair'],
    ['?district=Kollam&language=ml', 'Nobody fits all of this', 'Karunya'],
  ])('are found by %s', async (query, found, not) => {
    const html = await page(`/console/contacts${query}`);
    const part = html.slice(html.indexOf('id="found"'));
    expect(part).toContain(found);
    if (not) expect(part).not.toContain(not);
  });

  it('are told in a sentence when a search or a list will not do', async () => {
    for (const query of ['?q=x', '?list=nowhere']) {
      const answer = await get(`/console/contacts${query}`);
      expect(answer.status).toBe(422);
      expect(await answer.text()).toContain('That was not done.');
    }
  });

  it('are offered in Unicode where somebody pasted letters of an old font', async () => {
    const html = await page(`/console/contacts?q=${encodeURIComponent('A\\nX \\mbÀ')}`);
    expect(html).toContain('In Unicode it reads: അനിത നായർ');
    expect(html).toContain(`/console/contacts?q&#x3D;${encodeURIComponent('അനിത')}`);
  });

  it('can be taken out as CSV, which the log keeps', async () => {
    const answer = await get('/console/contacts/export?kind=society', 'auditor');
    expect(answer.headers.get('content-disposition')).toContain('contacts.csv');
    const lines = (await answer.text()).split('\r\n');
    expect(lines[1]).toMatch(/^Karunya Society,office@karunya\.example,,en,society,Kollam,.*,appeals$/);
    expect(lines).toHaveLength(3);
    const entry = await web.ground.db.auditEntry.findFirst({ where: { action: 'contacts.exported' } });
    expect(entry?.after).toEqual({ kind: 'society' });
  });
});

describe('one contact', () => {
  it('has its addresses, household, consents with proof and messages on one page', async () => {
    await sampleRun(web.ground, [
      { contact: people.ravi, state: 'sent', opened: true },
      { contact: people.society, state: 'failed', reason: '5.1.1', reply: '550 5.1.1 user unknown' },
    ]);
    const html = await page(`/console/contacts/${people.ravi.id}`);
    expect(html).toContain('+919847012345');
    expect(html).toMatch(/അനിത നായർ<\/a><small>shares\s+nair\.home@post\.example/);
    expect(html).toContain('said so by telephone');
    expect(html).toContain('<dt>enteredBy</dt><dd>asha@kssm.example</dd>');
    expect(html).toMatch(/data-state="sent">Sent[\s\S]*Opened [\s\S]*Followed a link/);
    const other = await page(`/console/contacts/${people.society.id}`);
    expect(other).toContain('There is no such mailbox.');
    expect(other).toContain('550 5.1.1 user unknown');
  });

  it('is read by an auditor, who finds no button that changes anything', async () => {
    const html = await page(`/console/contacts/${people.ravi.id}`, 'auditor');
    expect(html).not.toMatch(/action="\/console\/contacts/);
    expect((await post(`/console/contacts/${people.ravi.id}/lists`, {}, 'auditor')).status).toBe(403);
  });

  it('takes and gives back addresses, lists, consents and a pause', async () => {
    const path = `/console/contacts/${people.anitha.id}`;
    const steps: [string, Record<string, string>, string, string][] = [
      ['addresses', { address: '0484 2345678' }, 'address-added', '+914842345678'],
      ['lists', { list: 'Onam donors', leave: '1' }, 'list-left', 'On no list.'],
      [
        'consents',
        { channel: 'email', purpose: 'newsletter', basis: 'at the counter', given: 'yes' },
        'consent-given',
        'at the counter',
      ],
      ['pace', { frequency: 'monthly', until: '2099-01-31' }, 'paced', '31 January 2099, 11:59 pm IST'],
    ];
    for (const [part, fields, done, seen] of steps) {
      const answer = await post(`${path}/${part}`, fields);
      expect(answer.headers.get('location')).toBe(`${path}?done=${done}`);
      expect(await page(path)).toContain(seen);
    }
    await post(`${path}/pace`, { frequency: 'any', until: '' });
    await post(`${path}/lists`, { list: 'Onam donors' });
    expect(await page(path)).not.toContain('Wants no mails');
  });

  it.each([
    ['addresses', { address: 'no address' }, 'no address'],
    ['addresses', { address: '' }, 'Write an e-mail address'],
    ['consents', { channel: 'email', purpose: 'x', basis: '' }, 'Write on what basis'],
    ['lists', { list: 'nowhere' }, 'There is no list'],
    ['pace', { frequency: 'any', until: '2020-01-01' }, 'would be over already'],
    ['pace', { frequency: 'any', until: 'soon' }, 'is no day'],
  ])('refuses %s that will not do, keeping what was typed', async (part, fields, sentence) => {
    const answer = await post(`/console/contacts/${people.anitha.id}/${part}`, fields);
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain(sentence);
  });

  it('is changed, and warned of Malayalam in an old font, which one button converts', async () => {
    const path = `/console/contacts/${people.nobody.id}`;
    const fields = { name: 'A\\nX \\mbÀ', language: 'ml', kind: 'individual', district: 'Idukki' };
    const answer = await post(`${path}/facts`, fields);
    expect(answer.status).toBe(422);
    expect(await answer.text()).toMatch(/In Unicode it reads: അനിത നായർ[\s\S]*value="convert"/);
    const done = await post(`${path}/facts`, { ...fields, legacy: 'convert' });
    expect(done.headers.get('location')).toBe(`${path}?done=saved`);
    expect(await page(path)).toContain('<h1>അനിത നായർ</h1>');
    expect((await post(`${path}/facts`, { ...fields, legacy: 'keep', name: 'x'.repeat(201) })).status).toBe(
      422,
    );
  });

  it('is added with a consent and its basis', async () => {
    const wish = { name: 'Meera', email: 'meera@post.example', kind: 'individual', purpose: 'newsletter' };
    const refused = await post('/console/contacts', wish);
    expect(refused.status).toBe(422);
    expect(await refused.text()).toMatch(/value="meera@post\.example"[\s\S]*Write on what basis/);
    const answer = await post('/console/contacts', { ...wish, basis: 'at the fair' });
    const made = answer.headers.get('location') ?? '';
    expect(made).toMatch(/^\/console\/contacts\/[0-9a-f-]{36}\?done=contact-made$/);
    expect(await page(made)).toContain('at the fair');
  });

  it('says what an erasure takes and keeps, and then erases', async () => {
    const path = `/console/contacts/${people.ravi.id}`;
    expect((await get(`${path}/erasure`, 'author')).status).toBe(403);
    const html = await page(`${path}/erasure`, 'administrator');
    expect(html).toContain('The address +919847012345');
    expect(html).toContain('nair.home@post.example, because others share it');
    expect(html).toContain('That consent was withdrawn');
    const file = await get(`${path}/export`, 'administrator');
    expect(JSON.parse(await file.text())).toMatchObject({ contact: { name: 'Ravi Nair' } });
    const answer = await post(`${path}/erasure`, {}, 'administrator');
    expect(answer.headers.get('location')).toBe('/console/contacts?done=erased');
    expect((await get(path)).status).toBe(404);
  });

  it.each(['nobody', '019ab000-0000-7000-8000-000000000000'])('is not there: %s', async (id) => {
    expect([400, 404]).toContain((await get(`/console/contacts/${id}`)).status);
  });
});
