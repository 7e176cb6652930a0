import { describe, expect, it } from 'vitest';
import { newRing, nextRing, openKeys } from '../../src/keys.ts';

describe('the key ring', () => {
  const old = newRing();
  const rotated = `2:${newRing().slice(2)},${old}`;
  const data = Buffer.from('run 7, recipient 12');

  it('still checks what an older key signed, after a rotation', () => {
    const signature = openKeys(old).sign('recipient-token', data, 10);
    expect(openKeys(rotated).verify('recipient-token', data, signature)).toBe(true);
  });

  it('refuses a signature made for another purpose, cut short, or changed', () => {
    const keys = openKeys(rotated);
    const signature = keys.sign('recipient-token', data, 10);
    expect(keys.verify('web-token', data, signature)).toBe(false);
    expect(keys.verify('recipient-token', data, signature.subarray(0, 5))).toBe(false);
    expect(keys.verify('recipient-token', Buffer.from('run 8'), signature)).toBe(false);
  });

  it('opens what an older key sealed and refuses what was changed', () => {
    const sealed = openKeys(old).seal('account-secret', 'രഹസ്യം');
    expect(openKeys(rotated).open('account-secret', sealed)).toBe('രഹസ്യം');
    sealed[sealed.length - 1] = (sealed.at(-1) as number) ^ 1;
    expect(() => openKeys(rotated).open('account-secret', sealed)).toThrow();
  });

  it('says what a malformed ring should look like', () => {
    expect(() => openKeys('1:short')).toThrow(/NUMBER:BASE64/);
  });

  it('gets a new key in front with the next number, and tells when the numbers are used up', () => {
    const next = nextRing(rotated);
    expect(next).toMatch(/^3:[A-Za-z0-9+/]{43}=,2:/);
    expect(next.endsWith(`,${rotated}`)).toBe(true);
    expect(openKeys(next).ids).toEqual([3, 2, 1]);
    expect(() => nextRing(`255:${old.slice(2)}`)).toThrow(/used up/);
  });
});
