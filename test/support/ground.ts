import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, inject } from 'vitest';
import { type Clock, fixedClock } from '../../src/clock.ts';
import { loadConfig } from '../../src/config.ts';
import { closeGround, type Ground, openGround } from '../../src/ground.ts';
import { newRing } from '../../src/keys.ts';
import { cloneDatabase } from './template.ts';

export const NOON = '2026-11-21T06:30:00Z';

/** A ground on a fresh database for the test file that calls this, closed after its last test. */
export function testGround(
  env: Record<string, string> = {},
): Ground & { clock: ReturnType<typeof fixedClock> } {
  const ground = {} as Ground & { clock: ReturnType<typeof fixedClock> };
  let drop: () => Promise<void>;
  // What is kept beside a database is of that database.
  const dir = env.DATA_DIR ?? mkdtempSync(path.join(tmpdir(), 'wecare-ground-'));
  beforeAll(async () => {
    const database = await cloneDatabase(inject('postgres'));
    drop = database.drop;
    const config = loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', DATA_DIR: dir, ...env });
    const clock: Clock = fixedClock(NOON);
    Object.assign(
      ground,
      openGround(config, { databaseUrl: database.url, keyRing: newRing(), service: 'test', clock }),
    );
  });
  afterAll(async () => {
    await closeGround(ground);
    await drop();
    if (!env.DATA_DIR) await rm(dir, { recursive: true, force: true });
  });
  return ground;
}
