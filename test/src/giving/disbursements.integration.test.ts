import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Role, User } from '../../../src/access/users.ts';
import { saveBankAccount } from '../../../src/giving/bank/account.ts';
import { pay, sign, withdraw } from '../../../src/giving/disbursements/deeds.ts';
import {
  giveCharge,
  listCharges,
  type Office,
  officesOf,
} from '../../../src/giving/disbursements/offices.ts';
import { type DisbursementWish, propose } from '../../../src/giving/disbursements/propose.ts';
import { readDisbursement, waitingForSignature } from '../../../src/giving/disbursements/read.ts';
import { accounts, balance } from '../../../src/giving/journal.ts';
import { DAVID, enter, expectSound, FINANCE } from '../../support/books.ts';
import { testGround } from '../../support/ground.ts';
import { staffMember } from '../../support/staff.ts';

const ground = testGround();
const LAKH = 10_000_000n;
const general = accounts.general('domestic');
const people = {} as Record<'secretary' | 'director' | 'officer' | 'nobody', User>;
let payees = 0;

/** Of ₹1 lakh to somebody new, unless said. */
const wish = (
  over: Partial<DisbursementWish> = {},
  account = `3000000${String(++payees).padStart(4, '0')}`,
): DisbursementWish => ({
  ...{
    formKey: randomUUID(),
    fund: general,
    amount: LAKH,
    purpose: 'treatment',
    about: 'Dialysis for a month',
  },
  ...{
    document: 'WC/2026/118',
    payee: { kind: 'person', name: 'Ravi K', account, ifsc: 'ABCD0123456' },
    ...over,
  },
});
const proposed = (over: Partial<DisbursementWish> = {}, account?: string) =>
  propose(ground, wish(over, account), FINANCE);
const signs = (id: string, { id: user, email }: User, sessionId: string = user) =>
  sign(ground, id, { id: user, email, sessionId });
const charge = (office: Office, user: User, since: string) =>
  giveCharge(ground, { office, userId: user.id, since }, 'cli:test');
const paid = (id: string, utr = 'UTIB526118700001') => pay(ground, { id, utr, day: '2026-11-21' }, FINANCE);

beforeAll(async () => {
  const member = (name: string, role: Role = 'approver') => staffMember(ground, [role], name);
  const [secretary, director, officer, nobody] = [
    ...[await member('Secretary'), await member('Director'), await member('Officer', 'finance')],
    await member('Nobody'),
  ] as [User, User, User, User];
  Object.assign(people, { secretary, director, officer, nobody });
  await charge('director', people.director, '2026-01-01');
  await charge('finance-officer', people.officer, '2026-01-01');
  await charge('secretary', people.secretary, '2026-01-01');
  await enter(ground, { kind: 'bank', amount: 30n * LAKH, details: { reference: 'SBIN526118765432' } });
});

describe('A payment up to five lakh', () => {
  it('is posted when both offices have signed and the bank has paid', async () => {
    const before = await balance(ground.sql, general);
    const id = await proposed({ amount: 5n * LAKH });
    expect(await readDisbursement(ground, id)).toMatchObject({
      missing: ['director', 'finance-officer'],
      higher: false,
    });
    expect(await waitingForSignature(ground, people.officer.id)).toBe(1);
    await signs(id, people.officer);
    await expect(paid(id)).rejects.toThrow('signature of the Executive Director is missing');
    expect(await waitingForSignature(ground, people.officer.id)).toBe(0);
    await signs(id, people.director);
    expect((await readDisbursement(ground, id)).state).toBe('signed');
    expect(await balance(ground.sql, general)).toBe(before);
    await paid(id);
    expect((await balance(ground.sql, general)) - before).toBe(5n * LAKH);
    expect(await readDisbursement(ground, id)).toMatchObject({ state: 'paid', utr: 'UTIB526118700001' });
    await expect(paid(id)).rejects.toThrow('made already');
    await expect(withdraw(ground, id, FINANCE)).rejects.toThrow('made already');
    await expectSound(ground);
  });

  it('is signed by nobody else, and by an office once', async () => {
    const id = await proposed();
    for (const user of [people.secretary, people.nobody])
      await expect(signs(id, user)).rejects.toThrow('Today you are in charge of neither office');
    await signs(id, people.director);
    await expect(signs(id, people.director)).rejects.toThrow('signed already');
    await expect(signs(id, people.officer, people.director.id)).rejects.toThrow('this very sign-in');
    await withdraw(ground, id, FINANCE);
    await expect(signs(id, people.officer)).rejects.toThrow('withdrawn');
  });
});

