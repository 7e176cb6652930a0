import { describe, expect, it } from 'vitest';
import { donorKinds } from '../../../src/giving/donors.ts';
import { answersTo, questionOf, requiredOf, streamOf } from '../../../src/giving/source.ts';

describe('the stream of a gift', () => {
  it.each([
    ['individual', 'india', 'domestic'],
    ['individual', 'nri', 'domestic'], // an Indian passport, wherever its holder lives
    ['individual', 'foreign', 'fcra'], // an OCI card, even in rupees
    ['celebrity', 'foreign', 'fcra'],
    ['corporate', 'india', 'domestic'], // within the limits of foreign investment
    ['corporate', 'above', 'fcra'],
    ['corporate', 'foreign', 'fcra'],
    ['society', 'funded', 'fcra'], // section 2(1)(j)(viii): mainly financed from abroad
    ['foundation', 'india', 'domestic'],
    ['agency', 'exempt', 'domestic'], // UN, World Bank, IMF
    ['agency', 'foreign', 'fcra'],
    ['department', '', 'domestic'],
    ['local-body', 'foreign', 'domestic'], // asked nothing, so no answer counts
  ])('%s, %s: %s', (kind, answer, stream) => {
    expect(streamOf({ kind, answer })).toBe(stream);
  });

  it('is open while a question is, whatever else is posted', () => {
    for (const kind of donorKinds.filter(questionOf)) {
      for (const answer of ['', 'yes', 'constructor', '__proto__', 'toString'])
        expect(streamOf({ kind, answer })).toBe('unanswered');
      expect(streamOf({ kind, answer: 'unsure' })).toBe('undecided');
    }
    expect(streamOf({ kind: 'nobody', answer: 'india' })).toBe('unanswered');
    expect(streamOf({ kind: 'constructor', answer: 'india' })).toBe('unanswered');
  });

  it('is told by every answer that is offered', () => {
    for (const kind of donorKinds) {
      const question = questionOf(kind);
      for (const answer of question ? answersTo(question) : [''])
        expect(['domestic', 'fcra', 'undecided']).toContain(streamOf({ kind, answer }));
    }
  });
});

it('passport and address are wanted of whoever lives abroad, the address of every foreign body', () => {
  expect(requiredOf({ kind: 'individual', answer: 'india' })).toEqual({ address: false, identity: null });
  expect(requiredOf({ kind: 'individual', answer: 'nri' })).toEqual({ address: true, identity: 'passport' });
  expect(requiredOf({ kind: 'corporate', answer: 'foreign' })).toEqual({ address: true, identity: null });
});
