import { beforeAll, beforeEach, expect, it } from 'vitest';
import { approveMessage } from '../../../../src/campaigns/approvals.ts';
import { createCampaign } from '../../../../src/campaigns/campaigns.ts';
import { createSegment, listSegments } from '../../../../src/contacts/segments/segments.ts';
import { OWN, signedIn } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';
import { body } from '../../campaigns/support.ts';

const web = testWeb();
const { ground } = web;
let headers: Record<string, string>;
let author: Awaited<ReturnType<typeof signedIn>>['user'];

const form = (fields: [string, string][], as = headers) => ({
  ...{ method: 'POST', headers: { ...OWN, ...as } },
  body: new URLSearchParams(fields),
});
const read = async (path: string, as = headers) => (await web.ask(path, { headers: as })).text();
const post = async (path: string, fields: [string, string][]) => {
  const answer = await web.ask(path, form(fields));
  return { answer, page: await answer.text() };
};
const rule = (path: string, fields: Record<string, string>): [string, string][] => [
  ['node', path],
  ...Object.entries(fields).map(([name, value]): [string, string] => [`${path}.${name}`, value]),
];
const IDUKKI = rule('r.0', { what: 'district', value: 'Idukki' });
/** In Idukki, and not one of those who read English. */
const TYPED: [string, string][] = [...IDUKKI, ...rule('r.1', { what: 'language', not: 'not', value: 'en' })];
const RULES = { all: [{ district: ['Idukki'] }, { not: { language: ['en'] } }] };

beforeAll(async () => {
  const signed = await signedIn(web, ['author']);
  [headers, author] = [{ cookie: signed.cookie }, signed.user];
  await ground.sql.query(
    `INSERT INTO contact (id, name, language, district, kind, updated_at)
     SELECT gen_random_uuid(), 'Person ' || i, CASE WHEN i % 2 = 0 THEN 'en' ELSE 'ml' END,
            CASE WHEN i <= 6 THEN 'Idukki' ELSE 'Kollam' END, 'individual', now() FROM generate_series(1, 10) i`,
  );
  await ground.sql.query(
    `INSERT INTO address (id, contact_id, channel, value) SELECT gen_random_uuid(), id, 'email', 'p' || right(name, 2) || '@people.example' FROM contact`,
  );
  await ground.sql.query(
    `INSERT INTO consent (contact_id, channel, purpose, given, basis) SELECT id, 'email', 'appeals', name <> 'Person 1', 'form' FROM contact`,
  );
});
beforeEach(() => ground.sql.query('DELETE FROM segment'));

it('teaches what a segment is while there is none', async () => {
  const page = await read('/console/segments');
  expect(page).toContain('No segment yet');
  expect(page).toContain('href="/console/segments/new"');
});

it('builds rules without JavaScript: each button shows the form anew with what was typed', async () => {
  const first = await post('/console/segments/draft', [['name', 'മലയോരം'], ...IDUKKI, ['do', 'add r']]);
  expect(first.answer.status).toBe(200);
  expect(first.page).toMatch(/value="മലയോരം"/);
  expect(first.page).toMatch(/name="r\.0\.value" value="Idukki" checked/);
  expect(first.page).toContain('name="r.1.what"');
  const second = await post('/console/segments/draft', [...TYPED, ['do', 'group r']]);
  expect(second.page).toContain('name="r.2.join"');
  expect(second.page).toContain('name="r.2.0.what"');
  const third = await post('/console/segments/draft', [...TYPED, ['do', 'remove r.0']]);
  expect(third.page).not.toContain('name="r.1.what"');
  expect(third.page).toMatch(/name="r\.0\.value" value="en" checked/);
  expect(await listSegments(ground)).toEqual([]);
});

it('counts what is typed, shows some of them, and says it in words of both languages', async () => {
  const { page } = await post('/console/segments/draft', [...TYPED, ['do', 'count']]);
  expect(page).toMatch(/<b>3<\/b>/);
  expect(page).toContain('of 10 contacts (30 %)');
  expect(page).toContain('Person 3');
  expect(page).not.toContain('Person 2<');
  expect(page).toContain('<p lang="en">live in Idukki and do not read English</p>');
  expect(page).toContain('<p lang="ml">ഇടുക്കി ജില്ലയിൽ ഉള്ളവർ ഒപ്പം ഇംഗ്ലീഷ് വായിക്കാത്തവർ</p>');
});

it('says plainly when rules find nobody or leave nobody out, and that a rule is not complete', async () => {
  const nobody = await post('/console/segments/draft', rule('r.0', { what: 'district', value: 'Wayanad' }));
  expect(nobody.page).toContain('Nobody matches.');
  const everybody = await post('/console/segments/draft', rule('r.0', { what: 'kind', value: 'individual' }));
  expect(everybody.page).toContain('Everybody matches.');
  const open = await post('/console/segments/draft', [...IDUKKI, ...rule('r.1', { what: 'list' })]);
  expect(open.page).toContain('One rule is not complete and not counted yet.');
  expect(open.page).toMatch(/<b>6<\/b>/);
});

