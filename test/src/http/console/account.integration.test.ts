import { Secret, TOTP } from 'otpauth';
import { expect, it } from 'vitest';
import { setRoles } from '../../../../src/access/manage-users.ts';
import { requireFactorFor } from '../../../../src/access/second-factor-rule.ts';
import { cookiesOf, formOf, PASSWORD, signedIn, signInAs } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';

const web = testWeb();
const { ground, ask } = web;
const post = formOf(web);
const later = (seconds: number) => ground.clock.set(new Date(ground.clock.now().getTime() + seconds * 1000));
const SETUP = '/console/account/second-factor';
const codeOf = (secret: string) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: ground.clock.now().getTime() });

/** Somebody with a second factor, signed in. */
async function enrolled(roles: Parameters<typeof signedIn>[1] = ['author']) {
  const { cookie, user } = await signedIn(web, roles);
  const page = await (await ask(SETUP, { headers: { cookie } })).text();
  const secret = /enrol__secret">([A-Z2-7 ]+)</.exec(page)?.[1]?.replaceAll(' ', '') ?? '';
  const answer = await post(SETUP, { code: codeOf(secret) }, cookie);
  const recovery = [...(await answer.text()).matchAll(/<li>([a-z\d-]{19})<\/li>/g)].map(
    ([, code]) => code ?? '',
  );
  return { user, secret, recovery, page, cookie: cookiesOf(answer) };
}

async function toCode(email: string) {
  const { answer, cookie } = await signInAs(web, { email });
  expect(answer.headers.get('location')).toBe('/console/sign-in/code?next=%2Fconsole');
  return cookie;
}

it('takes a code of the app once, and opens nothing before', async () => {
  const { user, secret, recovery, page } = await enrolled();
  expect(page).toContain('<svg');
  expect(page).not.toMatch(/ style=/);
  expect(recovery).toHaveLength(10);
  later(30);
  const half = await toCode(user.email);
  expect((await ask('/console/account', { headers: { cookie: half } })).headers.get('location')).toMatch(
    /sign-in/,
  );
  expect((await post('/console/sign-in/code', { code: '000000' }, half)).status).toBe(422);
  const code = codeOf(secret);
  const answer = await post('/console/sign-in/code', { code, next: '//evil.example' }, half);
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/console']);
  expect((await ask('/console/account', { headers: { cookie: cookiesOf(answer) } })).status).toBe(200);
  const again = await toCode(user.email);
  expect((await post('/console/sign-in/code', { code }, again)).status).toBe(422);
  later(30);
  expect((await post('/console/sign-in/code', { code: codeOf(secret) }, again)).status).toBe(303);
});

it('takes each recovery code once, however it is typed', async () => {
  const { user, recovery } = await enrolled();
  const typed = (recovery[3] ?? '').toUpperCase().replaceAll('-', ' ');
  expect((await post('/console/sign-in/code', { code: typed }, await toCode(user.email))).status).toBe(303);
  expect((await post('/console/sign-in/code', { code: typed }, await toCode(user.email))).status).toBe(422);
  const { rows } = await ground.sql.query(
    'SELECT count(*)::int AS n FROM recovery_code WHERE user_id = $1 AND used_at IS NULL',
    [user.id],
  );
  expect(rows[0].n).toBe(9);
});

it('tries codes no more than ten times from one place', async () => {
  const { user, secret } = await enrolled();
  later(30);
  const cookie = await toCode(user.email);
  for (let i = 0; i < 10; i++)
    expect((await post('/console/sign-in/code', { code: '111111' }, cookie)).status).toBe(422);
  expect((await post('/console/sign-in/code', { code: codeOf(secret) }, cookie)).status).toBe(429);
});

it('is turned off with the password only, and old recovery codes go with it', async () => {
  const { cookie, user } = await enrolled();
  expect((await post(`${SETUP}/off`, { old: 'not it, certainly' }, cookie)).status).toBe(422);
  expect((await post(`${SETUP}/codes`, { old: PASSWORD }, cookie)).status).toBe(200);
  const answer = await post(`${SETUP}/off`, { old: PASSWORD }, cookie);
  expect(answer.headers.get('location')).toBe(`${SETUP}?done=factor-off`);
  expect(await ground.db.recoveryCode.count({ where: { userId: user.id } })).toBe(0);
  expect((await signInAs(web, { email: user.email })).answer.headers.get('location')).toBe('/console');
});

