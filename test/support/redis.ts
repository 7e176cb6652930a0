import { Redis } from 'ioredis';
import { beforeAll, inject } from 'vitest';

/**
 * Test files run side by side, and workers on one queue take each other's jobs, or a flush loses them:
 * each file that needs Redis has a database of its own.
 */
const databases = { workers: 1, queues: 2, canary: 3, board: 4, phones: 5, occasions: 6 };

/** Address of that file's database, emptied before its tests; undefined where no Redis was found. */
export function ownRedis(file: keyof typeof databases): string | undefined {
  const found = inject('redis');
  if (!found) return undefined;
  const own = new URL(found);
  own.pathname = `/${databases[file]}`;
  beforeAll(async () => {
    const client = new Redis(own.href);
    await client.flushdb();
    client.disconnect();
  });
  return own.href;
}
