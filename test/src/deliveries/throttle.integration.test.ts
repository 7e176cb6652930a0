import { expect, it } from 'vitest';
import { openDomains } from '../../../src/deliveries/domains.ts';
import { type Limit, openThrottle, reserve, tidyGrants } from '../../../src/deliveries/throttle.ts';
import { engineGround } from '../../support/engine.ts';
import { until } from '../../support/until.ts';

const ground = engineGround();

/** Takes with three throttles of five hands each, as three processes would. @returns messages let through */
async function takeFor(key: string, limits: Limit[], ms: number): Promise<number> {
  const end = performance.now() + ms;
  let through = 0;
  const hand = async (throttle: ReturnType<typeof openThrottle>) => {
    while (performance.now() < end) {
      const wait = await throttle.take();
      if (wait) await new Promise((done) => setTimeout(done, Math.min(wait, end - performance.now())));
      else through++;
    }
  };
  const throttles = [1, 2, 3].map(() => openThrottle(ground.sql, key, limits));
  await Promise.all(throttles.flatMap((throttle) => Array.from({ length: 5 }, () => hand(throttle))));
  return through;
}

/** The most that was granted in any window of that length: a greatest one ends at a grant. */
async function densest(key: string, seconds: number): Promise<number> {
  const { rows } = await ground.sql.query(
    `SELECT max(n)::int AS n FROM (SELECT sum(n) OVER (ORDER BY at RANGE BETWEEN make_interval(secs => $2) - interval '1 microsecond' PRECEDING AND CURRENT ROW) AS n
       FROM rate_grant WHERE key = $1) AS t`,
    [key, seconds],
  );
  return rows[0].n ?? 0;
}

it('never grants more than the limit in any window, however many ask, nor holds back what is due', async () => {
  const limits = [
    { n: 40, seconds: 1 },
    { n: 90, seconds: 3 },
  ];
  const through = await takeFor('shared', limits, 4500);
  expect(await densest('shared', 1)).toBeLessThanOrEqual(40);
  expect(await densest('shared', 3)).toBeLessThanOrEqual(90);
  expect(through).toBeGreaterThan(90);
  const { rows } = await ground.sql.query("SELECT sum(n)::int AS n FROM rate_grant WHERE key = 'shared'");
  expect(through).toBeLessThanOrEqual(rows[0].n);
});

it('keeps a limit of one, and keys apart', async () => {
  const one = { limits: [{ n: 1, seconds: 60 }], most: 5 };
  expect((await reserve(ground.sql, 'a', one)).granted).toBe(1);
  const second = await reserve(ground.sql, 'a', one);
  expect(second.granted).toBe(0);
  expect(second.waitMs).toBeGreaterThan(55_000);
  expect(second.waitMs).toBeLessThanOrEqual(60_000);
  expect((await reserve(ground.sql, 'b', one)).granted).toBe(1);
});

it('asks for no more than goes in a moment, so that a limit of a day is not lost to a slow server', async () => {
  const throttle = openThrottle(ground.sql, 'slow', [{ n: 10_000, seconds: 86_400 }]);
  const granted = async () =>
    (await ground.sql.query("SELECT sum(n)::int AS n FROM rate_grant WHERE key = 'slow'")).rows[0].n;
  for (let n = 0; n < 200; n++) expect(await throttle.take()).toBe(0);
  const fast = await granted();
  expect(fast).toBeLessThanOrEqual(400);
  const expired = performance.now() + 1100;
  await until(() => performance.now() > expired, 'the batch has expired');
  expect(await throttle.take()).toBe(0);
  expect((await granted()) - fast).toBeLessThanOrEqual(400);
});

it('counts after tidying no less than was granted, and forgets what is older than a day', async () => {
  await ground.sql.query(
    `INSERT INTO rate_grant (key, at, n) SELECT 'tidy', now() - make_interval(secs => i * 10), 3 FROM generate_series(0, 400) i`,
  );
  await ground.sql.query(
    "INSERT INTO rate_grant (key, at, n) VALUES ('tidy', now() - interval '26 hours', 1000)",
  );
  const room = async (seconds: number) =>
    (
      await ground.sql.query(
        "SELECT sum(n)::int AS n FROM rate_grant WHERE key = 'tidy' AND at > now() - make_interval(secs => $1)",
        [seconds],
      )
    ).rows[0].n;
  const [hour, day] = [await room(3600), await room(86_400)];
  await tidyGrants(ground.sql);
  expect(await room(3600)).toBeGreaterThanOrEqual(hour);
  expect(await room(86_400)).toBe(day);
  const { rows } = await ground.sql.query("SELECT count(*)::int AS n FROM rate_grant WHERE key = 'tidy'");
  expect(rows[0].n).toBeLessThan(120);
  expect(await room(200_000)).toBe(day);
});

it('leaves a domain alone for twice as long each time it says so again, and others not at all', async () => {
  const errors: unknown[] = [];
  const domains = openDomains(ground.sql, (error) => errors.push(error));
  const seconds: number[] = [];
  for (let n = 0; n < 9; n++) {
    await domains.slowDown('slow.example', '421 4.7.0 patience');
    await domains.slowDown('slow.example', '421 said by another connection at once');
    seconds.push(domains.secondsLeft('slow.example'));
    await ground.sql.query("UPDATE domain_pause SET until_at = now() - interval '1 second'");
    await until(() => !domains.any(), 'the pause is over');
  }
  expect(seconds.map((left) => Math.round(left))).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
  expect(domains.paused('other.example')).toBe(false);
  await ground.sql.query("UPDATE domain_pause SET until_at = now() - interval '11 minutes'");
  await domains.slowDown('slow.example', '421');
  expect(Math.round(domains.secondsLeft('slow.example'))).toBe(30);
  domains.close();
  expect(errors).toEqual([]);
});

it('tells a process that starts of the pauses that others know', async () => {
  await ground.sql.query(
    "INSERT INTO domain_pause (domain, until_at) VALUES ('known.example', now() + interval '1 minute')",
  );
  const domains = openDomains(ground.sql, () => undefined);
  await until(() => domains.paused('known.example'), 'the pause is known', 2);
  domains.close();
});
