import { expect, it } from 'vitest';
import { disableUser, setRoles } from '../../../../src/access/manage-users.ts';
import { cookiesOf, formOf, signedIn, signInAs, staffMember } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';

const web = testWeb();
const { ground, ask } = web;
const post = formOf(web);
const HOUR = 3_600_000;
const later = (ms: number) => ground.clock.set(new Date(ground.clock.now().getTime() + ms));
const open = (path: string, cookie: string, headers: Record<string, string> = {}) =>
  ask(path, { headers: { cookie, ...headers } });
const actions = async (userId: string) =>
  (await ground.db.auditEntry.findMany({ where: { subjectId: userId }, orderBy: { id: 'asc' } })).map(
    ({ action }) => action,
  );
const mailsTo = (address: string) => ground.db.notice.findMany({ where: { address } });

it('counts a role that was taken away at the very next request, under a new cookie', async () => {
  await signedIn(web, ['administrator']);
  const { cookie, user } = await signedIn(web, ['administrator', 'author']);
  expect((await open('/console/users', cookie)).status).toBe(200);
  await setRoles(ground, user.id, ['author'], 'cli:test');
  const answer = await open('/console/users', cookie);
  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain('This needs the role administrator; yours: author.');
  const fresh = cookiesOf(answer);
  expect(fresh).toMatch(/^wecare=/);
  expect((await open('/console/account', fresh)).status).toBe(200);
  expect((await open('/console/account', cookie)).status).toBe(303);
});

it('puts a disabled user out at the very next request', async () => {
  const { cookie, user } = await signedIn(web, ['author']);
  await disableUser(ground, user.id, 'cli:test');
  expect((await open('/console/account', cookie)).headers.get('location')).toMatch(/sign-in/);
});

it('ends a session whose cookie comes with another browser, for the thief and for its owner', async () => {
  const { cookie, user } = await signedIn(web, ['author']);
  const thief = {
    'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
  };
  const answer = await open('/console/account', cookie, thief);
  expect(answer.headers.get('location')).toBe('/console/sign-in?next=%2Fconsole%2Faccount&why=stolen');
  expect(await (await ask('/console/sign-in?why=stolen')).text()).toContain('another browser');
  expect((await open('/console/account', cookie)).status).toBe(303);
  expect(await actions(user.id)).toContain('session.stolen');
  const [mail, ...more] = await mailsTo(user.email);
  expect([mail?.kind, more]).toEqual(['staff-stolen', []]);
  for (const words of ['Chrome on Android or Linux', 'Firefox on Windows', 'IST', '/console/forgot'])
    expect(mail?.text).toContain(words);
});

it('mails the owner of a sign-in in a browser that was never seen with them, and of no other', async () => {
  const { user, cookie } = await signedIn(web, ['author']);
  await ground.sql.query("UPDATE app_user SET language = 'ml' WHERE id = $1", [user.id]);
  expect((await signInAs(web, { email: user.email, headers: { cookie } })).answer.status).toBe(303);
  expect((await signInAs(web, { email: user.email, password: 'a wrong guess of it' })).answer.status).toBe(
    422,
  );
  expect(await mailsTo(user.email)).toEqual([]);
  expect((await signInAs(web, { email: user.email })).answer.status).toBe(303);
  const [mail, ...more] = await mailsTo(user.email);
  expect([mail?.kind, mail?.language, more]).toEqual(['staff-new-device', 'ml', []]);
  for (const words of ['ക്രോം, ആൻഡ്രോയ്ഡ് അല്ലെങ്കിൽ ലിനക്സ്', 'IST', '127.0.0.1'])
    expect(mail?.text).toContain(words);
});

it('knows everybody who shares a computer', async () => {
  const one = await signedIn(web, ['author']);
  const other = await staffMember(ground, ['author']);
  const first = await signInAs(web, { email: other.email, headers: { cookie: one.cookie } });
  const shared = { cookie: first.cookie };
  expect((await signInAs(web, { email: one.user.email, headers: shared })).answer.status).toBe(303);
  expect(await mailsTo(one.user.email)).toEqual([]);
});

