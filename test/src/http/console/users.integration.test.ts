import { expect, it } from 'vitest';
import { cookiesOf, formOf, PASSWORD, signedIn, signInAs, staffMember } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';

const web = testWeb();
const { ground, ask } = web;
const post = formOf(web);
const later = (hours: number) => ground.clock.set(new Date(ground.clock.now().getTime() + hours * 3_600_000));
const admin = async () => (await signedIn(web, ['administrator'])).cookie;
const fields = { name: 'Beena', password: PASSWORD, again: PASSWORD };

/** The path in the link of the newest mail to somebody. */
async function linkTo(address: string): Promise<string> {
  const mails = await ground.db.notice.findMany({ where: { address }, orderBy: { id: 'desc' } });
  return /\/console\/(?:welcome|reset)\/[\w-]{43}/.exec(mails[0]?.text ?? '')?.[0] ?? '';
}

it('invites by mail in the language of the invited, who chooses a password and is in', async () => {
  const cookie = await admin();
  const invited = { email: 'Beena@kssm.example', name: 'ബീന', roles: 'author', language: 'ml' };
  const answer = await post('/console/users', invited, cookie);
  expect(answer.headers.get('location')).toMatch(/\/console\/users\/[\da-f-]{36}\?done=invited/);
  const mail = await ground.db.notice.findFirstOrThrow({ where: { address: 'beena@kssm.example' } });
  expect([mail.kind, mail.language, mail.subject]).toEqual(['invitation', 'ml', 'വി കെയർ കൺസോളിലേക്ക് ക്ഷണം']);
  const link = await linkTo('beena@kssm.example');
  expect(await (await ask(link)).text()).toContain('value="beena@kssm.example"');
  const arrived = await post(link, fields);
  expect(arrived.status).toBe(303);
  expect((await ask('/console/account', { headers: { cookie: cookiesOf(arrived) } })).status).toBe(200);
  expect((await ask(link)).status).toBe(410);
  const twice = await post('/console/users', invited, cookie);
  expect([twice.status, await twice.text()]).toEqual([
    422,
    expect.stringContaining('already a user with this address'),
  ]);
});

it('lets only the newest invitation in, and none after seven days or to a disabled user', async () => {
  const cookie = await admin();
  const invite = (email: string) =>
    post('/console/users', { email, name: 'C', roles: 'author', language: 'en' }, cookie).then(
      ({ headers }) => headers.get('location')?.split('?')[0] ?? '',
    );
  const page = await invite('c@kssm.example');
  const old = await linkTo('c@kssm.example');
  await post(`${page}/link`, {}, cookie);
  const newest = await linkTo('c@kssm.example');
  expect([(await ask(old)).status, (await ask(newest)).status]).toEqual([410, 200]);
  await post(`${page}/state`, { state: 'disabled' }, cookie);
  expect((await post(newest, fields)).status).toBe(410);
  await invite('d@kssm.example');
  const late = await linkTo('d@kssm.example');
  later(7 * 24);
  expect((await post(late, fields)).status).toBe(410);
});

it('mails a link for a new password, saying the same of an address that nobody has', async () => {
  const { user, cookie } = await signedIn(web, ['author']);
  const said = async (email: string) => {
    const answer = await post('/console/forgot', { email });
    return [answer.status, (await answer.text()).replaceAll(email, 'X').replace(/value="[^"]*"/g, '')];
  };
  expect(await said(user.email)).toEqual(await said('nobody@kssm.example'));
  await expect.poll(() => linkTo(user.email)).toMatch(/reset/);
  expect(await ground.db.notice.count({ where: { address: 'nobody@kssm.example' } })).toBe(0);
  const link = await linkTo(user.email);
  expect((await ask('/console/account', { headers: { cookie } })).status).toBe(200);
  const fresh = 'rain on a tin roof 22';
  expect((await post(link, { password: fresh, again: fresh })).status).toBe(303);
  expect((await ask('/console/account', { headers: { cookie } })).status).toBe(303);
  expect((await post(link, { password: fresh, again: fresh })).status).toBe(410);
  expect((await signInAs(web, { email: user.email, password: fresh })).answer.status).toBe(303);
});

it('forgets a reset link after an hour', async () => {
  const user = await staffMember(ground, ['author']);
  await post('/console/forgot', { email: user.email });
  await expect.poll(() => linkTo(user.email)).toMatch(/reset/);
  later(1);
  expect((await ask(await linkTo(user.email))).status).toBe(410);
});

it('gives roles, ends sessions and never leaves the installation without administrator', async () => {
  const { cookie, user } = await signedIn(web, ['administrator']);
  await ground.sql.query("UPDATE app_user SET roles = '{author}' WHERE id <> $1", [user.id]);
  const alone = await post(`/console/users/${user.id}/roles`, { roles: 'author' }, cookie);
  expect([alone.status, await alone.text()]).toEqual([
    409,
    expect.stringContaining('Nobody would be administrator'),
  ]);
  const other = await signedIn(web, ['author']);
  const roles = new URLSearchParams([
    ['roles', 'author'],
    ['roles', 'approver'],
  ]);
  await post(`/console/users/${other.user.id}/roles`, roles, cookie);
  expect((await ground.db.user.findUniqueOrThrow({ where: { id: other.user.id } })).roles).toEqual([
    'author',
    'approver',
  ]);
  expect((await post(`/console/users/${other.user.id}/roles`, {}, cookie)).status).toBe(422);
  await post(`/console/users/${other.user.id}/sessions`, {}, cookie);
  expect((await ask('/console/account', { headers: { cookie: other.cookie } })).status).toBe(303);
});

it('shows the audit log page by page, filtered by the address, and gives it as CSV', async () => {
  const { cookie, user } = await signedIn(web, ['auditor']);
  await ground.sql.query(
    `INSERT INTO audit_entry (actor, action, subject_type, subject_id, after)
     SELECT '=2+3@evil.example', 'thing.made', 'thing', n::text, '{"n": 1}' FROM generate_series(1, 120) n`,
  );
  const open = async (path: string) => (await ask(path, { headers: { cookie } })).text();
  const count = (page: string) => page.match(/thing\.made<\/td>/g)?.length ?? 0;
  const first = await open('/console/audit?action=thing&actor=EVIL');
  const address = first.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');
  const next = /href="(\/console\/audit\?[^"]*before=\d+)"/.exec(address)?.[1] ?? '';
  expect([count(first), count(await open(next))]).toEqual([50, 50]);
  expect(await open('/console/audit?subject=thing:7')).toContain('thing.made');
  expect(count(await open('/console/audit?action=thing&until=2001-01-01'))).toBe(0);
  const own = await open(`/console/audit?subject=user:${user.id}`);
  expect(own).toContain('user.signed-in');
  expect(own).toContain('127.0.0.1');
  expect(first.replaceAll('&#x3D;', '=')).toContain('=2+3@evil.example');
  const csv = await open('/console/audit/export.csv?action=thing');
  expect(csv.trim().split('\r\n')).toHaveLength(121);
  expect(csv).toContain(",'=2+3@evil.example,");
});
