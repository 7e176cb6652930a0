import { expect, it } from 'vitest';
import { readLanguage } from '../../src/languages.ts';

it.each([
  ...([
    ['ml', 'ml'],
    ['ML-in', 'ml-IN'],
    ['mal', 'ml'],
    ['eng', 'en'],
    ['ta', 'ta'],
    ['tam', 'ta'],
  ] as const),
  ...([
    ['Malayalam', 'ml'],
    ['മലയാളം', 'ml'],
    ['Tamil', 'ta'],
    ['തമിഴ്', 'ta'],
    ['தமிழ்', 'ta'],
  ] as const),
  ...([
    ['hindi', 'hi'],
    ['हिन्दी', 'hi'],
    ['കന്നഡ', 'kn'],
    ['Tulu', 'tcy'],
    ['fr', 'fr'],
  ] as const),
])('reads %s as %s', (written, tag) => {
  expect(readLanguage(written)).toBe(tag);
});

it.each(['', 'xx', 'qq-IN', 'english please', 'en_IN!', 'മലയാ', '12'])('knows no language %j', (written) => {
  expect(readLanguage(written)).toBeNull();
});
