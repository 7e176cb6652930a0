import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tellGifts } from '../../../src/campaigns/gift-mails.ts';
import { saveBankAccount } from '../../../src/giving/bank/account.ts';
import { saveReceiptSettings } from '../../../src/giving/issuer.ts';
import { accounts, balance } from '../../../src/giving/journal.ts';
import { offlineKinds } from '../../../src/giving/offline/kinds.ts';
import { readOffline, suggestDonors } from '../../../src/giving/offline/read.ts';
import { bounceCheque, doubtGift, judgeDoubt, realiseCheque } from '../../../src/giving/offline/reversal.ts';
import { closePeriod } from '../../../src/giving/periods.ts';
import { readReceipt } from '../../../src/giving/receipts.ts';
import { DAVID, enter, expectSound, FINANCE, LEELAMMA } from '../../support/books.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
const [general, bank] = [accounts.general('domestic'), accounts.bank('domestic')];
const CHEQUE = { number: '104233', bank: 'Bank of the District, Kollam', dated: '2026-11-18' };
const WIRE = {
  reference: 'ADVICE20261120',
  currency: 'GBP',
  sum: '500',
  country: 'United Kingdom',
  purpose: 'Donation',
};
const read = (id: string) => readOffline(ground, id);
const receiptOf = async (id: string) => {
  const { receipt } = await read(id);
  return receipt && readReceipt(ground, receipt.id);
};
const other = (name: string, phone: string) => ({ ...LEELAMMA, name, phone });

describe('A gift by hand', () => {
  it('stands in the books at once, with a receipt of its year and word to the house', async () => {
    const before = await balance(ground.sql, general);
    const id = await enter(ground, { amount: 150_050n });
    expect(await read(id)).toMatchObject({ state: 'counted', countedOn: '2026-11-21', amount: 150_050n });
    expect((await balance(ground.sql, general)) - before).toBe(-150_050n);
    expect(await balance(ground.sql, accounts.cash)).toBe(150_050n);
    const receipt = await receiptOf(id);
    expect(receipt?.words).toMatchObject({
      number: 'WC/2026-27/000001',
      mode: 'cash',
      donor: { name: 'Leelamma Thomas' },
    });
    const { rows } = await ground.sql.query(`SELECT payload FROM outbox WHERE event = 'gift.paid'`);
    expect(rows).toHaveLength(1);
  });

  it('is one however often its form is sent, by two at once too', async () => {
    const formKey = 'twice';
    const ids = await Promise.all([enter(ground, { formKey }), enter(ground, { formKey })]);
    expect(new Set(ids).size).toBe(1);
  });

  it('goes to the account of its kind, and says its reference', async () => {
    const [atBank, atTreasury] = [
      await balance(ground.sql, bank),
      await balance(ground.sql, accounts.treasury),
    ];
    const transfer = await enter(ground, {
      kind: 'bank',
      amount: 70_000n,
      details: { reference: 'SBIN526118765432' },
    });
    await enter(ground, { kind: 'treasury', amount: 90_000n, details: { order: 'G.O.(Rt) No.88/2026/SJD' } });
    expect((await balance(ground.sql, bank)) - atBank).toBe(70_000n);
    expect((await balance(ground.sql, accounts.treasury)) - atTreasury).toBe(90_000n);
    expect((await read(transfer)).reference).toBe('SBIN526118765432');
  });

  it('follows the day it came, whatever month is closed', async () => {
    await enter(ground, { kind: 'bank', day: '2026-03-30', details: { reference: 'SBIN526118700001' } });
    await closePeriod(ground, '2026-03', FINANCE);
    const id = await enter(ground, {
      kind: 'bank',
      day: '2026-03-31',
      details: { reference: 'SBIN526118700002' },
    });
    expect((await receiptOf(id))?.words.number).toBe('WC/2025-26/000002');
    const { rows } = await ground.sql.query(
      `SELECT on_day::text AS day, of_day::text AS of FROM journal WHERE subject = $1`,
      [`offline:${id}`],
    );
    expect(rows).toEqual([{ day: '2026-04-01', of: '2026-03-31' }]);
  });

  it('writes nothing when it is refused', async () => {
    const count = async () => (await ground.sql.query('SELECT count(*) FROM donor')).rows[0].count;
    const before = await count();
    await expect(enter(ground, { day: '2026-12-01' })).rejects.toThrow('has not come yet');
    await expect(enter(ground, { amount: 0n })).rejects.toThrow('more than nothing');
    await expect(enter(ground, { fund: 'fund.general.fcra' })).rejects.toThrow('no such fund');
    await expect(enter(ground, { kind: 'cheque', details: { ...CHEQUE, number: '12' } })).rejects.toThrow(
      'six figures',
    );
    const box = { box: 'B-7', counter: 'Ajith P', witness: 'ajith p' };
    await expect(enter(ground, { kind: 'box', details: box })).rejects.toThrow('counted by two');
    await expect(enter(ground, { kind: 'treasury' })).rejects.toThrow('challan or of the Government Order');
    expect(await count()).toBe(before);
  });
});

