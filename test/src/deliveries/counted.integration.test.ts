import { expect, it } from 'vitest';
import { EXCHANGE } from '../../../src/deliveries/claim.sql.ts';
import { countedFigures, runProgress } from '../../../src/deliveries/progress.ts';
import { putRange } from '../../../src/deliveries/ranges.ts';
import { retryRun } from '../../../src/deliveries/retry.ts';
import { cancelRun } from '../../../src/deliveries/runs.ts';
import { type DeliveryState, deliveryStates } from '../../../src/deliveries/states.ts';
import { sweep } from '../../../src/deliveries/sweep.ts';
import { decideUnknown } from '../../../src/deliveries/unknown.ts';
import { engineGround } from '../../support/engine.ts';
import { numbered, startedRun } from '../../support/people.ts';

const ground = engineGround();
let runs = 0;

/** A run in hand of a sender that is alive, with the statement it sends by. */
async function inHand(size: number, more: { unknownPolicy?: 'leave' | 'again' } = {}) {
  const { run } = await startedRun(ground, numbered(size, `counted${++runs}.example`), more);
  const { rows } = await ground.sql.query(
    "INSERT INTO worker (host, pid, beat_at) VALUES ('test', 1, now() + interval '1 hour') RETURNING epoch",
  );
  const epoch = BigInt(rows[0].epoch);
  await ground.sql.query("INSERT INTO setting (key, value) VALUES ('send-mark', '0') ON CONFLICT DO NOTHING");
  await ground.sql.query('UPDATE run_range SET epoch = $2, takes = 1 WHERE run = $1', [run, epoch]);
  const exchange = (outcomes: [seq: number, state: string, reason?: string][], claims: number[] = []) => {
    const each = <T>(of: (one: (typeof outcomes)[number]) => T) => outcomes.map(of);
    return ground.sql.query(EXCHANGE, [
      ...[run, epoch, 0, 0, 'email'],
      ...[each(([seq]) => seq), each(() => epoch), each(() => 1), each(([, state]) => state)],
      ...[each(() => 250), each(([, , reason]) => reason ?? null), each(() => null)],
      ...[each(() => 3600), each(() => false), claims],
    ]);
  };
  return { run, epoch, exchange };
}

/** What the counters say is what the rows say. */
async function expectCounted(run: bigint, some: Partial<Record<DeliveryState, number>>): Promise<void> {
  const progress = await runProgress(ground, run);
  const rows = Object.fromEntries(deliveryStates.map((state) => [state, progress[state]]));
  expect(rows).toMatchObject(some);
  expect(await countedFigures(ground.sql, run)).toEqual(rows);
}

const back = (run: bigint, seq: number, state: string) =>
  ground.sql.query('UPDATE delivery SET state = $3::delivery_state WHERE run = $1 AND seq = $2', [
    run,
    seq,
    state,
  ]);

it('follows a run under way: what goes, waits, fails, and is on the wire', async () => {
  const { run, exchange } = await inHand(10);
  await expectCounted(run, { planned: 10 });
  await exchange([], [1, 2, 3, 4, 5, 6]);
  await expectCounted(run, { planned: 4, sending: 6 });
  await exchange([
    [1, 'sent'],
    [2, 'failed', '5.1.1'],
    [3, 'deferred', '4.2.2'],
    [4, 'unknown', 'dropped'],
  ]);
  await expectCounted(run, { planned: 4, sending: 2, sent: 1, failed: 1, deferred: 1, unknown: 1 });
});

it('follows bounces and complaints, whatever they were before', async () => {
  const { run, exchange } = await inHand(4);
  await exchange([], [1, 2, 3, 4]);
  await exchange([
    [1, 'sent'],
    [2, 'sent'],
    [3, 'unknown', 'dropped'],
    [4, 'unknown', 'dropped'],
  ]);
  await back(run, 1, 'bounced');
  await expectCounted(run, { sent: 1, bounced: 1, unknown: 2 });
  await back(run, 1, 'complained');
  await back(run, 2, 'complained');
  await back(run, 3, 'bounced');
  await back(run, 4, 'complained');
  await expectCounted(run, { sent: 0, bounced: 1, complained: 3, unknown: 0 });
});

it('follows the late word of a sender that was believed dead, and a fault of ours', async () => {
  const { run, epoch, exchange } = await inHand(5);
  await exchange([], [1, 2, 3, 4]);
  await ground.sql.query('UPDATE worker SET ended_at = now(), "end" = \'dead\' WHERE epoch = $1', [epoch]);
  await sweep(ground);
  await expectCounted(run, { unknown: 4, planned: 1 });
  await exchange([
    [1, 'sent'],
    [2, 'failed', '5.1.1'],
    [3, 'deferred', '4.2.2'],
    [4, 'unknown', 'dropped'],
  ]);
  await expectCounted(run, { sent: 1, failed: 1, deferred: 1, unknown: 1, planned: 1 });
});

it('follows what a piece left behind', async () => {
  const { run, epoch, exchange } = await inHand(3);
  await exchange([], [1, 2]);
  await putRange(ground.sql, { run, first: 1, last: 3 }, epoch);
  await expectCounted(run, { unknown: 2, planned: 1 });
});

it('follows what people decide, try again and cancel', async () => {
  const { run, exchange } = await inHand(6);
  await exchange([], [1, 2, 3, 4, 5]);
  await exchange([
    [1, 'unknown', 'dropped'],
    [2, 'unknown', 'dropped'],
    [3, 'failed', 'expired'],
    [4, 'sent'],
  ]);
  await decideUnknown(ground, { run, decision: 'arrived', seqs: [1] }, 'test');
  await expectCounted(run, { sent: 2, unknown: 1 });
  await retryRun(ground, run, 'test');
  await expectCounted(run, { failed: 0, planned: 2 });
  await cancelRun(ground, run, 'test');
  await expectCounted(run, { cancelled: 2, sending: 1 });
  await exchange([[5, 'deferred', '4.2.2']]);
  await expectCounted(run, { cancelled: 2, deferred: 1 });
  await sweep(ground);
  await expectCounted(run, { cancelled: 3, deferred: 0, sent: 2, unknown: 1 });
});

it('follows what is sent again by policy', async () => {
  const { run, exchange } = await inHand(2, { unknownPolicy: 'again' });
  await exchange([], [1, 2]);
  await exchange([
    [1, 'unknown', 'dropped'],
    [2, 'sent'],
  ]);
  await decideUnknown(ground, { run, decision: 'again' }, 'test');
  await expectCounted(run, { planned: 1, sent: 1, unknown: 0 });
});
