import { expect, it } from 'vitest';
import { newRing, openKeys } from '../../../src/keys.ts';
import { readTouchToken, touchToken, withTouch } from '../../../src/links/touch.ts';

const keys = openKeys(newRing());
const site = 'https://care.example/we';
const led = (url: string) => withTouch(keys, { url, code: 'aB3dE6gH', site });

it('is read again as it was signed, and not when somebody changed it', () => {
  const token = touchToken(keys, 'aB3dE6gH');
  expect(token).toMatch(/^[\w.~-]{1,200}$/);
  expect(readTouchToken(keys, token)).toBe('aB3dE6gH');
  expect(readTouchToken(keys, token.replace('aB', 'aC'))).toBeNull();
  expect(readTouchToken(openKeys(newRing()), token)).toBeNull();
  for (const text of ['', 'aB3dE6gH', 'aB3dE6gH.', `${token}x`, token.slice(0, -3)])
    expect(readTouchToken(keys, text)).toBeNull();
});

it('rides to our own pages that keep it, and to no other', () => {
  const touch = encodeURIComponent(touchToken(keys, 'aB3dE6gH'));
  expect(led(`${site}/occasions`)).toBe(`${site}/occasions?touch=${touch}`);
  expect(led(`${site}/give?amount=500`)).toBe(`${site}/give?amount=500&touch=${touch}`);
  for (const url of [
    ...[`${site}/projects`, `${site}/give/gift/abc`, 'https://care.example.evil.test/give'],
    ...['https://news.example/we/give', `${site}/give?touch=theirs`, 'https://care.example/give'],
  ])
    expect(led(url)).toBe(url);
});

it('is not carried to a name that only begins like ours', () => {
  const at = (url: string) => withTouch(keys, { url, code: 'aB3dE6gH', site: 'https://care.example' });
  expect(at('https://care.example.evil.test/give')).toBe('https://care.example.evil.test/give');
  expect(at('https://care.example/give')).toContain('?touch=aB3dE6gH.');
});
