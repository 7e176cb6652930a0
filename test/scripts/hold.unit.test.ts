import { expect, it } from 'vitest';
import { inWords } from '../../scripts/commands/hold.ts';
import { ENGINE } from '../../src/deliveries/mark.ts';

it('says of a hold what it stops, and what still goes', () => {
  const hold = { reason: 'Flood warning', madeBy: 'cli:meera' };
  expect(inWords(hold, 'until it is lifted')).toBe(
    'No campaign goes out until it is lifted: Flood warning (by cli:meera). Receipts and codes still go.',
  );
  expect(inWords({ ...hold, madeBy: ENGINE }, 'until it is lifted')).toMatch(/^Nothing goes out/);
});
