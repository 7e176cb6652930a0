import { expect, it } from 'vitest';
import { keepersOf } from '../../../../src/pages/occasions/keepers.ts';
import { aKey, aUser, call } from '../../../support/api.ts';
import { newPage } from '../../../support/occasions.ts';
import { testWeb } from '../../../support/web.ts';

const { ground, url } = testWeb();

it('a family that lost its telephone is given another by a program of the helpline', async () => {
  const id = await newPage(ground);
  const key = await aKey(ground, await aUser(ground, ['author']));
  const move = (contact: string, more: object = {}, by = key) =>
    call(url(), `/occasions/${id}/contact`, { key: by, json: { contact, ...more } });
  expect(
    (await move('new@families.example', {}, await aKey(ground, await aUser(ground, ['auditor'])))).status,
  ).toBe(403);
  const none = await move('12');
  expect([none.status, none.json.detail]).toEqual([400, expect.stringContaining('cannot reach you there')]);
  expect((await move('new@families.example', { second: true })).status).toBe(404);
  const [keeper] = await keepersOf(ground, id);
  const done = await move('new@families.example');
  expect([done.status, done.json]).toEqual([200, { keeper: keeper?.id, channel: 'email' }]);
  expect((await keepersOf(ground, id))[0]).toMatchObject({ contact: 'new@families.example', provenAt: null });
  const letter = await ground.db.notice.findFirst({ where: { address: 'new@families.example' } });
  expect(letter?.text).toContain('/family/');
});
