import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountInWords } from '../../../src/giving/amount-words.ts';

const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = ', ,twenty,thirty,forty,fifty,sixty,seventy,eighty,ninety'.split(',');
const SCALES: Record<string, bigint> = { thousand: 1000n, lakh: 100_000n, crore: 10_000_000n };

/** Reads English words back, by another way than they were written. */
function numberOf(words: string): bigint {
  let [sum, part] = [0n, 0n];
  for (const word of words.split(/[ -]/)) {
    const scale = SCALES[word];
    if (word === 'crore') [sum, part] = [(sum + part) * (scale as bigint), 0n];
    else if (scale) [sum, part] = [sum + part * scale, 0n];
    else if (word === 'hundred') part *= 100n;
    else if (word !== 'and')
      part += BigInt(ONES.includes(word) ? ONES.indexOf(word) : TENS.indexOf(word) * 10);
  }
  return sum + part;
}

const amount = fc.bigInt({ min: 0n, max: 1_000_000_000_000n });

describe('an amount in words', () => {
  it('reads back to the same amount in English', () => {
    fc.assert(
      fc.property(amount, (paise) => {
        const words = amountInWords(paise, 'en').toLowerCase();
        const [, rupees = 'zero', rest = 'zero'] =
          /^(?:rupees? (.+?))?(?:(?:^| and )([a-z-]+) paise)? only$/.exec(words) ?? [];
        expect(numberOf(rupees) * 100n + numberOf(rest)).toBe(paise);
      }),
    );
  });

  it('is another for every amount in Malayalam', () => {
    fc.assert(
      fc.property(amount, amount, (one, other) => {
        fc.pre(one !== other);
        expect(amountInWords(one, 'ml')).not.toBe(amountInWords(other, 'ml'));
      }),
    );
    const first = Array.from({ length: 20_000 }, (_, n) => amountInWords(BigInt(n) * 100n, 'ml'));
    expect(new Set(first).size).toBe(first.length);
  });

  it.each([
    [1500n, 'Rupees one thousand five hundred only', 'ആയിരത്തി അഞ്ഞൂറ് രൂപ മാത്രം'],
    [1n, 'Rupee one only', 'ഒരു രൂപ മാത്രം'],
    [101n, 'Rupees one hundred and one only', 'നൂറ്റി ഒന്ന് രൂപ മാത്രം'],
    [999n, 'Rupees nine hundred and ninety-nine only', 'തൊള്ളായിരത്തി തൊണ്ണൂറ്റിയൊമ്പത് രൂപ മാത്രം'],
    [19_000n, 'Rupees nineteen thousand only', 'പത്തൊമ്പതിനായിരം രൂപ മാത്രം'],
    [120_000n, 'Rupees one lakh twenty thousand only', 'ഒരു ലക്ഷത്തി ഇരുപതിനായിരം രൂപ മാത്രം'],
    [12_500_000n, 'Rupees one crore twenty-five lakh only', 'ഒരു കോടി ഇരുപത്തിയഞ്ച് ലക്ഷം രൂപ മാത്രം'],
  ])('%s', (rupees, english, malayalam) => {
    expect(amountInWords(rupees * 100n, 'en')).toBe(english);
    expect(amountInWords(rupees * 100n, 'ml')).toBe(malayalam);
  });

  it('tells paise', () => {
    expect(amountInWords(50n, 'en')).toBe('Fifty paise only');
    expect(amountInWords(10_050n, 'en')).toBe('Rupees one hundred and fifty paise only');
    expect(amountInWords(10_050n, 'ml')).toBe('നൂറ് രൂപ അമ്പത് പൈസ മാത്രം');
  });
});
