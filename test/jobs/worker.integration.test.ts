import { afterEach, describe, expect, it } from 'vitest';
import { freezeRun } from '../../src/deliveries/freeze.ts';
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
import { CLOSE, openRude, type Rude } from '../support/rude.ts';
import { until } from '../support/until.ts';
import { workers } from '../support/workers.ts';

/** What the server does about r1, r2 … and what must become of them. */
const fates: Record<number, string> = { 1: 'failed', 2: 'failed', 3: 'unknown', 4: 'unknown' };
/** So few that those who are not there make no alarm, which would pause the run (src/deliveries/alarms.ts). */
const n = 190;

const rudeServer = (): Promise<Rude> =>
  openRude({
    latencyMs: 2,
    answer({ stage, to, tries }) {
      const number = Number(/^r(\d+)@/.exec(to)?.[1] ?? 0) % 10;
      if (number === 1 && stage === 'RCPT') return '550 5.1.1 nobody';
      if (number === 2 && stage === 'dot') return '554 5.7.1 no';
      if (number === 3 && stage === 'dot') return CLOSE;
      if (number === 4 && stage === 'dot') {
        // Accepted, but the answer never comes.
        accepted.push(to);
        return CLOSE;
      }
      if (number === 5 && stage === 'RCPT' && tries === 1) return '450 4.2.0 later';
      if (number === 6 && stage === 'DATA' && tries === 1) return CLOSE;
      if (number === 7 && stage === 'MAIL') return undefined;
      return undefined;
    },
  });
let accepted: string[] = [];

const redis = ownRedis('workers');

describe.each(['postgres', 'redis'] as const)('two workers on the queue in %s', (backend) => {
  if (backend === 'redis' && !redis) return it.skip('deliver a run to a rude server, each message once');
  const ground = engineGround({
    SENDER_CONNECTIONS: '5',
    ...(backend === 'redis' && redis && { REDIS_URL: redis }),
  });
  const crew = workers(ground);
  let server: Rude;
  afterEach(async () => {
    await crew.stopAll();
    await server.close();
  });

  it('deliver a run to a rude server, each message once', async () => {
    accepted = [];
    server = await rudeServer();
    await accountAt(ground, server.port);
    await Promise.all([crew.start(), crew.start()]);
    const { list } = await people(ground, numbered(n));
    const run = await plannedRun(ground);
    await freezeRun(ground, run, { lists: [list], fallback: ['en'], contents });
    await until(async () => (await runState(ground, run)) === 'finished', 'the run is finished');
    const rows = await deliveriesOf(ground, run);
    const wrong = rows.filter(({ address, state }) => {
      const number = Number(/^r(\d+)@/.exec(address)?.[1]) % 10;
      return state !== (fates[number] ?? 'sent');
    });
    expect(wrong).toEqual([]);
    expect(server.twice()).toEqual([]);
    expect(new Set(accepted).size).toBe(accepted.length);
    expect(server.accepted).toHaveLength(rows.filter((row) => row.state === 'sent').length);
    const { rows: suppressed } = await ground.sql.query('SELECT count(*)::int AS n FROM suppression');
    expect(suppressed[0].n).toBe(n / 10);
    // Every message says the token of its own delivery, so that nobody reads another's.
    const tokens = server.accepted.map((mail) => mail.from);
    expect(new Set(tokens).size).toBe(tokens.length);
  });
});
