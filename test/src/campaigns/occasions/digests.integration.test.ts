import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plantGiftTo } from '../../../../scripts/demonstration/project.ts';
import { tellGiftsAtPages } from '../../../../src/campaigns/occasions/digests.ts';
import { type Keeper, keepersOf, setDigest } from '../../../../src/pages/occasions/keepers.ts';
import { NOON, testGround } from '../../../support/ground.ts';
import { newPage, takeLetters } from '../../../support/occasions.ts';

const ground = testGround();
const give = (occasion: string, amount: bigint, more: object = {}) =>
  plantGiftTo(ground, { project: null, occasion, amount, name: 'Lissy', ...more });
const letters = async () => {
  await Promise.all([tellGiftsAtPages(ground), tellGiftsAtPages(ground)]);
  return takeLetters(ground, 'occasion-gifts');
};
const keeperOf = async (id: string) => (await keepersOf(ground, id))[0] as Keeper;

describe('a family', () => {
  it('hears of gifts once a day in the evening, by names and words and no more', async () => {
    ground.clock.set('2026-11-21T10:00:00+05:30');
    const id = await newPage(ground);
    ground.clock.set('2026-11-21T12:00:00+05:30');
    await give(id, 50_000n, { message: 'With\nlove {{amount}} <b>', email: 'lissy@donors.example' });
    await give(id, 100_000n, { name: 'Fathima B', anonymous: true });
    ground.clock.set('2026-11-21T18:59:00+05:30');
    expect(await letters()).toEqual([]);
    ground.clock.set('2026-11-21T19:01:00+05:30');
    const [letter, ...more] = await letters();
    expect(more).toEqual([]);
    expect(letter?.subject).toBe('2 gifts, ₹1,500: Anju & Biju');
    expect(letter?.text).toContain('₹500 · Lissy · “With love {{amount}} <b>”');
    expect(letter?.text).toContain('₹1,000 · Somebody who stays unnamed');
    expect(letter?.text).not.toMatch(/Fathima|lissy@/);
  });

  it('hears soon after each, or of none, as it chooses', async () => {
    ground.clock.set('2026-11-21T10:00:00+05:30');
    const id = await newPage(ground);
    await setDigest(ground, await keeperOf(id), 'once');
    ground.clock.set('2026-11-21T10:01:00+05:30');
    await give(id, 20_000n);
    expect(await letters()).toEqual([]);
    ground.clock.set('2026-11-21T10:01:11+05:30');
    expect(await letters()).toMatchObject([{ subject: 'One gift, ₹200: Anju & Biju' }]);
    await setDigest(ground, await keeperOf(id), 'none');
    await give(id, 20_000n);
    ground.clock.set('2026-11-23T10:01:00+05:30');
    expect(await letters()).toEqual([]);
  });
});

it('counts each gift once, whatever comes when and however the rhythm is changed', async () => {
  const deed = fc.oneof(
    fc.record({ give: fc.integer({ min: 1, max: 5000 }) }),
    fc.record({ wait: fc.integer({ min: 0, max: 1500 }) }),
    fc.record({ rhythm: fc.constantFrom('once', 'daily', 'none') }),
    fc.constant({ tell: true }),
  );
  const property = fc.asyncProperty(fc.array(deed, { minLength: 3, maxLength: 20 }), async (deeds) => {
    ground.clock.set(NOON);
    const pass = (ms: number) => ground.clock.set(ground.clock.now().getTime() + ms);
    const id = await newPage(ground);
    const keeper = await keeperOf(id);
    const [given, told] = [
      { gifts: 0, paise: 0n },
      { gifts: 0, rupees: 0 },
    ];
    const hear = async () => {
      for (const { subject } of await letters()) {
        const [, gifts = '', rupees = ''] = /^(One|\d+) gifts?, ₹([\d,]+):/.exec(subject) ?? [];
        told.gifts += gifts === 'One' ? 1 : Number(gifts);
        told.rupees += Number(rupees.replaceAll(',', ''));
      }
    };
    pass(1000);
    for (const one of deeds) {
      if ('give' in one) {
        await give(id, BigInt(one.give) * 100n);
        given.gifts += 1;
        given.paise += BigInt(one.give) * 100n;
      }
      if ('wait' in one) pass(one.wait * 60_000);
      if ('rhythm' in one) await setDigest(ground, keeper, one.rhythm as Keeper['digest']);
      if ('tell' in one) await hear();
    }
    await setDigest(ground, keeper, 'once');
    pass(60_000);
    await hear();
    expect(told).toEqual({ gifts: given.gifts, rupees: Number(given.paise / 100n) });
  });
  await fc.assert(property, { numRuns: 20 });
}, 120_000);