it('saves, lists with words, copies, renames and deletes', async () => {
  const made = await web.ask('/console/segments', form([['name', 'Hills'], ...TYPED]));
  expect(made.headers.get('location')).toBe('/console/segments?done=segment-made');
  const [segment] = await listSegments(ground);
  expect(segment).toMatchObject({ name: 'Hills', rules: RULES });
  const path = `/console/segments/${segment?.id}`;
  expect(await read('/console/segments')).toContain('live in Idukki and do not read English');
  expect(await read(`/console/segments/new?from=${segment?.id}`)).toContain('value="Hills (copy)"');
  const changed = await web.ask(path, form([['name', 'High ranges'], ...IDUKKI]));
  expect(changed.headers.get('location')).toBe(`${path}?done=segment-changed`);
  expect(await listSegments(ground)).toMatchObject([
    { name: 'High ranges', rules: { all: [{ district: ['Idukki'] }] } },
  ]);
  expect(await read(`${path}/delete`)).toContain('Delete the segment “High ranges”?');
  const deleted = await web.ask(`${path}/delete`, form([]));
  expect(deleted.headers.get('location')).toBe('/console/segments?done=segment-deleted');
  expect((await web.ask(path, { headers })).status).toBe(404);
});

it('keeps what was typed and says beside it what will not do', async () => {
  const { answer, page } = await post('/console/segments', [
    ['name', ' '],
    ...rule('r.0', { what: 'received', text: 'soon' }),
  ]);
  expect(answer.status).toBe(422);
  expect(page).toContain('Give it a name of up to 100 characters.');
  expect(page).toContain('Write a whole number of days, 1 to 3660.');
  expect(page).toMatch(/name="r\.0\.text" value="soon"/);
  await createSegment(ground, { name: 'Hills', rules: RULES }, 'test');
  const taken = await post('/console/segments', [['name', 'Hills'], ...IDUKKI]);
  expect(taken.answer.status).toBe(422);
  expect(taken.page).toContain('There is a segment of this name already.');
  const gone = await post('/console/segments', [
    ['name', 'Other'],
    ...rule('r.0', { what: 'list', value: 'No such list' }),
  ]);
  expect(gone.page).toContain('There is no list &quot;No such list&quot;');
});

it('says who uses it, follows a new name, asks for a new approval of new rules, and is not deleted in use', async () => {
  const { id } = await createSegment(ground, { name: 'Hills', rules: RULES }, 'test');
  const message = {
    ...{
      name: 'Appeal',
      purpose: 'appeals',
      from: 'We Care <care@kssm.example>',
      lists: [],
      segments: ['Hills'],
    },
    contents: { en: { subject: 'Hello', body: body('Hello') } },
  };
  const { messageId } = await createCampaign(ground, { name: 'Onam', message }, author);
  const approver = (await signedIn(web, ['approver'])).user;
  await approveMessage(ground, { messageId, user: approver }, 'SJD/1/2026');
  const path = `/console/segments/${id}`;
  const page = await read(path);
  expect(page).toContain('Appeal');
  expect(page).toContain('An approved message uses this segment.');
  const same: [string, string][] = [...IDUKKI, ...rule('r.1', { what: 'language', not: 'not', value: 'en' })];
  await web.ask(path, form([['name', 'High ranges'], ...same]));
  const stored = async () =>
    (await ground.sql.query('SELECT audience, revision FROM message WHERE id = $1', [messageId])).rows[0];
  expect(await stored()).toMatchObject({ audience: { segments: ['High ranges'] }, revision: 1 });
  const changed = await web.ask(path, form([['name', 'High ranges'], ...IDUKKI]));
  expect(changed.headers.get('location')).toContain('done=segment-changed-approvals');
  expect(await stored()).toMatchObject({ revision: 2 });
  expect(await read(`${path}/delete`)).toContain('It cannot be deleted while these messages use it.');
  const refused = await web.ask(`${path}/delete`, form([]));
  expect(refused.headers.get('location')).toBe(`${path}/delete`);
  expect(await listSegments(ground)).toHaveLength(1);
});

it('works out who a purpose leaves out, and why', async () => {
  const { page } = await post('/console/segments/draft', [
    ...IDUKKI,
    ['purpose', 'appeals'],
    ['do', 'count'],
  ]);
  expect(page.replace(/\s+/g, ' ')).toMatch(
    /Would get a mail<\/b><\/dt><dd>5<\/dd>\s*<dt>have not agreed to it<\/dt><dd>1<\/dd>/,
  );
});

it('lets an auditor look and count, and change nothing', async () => {
  const { id } = await createSegment(ground, { name: 'Hills', rules: RULES }, 'test');
  const auditor = { cookie: (await signedIn(web, ['auditor'])).cookie };
  const page = await read(`/console/segments/${id}`, auditor);
  expect(page).not.toContain('Save the changes');
  expect(page).not.toContain(`/console/segments/${id}/delete`);
  expect((await web.ask(`/console/segments/${id}`, form(TYPED, auditor))).status).toBe(403);
});

it('asks no more of an address that somebody made up', async () => {
  expect((await web.ask('/console/segments/nonsense', { headers })).status).toBe(404);
  expect((await web.ask('/console/segments/new?from=nonsense', { headers })).status).toBe(404);
  const odd = await web.ask(
    '/console/segments/draft',
    form([
      ['node', 'r.9.9'],
      ['node', '__proto__'],
      ['do', 'remove r.5.5'],
    ]),
  );
  expect(odd.status).toBe(200);
});
