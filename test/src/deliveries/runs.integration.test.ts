import fc from 'fast-check';
import { expect, it } from 'vitest';
import { transaction } from '../../../src/db.ts';
import { cancelRun, moveRun, pauseRun, resumeRun } from '../../../src/deliveries/runs.ts';
import {
  deliveryTransitions,
  type RunState,
  runStatesBefore,
  runTransitions,
} from '../../../src/deliveries/states.ts';
import { engineGround } from '../../support/engine.ts';
import { deliveriesOf, numbered, plannedRun, runState, startedRun } from '../../support/people.ts';

const ground = engineGround();
const all = Object.keys(runTransitions) as RunState[];

it('knows the same states as the database', async () => {
  const { rows } = await ground.sql.query(
    'SELECT enum_range(NULL::run_state)::text[] AS run, enum_range(NULL::delivery_state)::text[] AS delivery',
  );
  expect([...all].sort()).toEqual(rows[0].run.sort());
  expect(Object.keys(deliveryTransitions).sort()).toEqual(rows[0].delivery.sort());
});

it('moves a run along its legal transitions only, whatever is tried, and writes each into the audit log', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...all), { minLength: 1, maxLength: 8 }), async (moves) => {
      const run = await plannedRun({ db: ground.db, clock: { now: () => new Date() } });
      let state: RunState = 'planned';
      let made = 0;
      for (const to of moves) {
        const legal = (runTransitions[state] as readonly RunState[]).includes(to);
        expect(runStatesBefore(to).includes(state)).toBe(legal);
        const tried = transaction(ground.sql, (connection) =>
          moveRun(connection, { run, to, actor: 'test' }),
        );
        if (!legal) await expect(tried).rejects.toMatchObject({ status: 409 });
        else {
          await expect(tried).resolves.toBe(state);
          state = to;
          made++;
        }
        expect(await runState(ground, run)).toBe(state);
      }
      const entries = await ground.db.auditEntry.count({
        where: { subjectType: 'run', subjectId: String(run) },
      });
      expect(entries).toBe(made);
    }),
    { numRuns: 60 },
  );
});

it('refuses a run that is not there', async () => {
  await expect(pauseRun(ground, 999_999n, 'test')).rejects.toMatchObject({ status: 404 });
});

it('cancels what has not gone and says what had', async () => {
  const { run } = await startedRun(ground, numbered(5, 'cancel.example'));
  await ground.sql.query("UPDATE delivery SET state = 'sending' WHERE run = $1 AND seq <= 3", [run]);
  await ground.sql.query("UPDATE delivery SET state = 'sent' WHERE run = $1 AND seq = 1", [run]);
  await ground.sql.query("UPDATE delivery SET state = 'deferred' WHERE run = $1 AND seq = 2", [run]);
  await ground.sql.query('INSERT INTO delivery_due VALUES ($1, 2, now())', [run]);
  await pauseRun(ground, run, 'test');
  await resumeRun(ground, run, 'test');
  expect(await cancelRun(ground, run, 'test')).toMatchObject({
    ...{ state: 'cancelled', total: 5, sent: 1, sending: 1, cancelled: 3, deferred: 0, planned: 0 },
  });
  expect((await ground.sql.query('SELECT FROM delivery_due WHERE run = $1', [run])).rowCount).toBe(0);
  expect((await deliveriesOf(ground, run)).map((row) => row.state)).toContain('sending');
  await expect(resumeRun(ground, run, 'test')).rejects.toMatchObject({ status: 409 });
});
