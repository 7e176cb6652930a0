import { beforeEach, describe, expect, it } from 'vitest';
import { approveMessage } from '../../../src/campaigns/approvals.ts';
import { editMessage } from '../../../src/campaigns/campaigns.ts';
import { cancelCampaign, pauseCampaign, resumeCampaign } from '../../../src/campaigns/control.ts';
import { decideRun } from '../../../src/campaigns/decisions.ts';
import { launchDue, planRuns } from '../../../src/campaigns/planner.ts';
import { deliveryReport, wholeReport } from '../../../src/campaigns/report.ts';
import { campaignStatus } from '../../../src/campaigns/status.ts';
import { liftHold, placeHold } from '../../../src/deliveries/holds.ts';
import { NOON, testGround } from '../../support/ground.ts';
import { editorOf, people, readyCampaign } from './support.ts';

const ground = testGround();
const staff = people(ground);
const DUE = '2026-11-22T03:30:00.000Z';
const once = { kind: 'once', at: '2026-11-22 09:00' };
const daily = { kind: 'cron', expression: '0 9 * * *' };

beforeEach(async () => {
  ground.clock.set(NOON);
  await ground.sql.query('UPDATE message SET archived_at = now() WHERE archived_at IS NULL');
  await ground.sql.query("UPDATE run SET state = 'cancelled' WHERE state NOT IN ('finished', 'cancelled')");
});

const runsOf = async (campaignId: string) =>
  (await campaignStatus(ground, campaignId)).messages[0]?.runs ?? [];
const statesOf = async (campaignId: string) =>
  (await runsOf(campaignId)).map(({ progress }) => progress.state);
const dueOf = async (campaignId: string) =>
  (await runsOf(campaignId)).map(({ dueAt }) => dueAt.toISOString());
const outcomes = async () => (await launchDue(ground)).map(({ outcome }) => outcome);

describe('planning', () => {
  it('makes one run, however many planners are at it at once', async () => {
    const { campaignId } = await readyCampaign(ground, staff, { schedule: once });
    const made = await Promise.all(Array.from({ length: 8 }, () => planRuns(ground)));
    expect(made.flat()).toHaveLength(1);
    expect(await planRuns(ground)).toEqual([]);
    expect(await dueOf(campaignId)).toEqual([DUE]);
  });

  it('makes no run of what is not approved as it stands', async () => {
    const { campaignId, messageId } = await readyCampaign(ground, staff, { schedule: once });
    await editMessage(ground, { messageId, user: staff.author }, { name: 'Another name' });
    expect(await planRuns(ground)).toEqual([]);
    expect(await statesOf(campaignId)).toEqual([]);
  });

  it('never leaves a run behind when an edit and planners meet', async () => {
    const { campaignId, messageId } = await readyCampaign(ground, staff, { schedule: once });
    for (let round = 0; round < 10; round++) {
      await Promise.all([
        planRuns(ground),
        editMessage(ground, { messageId, user: staff.author }, { name: `Name ${round}` }),
        planRuns(ground),
      ]);
      expect(await statesOf(campaignId)).toEqual([]);
      await approveMessage(ground, { messageId, user: staff.approver });
    }
  });

  it('makes the next run of a repeated message once the one before has begun', async () => {
    const { campaignId } = await readyCampaign(ground, staff, { schedule: daily });
    await planRuns(ground);
    await planRuns(ground);
    expect(await dueOf(campaignId)).toEqual([DUE]);
    ground.clock.set(DUE);
    expect(await outcomes()).toEqual(['launched']);
    await planRuns(ground);
    expect(await dueOf(campaignId)).toEqual(['2026-11-23T03:30:00.000Z', DUE]);
  });

  it('makes only the latest of the runs that were missed while nobody looked', async () => {
    const { campaignId } = await readyCampaign(ground, staff, { schedule: daily });
    ground.clock.set('2026-11-25T04:00:00Z');
    await planRuns(ground);
    expect(await dueOf(campaignId)).toEqual(['2026-11-25T03:30:00.000Z']);
  });
});

