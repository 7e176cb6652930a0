import { beforeAll, describe, expect, it } from 'vitest';
import { plantOccasions } from '../../../../scripts/screenshots/occasions.ts';
import { listOccasions } from '../../../../src/pages/occasions/desk.ts';
import { keepersOf } from '../../../../src/pages/occasions/keepers.ts';
import { readOccasion, saveOccasion } from '../../../../src/pages/occasions/make.ts';
import { occasionPolicy } from '../../../../src/pages/occasions/policy.ts';
import { reportOccasion } from '../../../../src/pages/occasions/reports.ts';
import { newPage } from '../../../support/occasions.ts';
import { formOf, signedIn } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';

const web = testWeb();
const { ground } = web;
const send = formOf(web);
const OCCASIONS = '/console/occasions';
const cookies: Record<string, string> = {};

beforeAll(async () => {
  for (const role of ['author', 'approver', 'auditor', 'finance', 'administrator', 'agency'] as const)
    cookies[role] = (await signedIn(web, [role])).cookie;
  await plantOccasions(ground);
});

const read = async (path: string, role = 'author') => {
  const answer = await web.ask(path, { headers: { cookie: cookies[role] ?? '' } });
  return { status: answer.status, to: answer.headers.get('location'), page: await answer.text() };
};
const named = async (name: string) => {
  const all = await listOccasions(ground, { limit: 100 });
  const found = all.find(({ names }) => names.includes(name));
  if (!found) throw new Error(`There is no page of ${name}.`);
  return found;
};

