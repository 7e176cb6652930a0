import { beforeEach, expect, it } from 'vitest';
import { ensureLinks } from '../../../src/links/links.ts';
import { type Mailed, seedMailed } from '../../support/mailed.ts';
import { testWeb } from '../../support/web.ts';

const { ground, ask } = testWeb();
const TARGET = 'https://wecare.example/projects/home-care?from=mail';
let mailed: Mailed;
let code: string;

beforeEach(async () => {
  mailed = await seedMailed(ground);
  const message = crypto.randomUUID();
  code = (await ensureLinks(ground, message, [TARGET])).get(TARGET) as string;
});

const touches = async (kind: string) => {
  const { rows } = await ground.sql.query(
    'SELECT run, seq, agent, machine FROM touch WHERE kind = $1 ORDER BY id DESC LIMIT 1',
    [kind],
  );
  return rows[0];
};
const counted = async () => {
  const { rows } = await ground.sql.query(
    "SELECT count(*)::int AS n FROM touch WHERE kind = 'click' AND NOT machine AND run = $1",
    [mailed.run],
  );
  return rows[0].n;
};

it('leads a click on to its address and keeps whose it was', async () => {
  const answer = await ask(`/l/${code}/${mailed.token}`);
  expect(answer.status).toBe(302);
  expect(answer.headers.get('location')).toBe(TARGET);
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  expect(await touches('click')).toMatchObject({ run: String(mailed.run), seq: 1, machine: false });
});

it('answers HEAD without counting it', async () => {
  const answer = await ask(`/l/${code}/${mailed.token}`, { method: 'HEAD' });
  expect(answer.headers.get('location')).toBe(TARGET);
  expect(await counted()).toBe(0);
});

it('keeps a scanner and does not count it, and counts the person after it', async () => {
  await ask(`/l/${code}/${mailed.token}`, { headers: { 'user-agent': 'BarracudaSentinel (EE)' } });
  expect(await touches('click')).toMatchObject({ run: String(mailed.run), machine: true });
  expect(await counted()).toBe(0);
  await ask(`/l/${code}/${mailed.token}`);
  expect(await counted()).toBe(1);
});

it('leads on with a forged token, but keeps nothing of the person', async () => {
  const answer = await ask(`/l/${code}/${mailed.token.slice(0, -2)}xx`);
  expect(answer.headers.get('location')).toBe(TARGET);
  expect(await touches('click')).toMatchObject({ run: null, seq: null, agent: null });
  expect((await ask(`/l/${code}`)).headers.get('location')).toBe(TARGET);
});

it('says kindly that a code leads nowhere, with a way on', async () => {
  const answer = await ask(`/l/nosuch00/${mailed.token}`);
  expect(answer.status).toBe(404);
  const html = await answer.text();
  expect(html).toContain('This link leads nowhere any more');
  expect(html).toContain('href="/"');
});

it('gives a transparent pixel that no cache keeps, for any token', async () => {
  const answer = await ask(`/o/${mailed.token}.gif`);
  expect(answer.headers.get('content-type')).toBe('image/gif');
  expect(answer.headers.get('cache-control')).toContain('no-store');
  expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(40);
  expect(await touches('open')).toMatchObject({ run: String(mailed.run), machine: false });
  const before = await ground.sql.query('SELECT FROM touch');
  expect((await ask('/o/forged.gif')).status).toBe(200);
  expect((await ground.sql.query('SELECT FROM touch')).rowCount).toBe(before.rowCount);
});
