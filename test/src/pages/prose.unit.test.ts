import fc from 'fast-check';
import { expect, it } from 'vitest';
import { paragraphs, plainOf } from '../../../src/pages/prose.ts';

it('makes paragraphs, strong words and links', () => {
  expect(
    paragraphs('One **strong** word.\nAnd a line.\n\n[See it](https://bills.example/a?b=1&c=2)'),
  ).toEqual([
    'One <strong>strong</strong> word.<br>And a line.',
    '<a href="https://bills.example/a?b&#x3D;1&amp;c&#x3D;2" rel="noopener nofollow">See it</a>',
  ]);
});

it.each([
  '[x](javascript:alert(1))',
  '[x](https://a.example/"onclick="alert(1))',
  '<b>no</b>',
  '[x](data:text/html,y)',
])('leaves %s as the text it is', (text) => {
  const [html = ''] = paragraphs(text);
  expect(html).not.toMatch(/<(?!\/?strong>|br>)/);
});

it('never lets anything be markup that it did not make', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'*[]()<>"\'&=\n hts:/.a'), maxLength: 60 }), (text) => {
      const html = paragraphs(text).join('');
      const own = html
        .replace(/<a href="https?:\/\/[^"<>\s]*" rel="noopener nofollow">/g, '')
        .replace(/<\/a>|<\/?strong>|<br>/g, '');
      expect(own).not.toMatch(/[<>"]/);
    }),
  );
});

it('reads as plain words where there is no HTML', () => {
  expect(plainOf('A **big** [bill](https://b.example)')).toBe('A big bill');
});
