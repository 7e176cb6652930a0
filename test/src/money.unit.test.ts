import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAmount } from '../../src/i18n.ts';
import { readRupees } from '../../src/money.ts';

const paise = fc.bigInt({ min: 0n, max: 1_000_000_000_000n });
const malayalam = (text: string) =>
  text.replace(/\d/g, (digit) => String.fromCharCode(0x0d66 + Number(digit)));

describe('rupees that a person typed', () => {
  it('are read back from how we write them, in every digit and with what stands around', () => {
    fc.assert(
      fc.property(paise, fc.constantFrom('', ' ', '/-', ' രൂപ'), (amount, end) => {
        const written = formatAmount(amount);
        const expected = { ok: true, paise: amount };
        expect(readRupees(written + end)).toEqual(expected);
        expect(readRupees(written.replaceAll(',', ''))).toEqual(expected);
        expect(readRupees(malayalam(written))).toEqual(expected);
        expect(readRupees(written.replace('₹', 'Rs. '))).toEqual(expected);
      }),
    );
  });

  it('are never rounded: anything below a paisa is refused', () => {
    fc.assert(
      fc.property(fc.nat(), fc.stringMatching(/^\d{3,30}$/), (whole, fraction) => {
        expect(readRupees(`${whole}.${fraction}`)).toEqual({ ok: false, fault: 'fraction' });
      }),
    );
  });

  it('are refused below zero and above what anybody gives', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n }), (amount) => {
        expect(readRupees(`-${amount}`)).toEqual({ ok: false, fault: 'negative' });
        expect(readRupees(`−₹${amount}`)).toEqual({ ok: false, fault: 'negative' });
        expect(readRupees(String(10n ** 15n + amount))).toEqual({ ok: false, fault: 'huge' });
      }),
    );
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['five hundred', 'unreadable'],
    ['1,50', 'unreadable'],
    ['1.500', 'fraction'],
    ['1e15', 'unreadable'],
    ['0x10', 'unreadable'],
    ['12,34,56', 'unreadable'],
    ['1,,000', 'unreadable'],
    ['500.', 'unreadable'],
    ['.50', 'unreadable'],
    ['1 500 000 000 000 000', 'huge'],
    ['NaN', 'unreadable'],
    ['₹', 'empty'],
  ])('%j is %s', (text, fault) => {
    expect(readRupees(text)).toEqual({ ok: false, fault });
  });

  it('may have Indian groups or those of three', () => {
    for (const text of [
      '1,50,000',
      '150,000',
      '₹ 1,50,000.00',
      '൧,൫൦,൦൦൦',
      '１５００００',
      '00150000',
      'INR 150000',
    ])
      expect(readRupees(text)).toEqual({ ok: true, paise: 15_000_000n });
  });

  it('whatever is typed, gives an amount or a reason', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789.,-−₹ ൧൨') })),
        (text) => {
          const read = readRupees(text);
          expect(read.ok ? read.paise >= 0n : read.fault.length > 0).toBe(true);
        },
      ),
    );
  });
});
