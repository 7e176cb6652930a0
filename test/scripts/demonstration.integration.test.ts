import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plantDemonstration } from '../../scripts/demonstration/plant.ts';
import { seedDemonstration } from '../../scripts/lib/seed.ts';
import { accountsFor } from '../../src/deliveries/accounts.ts';
import { testGround } from '../support/ground.ts';

const ground = testGround();
const rejects: string[] = [];
afterAll(() => Promise.all(rejects.map((file) => rm(file, { force: true }))));

describe('the demonstration', () => {
  beforeAll(async () => {
    let at = Date.parse('2026-11-21T06:30:00Z');
    const now = () => {
      at += 1000;
      return new Date(at);
    };
    const slow = { ...ground, clock: { now } };
    const { rejectsFile } = await plantDemonstration(slow, { smtpPort: 2525, seconds: 8 });
    rejects.push(rejectsFile);
  });

  it('is planted on a computer that is so slow that each look at the clock takes a second', async () => {
    expect(await ground.db.approval.count()).toBe(1);
  });

  it('goes to the inbox of the next start, whatever port that one has', async () => {
    expect(await seedDemonstration(ground, { smtpPort: 4253 })).toBe(false);
    const accounts = await accountsFor(ground, 'kssm.example');
    expect(accounts.map(({ name, smtp }) => [name, smtp.port])).toEqual([['sandbox', 4253]]);
  });
});
