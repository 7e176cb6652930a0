import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DLT, fillPlaces, madeFrom, placesIn } from '../../channels/places.ts';
import { nextPromotion } from '../../channels/sms/hours.ts';
import { partsOf } from '../../channels/sms/parts.ts';
import { sms } from '../../channels/sms/sms.ts';
import type { Post } from '../../channels/social.ts';
import { openSms, SMS_PRACTICE_TEMPLATE } from '../../src/sandbox/social/sms.ts';
import { describeNetwork } from '../contract/network.ts';

const post = (values = ['Anu', '₹500'], change: Partial<NonNullable<Post['person']>> = {}): Post => ({
  ...{ text: fillPlaces(SMS_PRACTICE_TEMPLATE.body, values, DLT), language: 'en', media: [] },
  person: { to: '+919847000123', template: { ...SMS_PRACTICE_TEMPLATE, language: 'en', values }, ...change },
});

describeNetwork({ network: sms, openStandIn: openSms, post: () => post(), timeoutMs: 10_000 });

describe('the parts of an SMS', () => {
  it.each([
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    ['a'.repeat(306), 2],
    ['a'.repeat(307), 3],
    ['€'.repeat(80), 1],
    ['€'.repeat(81), 2],
    ['അ'.repeat(70), 1],
    ['അ'.repeat(71), 2],
    ['അ'.repeat(134), 2],
    ['അ'.repeat(135), 3],
    [`${'a'.repeat(152)}€${'a'.repeat(152)}`, 3],
    ['😀'.repeat(35), 1],
    ['😀'.repeat(67), 3],
    ['', 1],
  ])('of %j are counted as they are billed', (text, parts) => {
    expect(partsOf(text).parts).toBe(parts);
  });

  it('says which alphabet carries it, and what still fits', () => {
    expect(partsOf('Hello [you]')).toEqual({ alphabet: 'gsm-7', units: 13, parts: 1, left: 147 });
    expect(partsOf('നമസ്കാരം').alphabet).toBe('ucs-2');
  });

  it('never hold more than they can, and none is wasted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (text) => {
        const { alphabet, units, parts } = partsOf(text);
        const joined = alphabet === 'gsm-7' ? 153 : 67;
        if (parts === 1) return units <= (alphabet === 'gsm-7' ? 160 : 70);
        return parts >= Math.ceil(units / joined) && parts <= Math.ceil(units / (joined - 1));
      }),
    );
  });
});

describe('a registered text', () => {
  it('is known again with any values of 1 to 30 characters, and with no others', () => {
    const words = fc.array(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 2, maxLength: 6 });
    const values = fc.array(fc.string({ minLength: 1, maxLength: 30 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(words, values, (fixed, given) => {
        const body = fixed.map((one) => one.replaceAll('{', '(')).join('{#var#}');
        const text = fillPlaces(body, given, DLT);
        return madeFrom(body, text, DLT) && placesIn(body, DLT).length === fixed.length - 1;
      }),
    );
    expect(madeFrom('Code {#var#}.', `Code ${'1'.repeat(31)}.`, DLT)).toBe(false);
    expect(madeFrom('Code {#var#}.', 'Code .', DLT)).toBe(false);
    expect(madeFrom('Code {#var#}.', 'code 1.', DLT)).toBe(false);
  });

  it('is compared in no time however many places stand together', () => {
    const began = performance.now();
    expect(madeFrom('{#var#}'.repeat(12), `${'a'.repeat(300)}\u0000`.repeat(2), DLT)).toBe(false);
    expect(performance.now() - began).toBeLessThan(500);
  });
});

describe('what may not leave', () => {
  const codes = (given: Post) => sms.validate(given).map(({ code }) => code);

  it('is refused before the operators drop it', () => {
    expect(codes(post())).toEqual([]);
    expect(codes(post(['A'.repeat(31), 'x']))).toEqual(['place-too-long']);
    expect(codes(post(['', 'x']))).toEqual(['place-empty']);
    expect(codes({ ...post(), text: 'Something else.' })).toEqual(['not-the-template']);
    expect(codes({ text: 'Hello', language: 'en', media: [] })).toEqual(['no-template']);
  });

  it('takes no web address that is not registered, nor one that only begins like it', () => {
    const links = ['https://care.example/l', 'https://ok.example/'];
    expect(codes(post(['Anu', 'https://care.example/l/ab'], { links }))).toEqual([]);
    expect(codes(post(['Anu', 'https://care.example/lx'], { links }))).toEqual(['link-not-registered']);
    expect(codes(post(['Anu', 'https://other.test/'], { links }))).toEqual(['link-not-registered']);
    expect(codes(post(['Anu', 'https://ok.example/any'], { links }))).toEqual([]);
  });
});

describe('the hours of promotion', () => {
  it.each([
    ['2026-11-27T04:29:59Z', '2026-11-27T04:30:00Z'],
    ['2026-11-27T04:30:00Z', '2026-11-27T04:30:00Z'],
    ['2026-11-27T15:29:59Z', '2026-11-27T15:29:59Z'],
    ['2026-11-27T15:30:00Z', '2026-11-28T04:30:00Z'],
    ['2026-11-27T19:00:00Z', '2026-11-28T04:30:00Z'],
  ])('at %s are open next at %s', (at, next) => {
    expect(nextPromotion(new Date(at)).toISOString()).toBe(new Date(next).toISOString());
  });
});
