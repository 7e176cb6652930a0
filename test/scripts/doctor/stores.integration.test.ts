import { Redis } from 'ioredis';
import { describe, expect, inject, it } from 'vitest';
import { checkListen, checkPostgres, checkSession } from '../../../scripts/doctor/postgres.ts';
import { checkRedis } from '../../../scripts/doctor/redis.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
const patient = () => {
  const { config, databaseUrl, keys } = ground;
  return { config, databaseUrl, keys, home: config.dataDir };
};

it('finds that a notice arrives and a lock stays, without a pooler in between', async () => {
  expect(await checkListen(patient())).toMatchObject({ verdict: 'ok' });
  expect(await checkSession(patient())).toMatchObject({ verdict: 'ok' });
});

it('finds the version and the encoding of Postgres, and who owns the tables', async () => {
  expect(await checkPostgres(patient())).toMatchObject([
    { check: 'postgres version', verdict: 'ok' },
    { check: 'postgres encoding', verdict: 'ok', seen: 'UTF8' },
    { check: 'postgres rights', verdict: 'warn', remedy: expect.stringMatching(/a role of its own/) },
  ]);
});

it('says where the queue is when no Redis is set, and what to do when none answers', async () => {
  const without = { ...ground.config, REDIS_URL: undefined };
  expect(await checkRedis({ config: without })).toMatchObject([{ check: 'queue', verdict: 'ok' }]);
  const gone = { ...without, REDIS_URL: 'redis://127.0.0.1:1' };
  expect(await checkRedis({ config: gone })).toMatchObject([
    { check: 'redis', verdict: 'fail', remedy: expect.stringMatching(/REDIS_URL/) },
  ]);
});

describe.skipIf(!inject('redis'))('with a Redis', () => {
  it('wants one that never throws keys away', async () => {
    const url = inject('redis') as string;
    const config = { ...ground.config, REDIS_URL: url };
    const client = new Redis(url);
    try {
      // Nothing is thrown away meanwhile: this Redis has no bound on its memory.
      await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
      expect(await checkRedis({ config })).toMatchObject([
        { check: 'redis version', verdict: 'ok' },
        { check: 'redis eviction', verdict: 'fail', remedy: expect.stringMatching(/noeviction/) },
      ]);
    } finally {
      await client.config('SET', 'maxmemory-policy', 'noeviction');
      client.disconnect();
    }
    expect(await checkRedis({ config })).toMatchObject([{ verdict: 'ok' }, { verdict: 'ok' }]);
  });
});
