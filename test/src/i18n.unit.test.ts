import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localeTypes, valuesOf } from '../../scripts/generate-locale-types.ts';
import {
  formatAmount,
  formatDay,
  formatMoment,
  languageOf,
  languages,
  readCatalogue,
  translate,
  translator,
} from '../../src/i18n.ts';

const english = readCatalogue('en');

describe.each(languages.filter((language) => language !== 'en'))('the catalogue %s', (language) => {
  const catalogue = readCatalogue(language);

  it('has every message of the English one and no other', () => {
    expect(Object.keys(catalogue)).toEqual(Object.keys(english));
  });

  it('takes the same values in every message', () => {
    const shapes = (from: Record<string, string>) =>
      Object.fromEntries(Object.entries(from).map(([key, text]) => [key, valuesOf(text)]));
    expect(shapes(catalogue)).toEqual(shapes(english));
  });
});

it('writes Malayalam with Unicode chillus and Latin digits', () => {
  const text = Object.values(readCatalogue('ml')).join('\n');
  expect(text).not.toMatch(/[ണനരലളക]്\u200d/u); // a consonant, virama and joiner: the old spelling
  expect(text).not.toMatch(/[൦-൯]/u);
});

it('keeps the types of the messages up to date: npx tsx scripts/generate-locale-types.ts', () => {
  expect(readFileSync('src/i18n-keys.ts', 'utf8')).toBe(localeTypes());
});

it('fails for a message that does not exist and for a value that is not given', () => {
  expect(() => translate('ml', 'no.such.message')).toThrow(/ml has no message no.such.message/);
  expect(() => translate('en', 'error.request')).toThrow(/id/);
  expect(translator('en')('inbox.count', { count: 1234567 })).toBe('12,34,567 mails');
});

it('takes the nearest language', () => {
  expect(['ml-IN', 'ML', 'en-GB', 'ta', '', null].map(languageOf)).toEqual([
    'ml',
    'ml',
    'en',
    'en',
    'en',
    'en',
  ]);
});

describe('what people in Kerala read', () => {
  const at = (text: string) => new Date(text);

  it('is a moment in Indian time', () => {
    expect(formatMoment(at('2026-11-21T13:00:00Z'), 'en')).toBe('21 November 2026, 6:30 pm IST');
    expect(formatMoment(at('2026-11-20T18:30:00Z'), 'en')).toBe('21 November 2026, 12:00 am IST');
    expect(formatMoment(at('2026-11-21T06:31:00Z'), 'en')).toBe('21 November 2026, 12:01 pm IST');
    expect(formatMoment(at('2026-11-21T13:00:00Z'), 'ml')).toBe('2026 നവംബർ 21, വൈകിട്ട് 6:30 IST');
    expect(formatDay(at('2026-11-20T19:00:00Z'), 'ml')).toBe('2026 നവംബർ 21');
  });

  it('is an amount in Indian grouping, with paise where there are some', () => {
    expect([10_000_000n, 50n, 150_005n, -100_000n, 0n].map(formatAmount)).toEqual([
      ...['₹1,00,000', '₹0.50', '₹1,500.05', '−₹1,000', '₹0'],
    ]);
  });

  it('loses no paisa of any amount', () => {
    fc.assert(
      fc.property(fc.bigInt(), (paise) => {
        const [rupees = '', rest = '00'] = formatAmount(paise)
          .replace(/[₹,]/g, '')
          .replace('−', '-')
          .split('.');
        expect(BigInt(rupees + rest)).toBe(paise);
      }),
    );
  });
});
