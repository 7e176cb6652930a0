import fc from 'fast-check';
import { expect, it } from 'vitest';
import { transaction } from '../../../src/db.ts';
import { type Canary, canarySize, parseCanary } from '../../../src/deliveries/canary.ts';
import { goOn } from '../../../src/deliveries/canary-course.ts';
import { freezeRun } from '../../../src/deliveries/freeze.ts';
import { openLedger } from '../../../src/deliveries/ledger.ts';
import { runProgress } from '../../../src/deliveries/progress.ts';
import { queueRanges } from '../../../src/deliveries/ranges.ts';
import { moveRun } from '../../../src/deliveries/runs.ts';
import { sweep } from '../../../src/deliveries/sweep.ts';
import { registerWorker } from '../../../src/deliveries/workers.ts';
import { engineGround } from '../../support/engine.ts';
import { contents, deliveriesOf, numbered, people, plannedRun, runState } from '../../support/people.ts';

const ground = engineGround();
const wish = (more: Partial<Canary> = {}): Canary => parseCanary({ minAudience: 1, percent: 5, ...more });

async function canaryRun(list: string, canary: Canary | undefined): Promise<bigint> {
  const run = await plannedRun(ground);
  await freezeRun(ground, run, { lists: [list], fallback: ['en'], contents, canary });
  return run;
}
const chosenOf = async (run: bigint, size: number) =>
  (await deliveriesOf(ground, run)).filter(({ seq }) => seq <= size).map(({ address }) => address);
const piecesOf = async (run: bigint) => {
  const { rows } = await ground.sql.query(
    'SELECT first, last, queued_at FROM run_range WHERE run = $1 ORDER BY first',
    [run],
  );
  return rows;
};

it('chooses exactly the share, each person once, and counts densely as before', async () => {
  const domains = ['a.example', 'b.example', 'c.example'];
  const shapes = fc.record({
    sizes: fc.tuple(fc.nat(40), fc.nat(15), fc.nat(4)),
    percent: fc.constantFrom(0, 1, 2, 5, 10, 33.3, 50),
    count: fc.nat(12),
  });
  let nth = 0;
  await fc.assert(
    fc.asyncProperty(shapes, async ({ sizes, percent, count }) => {
      fc.pre(percent > 0 || count > 0);
      const addresses = sizes.flatMap((n, i) => numbered(n, `x${++nth}.${domains[i]}`));
      const { list } = await people(ground, addresses);
      const canary = wish({ percent, count });
      const size = canarySize(addresses.length, canary);
      const run = await canaryRun(list, canary);
      const rows = await deliveriesOf(ground, run);
      expect(rows.map(({ seq }) => seq)).toEqual(addresses.map((_, i) => i + 1));
      expect(rows.map(({ address }) => address).sort()).toEqual([...addresses].sort());
      const { rows: kept } = await ground.sql.query(
        'SELECT r.released_seq, k.size FROM run r LEFT JOIN run_canary k ON k.run = r.id WHERE r.id = $1',
        [run],
      );
      expect(kept[0]).toEqual({ released_seq: size || null, size: size || null });
      if (size) expect(size).toBe(Math.max(count, Math.ceil((addresses.length * percent) / 100)));
    }),
    { numRuns: 40 },
  );
});

it('chooses the same of the same audience and run, and others in another run', async () => {
  const { list } = await people(ground, numbered(400, 'same.example'));
  const first = await canaryRun(list, wish());
  const second = await canaryRun(list, wish());
  const [one, two] = [await chosenOf(first, 20), await chosenOf(second, 20)];
  expect(one).toHaveLength(20);
  expect([...one].sort()).not.toEqual([...two].sort());
  // Made over again under its number, it has the same people.
  for (const table of ['run_canary', 'run_range', 'run_content', 'run_left_out', 'delivery']) {
    const key = table === 'run_content' ? 'run_id' : 'run';
    await ground.sql.query(`DELETE FROM ${table} WHERE ${key} = $1`, [first]);
  }
  await ground.sql.query('ALTER TABLE run DISABLE TRIGGER seen');
  await ground.sql.query("UPDATE run SET state = 'planned', released_seq = NULL WHERE id = $1", [first]);
  await ground.sql.query('ALTER TABLE run ENABLE TRIGGER seen');
  await freezeRun(ground, first, { lists: [list], fallback: ['en'], contents, canary: wish() });
  expect((await chosenOf(first, 20)).sort()).toEqual([...one].sort());
});

it('gives every recipient domain its share, within one, whatever its letters', async () => {
  const sizes = { 'zeta.example': 600, 'alpha.example': 240, 'mid.example': 60, 'tiny.example': 3 };
  const addresses = Object.entries(sizes).flatMap(([domain, n]) => numbered(n, domain));
  const { list } = await people(ground, addresses);
  const run = await canaryRun(list, wish({ percent: 10 }));
  const chosen = await chosenOf(run, canarySize(addresses.length, wish({ percent: 10 })));
  for (const [domain, n] of Object.entries(sizes)) {
    const share = chosen.filter((address) => address.endsWith(`@${domain}`)).length;
    expect(Math.abs(share - (n * chosen.length) / addresses.length)).toBeLessThanOrEqual(1.5);
  }
});

