import { expect, it } from 'vitest';
import { z } from 'zod';
import { changeSetting, readSetting, type Setting, saidSetting } from '../../../src/access/settings.ts';
import { transaction } from '../../../src/db.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
const shape = z.object({ cups: z.int() });
const TEA: Setting<z.infer<typeof shape>> = {
  ...{ key: 'tea', action: 'tea.set', shape, usual: { cups: 2 } },
};
const add = (cups: number) =>
  transaction(ground.sql, (connection) =>
    changeSetting(connection, TEA, { change: (before) => ({ cups: before.cups + cups }), actor: 'cli:test' }),
  );

it('holds what is usual until somebody says otherwise, and tells the audit log both', async () => {
  expect(await saidSetting(ground.sql, TEA)).toBeUndefined();
  expect(await readSetting(ground.sql, TEA)).toEqual({ cups: 2 });
  expect(await add(1)).toEqual({ cups: 3 });
  expect(await readSetting(ground.sql, TEA)).toEqual({ cups: 3 });
  expect(await ground.db.auditEntry.findMany({ where: { action: 'tea.set' } })).toMatchObject([
    { actor: 'cli:test', subjectId: 'tea', before: { cups: 2 }, after: { cups: 3 } },
  ]);
});

it('loses nothing when several change it at once', async () => {
  const before = (await readSetting(ground.sql, TEA)).cups;
  await Promise.all([1, 1, 1, 1, 1].map(add));
  expect(await readSetting(ground.sql, TEA)).toEqual({ cups: before + 5 });
});
