import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { firstLink } from '../../../../src/access/welcome.ts';
import { cookiesOf, formOf, PASSWORD, signInAs, staffMember } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';

const HTTPS = { 'x-forwarded-proto': 'https' };

describe.each([
  ['https://care.example', '__Host-', '/'],
  ['https://care.example/wecare', '__Secure-', '/wecare'],
])('behind %s', (PUBLIC_URL, prefix, cookiePath) => {
  const web = testWeb({ PUBLIC_URL });
  const base = cookiePath === '/' ? '' : cookiePath;

  it(`signs in by a cookie ${prefix}wecare of ${cookiePath}, whether the proxy takes the path away or not`, async () => {
    const user = await staffMember(web.ground, ['author']);
    const { answer, cookie } = await signInAs(web, { email: user.email, headers: HTTPS });
    expect(answer.headers.get('location')).toBe(`${base}/console`);
    expect(answer.headers.get('set-cookie')).toContain(`${prefix}wecare=`);
    expect(answer.headers.get('set-cookie')).toContain(`Path=${cookiePath}; HttpOnly; Secure; SameSite=Lax`);
    for (const asked of ['/console/account', `${base}/console/account`]) {
      expect((await web.ask(asked, { headers: { ...HTTPS, cookie } })).status).toBe(200);
    }
    const part = await web.ask('/console/account', { headers: { ...HTTPS, 'hx-request': 'true' } });
    expect(part.headers.get('hx-redirect')).toBe(`${base}/console/sign-in?next=%2Fconsole`);
  });

  it('says what to set where the proxy does not say that it speaks https', async () => {
    const answer = await web.ask('/console/sign-in', { headers: { accept: 'application/json' } });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('X-Forwarded-Proto')]);
  });
});

describe('the log', async () => {
  const LOG_DIR = await mkdtemp(path.join(tmpdir(), 'wecare-log-'));
  const web = testWeb({ LOG_DIR, LOG_LEVEL: 'trace' });
  afterAll(() => rm(LOG_DIR, { recursive: true, force: true }));

  it('holds no password, hash, token, cookie or address', async () => {
    const token = (await firstLink(web.ground, 'cli:test')) ?? '';
    const fields = { name: 'Asha', email: 'asha@kssm.example', password: PASSWORD, again: PASSWORD };
    const welcomed = await formOf(web)(`/console/welcome/${token}`, fields);
    const cookie = cookiesOf(welcomed);
    await web.ask('/console/account', { headers: { cookie } });
    await signInAs(web, { email: fields.email, password: 'wrong but typed' });
    await formOf(web)('/console/forgot', { email: fields.email });
    const written = async () =>
      (
        await Promise.all((await readdir(LOG_DIR)).map((file) => readFile(path.join(LOG_DIR, file), 'utf8')))
      ).join('');
    await expect.poll(written).toContain('/console/forgot');
    await expect.poll(() => web.ground.db.notice.count()).toBe(1);
    const text = await written();
    expect(text).toContain('/console/welcome/:token');
    const sid = decodeURIComponent(cookie.split(';')[0] ?? '').slice('wecare=s:'.length, 20);
    for (const secret of ['argon2', PASSWORD, 'wrong but typed', token, sid, 'asha@'])
      expect(text).not.toContain(secret);
  });
});
