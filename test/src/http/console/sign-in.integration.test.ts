import { describe, expect, it } from 'vitest';
import { firstLink } from '../../../../src/access/welcome.ts';
import { nextPath } from '../../../../src/http/console/access/next.ts';
import { OWN, PASSWORD, signedIn, signInAs, staffMember } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';

const web = testWeb();
const { ground, ask } = web;
const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  ask(path, { method: 'POST', headers: { ...OWN, ...headers }, body: new URLSearchParams(fields) });

it('lets the first administrator in by a link that opens once, and no second one is made', async () => {
  const [old, token] = [await firstLink(ground, 'cli:test'), await firstLink(ground, 'cli:test')];
  expect((await ask(`/console/welcome/${old}`)).status).toBe(410);
  const fields = {
    name: 'ആശ',
    email: 'Asha@KSSM.example',
    language: 'ml',
    password: PASSWORD,
    again: PASSWORD,
  };
  const short = await post(`/console/welcome/${token}`, { ...fields, password: 'short', again: 'short' });
  expect(short.status).toBe(422);
  expect(await short.text()).toMatch(/At least 12 characters, please[\s\S]*/);
  const answer = await post(`/console/welcome/${token}`, fields);
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/console']);
  expect(
    await ground.db.user.findFirst({ select: { name: true, email: true, roles: true, language: true } }),
  ).toEqual({ name: 'ആശ', email: 'asha@kssm.example', roles: ['administrator'], language: 'ml' });
  expect((await post(`/console/welcome/${token}`, fields)).status).toBe(410);
  expect(await firstLink(ground, 'cli:test')).toBeNull();
});

it('signs in and out, and keeps no more of the cookie than its hash', async () => {
  const user = await staffMember(ground, ['author']);
  const { answer, cookie } = await signInAs(web, {
    email: ` ${user.email.toUpperCase()}`,
    next: '/console/x?y=1',
  });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/console/x?y=1']);
  expect(answer.headers.get('set-cookie')).toMatch(/wecare=s%3A[^;]+; Path=\/; HttpOnly; SameSite=Lax/);
  const sid = decodeURIComponent(cookie).match(/s:([^.]+)\./)?.[1] ?? '';
  const { rows } = await ground.sql.query(`SELECT s::text || encode(hash, 'escape') AS row FROM session s`);
  expect(rows.map(({ row }) => row).join()).not.toContain(sid);
  expect((await ask('/console/sign-in', { headers: { cookie } })).status).toBe(303);
  const out = await post('/console/sign-out', {}, { cookie });
  expect(out.headers.get('location')).toBe('/console/sign-in?why=out');
  expect((await ask('/console/sign-in', { headers: { cookie } })).status).toBe(200);
});

it('gives a new id at every sign-in, so that one planted before is worth nothing', async () => {
  const { cookie, user } = await signedIn(web, ['author']);
  const again = await signInAs(web, { email: user.email, headers: { cookie } });
  expect(again.cookie).not.toBe(cookie);
  expect((await ask('/console/sign-in', { headers: { cookie } })).status).toBe(200);
});

it('says the same for a wrong password, an unknown address, a disabled user and one without password', async () => {
  const [known, disabled] = [await staffMember(ground, ['author']), await staffMember(ground, ['author'])];
  await ground.db.user.update({ where: { id: disabled.id }, data: { disabledAt: ground.clock.now() } });
  const answers = [
    await signInAs(web, { email: known.email, password: 'not it, certainly' }),
    await signInAs(web, { email: 'nobody@kssm.example' }),
    await signInAs(web, { email: disabled.email }),
  ];
  const pages = await Promise.all(
    answers.map(async ({ answer }) => (await answer.text()).replace(/value="[^"]*"/g, '')),
  );
  expect(new Set(pages).size).toBe(1);
  expect(pages[0]).toContain('do not fit together');
  const refusals = () =>
    ground.db.auditEntry.count({ where: { action: 'sign-in.refused', subjectId: known.id } });
  await expect.poll(refusals).toBe(1);
  expect(answers.map(({ answer, cookie }) => [answer.status, cookie])).toEqual(Array(3).fill([422, '']));
});

describe('a form of another site', () => {
  const fields = { email: 'a@b.example', password: 'x' };
  const sent = (headers: Record<string, string>) =>
    ask('/console/sign-in', { method: 'POST', headers, body: new URLSearchParams(fields) });

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{}],
  ] as Record<string, string>[][])('is refused: %j', async (headers) => {
    const answer = await sent(headers ?? {});
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('did not come from our own page');
  });

  it('is not what our own page sends where browsers do not say Sec-Fetch-Site', async () => {
    expect((await sent({ origin: web.url() })).status).toBe(422);
  });
});

it.each([
  ['/console/campaigns?x=1', '/console/campaigns?x=1'],
  ['https://evil.example/console', '/console'],
  ['//evil.example/console', '/console'],
  ['/\\evil.example', '/console'],
  ['/console\\..\\..\\evil', '/console'],
  ['/console/../../evil', '/console'],
  ['/console/..//evil.example', '/console'],
  ['/consolexyz', '/console'],
  ['/console/sign-out', '/console'],
  ['/u/token', '/console'],
  [undefined, '/console'],
])('leads nowhere but into the console: %s', (wish, goes) => {
  expect(nextPath(wish)).toBe(goes);
});
