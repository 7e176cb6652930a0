import { afterEach, beforeEach, expect, it } from 'vitest';
import { runProgress } from '../../../src/deliveries/progress.ts';
import { cancelRun } from '../../../src/deliveries/runs.ts';
import { endWarmup, listWarmups, startWarmup, turnWarmups } from '../../../src/deliveries/warmup.ts';
import { engineGround } from '../../support/engine.ts';
import { accountAt, numbered, runState, SENDER_DOMAIN, startedRun } from '../../support/people.ts';
import { openRude, type Rude } from '../../support/rude.ts';
import { until } from '../../support/until.ts';
import { workers } from '../../support/workers.ts';

const ground = engineGround({ SENDER_CONNECTIONS: '4' });
const crew = workers(ground);
const plan = { domain: SENDER_DOMAIN, first: 20, growth: 1.5, goal: 100 };
const servers: Rude[] = [];

beforeEach(() => ground.sql.query('TRUNCATE account, warmup, warmup_day, rate_grant CASCADE'));
afterEach(async () => {
  await crew.stopAll();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function account(): Promise<Rude> {
  const server = await openRude();
  servers.push(server);
  await accountAt(ground, server.port);
  return server;
}
/** As if the day that began last were so long ago. */
const turnDay = async () => {
  await ground.sql.query('UPDATE warmup SET day = day - 1');
  await turnWarmups(ground);
};
const now = async () => (await listWarmups(ground))[0];

it('sends no more than the ceiling, also with a worker that is started anew, and says until when', async () => {
  const server = await account();
  await startWarmup(ground, plan, 'test');
  const { run } = await startedRun(ground, numbered(60, 'warm.example'));
  const first = await crew.start();
  await until(async () => (await runProgress(ground, run)).sent >= 10, 'some have gone');
  await first.stop();
  await crew.start();
  const granted = async () =>
    (await ground.sql.query("SELECT coalesce(sum(n), 0)::int AS n FROM rate_grant WHERE key LIKE 'warmup:%'"))
      .rows[0].n;
  await until(async () => (await granted()) === 20, 'the ceiling is reached');
  const reason = async () =>
    (await ground.sql.query('SELECT reason FROM run WHERE id = $1', [run])).rows[0].reason ?? '';
  await until(
    async () => /^Warm-up of kssm\.example: the 20 mails.*goes on by itself on .* IST/.test(await reason()),
    'the status says so',
  );
  const moment = performance.now() + 700;
  await until(() => performance.now() > moment, 'some time has passed');
  expect(server.accepted.length).toBeLessThanOrEqual(20);
  expect(server.accepted.length).toBeGreaterThanOrEqual(16); // what a stop leaves of a batch goes to waste
  expect(await now()).toMatchObject({ ceiling: 20, sent: server.accepted.length });
  await endWarmup(ground, SENDER_DOMAIN, 'test');
  expect(await reason()).toBe('');
  await until(async () => (await runState(ground, run)) === 'finished', 'it goes on without a ceiling');
  expect(server.accepted).toHaveLength(60);
}, 60_000);

it('keeps nobody else waiting for the next day', async () => {
  const server = await account();
  await accountAt(ground, server.port, { name: 'other', domains: ['other.example'] });
  await startWarmup(ground, plan, 'test');
  const { run } = await startedRun(ground, numbered(3000, 'many.example'));
  await crew.start();
  await until(async () => (await runProgress(ground, run)).sent >= 20, 'the ceiling is reached');
  const { run: other } = await startedRun(ground, numbered(5, 'few.example'), {
    senderDomain: 'other.example',
  });
  await until(async () => (await runState(ground, other)) === 'finished', 'another sender had its turn');
  expect((await runProgress(ground, run)).sent).toBe(20);
  await cancelRun(ground, run, 'test');
}, 60_000);

it('grows after a day that was used, and not after one that was not', async () => {
  await startWarmup(ground, plan, 'test');
  const { run } = await startedRun(ground, numbered(2, 'grow.example'));
  const send = (n: number) =>
    ground.sql.query(
      `INSERT INTO run_counter AS k (run, epoch, lane, sent) VALUES ($1, 77, 0, $2)
       ON CONFLICT (run, epoch, lane) DO UPDATE SET sent = k.sent + $2`,
      [run, n],
    );
  await send(9);
  await turnDay();
  expect((await now())?.ceiling).toBe(20);
  await send(10);
  await turnDay();
  expect((await now())?.ceiling).toBe(30);
  await send(30);
  await turnDay();
  expect((await now())?.ceiling).toBe(45);
  await send(45);
  await turnDay();
  await send(68);
  await turnDay();
  expect(await now()).toMatchObject({ ceiling: 100, endedAt: null });
  await send(100);
  await turnDay();
  const { ceiling, endedAt, days } = (await now()) ?? {};
  expect({ ceiling, ended: endedAt !== null, days: days?.map(({ sent }) => sent) }).toMatchObject({
    ...{ ceiling: 100, ended: true },
  });
  await cancelRun(ground, run, 'test');
});

it('is asked for in numbers that will do, and ended only where there is one', async () => {
  for (const wrong of [{ first: 0 }, { growth: 9 }, { goal: 3 }, { domain: 'nonsense' }])
    await expect(startWarmup(ground, { ...plan, ...wrong }, 'test')).rejects.toThrow(/warm-up|no domain/);
  await expect(endWarmup(ground, 'a.example', 'test')).rejects.toThrow(/no warm-up under way/);
});
