import { expect, it } from 'vitest';
import { watchCampaign } from '../../../scripts/lib/watch.ts';
import { launchDue, planRuns } from '../../../src/campaigns/planner.ts';
import { newCampaign, people, readyCampaign } from '../../src/campaigns/support.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
const staff = people(ground);
const once = { schedule: { kind: 'once', at: '2026-11-22 09:00' } };

/** Keeps what was written, and does something at each line. */
function screenThat(onLine: (line: string) => Promise<unknown>) {
  const lines: string[] = [];
  const deeds: Promise<unknown>[] = [];
  const write = (line: string) => {
    lines.push(line.trim());
    deeds.push(onLine(line));
  };
  return { lines, screen: { write }, settled: () => Promise.all(deeds) };
}

it('follows a run from its plan to its end, and does not repeat itself', async () => {
  const { campaignId } = await readyCampaign(ground, staff, once);
  const { lines, screen, settled } = screenThat(async (line) => {
    if (line.startsWith('planned for')) await planRuns(ground);
    if (line.includes(' planned ')) {
      ground.clock.set('2026-11-22T03:30:00Z');
      await launchDue(ground);
    }
    if (line.includes(' running ')) {
      await ground.sql.query("UPDATE delivery SET state = 'sent'");
      await ground.sql.query("UPDATE run SET state = 'finished'");
    }
  });
  const last = await watchCampaign(ground, { campaignId, screen, signal: new AbortController().signal });
  await settled();
  expect(last).toMatchObject({ state: 'finished', total: 2, sent: 2 });
  expect(lines.map((line) => line.replace(/run \d+/, 'run'))).toEqual([
    'planned for Sunday, 22 November 2026, 9:00 am',
    'run planned · 0 of 0 sent',
    'run running · 0 of 2 sent',
    'run finished · 2 of 2 sent · 2/s',
  ]);
});

it('ends when the watcher leaves, and leaves the run alone', async () => {
  ground.clock.set('2026-11-21T06:30:00Z');
  const { campaignId } = await readyCampaign(ground, staff, once);
  await planRuns(ground);
  const leaving = new AbortController();
  const { lines, screen } = screenThat(async () => leaving.abort());
  const last = await watchCampaign(ground, { campaignId, screen, signal: leaving.signal });
  expect(last?.state).toBe('planned');
  expect(lines).toHaveLength(1);
});

it('says so when there is nothing to wait for', async () => {
  const { campaignId } = await newCampaign(ground, staff.author);
  const watching = watchCampaign(ground, {
    ...{ campaignId, screen: { write: () => undefined }, signal: new AbortController().signal },
  });
  await expect(watching).rejects.toThrow(/needs a schedule and then an approval/);
});
