import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkSmtp } from '../../../scripts/doctor/smtp.ts';
import { saveAccount } from '../../../src/deliveries/accounts.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
const server = new SMTPServer({
  ...{ disabledCommands: ['STARTTLS'], allowInsecureAuth: true, logger: false },
  authMethods: ['PLAIN', 'XOAUTH2'],
  onAuth: ({ username, password, accessToken }, _session, done) => {
    if (username === 'we' && (password ?? accessToken) === 'right') return done(null, { user: username });
    // A refused token is a challenge first (Google, XOAUTH2 protocol).
    if (accessToken) return done(null, { data: { status: '401', schemes: 'bearer', scope: 'mail' } });
    return done(new Error('no'));
  },
});
beforeAll(() => new Promise<void>((done) => void server.listen(0, '127.0.0.1', () => done())));
afterAll(() => new Promise<void>((done) => server.close(() => done())));

async function verdictWith(secrets: { password: string } | { accessToken: string }) {
  const { port } = server.server.address() as { port: number };
  const settings = { host: '127.0.0.1', port, security: 'none' as const, user: 'we' };
  await saveAccount(ground, { name: 'relay', domains: ['*'], settings, secrets });
  const { config, databaseUrl, keys } = ground;
  const [finding] = await checkSmtp({ config, databaseUrl, keys, home: config.dataDir });
  return finding;
}

it('logs in with the password that the account seals', async () => {
  expect(await verdictWith({ password: 'right' })).toMatchObject({ check: 'SMTP relay', verdict: 'ok' });
});

it('says when the server refuses it', async () => {
  expect(await verdictWith({ password: 'wrong' })).toMatchObject({
    verdict: 'fail',
    remedy: expect.stringMatching(/password/),
  });
});

it('tells a token that has run out from a password that is wrong', async () => {
  expect(await verdictWith({ accessToken: 'right' })).toMatchObject({ verdict: 'ok' });
  expect(await verdictWith({ accessToken: 'of yesterday' })).toMatchObject({
    verdict: 'fail',
    seen: expect.stringContaining('535'),
    remedy: expect.stringMatching(/token/),
  });
});
