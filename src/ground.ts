import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { type Db, openDb, openSql, type Sql } from './db.ts';
import { type Keys, openKeys } from './keys.ts';
import { type Locks, openLocks } from './locks.ts';
import { type Log, openLog } from './log.ts';
import { openQueues, type Queues } from './queues.ts';

/** What every domain function stands on. Functions ask for the part they use: `Pick<Ground, 'sql' | 'clock'>`. */
export interface Ground {
  config: Config;
  sql: Sql;
  db: Db;
  locks: Locks;
  queues: Queues;
  keys: Keys;
  clock: Clock;
  log: Log;
  databaseUrl: string;
}

export interface Foundation {
  databaseUrl: string;
  keyRing: string;
  service: string;
  clock?: Clock;
}

/** Opens connections for one process; `closeGround` ends them. */
export function openGround(config: Config, { databaseUrl, keyRing, service, clock }: Foundation): Ground {
  const { LOG_LEVEL: level, LOG_DIR: dir, LOG_KEEP_DAYS: keepDays } = config;
  const log = openLog({ level, dir, keepDays, service });
  return {
    ...{ config, databaseUrl, log, clock: clock ?? systemClock },
    sql: openSql(databaseUrl, `wecare-${service}`),
    db: openDb(databaseUrl, `wecare-${service}`),
    locks: openLocks(databaseUrl, `wecare-${service}`),
    queues: openQueues({ databaseUrl, redisUrl: config.REDIS_URL, log }),
    keys: openKeys(keyRing),
  };
}

export async function closeGround(ground: Ground): Promise<void> {
  await ground.queues.close();
  await ground.locks.close();
  await ground.db.$disconnect();
  await ground.sql.end();
}
