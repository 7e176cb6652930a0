import { describe, expect, it } from 'vitest';
import { agentFamily, agentInWords } from '../../../src/access/agent.ts';
import { deviceTokens, readDevice } from '../../../src/access/devices.ts';
import { hashPassword, isPassword, passwordFault } from '../../../src/access/passwords.ts';
import { newRing, openKeys } from '../../../src/keys.ts';

const asha = { email: 'asha.menon@kssm.example', name: 'Asha Menon' };

describe('a new password', () => {
  it.each([
    ['elevenchars', 'short'],
    ['ക'.repeat(11), 'short'],
    ['x1'.repeat(65), 'long'],
    ['password12345', 'common'],
    ['Password!2026', 'common'],
    ['123456789012', 'common'],
    ['abcdefghijklm', 'common'],
    ['abababababab', 'common'],
    ['aaaaaaaaaaaaaa', 'common'],
    ['Asha.Menon@kssm.example', 'personal'],
    ['asha.menon2026', 'personal'],
    ['AshaMenon!!!!', 'personal'],
  ])('%s is refused as %s', (password, fault) => {
    expect(passwordFault(password, asha)).toBe(fault);
  });

  it.each(['river lamp seven tea', 'മഴ പെയ്യുന്ന വൈകുന്നേരം', 'kJ8#mQ2!vL5x', 'lower case only words'])(
    '%s will do',
    (password) => {
      expect(passwordFault(password, asha)).toBeNull();
    },
  );
});

it('is kept as argon2id with the cost that OWASP asks for, and compared in whatever way it is typed', async () => {
  const hash = await hashPassword('caf\u00e9 with long rain');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await isPassword(hash, 'cafe\u0301 with long rain')).toBe(true);
  expect(await isPassword(hash, 'cafe with long rain')).toBe(false);
});

it('costs as much to refuse somebody who does not exist', async () => {
  const hash = await hashPassword('the right one, of course');
  // What the processor does for it, not the clock: others use the processor too.
  const cost = async (stored: string | null) => {
    const began = process.cpuUsage();
    for (let i = 0; i < 5; i++) expect(await isPassword(stored, 'a wrong one, of course')).toBe(false);
    return process.cpuUsage(began).user;
  };
  await cost(hash);
  const [known, unknown] = [await cost(hash), await cost(null)];
  expect(unknown / known).toBeGreaterThan(0.4);
  expect(unknown / known).toBeLessThan(2.5);
});

it('knows a browser by its kind, whatever its version and however it asks for the desktop page', () => {
  const chrome = (system: string, version: number) =>
    agentFamily(
      `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0 Safari/537.36`,
    );
  expect(chrome('Linux; Android 14; SM-A155F', 130)).toBe(chrome('X11; Linux x86_64', 155));
  expect(chrome('Windows NT 10.0', 130)).toBe('Chrome, Windows');
  expect(agentFamily('Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0')).toBe(
    'Edge, Windows',
  );
  expect(
    agentFamily('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605.1 Version/18.0 Safari/604.1'),
  ).toBe('Safari, Apple');
  expect([agentFamily('curl/8.5'), agentFamily('')]).toEqual(['curl', 'unknown']);
});

it('names a browser in the language of its reader', () => {
  const here = 'Chrome, Android or Linux';
  expect(agentInWords(here, 'en')).toBe('Chrome on Android or Linux');
  expect(agentInWords(here, 'ml')).toBe('ക്രോം, ആൻഡ്രോയ്ഡ് അല്ലെങ്കിൽ ലിനക്സ്');
  expect([agentInWords('curl', 'ml'), agentInWords('unknown', 'en')]).toEqual(['curl', 'an unknown browser']);
});

describe('a device cookie', () => {
  const [keys, userId] = [openKeys(newRing()), '019ab000-0000-7000-8000-000000000001'];
  const now = new Date('2026-11-21T06:30:00Z');
  const colleague = { userId: userId.replace(/1$/, '2'), now };

  it('is taken for its own user only, unchanged, for half a year', () => {
    const token = deviceTokens(keys, '', { userId, now });
    expect(readDevice(keys, token, { userId, now })).toMatch(/^[\da-f]{16}$/);
    expect(readDevice(keys, token, colleague)).toBeNull();
    expect(readDevice(keys, token.replace(/.{4}$/, 'AAAA'), { userId, now })).toBeNull();
    expect(readDevice(keys, token, { userId, now: new Date('2027-06-21T06:30:00Z') })).toBeNull();
    expect(readDevice(keys, '', { userId, now })).toBeNull();
  });

  it('knows all who share a computer, five at most', () => {
    const both = deviceTokens(keys, deviceTokens(keys, '', { userId, now }), colleague);
    expect(readDevice(keys, both, { userId, now })).not.toBeNull();
    expect(readDevice(keys, both, colleague)).not.toBeNull();
    const again = deviceTokens(keys, both, { userId, now });
    expect(again.split('.')).toHaveLength(2);
    const many = [3, 4, 5, 6].reduce(
      (kept, n) => deviceTokens(keys, kept, { userId: userId.replace(/1$/, String(n)), now }),
      again,
    );
    expect(many.split('.')).toHaveLength(5);
    expect(readDevice(keys, many, colleague)).toBeNull();
  });
});
