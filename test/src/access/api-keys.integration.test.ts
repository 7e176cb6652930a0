import { expect, it } from 'vitest';
import { createKey, findCaller, listKeys, requireScope, revokeKey } from '../../../src/access/api-keys.ts';
import { aUser } from '../../support/api.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
const wish = async (more = {}) => ({
  name: 'Dashboard',
  scopes: ['contacts:read'],
  user: await aUser(ground, ['author']),
  ...more,
});

it('a key is shown once, kept as a hash, and acts as its user', async () => {
  const plan = await wish();
  const { key, id } = await createKey(ground, plan, 'cli:test');
  const { rows } = await ground.sql.query('SELECT * FROM api_key WHERE id = $1', [id]);
  expect(JSON.stringify(rows)).not.toContain(key);
  const caller = await findCaller(ground, key);
  expect(caller.user.email).toBe(plan.user.email);
  expect(() => requireScope(caller, 'contacts:read')).not.toThrow();
  expect(() => requireScope(caller, 'contacts:write')).toThrow(/scope contacts:write/);
});

it('its last use is noted, at most once a minute', async () => {
  const { key, id } = await createKey(ground, await wish(), 'cli:test');
  const used = async () => (await listKeys(ground)).find((one) => one.id === id)?.lastUsedAt;
  expect(await used()).toBeNull();
  await findCaller(ground, key);
  expect(await used()).toEqual(ground.clock.now());
});

it('a key that is revoked, has expired, or was changed is refused', async () => {
  const soon = new Date(ground.clock.now().getTime() + 1000);
  const { key, prefix } = await createKey(ground, await wish({ expiresAt: soon }), 'cli:test');
  await expect(findCaller(ground, `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`)).rejects.toThrow(
    /not known/,
  );
  await expect(findCaller(ground, 'wecare_nonsense')).rejects.toThrow(/not known/);
  await findCaller(ground, key);
  await revokeKey(ground, prefix, 'cli:test');
  await expect(findCaller(ground, key)).rejects.toThrow(/revoked/);
  await expect(revokeKey(ground, prefix, 'cli:test')).rejects.toThrow(/already/);
  const other = await createKey(ground, await wish({ expiresAt: soon }), 'cli:test');
  ground.clock.set(new Date(soon.getTime() + 1));
  await expect(findCaller(ground, other.key)).rejects.toThrow(/expired/);
});

it('a key of a disabled user does not act', async () => {
  const plan = await wish();
  const { key } = await createKey(ground, plan, 'cli:test');
  await ground.db.user.update({ where: { id: plan.user.id }, data: { disabledAt: ground.clock.now() } });
  await expect(findCaller(ground, key)).rejects.toThrow(/disabled/);
});

it('a scope that does not exist is refused by a sentence that lists those there are', async () => {
  const plan = await wish({ scopes: ['contacts:eat'] });
  await expect(createKey(ground, plan, 'cli:test')).rejects.toThrow(/contacts:eat.*contacts:read/);
});

it('making and revoking are in the audit log, without the key', async () => {
  const { key, id, prefix } = await createKey(ground, await wish(), 'cli:test');
  await revokeKey(ground, id, 'cli:test');
  const entries = await ground.db.auditEntry.findMany({ where: { subjectId: id }, orderBy: { id: 'asc' } });
  expect(entries.map(({ action }) => action)).toEqual(['api-key.created', 'api-key.revoked']);
  expect(entries.map(({ origin }) => origin)).toEqual(['cli', 'cli']);
  expect(JSON.stringify(entries.map(({ after }) => after))).toContain(prefix);
  expect(JSON.stringify(entries.map(({ after }) => after))).not.toContain(key);
});
