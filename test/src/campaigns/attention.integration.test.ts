import { expect, it } from 'vitest';
import { needsAPerson } from '../../../src/campaigns/attention.ts';
import { launchDue, planRuns } from '../../../src/campaigns/planner.ts';
import { testGround } from '../../support/ground.ts';
import { people, readyCampaign } from './support.ts';

const ground = testGround();
const staff = people(ground);

it('tells of mails whose outcome nobody knows, until somebody has decided', async () => {
  ground.clock.set('2026-11-21T06:30:00Z');
  await readyCampaign(ground, staff, { schedule: { kind: 'once', at: '2026-11-22 09:00' } });
  await planRuns(ground);
  ground.clock.set('2026-11-22T03:30:00Z');
  const [launched] = await launchDue(ground);
  const run = launched?.run as bigint;
  await ground.sql.query('INSERT INTO run_counter (run, epoch, lane, unknown) VALUES ($1, 1, 0, 2)', [run]);
  expect(await needsAPerson(ground)).toMatchObject([
    { kind: 'outcomes', outcomes: { run: String(run), count: 2 }, at: new Date('2026-11-22T03:30:00Z') },
  ]);
  await ground.sql.query('UPDATE run_counter SET unknown = 0 WHERE run = $1', [run]);
  expect(await needsAPerson(ground)).toEqual([]);
});
