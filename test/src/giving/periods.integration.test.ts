import { expect, it } from 'vitest';
import { transaction } from '../../../src/db.ts';
import { accounts, type Entry, post } from '../../../src/giving/journal.ts';
import { closePeriod, listPeriods, nextToClose } from '../../../src/giving/periods.ts';
import { sealJournals, verifyLedger } from '../../../src/giving/seal.ts';
import { NOON, testGround } from '../../support/ground.ts';

const ground = testGround();
const at = new Date(NOON);
let subjects = 0;
const entry = (day: string): Entry => ({
  ...{ kind: 'capture', subject: `payment:pay_${++subjects}`, day, at },
  lines: [
    [accounts.clearing('domestic'), 700n],
    [accounts.suspense('domestic'), -700n],
  ],
});
const write = async (one: Entry) => {
  await transaction(ground.sql, (connection) => post(connection, one));
  const { rows } = await ground.sql.query(
    'SELECT on_day::text AS day, of_day::text AS of FROM journal WHERE subject = $1',
    [one.subject],
  );
  return rows[0];
};
const close = (month: string) => closePeriod(ground, month, 'cli:test');

it('closes nothing while nothing stands in the books', async () => {
  expect(await nextToClose(ground)).toBeNull();
});

it('posts on the day itself while its month is open', async () => {
  expect(await write(entry('2026-09-30'))).toEqual({ day: '2026-09-30', of: null });
  expect(await write(entry('2026-10-31'))).toEqual({ day: '2026-10-31', of: null });
  await sealJournals(ground);
});

it('refuses a month that is none or is not over', async () => {
  await expect(close('2026-13')).rejects.toThrow('is no month');
  await expect(close('2026-11')).rejects.toThrow('is not over yet');
});

it('closes months in their order, each once', async () => {
  expect(await nextToClose(ground)).toBe('2026-09');
  await close('2026-09');
  await expect(close('2026-09')).rejects.toThrow('is closed already');
  await close('2026-10');
  expect(await nextToClose(ground)).toBeNull();
  expect(await listPeriods(ground)).toMatchObject([
    { month: '2026-10', journals: 1, closedBy: 'cli:test' },
    { month: '2026-09', journals: 1 },
  ]);
});

it('posts what is told later on the first open day, with its true day', async () => {
  expect(await write(entry('2026-09-15'))).toEqual({ day: '2026-11-01', of: '2026-09-15' });
  expect(await write(entry('2026-11-01'))).toEqual({ day: '2026-11-01', of: null });
});

it('is kept by the database, whatever a program writes', async () => {
  const sneak = `INSERT INTO journal (kind, subject, on_day, at) VALUES ('capture', 'payment:sneak', '2026-10-31', now())`;
  await expect(ground.sql.query(sneak)).rejects.toThrow('The books of 2026-10 are closed');
  for (const change of ['DELETE FROM period', 'UPDATE period SET month = month - 31', 'TRUNCATE period'])
    await expect(ground.sql.query(change)).rejects.toThrow('never changed or removed');
});

it('seals a true day, so that nobody changes it unseen, and old seals hold', async () => {
  await sealJournals(ground);
  expect(await verifyLedger(ground)).toMatchObject({ chain: 'ok', unsealed: 0, journals: 4 });
  const { rows } = await ground.sql.query('SELECT id::text FROM journal WHERE of_day IS NOT NULL');
  await ground.sql.query(
    `SET session_replication_role = replica; UPDATE journal SET of_day = of_day - 1 WHERE id = ${rows[0].id};
     SET session_replication_role = origin`,
  );
  expect((await verifyLedger(ground)).chain).toBe(rows[0].id);
});

it('lets a posting that is under way end before it closes the month', async () => {
  ground.clock.set('2026-12-05T06:30:00Z');
  const connection = await ground.sql.connect();
  await connection.query('BEGIN');
  const under = entry('2026-11-20');
  await post(connection, under);
  const closing = close('2026-11');
  const late = transaction(ground.sql, async (other) => {
    await other.query("SET LOCAL lock_timeout = '20s'");
    // The close waits for the first; this one waits behind the close.
    await waitingLocks(1);
    await post(other, entry('2026-11-21'));
  });
  await waitingLocks(2);
  await connection.query('COMMIT');
  connection.release();
  await Promise.all([closing, late]);
  const { rows } = await ground.sql.query(
    'SELECT on_day::text AS day, of_day::text AS of FROM journal ORDER BY id DESC LIMIT 2',
  );
  expect(rows.sort((a, b) => a.day.localeCompare(b.day))).toEqual([
    { day: '2026-11-20', of: null },
    { day: '2026-12-01', of: '2026-11-21' },
  ]);
});

/** Until so many wait for the journal. */
async function waitingLocks(many: number): Promise<void> {
  const query = `SELECT count(*)::int AS n FROM pg_locks WHERE relation = 'journal'::regclass AND NOT granted`;
  for (let n = 0; n < many; ) n = (await ground.sql.query(query)).rows[0].n;
}
