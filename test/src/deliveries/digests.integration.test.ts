import { expect, it } from 'vitest';
import { outcomeOf } from '../../../src/campaigns/outcome.ts';
import { countCourse, runCourse } from '../../../src/deliveries/course.ts';
import { pageDeliveries } from '../../../src/deliveries/delivery-list.ts';
import { digestOf } from '../../../src/deliveries/digest.ts';
import { digestRun, digestRuns, notePace } from '../../../src/deliveries/digests.ts';
import { receivedIn, receivedLately } from '../../../src/deliveries/receivers.ts';
import { retryable, retryableNow } from '../../../src/deliveries/retry.ts';
import { runDomains } from '../../../src/deliveries/run-domains.ts';
import type { DeliveryState } from '../../../src/deliveries/states.ts';
import { engineGround } from '../../support/engine.ts';
import { numbered, startedRun } from '../../support/people.ts';

const ground = engineGround();
/** Every run is too large for a page. */
const NONE = -1;
let runs = 0;

/** A run whose deliveries came to these ends, with counters that say so, and some visits. */
async function endedRun(ends: [state: string, reason: string | null][]): Promise<bigint> {
  const { run } = await startedRun(ground, numbered(ends.length, `digest${++runs}.example`));
  await ground.sql.query("UPDATE delivery SET state = 'sending' WHERE run = $1", [run]);
  for (const [i, [state, reason]] of ends.entries())
    await ground.sql.query(
      `UPDATE delivery SET state = $3::delivery_state, reason = $4, attempts = 1, at = now() - make_interval(mins => $2)
        WHERE run = $1 AND seq = $2`,
      [run, i + 1, state, reason],
    );
  await ground.sql.query(
    `INSERT INTO run_counter (run, epoch, lane, sent, failed, unknown)
     SELECT $1, 1, 0, count(*) FILTER (WHERE state IN ('sent', 'bounced', 'complained')), count(*) FILTER (WHERE state = 'failed'),
            count(*) FILTER (WHERE state = 'unknown') FROM delivery WHERE run = $1`,
    [run],
  );
  await ground.sql.query('UPDATE run_range SET done_at = now(), takes = 1 WHERE run = $1', [run]);
  await ground.sql.query(
    "UPDATE run SET state = 'finished', started_at = now() - interval '1 hour', ended_at = now() WHERE id = $1",
    [run],
  );
  return run;
}

const visit = (run: bigint, seq: number, kind: string) =>
  ground.sql.query('INSERT INTO touch (kind, run, seq, at) VALUES ($1, $2, $3, now())', [kind, run, seq]);

const MIXED: [string, string | null][] = [
  ['sent', null],
  ['sent', null],
  ['sent', null],
  ['failed', '5.7.1'],
  ['failed', '5.1.1'],
  ['unknown', 'dropped'],
];

it('says of a large run what counting its rows says', async () => {
  const run = await endedRun(MIXED);
  await visit(run, 1, 'open');
  await visit(run, 1, 'click');
  await digestRun(ground, run);
  const from = new Date(Date.now() - 3_600_000);
  const { asOf, ...large } = await outcomeOf(ground.sql, { runs: [run], from }, NONE);
  expect(asOf).toBeInstanceOf(Date);
  expect({ ...large, asOf: null }).toEqual(await outcomeOf(ground.sql, { runs: [run], from }));
  expect(large).toMatchObject({
    figures: { sent: 3, failed: 2, unknown: 1 },
    visits: { opened: 1, clicked: 1 },
  });
  const [course, counted] = [await runCourse(ground.sql, run, NONE), await countCourse(ground.sql, run)];
  expect({ ...course, now: null }).toEqual({ ...counted, now: null });
  expect(course.series?.counts.reduce((sum, n) => sum + n, 0)).toBe(6);
  const { asOf: _, ...domains } = await runDomains(ground.sql, run, 5, NONE);
  expect({ ...domains, asOf: null }).toEqual(await runDomains(ground.sql, run, 5));
  expect(await retryableNow(ground.sql, run, NONE)).toEqual(await retryable(ground.sql, run));
  for (const unknown of [false, true]) {
    const corrects = { run, unknown };
    expect(await receivedLately(ground.sql, corrects, NONE)).toEqual(await receivedIn(ground.sql, corrects));
  }
});