describe('Cash', () => {
  it('of two lakh a day from one person is refused, in whatever parts and by whichever name', async () => {
    const donor = {
      ...LEELAMMA,
      phone: '+919446000001',
      identity: { kind: 'pan', number: 'ABCPK1234L' } as const,
    };
    await enter(ground, { amount: 19_000_000n, donor });
    await expect(enter(ground, { amount: 1_000_000n, donor })).rejects.toThrow('section 269ST');
    const samePan = { ...donor, name: 'L Thomas', phone: null };
    await expect(enter(ground, { amount: 1_000_000n, donor: samePan })).rejects.toThrow('269ST');
    await enter(ground, { amount: 999_999n, donor });
    await enter(ground, { amount: 1_000_000n, donor, day: '2026-11-20' });
    await enter(ground, { amount: 1_000_000n, donor: other('Ravi K', '+919446000002') });
  });

  it('is refused by two desks at once, too', async () => {
    const donor = other('Beena S', '+919446000003');
    const ends = await Promise.allSettled([1, 2].map(() => enter(ground, { amount: 12_000_000n, donor })));
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('above ₹2,000 is not deductible where an approval is printed; at most that it is', async () => {
    const deduction = { en: 'Deductible under section 133.', ml: 'നികുതിയിളവുണ്ട്.' };
    await saveReceiptSettings(ground, { deduction }, 'cli:test');
    const donor = other('Omana', '+919446000004');
    const [more, enough] = [
      await enter(ground, { amount: 200_001n, donor }),
      await enter(ground, { amount: 200_000n, donor }),
    ];
    expect((await receiptOf(more))?.words.issuer?.deduction?.en).toMatch(/cannot be deducted/);
    expect((await receiptOf(enough))?.words.issuer?.deduction).toEqual(deduction);
    await saveReceiptSettings(ground, {}, 'cli:test');
    const silent = await enter(ground, { amount: 500_000n, donor });
    expect((await receiptOf(silent))?.words.issuer?.deduction).toBeNull();
  });
});

describe('A cheque', () => {
  it('counts when the bank has realised it, in the year of that day', async () => {
    const id = await enter(ground, { kind: 'cheque', amount: 5_000_000n, details: CHEQUE });
    expect(await read(id)).toMatchObject({ state: 'waiting', receipt: null, countedOn: null });
    await expect(realiseCheque(ground, { id, day: '2026-11-20' }, FINANCE)).rejects.toThrow('or later');
    await realiseCheque(ground, { id, day: '2026-11-21' }, FINANCE);
    expect(await read(id)).toMatchObject({ state: 'counted', countedOn: '2026-11-21' });
    await expect(realiseCheque(ground, { id, day: '2026-11-21' }, FINANCE)).rejects.toThrow(
      'no cheque that waits',
    );
  });

  it('that bounces is taken back on that day, and its receipt is cancelled', async () => {
    const before = [await balance(ground.sql, general), await balance(ground.sql, bank)];
    const id = await enter(ground, {
      kind: 'cheque',
      amount: 300_000n,
      details: { ...CHEQUE, number: '104234' },
    });
    await realiseCheque(ground, { id, day: '2026-11-21' }, FINANCE);
    await bounceCheque(ground, { id, day: '2026-11-21' }, FINANCE);
    expect(await read(id)).toMatchObject({
      state: 'bounced',
      endedOn: '2026-11-21',
      receipt: { cancelled: true },
    });
    expect([await balance(ground.sql, general), await balance(ground.sql, bank)]).toEqual(before);
    const told = `SELECT payload->>'undone' AS undone FROM outbox WHERE event = 'gift.refunded' ORDER BY id DESC LIMIT 1`;
    expect((await ground.sql.query(told)).rows).toEqual([{ undone: 'bounced' }]);
    await expect(bounceCheque(ground, { id, day: '2026-11-21' }, FINANCE)).rejects.toThrow('could bounce');
  });

  it('that never counted may bounce without a trace in the books', async () => {
    const journals = async () => (await ground.sql.query('SELECT count(*)::int AS n FROM journal')).rows[0].n;
    const before = await journals();
    const id = await enter(ground, { kind: 'cheque', details: { ...CHEQUE, number: '104235' } });
    await bounceCheque(ground, { id, day: '2026-11-21' }, FINANCE);
    expect(await journals()).toBe(before);
  });
});

describe('Money from abroad', () => {
  it('comes only by wire, and only where an FCRA account is set up', async () => {
    for (const kind of offlineKinds.filter((one) => one !== 'wire' && one !== 'box')) {
      const details = {
        ...CHEQUE,
        reference: 'SBIN526118765499',
        by: 'An app',
        order: 'G.O. 1',
        about: 'Rice, 50 kg',
      };
      const coupons = { series: 'A', first: '1', last: '2' };
      await expect(
        enter(ground, { kind, donor: DAVID, details: { ...details, ...coupons } }),
      ).rejects.toThrow('foreign source');
    }
    const wire = { kind: 'wire', donor: DAVID, details: WIRE, amount: 5_400_000n } as const;
    await expect(enter(ground, wire)).rejects.toThrow('No FCRA account');
    await saveBankAccount(
      ground,
      { stream: 'fcra', bank: 'Bank, New Delhi Main Branch', last4: '1234' },
      'cli:test',
    );
    const id = await enter(ground, wire);
    expect((await receiptOf(id))?.words.number).toBe('WCF/2026-27/000001');
    expect(await balance(ground.sql, accounts.bank('fcra'))).toBe(5_400_000n);
  });

  it('is refused while it is not clear whose it is, and never mixed with money of India', async () => {
    const unsure = { ...DAVID, source: { question: 'person', answer: 'unsure' } };
    await expect(enter(ground, { kind: 'wire', donor: unsure, details: WIRE })).rejects.toThrow('not clear');
    await expect(enter(ground, { kind: 'wire', donor: LEELAMMA, details: WIRE })).rejects.toThrow(
      'no foreign source',
    );
    await expect(enter(ground, { donor: { ...LEELAMMA, source: {} } })).rejects.toThrow(
      'Say first who gives',
    );
  });
});

describe('What is no money', () => {
  it('stands in the register and nowhere in the books', async () => {
    const before = await balance(ground.sql, general);
    const id = await enter(ground, {
      kind: 'goods',
      amount: 1_200_000n,
      details: { about: '40 wheelchairs, used' },
    });
    expect(await read(id)).toMatchObject({ state: 'registered', receipt: null, amount: 1_200_000n });
    expect(await balance(ground.sql, general)).toBe(before);
    const { rows } = await ground.sql.query('SELECT donation_id FROM offline_gift WHERE id = $1', [id]);
    expect(rows).toEqual([{ donation_id: null }]);
  });
});

describe('An entry that is wrong', () => {
  it('is undone by somebody else than who says so, and entered anew', async () => {
    const before = await balance(ground.sql, general);
    const id = await enter(ground, { amount: 80_000n });
    await expect(judgeDoubt(ground, { id, wrong: true }, 'else@kssm.example')).rejects.toThrow('Nobody says');
    await doubtGift(ground, { id, reason: 'It was ₹80' }, FINANCE);
    await expect(judgeDoubt(ground, { id, wrong: true }, FINANCE)).rejects.toThrow(
      'Somebody else has to look',
    );
    await judgeDoubt(ground, { id, wrong: true }, 'else@kssm.example');
    expect(await read(id)).toMatchObject({ state: 'reversed', receipt: { cancelled: true } });
    const anew = await enter(ground, { amount: 8_000n, replaces: id });
    expect((await read(anew)).replaces).toBe(id);
    expect((await balance(ground.sql, general)) - before).toBe(-8_000n);
  });

  it('does not begin to count meanwhile', async () => {
    const id = await enter(ground, { kind: 'cheque', details: { ...CHEQUE, number: '104236' } });
    await doubtGift(ground, { id, reason: 'Is this his?' }, FINANCE);
    await expect(realiseCheque(ground, { id, day: '2026-11-21' }, FINANCE)).rejects.toThrow(
      'second look first',
    );
  });

  it('stays when whoever looks finds it right', async () => {
    const id = await enter(ground);
    await doubtGift(ground, { id, reason: 'Is this his?' }, FINANCE);
    await judgeDoubt(ground, { id, wrong: false }, 'else@kssm.example');
    expect(await read(id)).toMatchObject({ state: 'counted', doubt: null, receipt: { cancelled: false } });
  });
});

it('is thanked by mail with the receipt where the donor wanted it', async () => {
  const donor = { ...LEELAMMA, email: 'leelamma@people.example', phone: null };
  await enter(ground, { donor });
  const id = await enter(ground, { donor, mailsReceipt: true });
  await tellGifts(ground);
  const { rows } = await ground.sql.query(
    `SELECT subject, text FROM notice WHERE address = 'leelamma@people.example'`,
  );
  expect(rows).toHaveLength(1);
  expect(rows[0].subject).toContain((await read(id)).receipt?.number);
  expect(rows[0].text).toContain('/receipts/verify/');
});

it('suggests who gave before by number, address or PAN, and nobody otherwise', async () => {
  const donor = {
    ...other('Shaji M', '+919446000077'),
    identity: { kind: 'pan', number: 'ABCPS9999L' } as const,
  };
  await enter(ground, { donor });
  const found = [{ name: 'Shaji M', hasPaper: true, answer: 'india' }];
  const none = { phone: null, email: null, pan: null };
  expect(await suggestDonors(ground, { ...none, phone: '+919446000077' })).toMatchObject(found);
  expect(await suggestDonors(ground, { ...none, pan: 'abcps 9999l' })).toMatchObject(found);
  expect(await suggestDonors(ground, none)).toEqual([]);
});

it('keeps the books sound, whatever is entered, realised, bounced and undone', async () => {
  const amount = fc.bigInt(1n, 10_000_000_000n);
  const deed = fc.record({
    kind: fc.constantFrom('cheque', 'bank', 'goods', 'treasury'),
    amount,
    end: fc.nat(3),
  });
  let n = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 6 }), async (deeds) => {
      const before = await balance(ground.sql, general);
      let given = 0n;
      for (const { kind, amount: paise, end } of deeds) {
        const details = { ...CHEQUE, reference: `UTR00000${++n}`, order: `G.O. ${n}`, about: 'Rice, 50 kg' };
        const id = await enter(ground, { kind: kind as 'cheque', amount: paise, details });
        const realised = kind === 'cheque' && end > 0;
        if (realised) await realiseCheque(ground, { id, day: '2026-11-21' }, FINANCE);
        const counts = kind === 'bank' || kind === 'treasury' || realised;
        if (end === 3) {
          await doubtGift(ground, { id, reason: 'wrong' }, FINANCE);
          await judgeDoubt(ground, { id, wrong: true }, 'else@kssm.example');
        } else if (counts) given += paise;
      }
      expect(before - (await balance(ground.sql, general))).toBe(given);
    }),
    { numRuns: 12 },
  );
  await expectSound(ground);
});