it('draws a very large audience first, and still takes exactly the share', async () => {
  const addresses = [...numbered(57_000, 'large.example'), ...numbered(3000, 'small.example')];
  const { list } = await people(ground, addresses);
  const run = await canaryRun(list, wish({ percent: 1 }));
  const chosen = await chosenOf(run, 600);
  expect(new Set(chosen).size).toBe(600);
  expect(chosen.filter((address) => address.endsWith('@small.example')).length).toBeGreaterThan(15);
  const { rows } = await ground.sql.query(
    'SELECT count(*)::int AS n, min(seq) AS first, max(seq) AS last FROM delivery WHERE run = $1',
    [run],
  );
  expect(rows[0]).toEqual({ n: 60_000, first: 1, last: 60_000 });
}, 60_000);

it('queues the canary alone, grants nothing beyond it, and the rest when it is let go', async () => {
  const { list } = await people(ground, numbered(1300, 'gate.example'));
  const run = await canaryRun(list, wish({ percent: 0, count: 520 }));
  const pieces = await piecesOf(run);
  expect(pieces.map(({ first, last }) => [first, last])).toEqual([
    ...[
      [1, 500],
      [501, 520],
    ],
    ...[
      [521, 1020],
      [1021, 1300],
    ],
  ]);
  expect(pieces.map(({ queued_at }) => queued_at !== null)).toEqual([true, true, false, false]);
  const worker = await registerWorker(ground);
  const ledger = await openLedger(ground.databaseUrl, worker, ground.log);
  const claim = (seq: number) => ledger.exchange(null, { run, seq, epoch: worker.epoch() });
  expect(await claim(520)).not.toBeNull();
  expect(await claim(521)).toBeNull();
  await goOn(ground, run, 'chief@kssm.example');
  expect(await claim(521)).not.toBeNull();
  expect((await piecesOf(run)).every(({ queued_at }) => queued_at !== null)).toBe(true);
  await ledger.close();
  await worker.leave();
});

it('finds the piece of a deferred delivery that is due on either side of the boundary', async () => {
  const { list } = await people(ground, numbered(1100, 'due.example'));
  const run = await canaryRun(list, wish({ percent: 0, count: 30 }));
  await ground.sql.query('UPDATE run SET released_seq = NULL WHERE id = $1', [run]);
  await ground.sql.query("UPDATE delivery SET state = 'deferred' WHERE run = $1 AND seq IN (30, 531)", [run]);
  await ground.sql.query('UPDATE run_range SET done_at = now(), queued_at = NULL WHERE run = $1', [run]);
  await ground.sql.query(
    'INSERT INTO delivery_due SELECT $1, seq, now() FROM unnest(ARRAY[30, 531]) AS seq',
    [run],
  );
  expect(await queueRanges(ground, run)).toBe(2);
  const queued = (await piecesOf(run)).filter(({ queued_at }) => queued_at);
  expect(queued.map(({ first }) => first)).toEqual([1, 531]);
});

it('does not finish a run whose rest waits, and says what came of the canary', async () => {
  const { list } = await people(ground, numbered(40, 'wait.example'));
  const run = await canaryRun(list, wish({ percent: 10 }));
  await ground.sql.query("UPDATE delivery SET state = 'sending' WHERE run = $1 AND seq <= 4", [run]);
  await ground.sql.query("UPDATE delivery SET state = 'sent' WHERE run = $1 AND seq <= 3", [run]);
  await ground.sql.query("UPDATE delivery SET state = 'failed' WHERE run = $1 AND seq = 4", [run]);
  await ground.sql.query('UPDATE run_range SET done_at = now() WHERE run = $1 AND last <= 4', [run]);
  await sweep(ground);
  expect(await runState(ground, run)).toBe('running');
  expect((await runProgress(ground, run)).canary).toMatchObject({
    ...{ standing: 'sending', size: 4, sent: 3, failed: 1, planned: 0, until: null },
  });
});

it('lets only a run go on that has a canary and is under way', async () => {
  const { list } = await people(ground, numbered(10, 'none.example'));
  const plain = await canaryRun(list, undefined);
  await expect(goOn(ground, plain, 'x')).rejects.toThrow(/has no canary/);
  await expect(goOn(ground, 999_999n, 'x')).rejects.toMatchObject({ status: 404 });
  const run = await canaryRun(list, wish({ percent: 50 }));
  await goOn(ground, run, 'x');
  await expect(goOn(ground, run, 'x')).rejects.toThrow(/goes already/);
  await transaction(ground.sql, (on) => moveRun(on, { run, to: 'cancelled', actor: 'x' }));
  await expect(goOn(ground, run, 'x')).rejects.toThrow(/is cancelled/);
});

it.each<Partial<Canary>>([{ percent: 51 }, { percent: 0 }, { count: 1.5 }, { percent: 5, waitSeconds: 1 }])(
  'refuses %j as a canary',
  (bad) => {
    expect(() => parseCanary(bad)).toThrow(/A canary is/);
  },
);
