import { expect, it } from 'vitest';
import { addUser, findUser, listUsers } from '../../../src/access/users.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
const asha = { email: 'Asha@KSSM.example', name: 'ആശ', roles: ['author', 'approver', 'author'] };

it('adds a user once, finds them however the address is typed, and keeps a trace', async () => {
  const user = await addUser(ground, asha, 'cli:test');
  expect(user).toMatchObject({ email: 'asha@kssm.example', roles: ['author', 'approver'] });
  expect((await findUser(ground, ' ASHA@kssm.example ')).id).toBe(user.id);
  await expect(addUser(ground, asha, 'cli:test')).rejects.toThrow(/already a user asha@kssm.example/);
  expect((await listUsers(ground)).map(({ name }) => name)).toEqual(['ആശ']);
  const entries = await ground.db.auditEntry.findMany({ where: { subjectId: user.id } });
  expect(entries).toMatchObject([{ action: 'user.added', actor: 'cli:test' }]);
});

it.each([
  [{ ...asha, email: 'asha' }, /email is no e-mail address/],
  [{ ...asha, name: ' ' }, /name must not be empty/],
  [{ ...asha, roles: ['boss'] }, /roles must be of administrator, author/],
  [{ ...asha, roles: [] }, /roles must name one/],
])('refuses %j in a sentence', async (input, sentence) => {
  await expect(addUser(ground, input, 'cli:test')).rejects.toThrow(sentence);
});

it('finds nobody who is unknown or disabled', async () => {
  await expect(findUser(ground, 'nobody@kssm.example')).rejects.toThrow(/no user nobody@kssm.example/);
  const user = await addUser(ground, { ...asha, email: 'gone@kssm.example' }, 'cli:test');
  await ground.db.user.update({ where: { id: user.id }, data: { disabledAt: new Date() } });
  await expect(findUser(ground, 'gone@kssm.example')).rejects.toThrow(/is disabled/);
});
