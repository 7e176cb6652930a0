import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Locks, openLocks } from '../../src/locks.ts';
import { testGround } from '../support/ground.ts';

const ground = testGround();
let other: Locks;
beforeAll(() => {
  other = openLocks(ground.databaseUrl, 'other');
});
afterAll(() => other.close());

it('lets one of two processes do a thing, and the next when the first is through', async () => {
  const inside = await ground.locks.exclusively('one', () => other.exclusively('one', async () => 'both'));
  expect(inside).toBeUndefined();
  expect(await other.exclusively('one', async () => 'second')).toBe('second');
});

it('lets one of two calls of a process do a thing', async () => {
  expect(
    await ground.locks.exclusively('one', () => ground.locks.exclusively('one', async () => 1)),
  ).toBeUndefined();
});

it('gives the lock back when the work fails', async () => {
  await expect(ground.locks.exclusively('one', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await other.exclusively('one', async () => true)).toBe(true);
});

it('lets far more at once than there are connections, each of which needs some of its own', async () => {
  const works = Array.from({ length: 40 }, (_, i) =>
    ground.locks.exclusively(`work ${i}`, async () => {
      await Promise.all([ground.sql.query('SELECT 1'), ground.sql.query('SELECT 1')]);
      return ground.locks.exclusively(`inner ${i}`, () => ground.sql.query('SELECT 1'));
    }),
  );
  expect((await Promise.all(works)).every(Boolean)).toBe(true);
});

it('goes on when its session was ended by the server', async () => {
  await ground.locks
    .exclusively('one', async () => {
      await ground.sql.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'wecare-test-locks' AND datname = current_database()",
      );
    })
    .catch(() => undefined);
  expect(await ground.locks.exclusively('one', async () => 'again')).toBe('again');
});