it('is asked of a role that must have it, before anything else', async () => {
  const { cookie, user } = await signedIn(web, ['finance', 'author']);
  await requireFactorFor(ground, ['finance'], 'cli:test');
  const goes = async (path: string) => (await ask(path, { headers: { cookie } })).headers.get('location');
  expect(await goes('/console')).toBe(SETUP);
  expect((await ask(SETUP, { headers: { cookie } })).status).toBe(200);
  const part = await ask('/console', { headers: { cookie, 'hx-request': 'true' } });
  expect([part.status, part.headers.get('hx-redirect'), part.headers.get('location')]).toEqual([
    401,
    SETUP,
    null,
  ]);
  await setRoles(ground, user.id, ['author'], 'cli:test');
  expect(await goes('/console')).not.toBe(SETUP);
  await requireFactorFor(ground, [], 'cli:test');
});

it('changes the password of who knows the old one, and signs the other browsers out', async () => {
  const { cookie, user } = await signedIn(web, ['author']);
  const other = (await signInAs(web, { email: user.email })).cookie;
  const fresh = 'a new sentence of mine 3';
  const fields = { old: PASSWORD, password: fresh, again: fresh };
  expect((await post('/console/account/password', { ...fields, old: 'wrong, wrong' }, cookie)).status).toBe(
    422,
  );
  expect(
    (await post('/console/account/password', { ...fields, again: 'typo typo typo' }, cookie)).status,
  ).toBe(422);
  expect(
    (await post('/console/account/password', { ...fields, password: user.email, again: user.email }, cookie))
      .status,
  ).toBe(422);
  const answer = await post('/console/account/password', fields, cookie);
  expect(answer.headers.get('location')).toBe('/console/account?done=password');
  const open = async (sent: string) => (await ask('/console/account', { headers: { cookie: sent } })).status;
  expect([await open(cookiesOf(answer)), await open(cookie), await open(other)]).toEqual([200, 303, 303]);
  expect((await signInAs(web, { email: user.email })).answer.status).toBe(422);
  expect((await signInAs(web, { email: user.email, password: fresh })).answer.status).toBe(303);
});

it('saves name, language and zone, and keeps what was typed when the name will not do', async () => {
  const { cookie, user } = await signedIn(web, ['agency']);
  const bad = await post(
    '/console/account/profile',
    { name: ' ', language: 'ml', zone: 'Asia/Dubai' },
    cookie,
  );
  expect([bad.status, await bad.text()]).toEqual([
    422,
    expect.stringContaining('<option value="Asia/Dubai" selected>'),
  ]);
  await post('/console/account/profile', { name: 'ബീന', language: 'ml', zone: 'Asia/Dubai' }, cookie);
  const page = await (await ask('/console/account', { headers: { cookie } })).text();
  expect(page).toContain('<html lang="ml"');
  expect(await ground.db.user.findUnique({ where: { id: user.id } })).toMatchObject({
    name: 'ബീന',
    zone: 'Asia/Dubai',
  });
  const odd = await post('/console/account/profile', { name: 'B', language: 'en', zone: 'Moon/Sea' }, cookie);
  expect(odd.status).toBe(400);
});

it('lists sessions, ends one, and signs out everywhere', async () => {
  const { cookie, user } = await signedIn(web, ['author']);
  const other = (await signInAs(web, { email: user.email })).cookie;
  const page = await (await ask('/console/account', { headers: { cookie } })).text();
  const ids = [...page.matchAll(/sessions\/([\da-f-]{36})"/g)].map(([, id]) => id ?? '');
  expect(ids).toHaveLength(2);
  const { id: mine } = (await signedIn(web, ['author'])).user;
  const stranger = await signInAs(web, {
    email: (await ground.db.user.findUniqueOrThrow({ where: { id: mine } })).email,
  });
  for (const id of ids)
    expect((await post(`/console/account/sessions/${id}`, {}, stranger.cookie)).status).toBe(404);
  await post('/console/account/sessions', {}, cookie);
  const goes = await Promise.all(
    [cookie, other].map(
      async (sent) => (await ask('/console/account', { headers: { cookie: sent } })).status,
    ),
  );
  expect(goes).toEqual([303, 303]);
});
