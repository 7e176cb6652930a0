import { generateKeyPairSync } from 'node:crypto';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findCaller } from '../../../../src/access/api-keys.ts';
import { defaultZone } from '../../../../src/access/default-zone.ts';
import type { Role } from '../../../../src/access/users.ts';
import { scheduleMessage } from '../../../../src/campaigns/campaigns.ts';
import { accountsFor } from '../../../../src/deliveries/accounts.ts';
import { currentPressure } from '../../../../src/deliveries/pressure.ts';
import { OWN, signedIn } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';
import { editorOf, newCampaign, people } from '../../campaigns/support.ts';

const web = testWeb();
const { ground } = web;
people(ground);
const server = new SMTPServer({
  ...{ disabledCommands: ['STARTTLS'], allowInsecureAuth: true, logger: false },
  onAuth: ({ username, password }, _session, done) =>
    username === 'we' && password === 'right' ? done(null, { user: username }) : done(new Error('no')),
});
const cookies = {} as Record<Role, string>;

beforeAll(async () => {
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', () => done()));
  for (const role of ['administrator', 'auditor', 'author'] as const)
    cookies[role] = (await signedIn(web, [role])).cookie;
});
afterAll(() => new Promise<void>((done) => server.close(() => done())));

type Fields = Record<string, string | string[]>;
function post(path: string, fields: Fields = {}, role: Role = 'administrator') {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    for (const one of [value].flat()) body.append(name, one);
  const headers = { ...OWN, cookie: cookies[role] };
  return web.ask(`/console/settings${path}`, { method: 'POST', headers, body });
}
const page = async (path: string, role: Role = 'administrator') =>
  (await web.ask(`/console/settings${path}`, { headers: { cookie: cookies[role] } })).text();

const port = () => String((server.server.address() as { port: number }).port);
const account = (more: Fields = {}) => ({
  ...{
    name: 'Relay',
    domains: 'kssm.example wecare.example',
    host: '127.0.0.1',
    port: port(),
    security: 'none',
  },
  ...{
    verify: 'on',
    user: 'we',
    password: 'wrong',
    connections: '5',
    priority: '10',
    perHour: '500',
    ...more,
  },
});
const pem = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();

it('leads an administrator everywhere, lets an auditor read, and nobody else', async () => {
  expect(await page('')).toContain('SMTP accounts');
  expect(await page('', 'auditor')).toContain('Only administrators change it');
  expect(await page('/accounts', 'auditor')).not.toContain('accounts/new');
  expect(await page('', 'author')).not.toContain('SMTP accounts');
  expect((await post('/accounts', account(), 'auditor')).status).toBe(403);
});

it('says beside each field what is wrong, keeps what was typed, and never shows a password', async () => {
  const typed = account({
    name: '',
    domains: 'no domain!',
    port: '99999',
    perHour: 'many',
    password: 'hidden-one',
  });
  const answer = await post('/accounts', {
    ...typed,
    dkimDomain: 'kssm.example',
    dkimSelector: 's1',
    dkimKey: 'no key',
  });
  expect(answer.status).toBe(422);
  const shown = await answer.text();
  for (const text of [
    'Give it a name',
    'Write domains such as',
    'A port is a number',
    'a private key in PEM',
  ])
    expect(shown).toContain(text);
  expect(shown).toContain('value="no domain!"');
  expect(shown).toMatch(/id="port"[^>]*value="99999"[^>]*aria-invalid="true"/);
  expect(shown).not.toContain('hidden-one');
});

let place: string;
it('adds an account, logs in to it for real, and says in words what failed', async () => {
  const answer = await post('/accounts', account());
  place = (answer.headers.get('location') ?? '').replace('/console/settings', '').replace(/\?.*/, '');
  expect([answer.status, place]).toEqual([303, expect.stringMatching(/^\/accounts\/[0-9a-f-]{36}$/)]);
  expect(await (await post(`${place}/test`)).text()).toContain('does not take this user and password');
  await post(place, account({ password: 'right' }));
  expect(await (await post(`${place}/test`)).text()).toContain('The server lets us in');
  const name = await post('/accounts', account({ password: 'x' }));
  expect([name.status, await name.text()]).toEqual([422, expect.stringContaining('There is an account')]);
});

