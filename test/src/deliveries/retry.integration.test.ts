import { expect, it } from 'vitest';
import { runCourse } from '../../../src/deliveries/course.ts';
import { retryable, retryRun } from '../../../src/deliveries/retry.ts';
import { sweep } from '../../../src/deliveries/sweep.ts';
import { decideUnknown } from '../../../src/deliveries/unknown.ts';
import { engineGround } from '../../support/engine.ts';
import { numbered, runState, startedRun } from '../../support/people.ts';

const ground = engineGround();

/** A run whose deliveries came to these ends, in their order, as the sweep finds it. */
async function endedRun(
  ends: [state: string, reason: string | null][],
  more: { unknownPolicy?: 'leave' | 'again' } = {},
): Promise<bigint> {
  const { run } = await startedRun(ground, numbered(ends.length, `retry${Math.random()}.example`), more);
  await ground.sql.query("UPDATE delivery SET state = 'sending', attempts = 1, at = now() WHERE run = $1", [
    run,
  ]);
  for (const [i, [state, reason]] of ends.entries()) {
    await ground.sql.query(
      'UPDATE delivery SET state = $3::delivery_state, reason = $4 WHERE run = $1 AND seq = $2',
      [...[run, i + 1, state, reason]],
    );
    if (state === 'deferred')
      await ground.sql.query("INSERT INTO delivery_due VALUES ($1, $2, now() + interval '1 hour')", [
        run,
        i + 1,
      ]);
  }
  await ground.sql.query('UPDATE run_range SET done_at = now() WHERE run = $1', [run]);
  await sweep(ground);
  return run;
}

const statesOf = async (run: bigint) => {
  const { rows } = await ground.sql.query('SELECT state::text FROM delivery WHERE run = $1 ORDER BY seq', [
    run,
  ]);
  return rows.map(({ state }) => state);
};

it('plans once more what nobody accepted, leaves the rest, and lets a run that was through go on', async () => {
  const run = await endedRun([
    ...[['sent', null] as [string, null], ['unknown', 'dropped'] as [string, string]],
    ...(['expired', '5.7.1', '5.2.2', '5.1.1', 'refused'].map((reason) => ['failed', reason]) as [
      string,
      string,
    ][]),
  ]);
  expect(await runState(ground, run)).toBe('finished');
  expect(await retryable(ground.sql, run)).toEqual({
    deferred: 0,
    failed: { expired: 1, '5.7.1': 1, '5.2.2': 1 },
  });
  expect(await retryRun(ground, run, 'asha@kssm.example')).toEqual({ deferred: 0, failed: 3 });
  expect(await statesOf(run)).toEqual([
    'sent',
    'unknown',
    'planned',
    'planned',
    'planned',
    'failed',
    'failed',
  ]);
  expect(await runState(ground, run)).toBe('running');
  const { rows } = await ground.sql.query('SELECT ended_at FROM run WHERE id = $1', [run]);
  expect(rows[0].ended_at).toBeNull();
  const open = await ground.sql.query('SELECT FROM run_range WHERE run = $1 AND done_at IS NULL', [run]);
  expect(open.rowCount).toBe(1);
  const entry = await ground.db.auditEntry.findFirst({
    where: { action: 'run.retried', subjectId: String(run) },
  });
  expect(entry).toMatchObject({ actor: 'asha@kssm.example', after: { deferred: 0, failed: 3 } });
});

it('tries deferred ones now', async () => {
  const run = await endedRun([
    ['deferred', '4.2.2'],
    ['sent', null],
  ]);
  expect(await retryRun(ground, run, 'test')).toEqual({ deferred: 1, failed: 0 });
  const { rows } = await ground.sql.query('SELECT due_at <= now() AS due FROM delivery_due WHERE run = $1', [
    run,
  ]);
  expect(rows).toEqual([{ due: true }]);
});

it('never retries a failure that an attempt before may have accepted', async () => {
  const run = await endedRun(
    [
      ['failed', 'expired'],
      ['sent', null],
    ],
    { unknownPolicy: 'again' },
  );
  expect(await retryable(ground.sql, run)).toEqual({ deferred: 0, failed: {} });
  await expect(retryRun(ground, run, 'test')).rejects.toMatchObject({ status: 409 });
  expect(await statesOf(run)).toEqual(['failed', 'sent']);
});

it('refuses a run that was cancelled, and one that is not there', async () => {
  const run = await endedRun([
    ['failed', 'expired'],
    ['deferred', null],
  ]);
  await ground.sql.query("UPDATE run SET state = 'cancelled' WHERE id = $1", [run]);
  await expect(retryRun(ground, run, 'test')).rejects.toMatchObject({ status: 409 });
  await expect(retryRun(ground, 999_999n, 'test')).rejects.toMatchObject({ status: 404 });
});

it('takes a person’s word that unknown ones arrived, one or all', async () => {
  const run = await endedRun([
    ['unknown', 'dropped'],
    ['unknown', 'killed'],
    ['unknown', 'dropped'],
  ]);
  expect(await decideUnknown(ground, { run, decision: 'arrived', seqs: [2] }, 'test')).toBe(1);
  expect(await statesOf(run)).toEqual(['unknown', 'sent', 'unknown']);
  expect(await decideUnknown(ground, { run, decision: 'arrived' }, 'test')).toBe(2);
  await expect(decideUnknown(ground, { run, decision: 'arrived' }, 'test')).rejects.toMatchObject({
    status: 409,
  });
  const { rows } = await ground.sql.query(
    'SELECT sum(sent)::int AS sent, sum(unknown)::int AS unknown FROM run_counter WHERE run = $1',
    [run],
  );
  expect(rows).toEqual([{ sent: 3, unknown: -3 }]);
});

it('sends unknown ones again only where the message says so', async () => {
  const left = await endedRun([['unknown', 'dropped']]);
  await expect(decideUnknown(ground, { run: left, decision: 'again' }, 'test')).rejects.toThrow(
    /not sent again/,
  );
  expect(await statesOf(left)).toEqual(['unknown']);
  const again = await endedRun(
    [
      ['unknown', 'restored'],
      ['sent', null],
    ],
    { unknownPolicy: 'again' },
  );
  expect(await decideUnknown(ground, { run: again, decision: 'again' }, 'test')).toBe(1);
  expect(await statesOf(again)).toEqual(['planned', 'sent']);
  expect(await runState(ground, again)).toBe('running');
});

it('tells how a run goes from its rows', async () => {
  const run = await endedRun([
    ['sent', null],
    ['sent', null],
    ['failed', '5.1.1'],
    ['deferred', '4.2.2'],
  ]);
  const course = await runCourse(ground.sql, run);
  expect(course).toMatchObject({
    state: 'running',
    total: 4,
    handled: 3,
    figures: { sent: 2, failed: 1, deferred: 1 },
  });
  expect(course.perMinute).toBeGreaterThan(0);
  expect(course.endsAt?.getTime()).toBeGreaterThan(course.now.getTime());
  expect(course.series?.counts.reduce((sum, n) => sum + n, 0)).toBe(3);
});
