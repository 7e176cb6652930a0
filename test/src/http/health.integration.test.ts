import { beforeEach, describe, expect, it } from 'vitest';
import { NOON } from '../../support/ground.ts';
import { testWeb } from '../../support/web.ts';
import { people, readyCampaign } from '../campaigns/support.ts';

const { ground, ask } = testWeb();
const staff = people(ground);

beforeEach(() => ground.sql.query('TRUNCATE worker, delivery_due, run, hold CASCADE'));

const ready = async () => {
  const answer = await ask('/readyz');
  const body = (await answer.json()) as { reasons: string[]; overdueSeconds: number };
  return { status: answer.status, ...body };
};
const beat = (age: string) =>
  ground.sql.query("INSERT INTO worker (host, pid, beat_at) VALUES ('test', 1, now() - $1::interval)", [age]);

async function deferred(state: 'running' | 'paused', age: string): Promise<void> {
  const { id } = await ground.db.run.create({
    data: { purpose: 'appeals', senderDomain: 'wecare.example', dueAt: ground.clock.now(), state },
  });
  await ground.sql.query('INSERT INTO delivery_due VALUES ($1, 1, now() - $2::interval)', [id, age]);
}

it('is alive without asking the database', async () => {
  expect(await (await ask('/healthz')).json()).toEqual({ alive: true });
});

describe('GET /readyz', () => {
  it('is ready when nothing is due, even without a worker', async () => {
    expect(await ready()).toMatchObject({ status: 200, ready: true, workers: 0, overdueSeconds: null });
  });

  it('turns 503 when a delivery is overdue and no worker beats, and says since when', async () => {
    await deferred('running', '10 minutes');
    await beat('1 hour');
    const answer = await ready();
    expect(answer).toMatchObject({ status: 503, ready: false, workers: 0 });
    expect(answer.overdueSeconds).toBeGreaterThanOrEqual(600);
    expect(answer.reasons.join()).toMatch(/no worker is alive/);
    await beat('1 second');
    expect(await ready()).toMatchObject({ status: 200, workers: 1 });
  });

  it('finds a planned run overdue by the clock of the domain', async () => {
    const dueAt = new Date(ground.clock.now().getTime() - 90_000);
    await ground.db.run.create({ data: { purpose: 'appeals', senderDomain: 'wecare.example', dueAt } });
    expect(await ready()).toMatchObject({ status: 503, overdueSeconds: 90 });
  });

  it('finds a message late whose run nobody has planned, and not one that was sent', async () => {
    ground.clock.set(NOON);
    const { messageId } = await readyCampaign(ground, staff, {
      schedule: { kind: 'once', at: '2026-11-22 09:00' },
    });
    const due = new Date('2026-11-22T03:30:00Z');
    ground.clock.set(new Date(due.getTime() - 1000));
    expect(await ready()).toMatchObject({ status: 200, overdueSeconds: null });
    ground.clock.set(new Date(due.getTime() + 120_000));
    expect(await ready()).toMatchObject({ status: 503, overdueSeconds: 120 });
    await ground.db.run.create({
      data: { purpose: 'appeals', senderDomain: 'wecare.example', dueAt: due, messageId, state: 'finished' },
    });
    expect(await ready()).toMatchObject({ status: 200, overdueSeconds: null });
    await ground.sql.query('UPDATE message SET archived_at = now()');
  });

  it('finds the rest of a running run late when its last worker is gone', async () => {
    const { id } = await ground.db.run.create({
      data: {
        ...{ purpose: 'appeals', senderDomain: 'wecare.example', state: 'running' },
        ...{ dueAt: ground.clock.now(), startedAt: ground.clock.now() },
      },
    });
    await ground.sql.query('INSERT INTO run_range (run, first, last) VALUES ($1, 1, 500)', [id]);
    await beat('2 minutes');
    expect(await ready()).toMatchObject({ status: 503, overdueSeconds: 120 });
    await beat('1 second');
    expect(await ready()).toMatchObject({ status: 200, overdueSeconds: null });
  });

  it('finds nothing late in a paused run or under a hold', async () => {
    await deferred('paused', '10 minutes');
    expect((await ready()).status).toBe(200);
    await deferred('running', '10 minutes');
    await ground.db.hold.create({ data: { reason: 'mourning', fromAt: ground.clock.now(), madeBy: 'test' } });
    expect(await ready()).toMatchObject({ status: 200, reasons: [], held: 'mourning' });
  });

  it('turns 503 while a database that was restored holds everything, and says what to run', async () => {
    await ground.db.hold.create({
      data: { reason: 'Run it.', fromAt: ground.clock.now(), madeBy: 'engine' },
    });
    expect(await ready()).toMatchObject({ status: 503, reasons: ['Run it.'] });
  });
});

describe('GET /metrics', () => {
  it('tells deliveries by state, the queue, workers and what is overdue', async () => {
    await ground.sql.query(
      'INSERT INTO run_counter (run, epoch, lane, sent, failed) VALUES (1, 1, 0, 40, 2), (1, 2, 0, 5, 0)',
    );
    await beat('1 second');
    const text = await (await ask('/metrics')).text();
    expect(text).toContain('wecare_deliveries{state="sent"} 45');
    expect(text).toContain('wecare_deliveries{state="failed"} 2');
    expect(text).toContain('wecare_queue_waiting{queue="deliveries"} 0');
    expect(text).toContain('wecare_workers_alive 1');
    expect(text).toContain('wecare_up 1');
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('is kept from callers outside, with problem details', async () => {
    const answer = await ask('/metrics', { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 403, title: 'Forbidden' });
  });
});

it.runIf(process.platform === 'linux')(
  'is not ready when the disk is full under the data folder',
  async () => {
    const { dataDir } = ground.config;
    try {
      Object.assign(ground.config, { dataDir: '/proc' }); // it has room for nothing
      const answer = await ready();
      expect(answer).toMatchObject({ status: 503, ready: false });
      expect(answer.reasons).toEqual([expect.stringContaining('The disk is full: 0 MB are free')]);
    } finally {
      Object.assign(ground.config, { dataDir });
    }
    expect(await ready()).toMatchObject({ status: 200, reasons: [] });
  },
);
