import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { tendCanaries } from '../../src/campaigns/canaries.ts';
import { goOn } from '../../src/deliveries/canary-course.ts';
import { freezeRun } from '../../src/deliveries/freeze.ts';
import { liftHold, placeHold } from '../../src/deliveries/holds.ts';
import { runProgress } from '../../src/deliveries/progress.ts';
import { cancelRun, pauseRun, resumeRun } from '../../src/deliveries/runs.ts';
import { Refusal } from '../../src/errors.ts';
import { engineGround } from '../support/engine.ts';
import {
  accountAt,
  contents,
  deliveriesOf,
  numbered,
  people,
  plannedRun,
  runState,
} from '../support/people.ts';
import { ownRedis } from '../support/redis.ts';
import { openRude, type Rude } from '../support/rude.ts';
import { until } from '../support/until.ts';
import { workers } from '../support/workers.ts';

const redis = ownRedis('canary');
const SETTLED = ['sent', 'unknown', 'cancelled'];

describe.each(['postgres', 'redis'] as const)('a canary on the queue in %s', (backend) => {
  // Where no Redis is found this half is skipped and counted; .ci/run installs one and fails on a skip.
  if (backend === 'redis' && !redis) return it.skip('goes first, and the rest after it');
  const ground = engineGround({
    SENDER_CONNECTIONS: '4',
    ...(backend === 'redis' && redis && { REDIS_URL: redis }),
  });
  const crew = workers(ground);
  let server: Rude | undefined;
  let nth = 0;

  afterEach(async () => {
    await crew.stopAll();
    await server?.close();
    await ground.sql.query('DELETE FROM account');
  });

  async function start(n: number, count: number, waitSeconds = 600) {
    const { list } = await people(ground, numbered(n, `c${++nth}.example`));
    const run = await plannedRun(ground);
    const canary = { percent: 0, count, waitSeconds, minAudience: 1 };
    await freezeRun(ground, run, { lists: [list], fallback: ['en'], contents, canary });
    return run;
  }
  const standing = async (run: bigint) => (await runProgress(ground, run)).canary?.standing;
  const later = (seconds: number) =>
    ground.clock.set(new Date(ground.clock.now().getTime() + seconds * 1000));

  it('goes first, and the rest by itself when the wait is over, over a restart of the workers', async () => {
    server = await openRude();
    await accountAt(ground, server.port);
    const run = await start(900, 25);
    await crew.start();
    await until(async () => (await standing(run)) === 'waiting', 'the canary is waited for');
    expect(server.accepted).toHaveLength(25);
    const canary = (await deliveriesOf(ground, run)).filter(({ seq }) => seq <= 25);
    expect(server.accepted.map(({ to }) => to).sort()).toEqual(canary.map(({ address }) => address).sort());
    await crew.stopAll();
    await Promise.all([crew.start(), crew.start()]);
    later(599);
    await tendCanaries(ground);
    expect(await standing(run)).toBe('waiting');
    expect(server.accepted).toHaveLength(25);
    later(2);
    await until(async () => (await runState(ground, run)) === 'finished', 'the run is finished', 25);
    expect(server.accepted).toHaveLength(900);
    expect(server.twice()).toEqual([]);
    expect((await runProgress(ground, run)).canary).toMatchObject({ standing: 'released', sent: 25 });
  });

  it('stops its run when too many are refused for good, until somebody says to go on', async () => {
    server = await openRude({
      answer: ({ stage, to }) => (stage === 'RCPT' && /^r\d*[05]@/.test(to) ? '550 5.1.1 nobody' : undefined),
    });
    await accountAt(ground, server.port);
    const run = await start(200, 50);
    await crew.start();
    await until(async () => (await runState(ground, run)) === 'paused', 'the run has stopped itself');
    const stopped = await runProgress(ground, run);
    expect(stopped.reason).toMatch(/^\d+ of 50 in the canary were refused for good, more than 5 %\.$/);
    expect(stopped.canary?.standing).toBe('stopped');
    await expect(resumeRun(ground, run, 'x')).rejects.toThrow(/stopped after its canary.*go-on/);
    expect(await runState(ground, run)).toBe('paused');
    await goOn(ground, run, 'chief@kssm.example');
    await until(async () => (await runState(ground, run)) === 'finished', 'the run is finished', 25);
    expect(await runProgress(ground, run)).toMatchObject({ sent: 160, failed: 40, reason: null });
    const entries = await ground.db.auditEntry.findMany({ where: { subjectId: String(run) } });
    expect(entries.map(({ actor, action }) => `${action} ${actor}`).sort()).toEqual([
      'canary.released chief@kssm.example',
      'canary.stopped canary',
      'run.paused canary',
      'run.running chief@kssm.example',
    ]);
  });

  it('sends each at most once, and exactly once unless cancelled, whatever is said when', async () => {
    const deeds = {
      pause: (run: bigint) => pauseRun(ground, run, 'x'),
      resume: (run: bigint) => resumeRun(ground, run, 'x'),
      goOn: (run: bigint) => goOn(ground, run, 'x'),
      cancel: (run: bigint) => cancelRun(ground, run, 'x'),
      hold: () => placeHold(ground, { reason: 'test', actor: 'x' }),
      lift: () => liftHold(ground, 'x'),
      wait: async () => later(400),
      tend: () => tendCanaries(ground),
      bury: () =>
        ground.sql.query('UPDATE worker SET ended_at = now(), "end" = \'dead\' WHERE ended_at IS NULL'),
      restart: async () => {
        await crew.stopAll();
        await crew.start();
      },
    };
    type Deed = keyof typeof deeds;
    const often = ['pause', 'resume', 'goOn', 'hold', 'lift', 'wait', 'tend'] as const;
    const deed = fc.oneof(
      { weight: 10, arbitrary: fc.constantFrom<Deed>(...often) },
      { weight: 1, arbitrary: fc.constantFrom<Deed>('cancel', 'restart', 'bury') },
    );
    const step = fc.record({ deed, beside: fc.option(deed), pauseMs: fc.nat(60) });
    const rude = await openRude({ latencyMs: 3 });
    server = rude;
    await accountAt(ground, rude.port);
    await crew.start();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 7 }), async (steps) => {
        const before = rude.accepted.length;
        const run = await start(60, 10);
        const tried = (name: Deed) =>
          deeds[name](run).catch((error: unknown) => {
            if (!(error instanceof Refusal)) throw error;
          });
        for (const { deed: one, beside, pauseMs } of steps) {
          const alone = one === 'restart' || beside === 'restart' || !beside;
          await Promise.all([tried(one), ...(alone ? [] : [tried(beside)])]);
          await new Promise((done) => setTimeout(done, pauseMs));
        }
        await liftHold(ground, 'x');
        const state = await runState(ground, run);
        if (state === 'paused') await tried('resume');
        await tried('goOn');
        await until(
          async () => ['finished', 'cancelled'].includes(await runState(ground, run)),
          'it has ended',
          25,
        );
        const settled = async () =>
          (await deliveriesOf(ground, run)).every((row) => SETTLED.includes(row.state));
        await until(settled, 'each has its outcome');
        const rows = await deliveriesOf(ground, run);
        const those = (...states: string[]) =>
          rows.filter(({ state }) => states.includes(state)).map(({ address }) => address);
        const arrived = rude.accepted.slice(before).map(({ to }) => to);
        // What a buried sender had in hand is unknown, whether it arrived or not.
        expect(arrived).toEqual(expect.arrayContaining(those('sent')));
        expect(those('sent', 'unknown')).toEqual(expect.arrayContaining(arrived));
        if (!steps.some((one) => [one.deed, one.beside].includes('bury')))
          expect(those('unknown')).toEqual([]);
        if ((await runState(ground, run)) === 'finished') expect(those('sent', 'unknown')).toHaveLength(60);
      }),
      { numRuns: 12, interruptAfterTimeLimit: 60_000 },
    );
    expect(rude.twice()).toEqual([]);
  }, 120_000);
});
