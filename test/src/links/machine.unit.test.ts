import { describe, expect, it } from 'vitest';
import { isMachine, isMachineOpening } from '../../../src/links/machine.ts';

const phone = {
  'user-agent': 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36',
  'accept-language': 'ml-IN,ml;q=0.9',
};
const get = (headers: Record<string, string>, method = 'GET') => isMachine({ method, headers });

describe('a visit through a link', () => {
  it.each([
    ['a phone', phone],
    ['a phone that says it navigates', { ...phone, 'sec-fetch-mode': 'navigate' }],
    [
      'an iPhone',
      {
        ...phone,
        'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15',
      },
    ],
    [
      'Cubot, a make of phones',
      { ...phone, 'user-agent': 'Mozilla/5.0 (Linux; Android 13; CUBOT KINGKONG 9) Chrome/130.0' },
    ],
  ])('of %s is a person', (_, headers) => expect(get(headers)).toBe(false));

  it.each([
    ['HEAD', phone, 'HEAD'],
    ['a prefetch', { ...phone, 'sec-purpose': 'prefetch;prerender' }, 'GET'],
    ['a fetch by a script', { ...phone, 'sec-fetch-mode': 'no-cors' }, 'GET'],
    ['a browser that asks for no language', { 'user-agent': phone['user-agent'] }, 'GET'],
    ['no agent', { 'accept-language': 'en' }, 'GET'],
    ['a bare agent', { ...phone, 'user-agent': 'Mozilla/5.0' }, 'GET'],
    [
      'a crawler',
      { ...phone, 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' },
      'GET',
    ],
    ['a chat preview', { ...phone, 'user-agent': 'WhatsApp/2.23.20' }, 'GET'],
    ['a library', { ...phone, 'user-agent': 'python-requests/2.32' }, 'GET'],
  ])('by %s is a machine', (_, headers, method) => expect(get(headers, method)).toBe(true));
});

it('takes an opening through a mail provider’s image proxy for a person’s, and Apple’s bare one not', () => {
  const by = (agent: string) => isMachineOpening({ method: 'GET', headers: { 'user-agent': agent } });
  expect(
    by('Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)'),
  ).toBe(false);
  expect(by('Mozilla/5.0')).toBe(true);
});