describe('launching', () => {
  it('freezes the audience at the due time, in the language of each, and not before', async () => {
    const { campaignId } = await readyCampaign(ground, staff, { schedule: once });
    await planRuns(ground);
    ground.clock.set('2026-11-22T03:29:59Z');
    expect(await outcomes()).toEqual([]);
    ground.clock.set(DUE);
    expect(await outcomes()).toEqual(['launched']);
    const [run] = await runsOf(campaignId);
    expect(run?.progress).toMatchObject({ state: 'running', total: 2, planned: 2 });
    expect(run?.leftOut).toEqual({ 'no consent': 1 });
    const rows = [];
    for await (const row of wholeReport(ground, run?.run as bigint)) rows.push(row);
    const told = rows.map(({ name, address, language, state, reason }) => [
      name,
      address,
      language,
      state,
      reason,
    ]);
    expect(told.toSorted()).toEqual([
      ['Murugan', 'murugan@donor.example', 'en', 'planned', null],
      ['Ravi', 'ravi@donor.example', 'en', 'left out', 'no consent'],
      ['Sreeja', 'sreeja@donor.example', 'ml', 'planned', null],
    ]);
  });

  it('happens once when several processes are at it', async () => {
    const { campaignId } = await readyCampaign(ground, staff, { schedule: once });
    await planRuns(ground);
    ground.clock.set(DUE);
    const all = (await Promise.all([outcomes(), outcomes(), outcomes()])).flat();
    expect(all.filter((outcome) => outcome === 'launched')).toHaveLength(1);
    expect(await runsOf(campaignId)).toHaveLength(1);
    expect((await runsOf(campaignId))[0]?.progress.total).toBe(2);
  });

  it('leaves everything alone under a hold, and judges what it made late when it is lifted', async () => {
    const { campaignId } = await readyCampaign(ground, staff, { schedule: once, latePolicy: 'ask' });
    await planRuns(ground);
    await placeHold(ground, { reason: 'State mourning', actor: 'cli:test' });
    ground.clock.set('2026-11-22T05:00:00Z');
    expect(await outcomes()).toEqual(['held']);
    expect(await statesOf(campaignId)).toEqual(['planned']);
    await liftHold(ground, 'cli:test');
    expect(await outcomes()).toEqual(['asked']);
  });

  it.each([
    ['send', 'launched', 'running'],
    ['skip', 'skipped', 'cancelled'],
    ['ask', 'asked', 'asked'],
  ] as const)('of a late run follows the policy %s', async (latePolicy, outcome, state) => {
    const { campaignId } = await readyCampaign(ground, staff, {
      schedule: once,
      latePolicy,
      lateAfterSec: 900,
    });
    await planRuns(ground);
    ground.clock.set('2026-11-22T03:45:01Z');
    expect(await outcomes()).toEqual([outcome]);
    expect(await statesOf(campaignId)).toEqual([state]);
    await planRuns(ground);
    expect(await runsOf(campaignId)).toHaveLength(1);
  });

  it('is not late up to the seconds that are allowed', async () => {
    await readyCampaign(ground, staff, { schedule: once, latePolicy: 'skip', lateAfterSec: 900 });
    await planRuns(ground);
    ground.clock.set('2026-11-22T03:45:00Z');
    expect(await outcomes()).toEqual(['launched']);
  });

  it('waits for the send window, which makes nothing late', async () => {
    const early = { kind: 'once', at: '2026-11-22 06:00' };
    const timing = { schedule: early, window: '09:00-20:00', latePolicy: 'skip' as const };
    const { campaignId } = await readyCampaign(ground, staff, timing);
    await planRuns(ground);
    ground.clock.set('2026-11-22T03:29:00Z');
    expect(await outcomes()).toEqual(['closed']);
    expect(await statesOf(campaignId)).toEqual(['planned']);
    ground.clock.set(DUE);
    expect(await outcomes()).toEqual(['launched']);
  });

  it('keeps the reason of a run that cannot be launched, launches the others, and tries again', async () => {
    const { campaignId } = await readyCampaign(ground, staff, { schedule: once });
    const other = await readyCampaign(ground, staff, { schedule: once });
    await planRuns(ground);
    ground.clock.set(DUE);
    await ground.sql.query(
      `UPDATE message SET audience = jsonb_set(audience, '{lists}', '["gone"]')
                             WHERE campaign_id = $1`,
      [campaignId],
    );
    expect((await outcomes()).toSorted()).toEqual(['failed', 'launched']);
    expect(await statesOf(other.campaignId)).toEqual(['running']);
    expect((await runsOf(campaignId))[0]).toMatchObject({
      reason: expect.stringContaining('no list "gone"'),
      progress: { state: 'planned' },
    });
    await ground.sql.query(
      `UPDATE message SET audience = jsonb_set(audience, '{lists}', '["donors"]')
                             WHERE campaign_id = $1`,
      [campaignId],
    );
    expect(await outcomes()).toEqual(['launched']);
    expect((await runsOf(campaignId))[0]?.reason).toBeNull();
  });
});

