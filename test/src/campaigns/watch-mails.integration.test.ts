import { beforeAll, describe, expect, it } from 'vitest';
import { plantGiftTo } from '../../../scripts/demonstration/project.ts';
import { tellWatchers } from '../../../src/campaigns/watch-mails.ts';
import { makeProject } from '../../../src/pages/projects.ts';
import { setWatch, watchOf } from '../../../src/pages/watches.ts';
import { testGround } from '../../support/ground.ts';
import { contentOf } from '../../support/projects.ts';
import { people } from './support.ts';

const ground = testGround();
const staff = people(ground);
let projectId: string;
const at = (time: string) => ground.clock.set(`2026-11-21T${time}+05:30`);
const give = (name: string, amount: bigint, more: object = {}) =>
  plantGiftTo(ground, { project: projectId, amount, name, ...more });
const mails = async () => {
  await Promise.all([tellWatchers(ground), tellWatchers(ground)]);
  const { rows } = await ground.sql.query(
    "DELETE FROM notice WHERE kind = 'project-gifts' RETURNING address, language, subject, text",
  );
  return rows;
};

beforeAll(async () => {
  const wish = { slug: 'watched', theme: 'illness', district: null, content: contentOf(1_000_000n) } as const;
  projectId = await makeProject(ground, wish, staff.author.email);
});

describe('Whoever looks after a project', () => {
  it('is told of its gifts once a day when they made it, by no more than the wall shows', async () => {
    at('17:00:00');
    expect(await watchOf(ground, { projectId, user: staff.author.id })).toBe('daily');
    await give('Anil Kumar', 50_000n, { message: 'With\nlove {{amount}} <b>' });
    await give('Fathima B', 1_00_000n, { anonymous: true, message: 'Hidden' });
    at('17:30:00');
    const [mail, ...more] = await mails();
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ address: staff.author.email, subject: '2 gifts, ₹1,500: Care at home' });
    expect(mail.text).toContain('₹500 · Anil Kumar · “With love {{amount}} <b>”');
    expect(mail.text).toContain('₹1,000 · A donor who stays unnamed');
    expect(mail.text).not.toMatch(/Fathima|Hidden/);
    await give('Later', 20_000n);
    at('17:59:30');
    expect(await mails()).toEqual([]);
    at('18:00:30');
    expect(await mails()).toMatchObject([{ subject: 'One gift, ₹200: Care at home' }]);
    expect(await mails()).toEqual([]);
  });

  it('is told soon after each, in their language, or not at all, as they choose', async () => {
    at('19:00:00');
    await setWatch(ground, { projectId, user: staff.author.id, rhythm: null });
    await setWatch(ground, { projectId, user: staff.chief.id, rhythm: 'each' });
    await ground.sql.query("UPDATE app_user SET language = 'ml' WHERE id = $1", [staff.chief.id]);
    at('19:00:05');
    await give('Thomas', 30_000n);
    expect(await mails()).toEqual([]);
    at('19:00:30');
    expect(await mails()).toMatchObject([
      { address: staff.chief.email, language: 'ml', subject: 'ഒരു സംഭാവന, ₹300: വീട്ടിൽ പരിചരണം' },
    ]);
    await ground.sql.query('UPDATE app_user SET disabled_at = now() WHERE id = $1', [staff.chief.id]);
    await give('Nobody hears', 30_000n);
    at('19:10:00');
    expect(await mails()).toEqual([]);
  });
});
