import { beforeAll, describe, expect, it } from 'vitest';
import { type Contact, createContact } from '../../../../../src/contacts/contacts.ts';
import { samplePeople, sampleRun } from '../../../../support/sample-people.ts';
import { OWN, signedIn } from '../../../../support/staff.ts';
import { testWeb } from '../../../../support/web.ts';

const web = testWeb();
const cookies = { author: '', auditor: '' };
let people: Awaited<ReturnType<typeof samplePeople>>;

beforeAll(async () => {
  for (const role of ['author', 'auditor'] as const) cookies[role] = (await signedIn(web, [role])).cookie;
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

describe('lists', () => {
  const listId = async (name: string) => (await web.ground.db.list.findUniqueOrThrow({ where: { name } })).id;

  it('are made, shown with their members, and refuse a name that is taken', async () => {
    expect(await page('/console/lists', 'auditor')).toMatch(/Onam donors<\/a><\/td><td class="r">1<\/td>/);
    const answer = await post('/console/lists', { name: ' New  friends ' });
    expect(answer.headers.get('location')).toBe(
      `/console/lists/${await listId('New friends')}?done=list-made`,
    );
    for (const [name, sentence] of [
      ['New friends', 'already'],
      [' ', 'Write a name.'],
    ] as const) {
      const refused = await post('/console/lists', { name });
      expect(refused.status).toBe(422);
      expect(await refused.text()).toContain(sentence);
    }
    const html = await page(`/console/lists/${await listId('Onam donors')}`, 'auditor');
    expect(html).toContain('അനിത നായർ');
    expect(html).not.toContain('method="post" action="/console/lists');
    expect((await post('/console/lists', { name: 'x' }, 'auditor')).status).toBe(403);
  });

  it('are renamed, and messages and segments follow', async () => {
    const id = await listId('Onam donors');
    await sampleRun(web.ground, []);
    const message = await web.ground.db.message.findFirstOrThrow();
    await web.ground.db.message.update({
      where: { id: message.id },
      data: {
        audience: { lists: ['New friends', 'Onam donors'], excludeLists: ['Onam donors'], fallback: ['en'] },
      },
    });
    await web.ground.db.segment.create({
      data: {
        name: 'Donors',
        rules: { all: [{ list: 'Onam donors' }, { not: { district: 'Onam donors' } }] },
      },
    });
    expect(await page(`/console/lists/${id}`)).toMatch(/Care at home[\s\S]*Donors/);
    expect((await post(`/console/lists/${id}/name`, { name: 'New friends' })).status).toBe(422);
    const answer = await post(`/console/lists/${id}/name`, { name: 'Vishu donors' });
    expect(answer.headers.get('location')).toBe(`/console/lists/${id}?done=list-renamed`);
    const after = await web.ground.db.message.findUniqueOrThrow({ where: { id: message.id } });
    expect(after.audience).toEqual({
      ...{ lists: ['New friends', 'Vishu donors'], excludeLists: ['Vishu donors'], fallback: ['en'] },
    });
    expect(after.revision).toBe(message.revision);
    const segment = await web.ground.db.segment.findFirstOrThrow();
    expect(segment.rules).toEqual({ all: [{ list: 'Vishu donors' }, { not: { district: 'Onam donors' } }] });
  });

  it('are published with words in both languages, and taken back', async () => {
    const id = await listId('New friends');
    const words = { titleEn: 'Friends', textEn: 'News', titleMl: 'കൂട്ടുകാർ', textMl: 'വാർത്തകൾ' };
    for (const [fields, sentence] of [
      [{ ...words, purpose: '', textMl: '' }, 'in both languages'],
      [{ ...words, purpose: 'Two words' }, 'one word in small letters'],
    ] as const) {
      const refused = await post(`/console/lists/${id}/publication`, fields);
      expect(refused.status).toBe(422);
      expect(await refused.text()).toMatch(new RegExp(`${sentence}[\\s\\S]*value="കൂട്ടുകാർ"`));
    }
    const answer = await post(`/console/lists/${id}/publication`, { ...words, purpose: 'newsletter' });
    expect(answer.headers.get('location')).toContain('done=list-published');
    expect(await (await web.ask('/subscribe')).text()).toContain('Friends');
    await post(`/console/lists/${id}/publication/end`, {});
    expect(await (await web.ask('/subscribe')).text()).not.toContain('Friends');
  });

  it('are removed only when nobody is on them and nothing names them', async () => {
    const [full, free] = [await listId('Vishu donors'), await listId('New friends')];
    const html = await page(`/console/lists/${full}/removal`);
    expect(html).toContain('1 contact is on it.');
    expect(html).toContain('The segment Donors asks for it.');
    expect(html).not.toContain('Remove the list<');
    expect((await post(`/console/lists/${full}/removal`, {})).status).toBe(422);
    expect((await post(`/console/lists/${free}/removal`, {})).status).toBe(422);
    await post('/console/lists', { name: 'Nobody' });
    const answer = await post(`/console/lists/${await listId('Nobody')}/removal`, {});
    expect(answer.headers.get('location')).toBe('/console/lists?done=list-removed');
    const back = `/console/lists/${full}`;
    const left = await post(`/console/contacts/${people.anitha.id}/lists`, {
      list: 'Vishu donors',
      leave: '1',
      back,
    });
    expect(left.headers.get('location')).toBe(`${back}?done=list-left`);
  });

  it('are not there under an id that is none', async () => {
    expect((await get('/console/lists/nowhere')).status).toBe(404);
  });
});

describe('duplicates', () => {
  const make = (name: string, address: string, district = 'Wayanad'): Promise<Contact> =>
    createContact(
      web.ground,
      { name, addresses: [address], lists: [], consents: [], district },
      'x@kssm.example',
    );
  const path = (one: Contact, other: Contact) => `/console/contacts/duplicates/${one.id}/${other.id}`;
  let pair: [Contact, Contact];

  it('are shown with the reason, and a household is not', async () => {
    pair = [
      await make('Sreeja Menon', 'sreeja@post.example'),
      await make('Menon Sreeja', 'sreeja@post.example'),
    ];
    const html = await page('/console/contacts/duplicates', 'auditor');
    expect(html).toContain('Same mailbox, same name');
    expect(html).toContain(path(pair[1], pair[0]));
    expect(html).not.toContain('നായർ');
    await make('Gopalan Nambiar', 'one@post.example');
    await make('Gopalan Nambiyar', 'two@post.example');
    const named = await page('/console/contacts/duplicates?by=name');
    expect(named).toContain('Nearly the same name, same district');
  });

  it('are told apart and not named again', async () => {
    const [one, other] = [
      await make('Leela K', 'leela@post.example'),
      await make('Leela K', 'leela@post.example'),
    ];
    expect(await page('/console/contacts/duplicates')).toContain(path(other, one));
    const answer = await post(`${path(other, one)}/apart`, {});
    expect(answer.headers.get('location')).toBe('/console/contacts/duplicates?done=told-apart');
    expect(await page('/console/contacts/duplicates')).not.toContain(path(other, one));
  });

  it('are merged behind a page that says what it does', async () => {
    const [one, other] = pair;
    const html = await page(path(one, other));
    expect(html).toMatch(/A merge cannot be undone\.[\s\S]*Merge the two/);
    expect(html).toContain(`value="${one.id}" checked`);
    expect((await post(`${path(one, other)}/merge`, { keep: 'neither' })).status).toBe(422);
    expect((await post(`${path(one, other)}/merge`, { keep: one.id }, 'auditor')).status).toBe(403);
    const answer = await post(`${path(one, other)}/merge`, { keep: one.id });
    expect(answer.headers.get('location')).toBe(`/console/contacts/${one.id}?done=merged`);
    const old = await get(`/console/contacts/${other.id}`);
    expect(old.headers.get('location')).toBe(`/console/contacts/${one.id}?done=merged-into`);
    expect((await get(path(one, other))).status).toBe(409);
  });
});
