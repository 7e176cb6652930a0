import { expect, it } from 'vitest';
import { compileRules } from '../../../../src/contacts/segments/compile.ts';
import { parseRules, type Rules } from '../../../../src/contacts/segments/rules.ts';

const nested = (depth: number): unknown => (depth ? { not: nested(depth - 1) } : { language: 'ml' });

it.each([
  ['an unknown rule', { shoe: 1 }],
  ['an empty group', { all: [] }],
  ['two rules in one object', { language: 'ml', kind: 'society' }],
  ['a kind that there is not', { kind: 'robot' }],
  ['a touch that says nothing', { opened: {} }],
  ['an attribute without a test', { attribute: 'ward' }],
  ['no object', 'everybody'],
  ['a null character in a value', { attribute: 'a', equals: 'b\0' }],
  ['a null character', { attribute: 'a\0', exists: true }],
])('refuses %s', (_, rules) => {
  expect(() => parseRules(rules)).toThrow(/no rules of a segment/);
});

it('names the part that is wrong', () => {
  expect(() => parseRules({ all: [{ language: 'ml' }, { not: { shoe: 1 } }] })).toThrow(
    /segment: {"shoe":1}/,
  );
});

it('takes five groups and refuses any depth beyond without following it', () => {
  expect(parseRules(nested(5))).toEqual(nested(5));
  expect(() => parseRules(nested(6))).toThrow(/groups deep/);
  expect(() => parseRules(nested(3000))).toThrow(/groups deep/);
});

it('refuses more than fifty rules', () => {
  const many = (n: number) => ({ any: Array.from({ length: n }, () => ({ language: 'ml' })) });
  expect(parseRules(many(49))).toEqual(many(49));
  expect(() => parseRules(many(50))).toThrow(/at most 50/);
});

it('puts nothing that a person wrote into the SQL', () => {
  const nasty = "x' OR 1=1 --";
  const values: unknown[] = ['before'];
  const rules = [
    ...[{ language: nasty }, { list: nasty }, { attribute: nasty, equals: nasty }],
    ...[{ attribute: nasty, contains: nasty }, { received: { campaign: nasty } }],
  ];
  const sql = compileRules(parseRules({ any: rules }) as Rules, { values, now: new Date() });
  expect(sql).not.toContain('1=1');
  expect(sql).toContain('$2');
  expect(values.flat().filter((value) => value === nasty)).toHaveLength(7);
});
