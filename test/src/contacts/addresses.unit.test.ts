import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseEmail, normalisePhone, readAddress } from '../../../src/contacts/addresses.ts';

const stored = (read: ReturnType<typeof normaliseEmail>) =>
  read.ok ? read.value : `refused: ${read.reason}`;

describe('an e-mail address', () => {
  it.each([
    ['  Ravi.Menon@Kerala.EXAMPLE ', 'ravi.menon@kerala.example'],
    ['info@മലയാളം.example', 'info@xn--rvc1gdlg9d.example'],
    ['INFO@FASS\u200b.example', 'info@fass.example'],
    ['രവി@kssm.example', 'രവി@kssm.example'],
    ['jose\u0301@kssm.example', 'josé@kssm.example'],
    ['a+b@kssm.example', 'a+b@kssm.example'],
    ['"ravi"@kssm.example', 'ravi@kssm.example'],
    ['"ravi menon"@kssm.example', '"ravi menon"@kssm.example'],
  ])('%j is stored as %j', (typed, value) => {
    expect(stored(normaliseEmail(typed))).toBe(value);
  });

  it.each([
    ['ravi', /no "@"/],
    ['@kssm.example', /no "@"/],
    ['ravi@localhost', /not a domain name/],
    ['ravi@1.2.3', /not a domain name/],
    ['ravi@[192.0.2.1]', /not a domain name/],
    ['ravi@ex%41mple.com', /not a domain name/],
    ['ravi@a_b.example', /not a domain name/],
    ['ravi@-a.example', /not a domain name/],
    ['ravi@a..example', /not a domain name/],
    ['ra vi@kssm.example', /before the "@"/],
    ['ravi.@kssm.example', /before the "@"/],
    ['Ravi <ravi@kssm.example>', /domain|before/],
    ['a@x.example, b@x.example', /before the "@"/],
    ['ra\u202evi@kssm.example', /before the "@"/],
    ['ravi\r\nBcc: all@kssm.example', /line break/],
    [`${'a'.repeat(65)}@kssm.example`, /64 octets/],
    [`${'ക'.repeat(22)}@kssm.example`, /64 octets/],
    [
      `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(20)}.example`,
      /254 octets/,
    ],
  ])('%j is refused with the reason', (typed, reason) => {
    expect(stored(normaliseEmail(typed))).toMatch(reason);
  });

  it('keeps its spelling when it is normalised again', () => {
    const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    const domain = fc.oneof(
      fc.domain(),
      part.map((p) => `${p}.example`),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          part,
          fc.emailAddress().map((a) => a.split('@')[0] as string),
        ),
        domain,
        (l, d) => {
          const once = normaliseEmail(`${l}@${d}`);
          if (once.ok) expect(normaliseEmail(once.value)).toEqual(once);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('is accepted for whatever RFC 5322 generator makes, whatever its case', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        const read = normaliseEmail(address);
        expect(read.ok).toBe(true);
        expect(normaliseEmail(address.toUpperCase())).toEqual(read);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a phone number', () => {
  it.each([
    ['98765 43210', '+919876543210'],
    ['098765-43210', '+919876543210'],
    ['919876543210', '+919876543210'],
    ["'+91 98765 43210", '+919876543210'],
    ['൯൮൭൬൫൪൩൨൧൦', '+919876543210'],
    ['0471 2345678', '+914712345678'],
    ['+971 50 123 4567', '+971501234567'],
  ])('%j is stored as %j', (typed, value) => {
    expect(stored(normalisePhone(typed))).toBe(value);
  });

  it.each([
    ['12345', /not one that exists/],
    ['9.87654E+09', /spreadsheet/],
    ['98765 43210 ext 5', /extension/],
    ['call 98765 43210', /not one that exists/],
    ['1'.repeat(10_000), /not one that exists/],
  ])('%j is refused with the reason', (typed, reason) => {
    expect(stored(normalisePhone(typed))).toMatch(reason);
  });

  it('keeps its spelling when it is normalised again', () => {
    const digits = fc.stringMatching(/^(\+|0|91)?[6-9][0-9]{9}$|^\+[1-9][0-9]{6,13}$/);
    fc.assert(
      fc.property(digits, (typed) => {
        const once = normalisePhone(typed);
        if (once.ok) expect(normalisePhone(once.value)).toEqual(once);
      }),
      { numRuns: 2000 },
    );
  });
});

it('says which address a person typed wrongly', () => {
  expect(() => readAddress('ravi@')).toThrow(/"ravi@" cannot be used: .*domain/);
  expect(readAddress('98765 43210')).toEqual({ channel: 'sms', value: '+919876543210' });
});
