import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSlots, TemplateError } from '../../../channels/email/slots.ts';

/** Where and why a template is refused. */
function refusal(source: string): TemplateError {
  try {
    parseSlots(source);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error(`“${source.slice(0, 80)}” was accepted.`);
}

describe('the limited Handlebars', () => {
  it('lists each field with its place', () => {
    const { mentions } = parseSlots(
      'Dear {{default name "friend"}},\n{{#if gift.amount}}{{this.city}}{{/if}}',
    );
    expect(mentions).toEqual([
      { field: 'name', line: 1, column: 16 },
      { field: 'gift.amount', line: 2, column: 7 },
      { field: 'city', line: 2, column: 22 },
    ]);
  });

  it.each([
    ['{{#each gifts}}x{{/each}}', /#each.*not allowed/],
    ['{{#with gift}}x{{/with}}', /#with.*not allowed/],
    ['{{#name}}x{{/name}}', /#name.*not allowed/],
    ['{{> footer}}', /Partials/],
    ['{{#> layout}}x{{/layout}}', /Partials/],
    ['{{{name}}}', /Unescaped/],
    ['{{&name}}', /Unescaped/],
    ['{{upper name}}', /no helper “upper”/],
    ['{{default name}}', /default takes/],
    ['{{default name (lookup a b)}}', /helper inside another/],
    ['{{name size=1}}', /name=value/],
    ['{{#if name includeZero=true}}x{{/if}}', /name=value/],
    ['{{@root.name}}', /no @ fields/],
    ['{{../name}}', /nothing above/],
    ['{{this}}', /no field/],
    ['{{if}}', /word of the language/],
    ['{{"name"}}', /field is wanted/],
    ['{{#if a b}}x{{/if}}', /takes one field/],
    ['{{* decorate}}', /Decorators/],
    ['{{#*inline "x"}}y{{/inline}}', /Decorators/],
    ['{{{{raw}}}}x{{{{/raw}}}}', /#raw.*not allowed/],
    ['{{#if name}}x{{/unless}}', /doesn't match/],
    ['{{#if name}}x', /not closed/],
    ['{{name', /cannot be read|not closed/],
    ['{{name}', /cannot be read/],
  ])('refuses %s with its place', (tag, reason) => {
    const error = refusal(`Dear friend,\n  ${tag}`);
    expect(error.reason).toMatch(reason);
    expect(error.line).toBe(2);
    expect(error.column).toBeGreaterThanOrEqual(3);
    expect(error.column).toBeLessThanOrEqual(18);
    expect(error.message).toContain(`Line 2, column ${error.column}: `);
  });

  it('refuses a template bomb before reading it', () => {
    expect(refusal('x'.repeat(600_000)).reason).toMatch(/longer than/);
    expect(refusal('{{a}}'.repeat(5_000)).reason).toMatch(/more than/);
    expect(refusal('{{#if a}}'.repeat(301)).reason).toMatch(/more than/);
    expect(refusal(`${'{{#if a}}'.repeat(30)}${'{{/if}}'.repeat(30)}`).reason).toMatch(/nested deeper/);
    expect(refusal(`{{#if a}}${'{{else if a}}'.repeat(30)}{{/if}}`).reason).toMatch(/nested deeper/);
  });

  it('answers any text with a template or a place, never with another error', () => {
    const bits = fc.constantFrom(
      '{{',
      '}}',
      '{{{',
      '#if ',
      '/if',
      'else',
      'a',
      ' ',
      '\n',
      '\\',
      '~',
      '"',
      '(',
      ')',
      '.',
      '@',
      '>',
      '!',
      '|',
      '=',
      '[',
      ']',
    );
    const text = fc.array(bits, { maxLength: 20 }).map((all) => all.join(''));
    const check = (source: string) => {
      try {
        parseSlots(source);
      } catch (error) {
        expect(error).toBeInstanceOf(TemplateError);
        const { line, column } = error as TemplateError;
        expect(source.split('\n')[line - 1]?.length).toBeGreaterThanOrEqual(column - 1);
      }
    };
    fc.assert(fc.property(text, check), { numRuns: 2_000, endOnFailure: true });
  });
});
