import { Redis } from 'ioredis';
import { type Finding, fail, ok, type Patient, warn } from './finding.ts';

const OLDEST = [6, 2];

/** Version and eviction: a Redis that throws keys away when memory runs short throws jobs away. */
export async function checkRedis({ config }: Pick<Patient, 'config'>): Promise<Finding[]> {
  if (!config.REDIS_URL) return [ok('queue', 'on Postgres (REDIS_URL is not set)')];
  const redis = new Redis(config.REDIS_URL, {
    ...{ lazyConnect: true, maxRetriesPerRequest: 0, connectTimeout: 5000 },
    retryStrategy: () => null,
  });
  let trouble = '';
  redis.on('error', (error) => {
    trouble = error.message;
  });
  try {
    await redis.connect();
    return [await checkVersion(redis), await checkEviction(redis)];
  } catch (error) {
    const seen = `not reached: ${trouble || (error as Error).message}`;
    return [fail('redis', seen, 'Start Redis or correct REDIS_URL (host, port, password)')];
  } finally {
    redis.disconnect();
  }
}

async function checkVersion(redis: Redis): Promise<Finding> {
  const version = /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? '0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [least = 0, leastMinor = 0] = OLDEST;
  if (major > least || (major === least && minor >= leastMinor)) return ok('redis version', version);
  return fail('redis version', version, `Move to Redis ${OLDEST.join('.')} or later`);
}

async function checkEviction(redis: Redis): Promise<Finding> {
  const check = 'redis eviction';
  const answer = await redis.config('GET', 'maxmemory-policy').catch(() => undefined); // hosts forbid CONFIG
  const policy = (answer as string[] | undefined)?.[1];
  if (policy === 'noeviction') return ok(check, policy);
  if (policy) return fail(check, policy, 'Set "maxmemory-policy noeviction" in redis.conf');
  return warn(check, 'the server does not tell', 'Make sure that its maxmemory-policy is noeviction');
}
