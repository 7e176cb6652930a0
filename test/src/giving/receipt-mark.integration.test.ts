import { rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { transaction } from '../../../src/db.ts';
import { advanceMark } from '../../../src/deliveries/mark.ts';
import { acceptRestore } from '../../../src/deliveries/restored.ts';
import { nextNumber } from '../../../src/giving/receipt-mark.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
const SERIES = { stream: 'domestic', year: '2026-27' } as const;
const next = (series: Parameters<typeof nextNumber>[2] = SERIES) =>
  transaction(ground.sql, (connection) => nextNumber(ground, connection, series));
const restore = (last: number) =>
  ground.sql.query("UPDATE receipt_series SET last = $1 WHERE stream = 'domestic'", [last]);
const skipped = async () =>
  (await ground.sql.query("SELECT after FROM audit_entry WHERE action = 'receipts.skipped' ORDER BY id"))
    .rows;

it('numbers follow each other, in each series for itself, however many want one at once', async () => {
  const given = await Promise.all(Array.from({ length: 20 }, () => next()));
  expect(given.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  expect(await next({ stream: 'fcra', year: '2026-27' })).toBe(1n);
});

it('a number that was taken and not committed is given again', async () => {
  const lost = transaction(ground.sql, async (connection) => {
    expect(await nextNumber(ground, connection, SERIES)).toBe(21n);
    throw new Error('the process ends here');
  });
  await expect(lost).rejects.toThrow('ends here');
  expect(await next()).toBe(21n);
  expect(await skipped()).toEqual([]);
});

it('an older database goes on above what was given, and says what it skipped', async () => {
  await restore(12);
  expect(await next()).toBe(22n);
  expect(await skipped()).toMatchObject([{ after: { from: '13', to: '21' } }]);
  expect(await next()).toBe(23n);
});

it('a database that is one receipt behind is told from a crash by the send mark', async () => {
  await advanceMark(ground);
  await restore(22);
  await ground.sql.query("UPDATE setting SET value = '0' WHERE key = 'send-mark'");
  expect(await next()).toBe(24n);
  expect(await skipped()).toHaveLength(2);
});

it('one receipt behind is not taken for a crash because somebody said `wecare restored` in between', async () => {
  await acceptRestore(ground, 'test', { anyway: true });
  await restore(23);
  expect(await next()).toBe(25n);
  expect(await skipped()).toMatchObject([{}, {}, { after: { from: '24', to: '24' } }]);
  const lost = transaction(ground.sql, async (connection) => {
    expect(await nextNumber(ground, connection, SERIES)).toBe(26n);
    throw new Error('the process ends here');
  });
  await expect(lost).rejects.toThrow('ends here');
  expect(await next()).toBe(26n);
});

it('a mark that was lost is begun anew from the database', async () => {
  await rm(path.join(ground.config.dataDir, 'receipts-domestic-2026-27.mark'));
  expect(await next()).toBe(27n);
  await restore(3);
  expect(await next()).toBe(28n);
});