describe('a clock that crosses a change of the clocks', () => {
  const HALF_HOUR = 1_800_000;

  /** Plans and launches every half hour, as the processes do by the minute. @returns when runs began */
  async function live(from: string, until: string): Promise<string[]> {
    const began: string[] = [];
    for (let at = Date.parse(from); at <= Date.parse(until); at += HALF_HOUR) {
      ground.clock.set(at);
      await planRuns(ground);
      for (const { outcome } of await launchDue(ground))
        began.push(`${outcome} ${new Date(at).toISOString()}`);
    }
    return began;
  }

  it('sends once a day by the wall clock when an hour is left out', async () => {
    ground.clock.set('2027-03-26T12:00:00Z');
    await readyCampaign(ground, staff, { schedule: { ...daily, zone: 'Europe/London' } });
    expect(await live('2027-03-27T00:00:00Z', '2027-03-29T23:30:00Z')).toEqual([
      'launched 2027-03-27T09:00:00.000Z',
      'launched 2027-03-28T08:00:00.000Z',
      'launched 2027-03-29T08:00:00.000Z',
    ]);
  });

  it('sends once at a time that the clocks show twice', async () => {
    ground.clock.set('2027-11-05T12:00:00Z');
    const schedule = { kind: 'cron', expression: '30 1 * * *', zone: 'America/New_York' };
    await readyCampaign(ground, staff, { schedule });
    expect(await live('2027-11-06T00:00:00Z', '2027-11-08T23:30:00Z')).toEqual([
      'launched 2027-11-06T05:30:00.000Z',
      'launched 2027-11-07T05:30:00.000Z',
      'launched 2027-11-08T06:30:00.000Z',
    ]);
  });
});

describe('a person', () => {
  const askedRun = async () => {
    const { campaignId } = await readyCampaign(ground, staff, { schedule: once, latePolicy: 'ask' });
    await planRuns(ground);
    ground.clock.set('2026-11-22T05:00:00Z');
    expect(await outcomes()).toEqual(['asked']);
    const run = (await runsOf(campaignId))[0]?.run as bigint;
    return { campaignId, run };
  };

  it('lets a late run go, which is on time from then on', async () => {
    const { campaignId, run } = await askedRun();
    await decideRun(ground, { run, decision: 'send' }, editorOf(staff.author));
    ground.clock.set('2026-11-22T05:01:00Z');
    expect(await outcomes()).toEqual(['launched']);
    expect(await statesOf(campaignId)).toEqual(['running']);
    await expect(decideRun(ground, { run, decision: 'skip' }, editorOf(staff.author))).rejects.toThrow(
      /is running; there is nothing to decide/,
    );
  });

  it('lets a late run be, and it is not planned again', async () => {
    const { campaignId, run } = await askedRun();
    await decideRun(ground, { run, decision: 'skip' }, editorOf(staff.author));
    await planRuns(ground);
    expect(await statesOf(campaignId)).toEqual(['cancelled']);
    const [entry] = await ground.db.auditEntry.findMany({
      where: { subjectType: 'run', subjectId: String(run), action: 'run.decided' },
    });
    expect(entry?.actor).toBe('author@kssm.example');
  });

  it('pauses, resumes and cancels what is being sent, and is told what had gone', async () => {
    const { campaignId } = await readyCampaign(ground, staff, { schedule: daily });
    const editor = editorOf(staff.author);
    await planRuns(ground);
    await expect(pauseCampaign(ground, campaignId, editor)).rejects.toThrow(/Nothing .* is being sent/);
    ground.clock.set(DUE);
    await outcomes();
    await planRuns(ground);
    expect((await pauseCampaign(ground, campaignId, editor))[0]?.state).toBe('paused');
    expect((await resumeCampaign(ground, campaignId, editor))[0]?.state).toBe('running');
    await ground.sql.query("UPDATE delivery SET state = 'sent' WHERE run = $1 AND seq = 1", [
      (await runsOf(campaignId))[1]?.run,
    ]);
    const { ended, takenBack, unscheduled } = await cancelCampaign(ground, campaignId, editor);
    expect(ended[0]).toMatchObject({ state: 'cancelled', total: 2, sent: 1, cancelled: 1 });
    expect(takenBack).toEqual([new Date('2026-11-23T03:30:00Z')]);
    expect(unscheduled).toBe(1);
    expect(await planRuns(ground)).toEqual([]);
    await expect(cancelCampaign(ground, campaignId, editor)).rejects.toThrow(/nothing to cancel/);
  });

  it('reads a report page by page', async () => {
    const { campaignId } = await readyCampaign(ground, staff, { schedule: once });
    await planRuns(ground);
    ground.clock.set(DUE);
    await outcomes();
    const run = (await runsOf(campaignId))[0]?.run as bigint;
    const names: (string | null)[] = [];
    for (let after: string | undefined = 'sent:0'; after; ) {
      const page = await deliveryReport(ground, run, { after, limit: 1 });
      expect(page.rows.length).toBeLessThanOrEqual(1);
      names.push(...page.rows.map(({ name }) => name));
      after = page.next ?? undefined;
    }
    expect(names.toSorted()).toEqual(['Murugan', 'Ravi', 'Sreeja']);
    await expect(deliveryReport(ground, run, { after: 'x' })).rejects.toThrow(/no place in a report/);
    await expect(deliveryReport(ground, 999_999n)).rejects.toThrow(/no run 999999/);
  });
});
