import { describe, expect, it } from 'vitest';
import { ensureLinks, recordTouch } from '../../../src/links/links.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
const url = (n: number) => `https://wecare.example/p/${n}`;

describe('ensureLinks', () => {
  it('gives each address of a message one code and keeps it', async () => {
    const message = crypto.randomUUID();
    const first = await ensureLinks(ground, message, [url(1), url(2), url(1)]);
    const again = await ensureLinks(ground, message, [url(2), url(3)]);
    expect([...first.keys()].sort()).toEqual([url(1), url(2)]);
    expect(again.get(url(2))).toBe(first.get(url(2)));
    expect([...first.values(), again.get(url(3))].every((code) => /^[0-9A-Za-z]{8}$/.test(code ?? ''))).toBe(
      true,
    );
    expect(new Set([...first.values(), ...again.values()]).size).toBe(3);
  });

  it('gives the same address another code in another message', async () => {
    const [one, two] = await Promise.all(
      [crypto.randomUUID(), crypto.randomUUID()].map((id) => ensureLinks(ground, id, [url(1)])),
    );
    expect(one?.get(url(1))).not.toBe(two?.get(url(1)));
  });

  it('is safe when two processes ask at once', async () => {
    const message = crypto.randomUUID();
    const urls = Array.from({ length: 60 }, (_, n) => url(n));
    const [one, two] = await Promise.all([
      ensureLinks(ground, message, urls),
      ensureLinks(ground, message, urls),
    ]);
    expect(two).toEqual(one);
    expect(one.size).toBe(60);
  });

  it.each(['javascript:alert(1)', 'mailto:a@b.example', 'wecare.example', ''])('refuses %j', async (bad) => {
    await expect(ensureLinks(ground, crypto.randomUUID(), [bad])).rejects.toThrow(/no web address/);
  });
});

describe('recordTouch', () => {
  const visit = (seq: number, linkId: bigint) =>
    recordTouch(ground, { kind: 'click', linkId, recipient: { run: 7n, seq }, machine: false });
  const flags = async (seq: number) => {
    const { rows } = await ground.sql.query('SELECT machine FROM touch WHERE seq = $1 ORDER BY id', [seq]);
    return rows.map((row) => row.machine);
  };

  it('flags a burst over many links of one mail, with those before it, and drops none', async () => {
    for (const link of [1n, 2n, 3n, 4n]) await visit(1, link);
    expect(await flags(1)).toEqual([true, true, true, true]);
  });

  it('counts a person who presses one link again and again, or reads on for a while', async () => {
    for (let n = 0; n < 6; n += 1) await visit(2, 1n);
    expect(await flags(2)).toEqual(Array(6).fill(false));
    const start = ground.clock.now();
    for (const link of [1n, 2n, 3n, 4n, 5n]) {
      ground.clock.set(new Date(ground.clock.now().getTime() + 4000));
      await visit(3, link);
    }
    ground.clock.set(start);
    expect(await flags(3)).toEqual(Array(5).fill(false));
  });
});
