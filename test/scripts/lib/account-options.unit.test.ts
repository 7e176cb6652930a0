import { expect, it } from 'vitest';
import { type AccountOptions, readAccountOptions } from '../../../scripts/lib/account-options.ts';

const NONE = { password: undefined, accessToken: undefined };
const usual = { url: 'smtp://relay.example', domain: ['x.example'], connections: '20', priority: '100' };
const read = (options: Partial<AccountOptions>, secrets = {}) =>
  readAccountOptions('main', { ...usual, ...options }, { ...NONE, ...secrets });

it('asks for STARTTLS at 587 unless told otherwise, and takes smtps:// for TLS at 465', async () => {
  expect((await read({})).settings).toMatchObject({ port: 587, security: 'starttls' });
  expect((await read({ url: 'smtps://relay.example' })).settings).toMatchObject({
    port: 465,
    security: 'tls',
  });
  expect((await read({ tls: 'none' })).settings).toMatchObject({ security: 'none' });
});

it('logs in with a password, or with an access token by XOAUTH2, and needs one where there is a user', async () => {
  const url = 'smtp://care%40kssm.example@relay.example';
  const { settings, secrets } = await read({ url }, { accessToken: 'ya29' });
  expect(settings).toMatchObject({ user: 'care@kssm.example' });
  expect(secrets).toEqual({ accessToken: 'ya29', dkim: [] });
  expect((await read({ url }, { password: 'pw' })).secrets).toEqual({ password: 'pw', dkim: [] });
  await expect(read({ url })).rejects.toThrow(/WECARE_SMTP_PASSWORD .* WECARE_SMTP_TOKEN/);
});

it.each([
  [{ url: 'http://x' }, /no SMTP address/],
  [{ url: 'smtp://' }, /no SMTP address/],
  [{ url: 'smtp://u:p@x' }, /Leave the password out/],
  [{ tls: 'maybe' }, /--tls is starttls, tls, none, not "maybe"/],
  [{ connections: '0' }, /--connections is a whole number from 1 to 1000/],
  [{ perDay: 'many' }, /--per-day is a whole number/],
  [{ dkim: ['x.example:s'] }, /DOMAIN:SELECTOR:FILE/],
  [{ dkim: ['x.example:s:/no/such.pem'] }, /\/no\/such.pem cannot be read \(ENOENT\)/],
])('refuses %j with a sentence', async (options, sentence) => {
  await expect(read(options)).rejects.toThrow(sentence);
});