describe('the list', () => {
  it('finds a page by its names in either encoding, its number and its code', async () => {
    const { id, number, code } = await named('മേരി തോമസ്');
    const finds = async (q: string) =>
      (await read(`${OCCASIONS}?q=${encodeURIComponent(q)}`)).page.includes(id);
    expect(await finds('മേരി')).toBe(true);
    expect(await finds('അഞ്ജലി')).toBe(false);
    expect(await finds(code)).toBe(true);
    for (const said of [number, number.toLowerCase().replaceAll('-', ' ')])
      expect((await read(`${OCCASIONS}?q=${encodeURIComponent(said)}`)).to).toBe(`${OCCASIONS}/${id}`);
  });

  it('narrows by state, kind and district, and leaves what is not finished out until it is asked for', async () => {
    const ids = async (query: string) =>
      [...(await read(`${OCCASIONS}?${query}`)).page.matchAll(/occasions\/([\da-f-]{36})"/g)].map(
        ([, id]) => id,
      );
    const wedding = await named('അഞ്ജലി');
    expect(await ids('state=waiting')).toEqual([wedding.id]);
    expect(await ids('district=Thrissur')).toEqual([wedding.id]);
    expect(await ids('kind=wedding')).toEqual([wedding.id]);
    expect(await ids('')).toHaveLength(3);
    expect(await ids('state=draft')).toHaveLength(1);
    expect((await read(`${OCCASIONS}?state=refused`)).page).toContain('Nothing fits');
  });

  it('pages through many in their order', async () => {
    await ground.sql.query(
      `INSERT INTO occasion (id, code, number, kind, state, content)
       SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'zz' || n, 'X-' || n, 'festival', 'refused', o.content
         FROM generate_series(1, 60) n, (SELECT content FROM occasion LIMIT 1) o`,
    );
    const path = `${OCCASIONS}?kind=festival`;
    const { page } = await read(path);
    const next =
      /href="([^"]+)" rel="next"/.exec(page)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=') ?? '';
    const rest = (await read(next)).page;
    const numbers = (html: string) => [...html.matchAll(/mono">X-(\d+)</g)].map(([, n]) => Number(n));
    expect([...numbers(page), ...numbers(rest)]).toEqual(Array.from({ length: 60 }, (_, n) => 60 - n));
    await ground.sql.query(`DELETE FROM occasion WHERE code LIKE 'zz%'`);
  });
});

describe('one page', () => {
  it('shows what guests would see beside what they see, why to look twice, and no contact in full', async () => {
    const wedding = await read(`${OCCASIONS}/${(await named('അഞ്ജലി')).id}`);
    expect(wedding.page).toContain('A phone number, account or UPI id stands in it');
    expect(wedding.page).toContain('+91••••••445');
    expect(wedding.page).not.toContain('9847033445');
    const memory = await read(`${OCCASIONS}/${(await named('മേരി തോമസ്')).id}`);
    expect(memory.page).toContain('അമ്മയുടെ ഓർമ്മയ്ക്കായി');
    expect(memory.page).toContain('അമ്മയുടെ പത്താം ഓർമ്മദിനം');
    expect(memory.page).toContain('jo•••@families.example');
    expect(memory.page).toContain('₹3,500');
    const guests = await read(`${OCCASIONS}/${(await named('അഞ്ജലി')).id}/preview`);
    expect(guests.page).toContain('സമ്മാനങ്ങൾക്കു പകരം ഒരു കൈത്താങ്ങ്');
    const photo = /src="([^"]*\/photos\/[^"]+)"/.exec(wedding.page)?.[1] ?? '';
    const answer = await web.ask(photo, { headers: { cookie: cookies.auditor ?? '' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^image\/(jpeg|webp)$/);
    expect((await web.ask(photo)).status).not.toBe(200);
  });

  it('is decided by who may, on the edition that was looked at, with a reason where the family needs one', async () => {
    const id = await newPage(ground, { until: 'asked', content: { names: ['Decided', 'Twice'] } });
    const path = `${OCCASIONS}/${id}`;
    const { edition } = await readOccasion(ground, id);
    const decide = (decision: string, words = '', role = 'approver', of = edition) =>
      send(`${path}/decision`, { decision, words, edition: String(of) }, cookies[role]);
    expect((await decide('approve', '', 'auditor')).status).toBe(403);
    const refused = await decide('return');
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('Write the reason: the family reads it.');
    await saveOccasion(ground, { id, expected: edition }, { content: { line: 'Changed meanwhile' } });
    const stale = await decide('approve', 'Good <luck>');
    expect(stale.status).toBe(422);
    const again = await stale.text();
    expect(again).toContain('The family changed the page meanwhile');
    expect(again).toContain('Good &lt;luck&gt;');
    const done = await decide('approve', '', 'approver', edition + 1);
    expect(done.headers.get('location')).toBe(`${path}?done=occasion-approve`);
    expect((await readOccasion(ground, id)).state).toBe('live');
    expect((await decide('takeDown', 'A relative asked.', 'author', edition + 1)).status).toBe(303);
    expect((await decide('restore', '', 'administrator', edition + 1)).status).toBe(303);
    const { page } = await read(path);
    for (const words of ['Taken down', 'A relative asked.', 'Decision taken back'])
      expect(page).toContain(words);
  });

  it('gives a family that lost its telephone another one, by who may, and says what is no contact', async () => {
    const id = await newPage(ground, { content: { names: ['Lost', 'Number'] } });
    const [keeper] = await keepersOf(ground, id);
    const move = (contact: string, role = 'author', of = keeper?.id) =>
      send(`${OCCASIONS}/${id}/keepers/${of}/contact`, { contact }, cookies[role]);
    expect((await move('new@families.example', 'auditor')).status).toBe(403);
    const refused = await move('12 <3');
    expect(refused.status).toBe(422);
    const said = await refused.text();
    expect(said).toContain('We cannot reach you there');
    expect(said).toContain('value="12 &lt;3"');
    expect((await move('x@families.example', 'author', id)).status).toBe(404);
    const done = await move('new@families.example');
    expect(done.headers.get('location')).toBe(`${OCCASIONS}/${id}?done=occasion-contact`);
    const [moved] = await keepersOf(ground, id);
    expect(moved).toMatchObject({ contact: 'new@families.example', epoch: 2, provenAt: null });
    const letter = await ground.db.notice.findFirst({ where: { address: 'new@families.example' } });
    expect(letter?.text).toContain('/family/');
    expect(letter?.text).not.toContain('Lost');
    expect((await read(`${OCCASIONS}/${id}`)).page).toContain('The helpline changed a contact');
  });

  it('of a child becomes none when staff asked the parent, by who may, with what they said', async () => {
    const id = await newPage(ground, { kind: 'birthday', content: { names: ['Anju'] } });
    await ground.sql.query('UPDATE occasion SET child = true WHERE id = $1', [id]);
    const note = (grown: string, role = 'author') =>
      send(`${OCCASIONS}/${id}/grown`, { grown }, cookies[role]);
    expect((await read(`${OCCASIONS}/${id}`, 'author')).page).toContain('It is no child’s page');
    expect((await note('Her mother rang.', 'auditor')).status).toBe(403);
    expect(await (await note(' ')).text()).toContain('Write whom you asked');
    const done = await note('Her mother rang: she is 19.');
    expect(done.headers.get('location')).toBe(`${OCCASIONS}/${id}?done=occasion-grown`);
    const { page } = await read(`${OCCASIONS}/${id}`, 'author');
    expect(page).toContain('Her mother rang: she is 19.');
    expect(page).not.toContain(`${id}/grown`);
  });

  it('is not there for an id that nobody has', async () => {
    expect((await read(`${OCCASIONS}/019ab000-0000-7000-8000-000000000000`)).status).toBe(404);
    expect((await read(`${OCCASIONS}/new`)).status).toBe(404);
  });
});

describe('what people say', () => {
  it('stands with its clock, the late first and red, also on the home and among what needs a person', async () => {
    const { page } = await read(`${OCCASIONS}/reports`);
    expect(page.indexOf('2 hours late')).toBeGreaterThan(0);
    expect(page.indexOf('hours left')).toBeGreaterThan(page.indexOf('2 hours late'));
    expect(page).toContain('data-late');
    expect((await read('/console')).page).toContain('2 words about pages of families wait for an answer');
    expect((await read('/console')).page).toContain('One is late.');
    expect((await read('/console/attention')).page).toMatch(/One of the family objects to page OC-\d{7}-\d/);
  });

  it('is answered once, and taking the page down is one deed with it', async () => {
    const id = await newPage(ground);
    const objection = { kind: 'objection', reason: 'private', words: 'Not like this.', name: 'A sister' };
    const report = await reportOccasion(ground, id, { ...objection, contact: 's@families.example' });
    const answer = (fields: Record<string, string>, role = 'author') =>
      send(`${OCCASIONS}/reports/${report}/answer`, { back: `${OCCASIONS}/${id}`, ...fields }, cookies[role]);
    expect((await answer({ outcome: 'down', answer: 'Yes.' }, 'finance')).status).toBe(403);
    expect((await answer({ outcome: 'down', answer: ' ' })).status).toBe(422);
    const done = await answer({ outcome: 'down', answer: 'We took it off.' });
    expect(done.headers.get('location')).toBe(`${OCCASIONS}/${id}?done=occasion-answered`);
    expect((await readOccasion(ground, id)).state).toBe('down');
    const second = await answer({ outcome: 'kept', answer: 'No.' });
    expect(await second.text()).toContain('That was answered already.');
    const { rows } = await ground.sql.query(
      `SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY id`,
      [id],
    );
    expect(rows.map(({ action }) => action)).toContain('occasion.answered');
  });
});

describe('the days and totals', () => {
  it('show each page on its day, month by month', async () => {
    expect((await read(`${OCCASIONS}/days?month=2026-11`)).page).toContain('മേരി തോമസ്');
    expect((await read(`${OCCASIONS}/days?month=2026-12`)).page).not.toContain('മേരി തോമസ്');
    expect((await read(`${OCCASIONS}/days?month=nonsense`)).status).toBe(200);
  });

  it('add up to what was given, however they are counted', async () => {
    for (const by of ['kind', 'district', 'month']) {
      const { page } = await read(`${OCCASIONS}/totals?by=${by}`);
      expect(page).toMatch(/<tfoot>.*₹4,600<\/td>/s);
    }
  });
});

it('takes the policy of an administrator, and says what a name must be', async () => {
  const path = '/console/settings/occasions';
  const set = (fields: Record<string, string>, role = 'administrator') => send(path, fields, cookies[role]);
  expect((await set({ look: 'after', names: '' }, 'author')).status).toBe(403);
  expect((await set({ look: 'after', names: 'ab' })).status).toBe(422);
  expect((await set({ look: 'after', names: 'Mammootty\r\n\r\nമോഹൻലാൽ\r\n' })).status).toBe(303);
  expect(await occasionPolicy(ground.sql)).toEqual({ look: 'after', knownNames: ['Mammootty', 'മോഹൻലാൽ'] });
  expect((await read(path, 'auditor')).page).toContain('മോഹൻലാൽ');
});
