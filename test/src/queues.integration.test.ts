import { afterEach, describe, expect, it } from 'vitest';
import { openLog } from '../../src/log.ts';
import { openQueues, type Queues } from '../../src/queues.ts';
import { engineGround } from '../support/engine.ts';
import { ownRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const redis = ownRedis('queues');
const log = openLog({ level: 'silent', service: 'test', keepDays: 1 });

describe.each(['postgres', 'redis'] as const)('the queue in %s', (backend) => {
  if (backend === 'redis' && !redis) return it.skip('wakes, forgets and counts');
  const ground = engineGround();
  const open: Queues[] = [];
  const queues = () => {
    const { databaseUrl } = ground;
    const opened = openQueues({ databaseUrl, redisUrl: backend === 'redis' ? redis : undefined, log });
    open.push(opened);
    return opened;
  };
  afterEach(async () => void (await Promise.all(open.splice(0).map((one) => one.close()))));
  const piece = (run: string) => ({ payload: { run, first: 1, last: 5 }, id: `${run}-1-0`, priority: 10 });

  it('takes a task of the same id again when the first has failed', async () => {
    const queue = queues();
    let calls = 0;
    queue.work(
      'deliveries',
      async () => {
        calls++;
        if (calls === 1) throw new Error('the database was away');
      },
      1,
    );
    await queue.add('deliveries', [piece('1')]);
    await until(() => calls === 1, 'the first has failed');
    await until(
      async () => {
        await queue.add('deliveries', [piece('1')]);
        return calls > 1;
      },
      'the same piece is handled again',
      5,
    );
    await until(async () => (await queue.waiting()).deliveries === 0, 'all that was added is handled');
  });

  it('counts what waits, and keeps one of two tasks with one id', async () => {
    const queue = queues();
    await queue.add('deliveries', [piece('7'), piece('7'), piece('8')]);
    expect(await queue.waiting()).toMatchObject({ deliveries: 2, notices: 0 });
  });

  it('takes no payload that is none', async () => {
    await expect(
      queues().add('deliveries', [{ payload: { run: 'x', first: 1, last: 1 } }]),
    ).rejects.toThrow();
  });
});

it('does not keep anybody waiting while its store is away: the sweep wakes later', async () => {
  const away = openQueues({ databaseUrl: 'postgres://127.0.0.1:1/x', redisUrl: 'redis://127.0.0.1:1', log });
  const started = performance.now();
  await away.add('deliveries', [{ payload: { run: '1', first: 1, last: 1 } }]);
  expect(performance.now() - started).toBeLessThan(5000);
}, 10_000);
