import { expect, it } from 'vitest';
import { putRange, queueRanges, takeRange } from '../../../src/deliveries/ranges.ts';
import { sweep } from '../../../src/deliveries/sweep.ts';
import { registerWorker } from '../../../src/deliveries/workers.ts';
import { engineGround } from '../../support/engine.ts';
import { deliveriesOf, numbered, runState, startedRun } from '../../support/people.ts';
import { until } from '../../support/until.ts';

const ground = engineGround();

async function deadSender(): Promise<bigint> {
  const { rows } = await ground.sql.query(
    "INSERT INTO worker (host, pid, beat_at) VALUES ('gone', 1, now() - interval '1 minute') RETURNING epoch",
  );
  return BigInt(rows[0].epoch);
}
const range = (run: bigint, last: number) => ({ run, first: 1, last });
const pieceOf = async (run: bigint) =>
  (await ground.sql.query('SELECT * FROM run_range WHERE run = $1', [run])).rows[0];
const states = async (run: bigint) => (await deliveriesOf(ground, run)).map((row) => row.state);
const holdSending = (run: bigint, epoch: bigint, seq: number) =>
  ground.sql.query(
    "UPDATE delivery SET state = 'sending', epoch = $2, attempts = 1 WHERE run = $1 AND seq = $3",
    [...[run, epoch, seq]],
  );
/** A database that has only just come up judges nobody, also not in a test. */
const sweepUntilJudged = (epoch: bigint) =>
  until(async () => {
    await sweep(ground);
    const { rows } = await ground.sql.query('SELECT "end" FROM worker WHERE epoch = $1', [epoch]);
    return rows[0].end === 'dead';
  }, 'the sender is known to be dead');

it.each([
  ['leave', 'unknown'],
  ['again', 'planned'],
] as const)(
  'calls what a dead sender had in hand under the policy %s %s, and queues its piece',
  async (unknownPolicy, state) => {
    const { run } = await startedRun(ground, numbered(3, `${unknownPolicy}.example`), { unknownPolicy });
    const epoch = await deadSender();
    await takeRange(ground.sql, range(run, 3), epoch);
    await holdSending(run, epoch, 1);
    await sweepUntilJudged(epoch);
    expect(await states(run)).toEqual([state, 'planned', 'planned']);
    const piece = await pieceOf(run);
    expect(piece).toMatchObject({ epoch: null, takes: 1, done_at: null });
    expect(piece.queued_at).not.toBeNull();
    expect(await runState(ground, run)).toBe('running');
  },
);

it('leaves a living sender its piece', async () => {
  const { run } = await startedRun(ground, numbered(2, 'alive.example'));
  const registration = await registerWorker(ground);
  await takeRange(ground.sql, range(run, 2), registration.epoch());
  await holdSending(run, registration.epoch(), 1);
  await sweep(ground);
  expect(await states(run)).toEqual(['sending', 'planned']);
  expect(await takeRange(ground.sql, range(run, 2), registration.epoch())).toBe(false);
  await registration.leave();
});

it('gives a sender that comes back from the dead a new number, under which it goes on', async () => {
  const registration = await registerWorker(ground);
  const old = registration.epoch();
  await ground.sql.query('UPDATE worker SET ended_at = now(), "end" = \'dead\' WHERE epoch = $1', [old]);
  await until(() => registration.epoch() !== old, 'it has another number', 5);
  const { rows } = await ground.sql.query('SELECT ended_at FROM worker WHERE epoch = $1', [
    registration.epoch(),
  ]);
  expect(rows[0].ended_at).toBeNull();
  await registration.leave();
});

it('does not let the putting down by a buried sender disturb the next one', async () => {
  const { run } = await startedRun(ground, numbered(2, 'next.example'));
  const [old, next] = [
    await deadSender(),
    (await registerWorker(ground)) as { epoch(): bigint; leave(): Promise<void> },
  ];
  await takeRange(ground.sql, range(run, 2), old);
  await sweepUntilJudged(old);
  await takeRange(ground.sql, range(run, 2), next.epoch());
  await holdSending(run, next.epoch(), 1);
  await putRange(ground.sql, range(run, 2), old);
  expect(await pieceOf(run)).toMatchObject({ epoch: String(next.epoch()) });
  expect(await states(run)).toEqual(['sending', 'planned']);
  await next.leave();
});

