import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkSmtp } from '../../../scripts/doctor/smtp.ts';
import { saveAccount } from '../../../src/deliveries/accounts.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
const server = new SMTPServer({
  ...{ disabledCommands: ['STARTTLS'], allowInsecureAuth: true, logger: false },
  onAuth: ({ username, password }, _session, done) =>
    username === 'we' && password === 'right' ? done(null, { user: username }) : done(new Error('no')),
});
beforeAll(() => new Promise<void>((done) => void server.listen(0, '127.0.0.1', () => done())));
afterAll(() => new Promise<void>((done) => server.close(() => done())));

async function verdictWith(password: string) {
  const { port } = server.server.address() as { port: number };
  const settings = { host: '127.0.0.1', port, security: 'none' as const, user: 'we' };
  await saveAccount(ground, { name: 'relay', domains: ['*'], settings, secrets: { password } });
  const { config, databaseUrl, keys } = ground;
  const [finding] = await checkSmtp({ config, databaseUrl, keys, home: config.dataDir });
  return finding;
}

it('logs in with the password that the account seals', async () => {
  expect(await verdictWith('right')).toMatchObject({ check: 'SMTP relay', verdict: 'ok' });
});

it('says when the server refuses it', async () => {
  expect(await verdictWith('wrong')).toMatchObject({
    verdict: 'fail',
    remedy: expect.stringMatching(/password/),
  });
});
