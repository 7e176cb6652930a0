import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accounts, balance } from '../../../src/giving/journal.ts';
import { issueBook, listBooks, makeSeries, returnBook } from '../../../src/giving/offline/coupons.ts';
import { readOffline } from '../../../src/giving/offline/read.ts';
import { doubtGift, judgeDoubt } from '../../../src/giving/offline/reversal.ts';
import { enter, expectSound, FINANCE, LEELAMMA } from '../../support/books.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
const day = '2026-11-20';
let buyers = 0;
const buyer = () => ({ ...LEELAMMA, phone: `+9194460${String(++buyers).padStart(5, '0')}` });
const sell = (series: string, first: number, last: number) =>
  enter(ground, {
    kind: 'coupon',
    donor: buyer(),
    details: { series, first: String(first), last: String(last) },
  });
const issue = (series: string, first: number, last: number) =>
  issueBook(ground, { series, first, last, holder: 'Unit 4, Adimali', day }, FINANCE);
const series = (code: string, value = 10_000n) =>
  makeSeries(ground, { code, kind: 'coupon', value }, FINANCE);

describe('A book of coupons', () => {
  it('is sold by serials, each worth what its series says', async () => {
    await series('A');
    await issue('A', 1, 100);
    const id = await sell('a', 1, 25);
    expect(await readOffline(ground, id)).toMatchObject({
      amount: 250_000n,
      reference: 'a 1-25',
      state: 'counted',
    });
    expect(await listBooks(ground)).toMatchObject([
      { series: 'A', first: 1, last: 100, sold: 25, holder: 'Unit 4, Adimali' },
    ]);
  });

  it('holds each serial once while it is out', async () => {
    await expect(issue('A', 100, 110)).rejects.toThrow('A book that is out holds some');
    await expect(series('a')).rejects.toThrow('already');
    await expect(sell('A', 99, 101)).rejects.toThrow('No book that is out');
    await expect(sell('B', 1, 2)).rejects.toThrow('There is no series');
  });

  it('sells a serial once, by two desks at once too', async () => {
    await expect(sell('A', 25, 26)).rejects.toThrow('sold already');
    const ends = await Promise.allSettled([sell('A', 30, 34), sell('A', 34, 38)]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('goes out again for what was not sold, when it is back', async () => {
    const [book] = await listBooks(ground);
    await returnBook(ground, { id: book?.id ?? '', day }, FINANCE);
    await expect(returnBook(ground, { id: book?.id ?? '', day }, FINANCE)).rejects.toThrow('not out');
    await expect(sell('A', 50, 51)).rejects.toThrow('No book that is out');
    await issue('A', 1, 60);
    await expect(sell('A', 1, 1)).rejects.toThrow('sold already');
    await sell('A', 50, 51);
  });

  it('sells again what was undone', async () => {
    const id = await sell('A', 52, 53);
    await doubtGift(ground, { id, reason: 'Another serial' }, FINANCE);
    await judgeDoubt(ground, { id, wrong: true }, 'else@kssm.example');
    await sell('A', 52, 54);
  });
});

it('sells exactly what nobody sold before, whatever ranges are asked for', async () => {
  let n = 0;
  const range = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 8 }));
  await fc.assert(
    fc.asyncProperty(fc.array(range, { minLength: 1, maxLength: 12 }), async (ranges) => {
      const code = `P${++n}`;
      await series(code, 100n);
      await issue(code, 1, 48);
      const sold = new Set<number>();
      const before = await balance(ground.sql, accounts.cash);
      for (const [first, more] of ranges) {
        const serials = Array.from({ length: more + 1 }, (_, i) => first + i);
        const fits = serials.every((serial) => !sold.has(serial));
        const went = await sell(code, first, first + more).then(
          () => true,
          () => false,
        );
        expect(went).toBe(fits);
        if (fits) for (const serial of serials) sold.add(serial);
      }
      expect((await balance(ground.sql, accounts.cash)) - before).toBe(BigInt(sold.size) * 100n);
    }),
    { numRuns: 15 },
  );
  await expectSound(ground);
});