it('finds what a dead sender left outside its pieces when the piece is put down', async () => {
  const { run } = await startedRun(ground, numbered(1, 'stray.example'));
  const dead = await deadSender();
  await sweepUntilJudged(dead);
  await holdSending(run, dead, 1);
  const living = await registerWorker(ground);
  await takeRange(ground.sql, range(run, 1), living.epoch());
  await putRange(ground.sql, range(run, 1), living.epoch());
  expect(await states(run)).toEqual(['unknown']);
  await sweep(ground);
  expect(await runState(ground, run)).toBe('finished');
  await living.leave();
});

it('queues a piece for the deferred that are due, and finishes the run only when none waits', async () => {
  const { run } = await startedRun(ground, numbered(1, 'due.example'));
  const { epoch, leave } = await registerWorker(ground);
  await takeRange(ground.sql, range(run, 1), epoch());
  await holdSending(run, epoch(), 1);
  await ground.sql.query("UPDATE delivery SET state = 'deferred' WHERE run = $1", [run]);
  await ground.sql.query("INSERT INTO delivery_due VALUES ($1, 1, now() + interval '1 hour')", [run]);
  await putRange(ground.sql, range(run, 1), epoch());
  await sweep(ground);
  expect(await pieceOf(run)).toMatchObject({ queued_at: null, epoch: null });
  expect(await runState(ground, run)).toBe('running');
  await ground.sql.query('UPDATE delivery_due SET due_at = now() WHERE run = $1', [run]);
  await sweep(ground);
  expect((await pieceOf(run)).queued_at).not.toBeNull();
  await ground.sql.query('DELETE FROM delivery_due WHERE run = $1', [run]);
  await sweep(ground);
  expect(await runState(ground, run)).toBe('finished');
  await leave();
});

it('queues again what an emptied queue has lost, and not what was queued a moment ago', async () => {
  const { run } = await startedRun(ground, numbered(1, 'lost.example'));
  expect(await queueRanges(ground, run)).toBe(0);
  await ground.sql.query('DELETE FROM bullmq.job');
  await ground.sql.query("UPDATE run_range SET queued_at = now() - interval '21 seconds' WHERE run = $1", [
    run,
  ]);
  expect(await queueRanges(ground, run)).toBe(1);
  expect((await ground.sql.query('SELECT FROM bullmq.job')).rowCount).toBe(1);
});

it('lets nothing of a cancelled run go once more, also what came back deferred after the cancel', async () => {
  const { run } = await startedRun(ground, numbered(2, 'late-word.example'));
  await ground.sql.query("UPDATE run SET state = 'cancelled', ended_at = now() WHERE id = $1", [run]);
  await ground.sql.query("UPDATE delivery SET state = 'deferred' WHERE run = $1", [run]);
  await ground.sql.query('INSERT INTO delivery_due SELECT $1, seq, now() FROM generate_series(1, 2) AS seq', [
    run,
  ]);
  await sweep(ground);
  expect(await states(run)).toEqual(['cancelled', 'cancelled']);
});

it('lets runs take turns: a small one does not wait behind all of a large one', async () => {
  const large = await startedRun(ground, numbered(2100, 'large.example'));
  await queueRanges(ground, large.run);
  const small = await startedRun(ground, numbered(3, 'small.example'));
  await queueRanges(ground, small.run);
  const board = ground.queues.boards().find(({ name }) => name === 'deliveries');
  const jobs = (await board?.getJobs(['prioritized'], 0, -1, true)) ?? [];
  const runs = jobs
    .map(({ data }) => BigInt(data.run))
    .filter((run) => run === large.run || run === small.run);
  expect(runs).toEqual([large.run, small.run, large.run, large.run, large.run, large.run]);
});
