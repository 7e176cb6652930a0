import { expect, it } from 'vitest';
import { transaction } from '../../../src/db.ts';
import { accounts, balance, type Entry, post } from '../../../src/giving/journal.ts';
import { sealJournals, verifyLedger } from '../../../src/giving/seal.ts';
import { NOON, testGround } from '../../support/ground.ts';

const ground = testGround();
const at = new Date(NOON);
const [fund, clearing] = [accounts.suspense('domestic'), accounts.clearing('domestic')];
let subjects = 0;
const entry = (paise: bigint, lines?: Entry['lines']): Entry => ({
  ...{ kind: 'capture', subject: `payment:pay_${++subjects}`, day: '2026-11-21', at },
  lines: lines ?? [
    [clearing, paise],
    [fund, -paise],
  ],
});
const write = (one: Entry) => transaction(ground.sql, (connection) => post(connection, one));

it('writes a journal once, however often it is told', async () => {
  const one = entry(50_000n);
  expect(await write(one)).toBe(true);
  expect(await write(one)).toBe(false);
  expect(await balance(ground.sql, clearing)).toBe(50_000n);
});

it('refuses what does not balance, has no lines, or names an account that is not there', async () => {
  const lopsided: Entry['lines'] = [
    [clearing, 100n],
    [fund, -99n],
  ];
  await expect(write(entry(0n, lopsided))).rejects.toThrow('does not balance');
  await expect(write(entry(0n, []))).rejects.toThrow('does not balance');
  const astray: Entry['lines'] = [
    [clearing, 100n],
    ['fund.nowhere', -100n],
  ];
  await expect(write(entry(0n, astray))).rejects.toThrow('foreign key');
  expect(await balance(ground.sql, clearing)).toBe(50_000n);
});

it('lets nobody add to a journal, change it or take it away', async () => {
  const { rows } = await ground.sql.query('SELECT id FROM journal LIMIT 1');
  const add = 'INSERT INTO posting (journal, line, account, amount) VALUES ($1, 9, $2, 5)';
  await expect(ground.sql.query(add, [rows[0].id, clearing])).rejects.toThrow('does not balance');
  const changes = [
    'UPDATE posting SET amount = 1',
    'DELETE FROM posting',
    'UPDATE journal SET at = now()',
    'DELETE FROM journal',
  ].concat([
    'TRUNCATE posting',
    'TRUNCATE journal CASCADE',
    'DELETE FROM journal_seal',
    'TRUNCATE journal_seal',
  ]);
  await sealJournals(ground);
  for (const change of changes)
    await expect(ground.sql.query(change)).rejects.toThrow('never changed or removed');
});

it('chains journals as they become visible, a late one behind its juniors', async () => {
  const connection = await ground.sql.connect();
  await connection.query('BEGIN');
  await post(connection, entry(700n));
  await write(entry(300n));
  await sealJournals(ground);
  await connection.query('COMMIT');
  connection.release();
  expect(await verifyLedger(ground)).toMatchObject({ unsealed: 1, chain: 'ok' });
  expect(await sealJournals(ground)).toBe(1);
  expect(await verifyLedger(ground)).toEqual({
    journals: 3,
    unbalanced: 0,
    unsealed: 0,
    chain: 'ok',
    totals_match: true,
  });
  const { rows } = await ground.sql.query(
    'SELECT array_agg(journal::int ORDER BY number) AS journals FROM journal_seal',
  );
  expect(rows[0].journals.at(-1)).toBeLessThan(rows[0].journals.at(-2));
});

it('finds the first journal that somebody changed behind the triggers’ back', async () => {
  const { rows } = await ground.sql.query('SELECT journal FROM journal_seal WHERE number = 2');
  const forge = (amount: number) =>
    ground.sql.query(
      `SET session_replication_role = replica; UPDATE posting SET amount = amount * ${amount} WHERE journal = ${rows[0].journal};
       SET session_replication_role = origin`,
    );
  await forge(2);
  expect(await verifyLedger(ground)).toMatchObject({ chain: rows[0].journal, unbalanced: 0 });
});