it('adds up several runs as counting them together does', async () => {
  const [one, other] = [await endedRun(MIXED), await endedRun(MIXED.slice(2))];
  await visit(one, 1, 'open');
  await visit(other, 1, 'open');
  await digestRun(ground, one);
  const asked = { runs: [one, other], from: new Date(Date.now() - 3_600_000) };
  expect(await outcomeOf(ground.sql, asked, 5)).toMatchObject({ preparing: false, total: 10 });
  await digestRun(ground, other);
  expect({ ...(await outcomeOf(ground.sql, asked, NONE)), asOf: null }).toEqual(
    await outcomeOf(ground.sql, asked),
  );
});

it('has exact figures of a large run before anybody counted it, and says that the rest is being made', async () => {
  const run = await endedRun(MIXED);
  const course = await runCourse(ground.sql, run, NONE);
  expect(course).toMatchObject({
    figures: { sent: 3, failed: 2, unknown: 1, planned: 0 },
    preparing: true,
    series: null,
  });
  const outcome = await outcomeOf(ground.sql, { runs: [run], from: null }, NONE);
  expect(outcome).toMatchObject({ figures: { sent: 3, failed: 2 }, preparing: true, reasons: [] });
  expect(await runDomains(ground.sql, run, 5, NONE)).toMatchObject({ domains: [], preparing: true });
  expect(await digestOf(ground.sql, run, NONE)).toBeNull();
});

it('counts runs by itself: once they ended, and again after something of them changed', async () => {
  const run = await endedRun(MIXED);
  await ground.sql.query('UPDATE run SET total = 20000 WHERE id = $1', [run]);
  const bounced = async () =>
    (await digestOf(ground.sql, run))?.alike.filter(({ state }) => state === 'bounced').length;
  expect(await digestRuns(ground)).toBe(1);
  expect(await digestRuns(ground)).toBe(0);
  const old = () =>
    ground.sql.query(
      "UPDATE run_digest SET at = at - interval '1 hour'; UPDATE run SET ended_at = ended_at - interval '2 hours'",
    );
  await old();
  expect(await digestRuns(ground)).toBe(0); // nothing changed
  await ground.sql.query("UPDATE delivery SET state = 'bounced' WHERE run = $1 AND seq = 1", [run]);
  expect(await bounced()).toBe(0);
  expect(await digestRuns(ground)).toBe(1);
  expect(await bounced()).toBe(1);
  await visit(run, 2, 'open');
  expect(await digestRuns(ground)).toBe(0); // too soon
  await old();
  expect(await digestRuns(ground)).toBe(1);
  expect((await digestOf(ground.sql, run))?.visits.opened).toBe(1);
});

it('reads the rate of a large run from what was noted while it went', async () => {
  const { run } = await startedRun(ground, numbered(8, `digest${++runs}.example`));
  await ground.sql.query(
    "UPDATE run SET total = 20000, started_at = now() - interval '10 minutes' WHERE id = $1",
    [run],
  );
  await ground.sql.query('INSERT INTO run_counter (run, epoch, lane, sent) VALUES ($1, 1, 0, 4000)', [run]);
  await notePace(ground);
  await notePace(ground);
  const { rows } = await ground.sql.query(
    "UPDATE run_pace SET at = at - interval '2 minutes' WHERE run = $1 RETURNING handled",
    [run],
  );
  expect(rows).toEqual([{ handled: 4000 }]);
  await ground.sql.query('UPDATE run_counter SET sent = 5000 WHERE run = $1', [run]);
  const course = await runCourse(ground.sql, run);
  expect(course).toMatchObject({
    handled: 5000,
    perMinute: 500,
    preparing: false,
    figures: { planned: 15_000 },
  });
  expect(course.series?.counts.reduce((sum, n) => sum + n, 0)).toBe(5000);
  expect(course.endsAt).toBeInstanceOf(Date);
});

it('pages through deliveries in the order of their states', async () => {
  const run = await endedRun(MIXED);
  const { figures } = await countCourse(ground.sql, run);
  const page = { run, states: ['sent', 'failed', 'unknown'] as DeliveryState[], figures, limit: 4 };
  const first = await pageDeliveries(ground.sql, page);
  expect(first.map(({ state, seq }) => `${state}:${seq}`)).toEqual([
    'sent:1',
    'sent:2',
    'sent:3',
    'failed:4',
  ]);
  const next = await pageDeliveries(ground.sql, { ...page, after: 'failed:4' });
  expect(next.map(({ seq }) => seq)).toEqual([5, 6]);
});
