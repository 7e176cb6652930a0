import { expect, it } from 'vitest';
import { accountsFor, saveAccount } from '../../../src/deliveries/accounts.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();

it('goes on with the other accounts when one is not set up rightly, and says what troubles it', async () => {
  const settings = { host: '127.0.0.1', port: 2525, security: 'none' as const };
  await saveAccount(ground, { name: 'whole', domains: ['*'], settings, priority: 2 });
  await saveAccount(ground, {
    name: 'no password',
    domains: ['*'],
    settings: { ...settings, user: 'u' },
    priority: 1,
  });
  expect((await accountsFor(ground, 'kssm.example')).map(({ name }) => name)).toEqual(['whole']);
  const { rows } = await ground.sql.query("SELECT trouble FROM account WHERE name = 'no password'");
  expect(rows[0].trouble).toContain('has no password');
});

it('keeps domains in small letters, and no account by which nothing could be sent', async () => {
  const settings = { host: '127.0.0.1', port: 2525 };
  const save = (wish: object) =>
    saveAccount(ground, { name: 'second', domains: ['X.example'], settings, ...wish });
  const dkim = [{ domain: 'x.example', selector: 's', privateKey: 'no key' }];
  await expect(save({ name: ' ' })).rejects.toThrow(/one line of 1 to 100/);
  await expect(save({ domains: ['not a domain'] })).rejects.toThrow(/"not a domain" is none/);
  await expect(save({ secrets: { dkim } })).rejects.toThrow(/The DKIM key s of x.example will not do/);
  expect(await ground.db.account.count({ where: { name: 'second' } })).toBe(0);
  await save({});
  expect(await ground.db.account.findFirst({ where: { name: 'second' } })).toMatchObject({
    domains: ['x.example'],
  });
});