describe('A payment above five lakh', () => {
  it('is signed by Secretary and Executive Director', async () => {
    const id = await proposed({ amount: 5n * LAKH + 1n });
    expect((await readDisbursement(ground, id)).missing).toEqual(['secretary', 'director']);
    await expect(signs(id, people.officer)).rejects.toThrow(
      'Secretary, Social Justice and the Executive Director',
    );
    expect([await signs(id, people.director), await signs(id, people.secretary)]).toEqual([
      'director',
      'secretary',
    ]);
    await paid(id);
  });

  it('that is cut into parts is flagged, and needs them all the same', async () => {
    const account = '99990000111';
    const first = await proposed({ amount: 3n * LAKH }, account);
    expect(await readDisbursement(ground, first)).toMatchObject({ split: false, higher: false });
    const second = await proposed({ amount: 2n * LAKH + 1n }, `${account.slice(0, 5)} ${account.slice(5)}`);
    expect(await readDisbursement(ground, second)).toMatchObject({
      split: true,
      missing: ['secretary', 'director'],
    });
    await withdraw(ground, second, FINANCE);
    const just = await proposed({ amount: 2n * LAKH }, account);
    expect(await readDisbursement(ground, just)).toMatchObject({ split: false, higher: false });
    await withdraw(ground, just, FINANCE);
    ground.clock.set('2026-12-22T06:30:00Z');
    const later = await proposed({ amount: 4n * LAKH }, account);
    expect((await readDisbursement(ground, later)).split).toBe(false);
    for (const id of [first, later]) await withdraw(ground, id, FINANCE);
    ground.clock.set('2026-11-21T06:30:00Z');
  });

  it('is seen as split by two desks at once, too', async () => {
    const parts = await Promise.all([1, 2].map(() => proposed({ amount: 3n * LAKH }, '99990000222')));
    const split = await Promise.all(parts.map(async (id) => (await readDisbursement(ground, id)).split));
    expect(split.sort()).toEqual([false, true]);
    for (const id of parts) await withdraw(ground, id, FINANCE);
  });
});

describe('An office', () => {
  it('is held by one, and passes on a day', async () => {
    await charge('finance-officer', people.nobody, '2026-11-22');
    expect(await officesOf(ground, people.officer.id)).toEqual(['finance-officer']);
    expect(await officesOf(ground, people.nobody.id)).toEqual([]);
    ground.clock.set('2026-11-22T06:30:00Z');
    expect(await officesOf(ground, people.officer.id)).toEqual([]);
    expect(await officesOf(ground, people.nobody.id)).toEqual(['finance-officer']);
    await expect(charge('finance-officer', people.officer, '2026-11-22')).rejects.toThrow(
      'Choose a later day',
    );
    expect(await listCharges(ground)).toContainEqual(
      expect.objectContaining({ name: 'Officer', until: '2026-11-21' }),
    );
  });

  it('of which one person has two signs one payment once', async () => {
    await charge('finance-officer', people.director, '2026-11-23');
    ground.clock.set('2026-11-23T06:30:00Z');
    const id = await proposed();
    await signs(id, people.director, 'one sign-in');
    await expect(signs(id, people.director, 'another')).rejects.toThrow('even if you are in charge of both');
    await withdraw(ground, id, FINANCE);
  });
});

describe('The fund', () => {
  it('pays nothing administrative', async () => {
    await expect(proposed({ purpose: 'administration' })).rejects.toThrow(
      'Nothing administrative may be paid',
    );
    await expect(proposed({ purpose: 'salaries' })).rejects.toThrow('Choose what the payment is for');
  });

  it('promises only what it has, to two at once too', async () => {
    const [held] = (
      await ground.sql.query(`SELECT -sum(amount) AS n FROM posting WHERE account = $1`, [general])
    ).rows;
    const most = BigInt(held.n);
    await expect(proposed({ amount: most + 1n })).rejects.toThrow('which is less than');
    const ends = await Promise.allSettled([1, 2].map(() => proposed({ amount: most })));
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const end of ends) if (end.status === 'fulfilled') await withdraw(ground, end.value, FINANCE);
  });

  it('passes foreign money on to no other body', async () => {
    await saveBankAccount(
      ground,
      { stream: 'fcra', bank: 'Bank, New Delhi Main Branch', last4: '1234' },
      'cli:test',
    );
    const details = {
      reference: 'ADVICE20261120',
      currency: 'GBP',
      sum: '500',
      country: 'United Kingdom',
      purpose: 'Gift',
    };
    await enter(ground, { kind: 'wire', donor: DAVID, details, amount: 2n * LAKH });
    const fund = accounts.general('fcra');
    const payee = {
      kind: 'organisation',
      name: 'A hospital',
      account: '30012345678',
      ifsc: 'ABCD0123456',
    } as const;
    await expect(proposed({ fund, payee })).rejects.toThrow('may not be passed on');
    await expect(proposed({ payee })).resolves.toMatch(/^[0-9a-f-]{36}$/);
    await expect(proposed({ fund })).resolves.toMatch(/^[0-9a-f-]{36}$/);
  });

  it('wants a payee whom a bank can pay, and a document', async () => {
    const payee = wish().payee;
    await expect(proposed({ payee: { ...payee, account: '12' } })).rejects.toThrow('9 to 18 figures');
    await expect(proposed({ payee: { ...payee, ifsc: 'ABCD1123456' } })).rejects.toThrow('IFSC');
    await expect(proposed({ document: ' ' })).rejects.toThrow('number of the document');
  });
});

it('keeps a signature for ever', async () => {
  for (const change of ['UPDATE disbursement_signature SET at = now()', 'DELETE FROM disbursement_signature'])
    await expect(ground.sql.query(change)).rejects.toThrow('never changed or removed');
});