it('keeps the password that is not typed again, and adds and takes away keys', async () => {
  const key = { dkimDomain: 'kssm.example', dkimSelector: 'nov26', dkimKey: pem() };
  expect((await post(place, account({ password: '', perHour: '', ...key }))).status).toBe(303);
  const [ready] = await accountsFor(ground, 'kssm.example');
  expect(ready).toMatchObject({ limits: [], connections: 5, smtp: { credentials: { password: 'right' } } });
  expect(ready?.dkim).not.toBeNull();
  expect(await page(place)).toContain('Sign no more with nov26 of kssm.example');
  const records = await page('/domains/kssm.example');
  expect(records).toContain('nov26._domainkey.kssm.example');
  expect(records).toMatch(/v&#x3D;DKIM1; k&#x3D;rsa; p&#x3D;MII/);
  expect(records).toContain('v&#x3D;spf1 a:127.0.0.1');
  expect(await page('/domains')).toMatch(/wecare\.example[\s\S]*Not signed/);
  await post(place, account({ password: '', withoutKey: 'kssm.example nov26' }));
  expect((await accountsFor(ground, 'kssm.example'))[0]?.dkim).toBeNull();
});

it('takes an account out of use and back', async () => {
  await post(`${place}/off`);
  expect(await accountsFor(ground, 'kssm.example')).toEqual([]);
  expect(await page(place)).toContain('This account is out of use');
  await post(`${place}/on`);
  expect(await accountsFor(ground, 'kssm.example')).toHaveLength(1);
});

it('shows a key once, and ends it', async () => {
  const user = (await ground.db.user.findFirstOrThrow({ where: { roles: { has: 'administrator' } } })).email;
  expect(await (await post('/api-keys', { name: 'Dashboard', user })).text()).toContain(
    'Choose at least one.',
  );
  const made = await (await post('/api-keys', { name: 'Dashboard', user, scope: ['campaigns:read'] })).text();
  const key = /wecare_[0-9a-f]{8}_[\w-]{43}/.exec(made)?.[0] ?? '';
  expect((await findCaller(ground, key)).scopes).toEqual(['campaigns:read']);
  const list = await page('/api-keys');
  expect(list).not.toContain(key);
  const id = /api-keys\/([0-9a-f-]{36})\/end/.exec(list)?.[1];
  expect((await post(`/api-keys/${id}/end`)).status).toBe(303);
  await expect(findCaller(ground, key)).rejects.toThrow('was revoked');
});

it('makes a webhook, tries it, stops it and removes it', async () => {
  const wrong = await post('/webhooks', { url: 'nothing', event: ['link.clicked'] });
  expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('value="nothing"')]);
  const url = 'https://crm.example/hooks';
  const made = await (await post('/webhooks', { url, event: ['link.clicked'] })).text();
  expect(made).toContain('<dd>Somebody followed a link</dd>');
  expect(made).toMatch(/whsec_\S+/);
  const one = /\/webhooks\/[0-9a-f-]{36}/.exec(made)?.[0] ?? '';
  expect(await page(one)).not.toContain('whsec_');
  await post(`${one}/test`);
  expect(await page(one)).toContain('<td class="mono">test</td>');
  await post(`${one}/stop`);
  const again = await post(`${one}/test`);
  expect([again.status, await again.text()]).toEqual([422, expect.stringContaining('Enable it first')]);
  expect(await (await post(`${one}/secret`)).text()).toMatch(/whsec_\S+/);
  expect((await post(`${one}/remove`)).headers.get('location')).toBe(
    '/console/settings/webhooks?done=webhook-removed',
  );
});

it('sets the contact pressure, and takes it away with empty fields', async () => {
  expect(await (await post('/sending', { messages: '4', days: '400' })).text()).toContain('from 1 to 365');
  await post('/sending', { messages: '4', days: '30' });
  expect(await currentPressure(ground.sql)).toEqual({ messages: 4, days: 30 });
  expect(await page('/sending')).toContain('At most 4 messages to one contact in 30 days.');
  await post('/sending', { messages: '', days: '' });
  expect(await currentPressure(ground.sql)).toBeNull();
});

it('sets the zone of the office, which holds for whoever chose none and for new schedules', async () => {
  const wrong = await post('/sending/zone', { zone: 'Asia/Kolkatta' });
  const said = await wrong.text();
  expect([wrong.status, said]).toEqual([422, expect.stringContaining('Did you mean one of Asia/Kolkata')]);
  expect(said).toMatch(/id="zone"[^>]*value="Asia\/Kolkatta"[^>]*aria-invalid="true"/);
  expect(await defaultZone(ground)).toBe('Asia/Kolkata');
  expect((await post('/sending/zone', { zone: 'asia/dubai' })).status).toBe(303);
  expect(await page('/sending')).toMatch(/<dd>Asia\/Dubai<\/dd>[\s\S]*GST/);
  const seen = await web.ask('/console', { headers: { cookie: cookies.author } });
  expect(await seen.text()).toContain('GST');
  const everybody = await signedIn(web, ['author']);
  const own = new URLSearchParams({ name: 'Asha', language: 'en', zone: 'America/New_York' });
  const headers = { ...OWN, cookie: everybody.cookie };
  await web.ask('/console/account/profile', { method: 'POST', headers, body: own });
  expect(await (await web.ask('/console', { headers })).text()).toContain('GMT-5');
  const { messageId } = await newCampaign(ground, everybody.user);
  const editor = editorOf(everybody.user);
  await scheduleMessage(
    ground,
    { messageId, editor },
    { schedule: { kind: 'cron', expression: '0 9 * * MON' } },
  );
  expect((await ground.db.message.findUniqueOrThrow({ where: { id: messageId } })).schedule).toMatchObject({
    zone: 'Asia/Dubai',
  });
  expect((await post('/sending/zone', { zone: '' })).status).toBe(303);
  expect(await defaultZone(ground)).toBe('Asia/Kolkata');
  expect((await post('/sending/zone', { zone: 'UTC' }, 'auditor')).status).toBe(403);
});

it('begins and ends a warm-up, and tells roles and queues', async () => {
  expect(
    await (
      await post('/deliverability/warmups', { domain: 'x', first: '50', growth: '9', goal: '1000' })
    ).text(),
  ).toContain('That was not done.');
  const plan = { domain: 'new.example', first: '50', growth: '1.5', goal: '1000' };
  expect((await post('/deliverability/warmups', plan)).status).toBe(303);
  expect(await page('/deliverability')).toContain('0 of 50 mails in 24 hours.');
  expect((await post('/deliverability/warmups/new.example/end')).status).toBe(303);
  expect(await page('/roles')).toMatch(/Settings<\/th>/);
  expect(await page('/queues')).toContain('Pieces of campaigns');
});