it('lets the same browser be a new version of itself', async () => {
  const { cookie } = await signedIn(web, ['author']);
  const newer = {
    'user-agent':
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/155.0.0.0 Safari/537.36',
  };
  expect((await open('/console/account', cookie, newer)).status).toBe(200);
});

it('ends after twelve idle hours, and after seven days however busy', async () => {
  const idle = (await signedIn(web, ['author'])).cookie;
  later(11 * HOUR);
  expect((await open('/console/account', idle)).status).toBe(200);
  later(11 * HOUR);
  expect((await open('/console/account', idle)).status).toBe(200);
  later(12 * HOUR + 1);
  expect((await open('/console/account', idle)).status).toBe(303);
  const busy = (await signedIn(web, ['author'])).cookie;
  for (let hours = 0; hours < 7 * 24 - 10; hours += 10) {
    later(10 * HOUR);
    expect((await open('/console/account', busy)).status).toBe(200);
  }
  later(10 * HOUR);
  expect((await open('/console/account', busy)).status).toBe(303);
});

it('tells who is not signed in as they can take it: a page, a part of one, a form, a program', async () => {
  const page = await ask('/console/account?x=1');
  expect([page.status, page.headers.get('location')]).toEqual([
    303,
    '/console/sign-in?next=%2Fconsole%2Faccount%3Fx%3D1',
  ]);
  const malayalam = await ask('/console/account?lang=ml');
  expect(malayalam.headers.get('location')).toMatch(/^\/console\/sign-in\?.*&lang=ml$/);
  const htmx = { 'hx-request': 'true', 'hx-current-url': 'http://localhost/console/account?x=1' };
  const part = await ask('/console/account', { headers: htmx });
  expect([part.status, part.headers.get('hx-redirect')]).toEqual([
    401,
    '/console/sign-in?next=%2Fconsole%2Faccount%3Fx%3D1',
  ]);
  const form = await post('/console/account/profile', { name: 'x' });
  expect([form.status, await form.text()]).toEqual([
    401,
    expect.stringContaining('What you typed is not lost'),
  ]);
  const program = await ask('/console/account', { headers: { accept: 'application/json' } });
  expect([program.status, await program.json()]).toEqual([401, expect.objectContaining({ status: 401 })]);
});

it('keeps the console out of caches, search engines and other sites', async () => {
  const { headers } = await ask('/console/sign-in');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-robots-tag')).toBe('noindex, nofollow');
  expect(headers.get('referrer-policy')).toBe('same-origin');
});

it('slows down who guesses, and locks nobody else out', async () => {
  const { user, cookie } = await signedIn(web, ['author']);
  const device = cookie.split('; ').find((one) => one.startsWith('wecare-device=')) ?? '';
  const from = (ip: string, password?: string, sent = '') =>
    signInAs(web, {
      ...{ email: user.email, ...(password && { password }) },
      headers: { 'x-forwarded-for': ip, ...(sent && { cookie: sent }) },
    }).then(({ answer }) => answer);
  for (let i = 0; i < 10; i++) expect((await from('203.0.113.1', 'a wrong guess of it')).status).toBe(422);
  const refused = await from('203.0.113.1');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  // The owner elsewhere, and in the same network with a browser that is known.
  expect((await from('203.0.113.2')).status).toBe(303);
  expect((await from('203.0.113.1', undefined, device)).status).toBe(303);
  // A colleague behind the same address.
  const colleague = await signedIn(web, ['author']);
  const beside = await signInAs(web, {
    email: colleague.user.email,
    headers: { 'x-forwarded-for': '203.0.113.1' },
  });
  expect(beside.answer.status).toBe(303);
  // A known browser is one of its own user alone.
  const strange = await signInAs(web, {
    ...{ email: colleague.user.email, password: 'a wrong guess of it' },
    headers: { 'x-forwarded-for': '203.0.113.1', cookie: device },
  });
  expect(strange.answer.status).toBe(422);
});
