import { beforeEach, describe, expect, it } from 'vitest';
import { canaryInWords, progressInWords } from '../../../scripts/lib/campaign-words.ts';
import { approveMessage } from '../../../src/campaigns/approvals.ts';
import { editMessage, scheduleMessage } from '../../../src/campaigns/campaigns.ts';
import { tendCanaries } from '../../../src/campaigns/canaries.ts';
import {
  cancelCampaign,
  goOnMessage,
  pauseCampaign,
  resumeCampaign,
} from '../../../src/campaigns/control.ts';
import { launchDue, planRuns } from '../../../src/campaigns/planner.ts';
import { campaignStatus } from '../../../src/campaigns/status.ts';
import type { Canary } from '../../../src/deliveries/canary.ts';
import { liftHold, placeHold } from '../../../src/deliveries/holds.ts';
import { canaryProgress, runProgress } from '../../../src/deliveries/progress.ts';
import { engineGround } from '../../support/engine.ts';
import { NOON } from '../../support/ground.ts';
import { people as mailboxes, numbered } from '../../support/people.ts';
import { editorOf, newCampaign, people } from './support.ts';

const ground = engineGround();
const staff = people(ground);
const at = (time: string) => ground.clock.set(time);
let lists = 0;

beforeEach(async () => {
  at(NOON);
  await ground.sql.query('UPDATE message SET archived_at = now() WHERE archived_at IS NULL');
});

interface Wish {
  people?: number;
  canary?: Partial<Canary> | false | null;
  timing?: Parameters<typeof scheduleMessage>[2];
}

/** A run of 100 that began on the 22nd at 09:00 Indian time (03:30 UTC), its canary waiting for ten minutes. */
async function launched({ people: n = 100, canary, timing }: Wish = {}) {
  const name = `crowd ${++lists}`;
  const { list } = await mailboxes(ground, numbered(n, `crowd${lists}.example`));
  await ground.sql.query('UPDATE list SET name = $2 WHERE id = $1', [list, name]);
  const { campaignId, messageId } = await newCampaign(ground, staff.author, { lists: [name] });
  const usual = { percent: 10, waitSeconds: 600, minAudience: 50 };
  await scheduleMessage(
    ground,
    { messageId, editor: editorOf(staff.author) },
    {
      schedule: { kind: 'once', at: '2026-11-22 09:00' },
      canary: canary === undefined ? usual : canary,
      ...timing,
    },
  );
  await approveMessage(ground, { messageId, user: staff.approver });
  await planRuns(ground);
  at('2026-11-22T03:30:00Z');
  const [{ run } = { run: 0n }] = await launchDue(ground);
  return { campaignId, messageId, run };
}
/** The canary as it is when each of it has been tried. */
async function tried(run: bigint, { failed = 0, complained = 0, deferred = 0 } = {}) {
  const become = async (state: string, first: number, last: number) =>
    ground.sql.query(`UPDATE delivery SET state = '${state}' WHERE run = $1 AND seq BETWEEN $2 AND $3`, [
      ...[run, first, last],
    ]);
  await become('sending', 1, 10);
  await become('sent', 1, 10 - failed - deferred);
  await become('failed', 11 - failed - deferred, 10 - deferred);
  await become('deferred', 11 - deferred, 10);
  await become('complained', 1, complained);
  await ground.sql.query('UPDATE run_range SET done_at = now() WHERE run = $1 AND last <= 10', [run]);
}
const stepOf = async (run: bigint) => (await tendCanaries(ground)).find((one) => one.run === run)?.step;
const stateOf = async (run: bigint) => (await runProgress(ground, run)).state;

describe('a canary', () => {
  it('is waited for, and then the rest is released', async () => {
    const { run } = await launched();
    expect(await stepOf(run)).toBe('sending');
    expect(progressInWords(await runProgress(ground, run))).toBe(
      `run ${run} running · 0 of 100 sent · the canary goes first (0 of 10 sent)`,
    );
    await tried(run, { deferred: 2 });
    expect(await stepOf(run)).toBe('waiting');
    expect(progressInWords(await runProgress(ground, run))).toBe(
      `run ${run} running · 8 of 100 sent · 2 deferred · waiting for the canary until Sunday, 22 November 2026, 9:10 am (8 of 10 sent, 2 deferred)`,
    );
    at('2026-11-22T03:39:59Z');
    expect(await stepOf(run)).toBe('waiting');
    at('2026-11-22T03:40:00Z');
    expect(await stepOf(run)).toBe('released');
    expect(await stepOf(run)).toBeUndefined();
    const { rows } = await ground.sql.query('SELECT released_seq FROM run WHERE id = $1', [run]);
    expect(rows[0].released_seq).toBeNull();
  });

  it.each<[Wish, string]>([
    [{ people: 40 }, 'a small audience'],
    [{ canary: false }, 'a message that wants none'],
    [{ canary: null }, 'a hundred people, by the usual rule'],
  ])('is not sent for %j: %s', async (wish) => {
    const { run } = await launched(wish);
    expect((await runProgress(ground, run)).canary).toBeNull();
  });

  it('does not let the rest out while the send window is closed', async () => {
    const { run } = await launched({ timing: { window: '09:00-09:05' } });
    await tried(run);
    expect(await stepOf(run)).toBe('waiting');
    at('2026-11-22T04:00:00Z');
    expect(await stepOf(run)).toBe('waiting');
    expect((await canaryProgress(ground.sql, run))?.until).toEqual(new Date('2026-11-23T03:30:00Z'));
    at('2026-11-23T03:30:01Z');
    expect(await stepOf(run)).toBe('released');
  });

  it('waits for the next window when it closed before anybody looked', async () => {
    const { run } = await launched({ timing: { window: '09:00-09:11' } });
    await tried(run);
    await stepOf(run);
    at('2026-11-22T03:50:00Z');
    expect(await stepOf(run)).toBe('waiting');
    expect((await canaryProgress(ground.sql, run))?.until).toEqual(new Date('2026-11-23T03:30:00Z'));
  });

  it.each([
    [{ failed: 1 }, /1 of 10 in the canary were refused for good, more than 5 %/],
    [{ complained: 1 }, /1 of 10 in the canary complained, more than 0.3 %/],
  ])('stops its run at once for %j', async (figures, why) => {
    const { run } = await launched();
    await tried(run, figures);
    expect(await stepOf(run)).toBe('stopped');
    expect(await runProgress(ground, run)).toMatchObject({
      state: 'paused',
      reason: expect.stringMatching(why),
    });
    expect(await stepOf(run)).toBeUndefined();
  });

  it('stops its run when most of it is still deferred at the end of the wait', async () => {
    const { run } = await launched();
    await tried(run, { deferred: 6 });
    expect(await stepOf(run)).toBe('waiting');
    at('2026-11-22T03:41:00Z');
    expect(await stepOf(run)).toBe('stopped');
    expect((await runProgress(ground, run)).reason).toMatch(/Of 6 of 10 in the canary it is still not known/);
  });

  it('stops its run when the message was edited meanwhile, approved anew or not', async () => {
    for (const approvedAnew of [false, true]) {
      at(NOON);
      const { run, messageId } = await launched({
        timing: { schedule: { kind: 'cron', expression: '0 9 * * *' } },
      });
      await tried(run);
      await stepOf(run);
      at('2026-11-22T03:40:00Z');
      await editMessage(
        ground,
        { messageId, user: staff.author },
        { contents: { en: { subject: 'Mended' } } },
      );
      if (approvedAnew) await approveMessage(ground, { messageId, user: staff.approver });
      expect(await stepOf(run)).toBe('stopped');
      expect((await runProgress(ground, run)).reason).toMatch(/edited since/);
      await ground.sql.query('UPDATE message SET archived_at = now() WHERE id = $1', [messageId]);
    }
  });

  it.each([
    ['ask', 'stopped'],
    ['skip', 'stopped'],
    ['send', 'released'],
  ] as const)('held beyond its wait, obeys the late policy %s: %s', async (latePolicy, step) => {
    const { run } = await launched({ timing: { latePolicy, lateAfterSec: 900 } });
    await tried(run);
    await stepOf(run);
    await placeHold(ground, { reason: 'mourning', actor: 'x' });
    at('2026-11-22T04:00:00Z');
    expect(await tendCanaries(ground)).toEqual([]);
    expect(await stateOf(run)).toBe('running');
    await liftHold(ground, 'x');
    expect(await stepOf(run)).toBe(step);
    if (step === 'stopped') expect((await runProgress(ground, run)).reason).toMatch(/over 20 minutes ago/);
  });

  it('is not late when a person paused it and lets it go on', async () => {
    const { run, campaignId } = await launched();
    const editor = editorOf(staff.author);
    await tried(run);
    await stepOf(run);
    await pauseCampaign(ground, campaignId, editor);
    at('2026-11-22T09:00:00Z');
    expect(await stepOf(run)).toBeUndefined();
    await resumeCampaign(ground, campaignId, editor);
    expect(await stepOf(run)).toBe('released');
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const { run, campaignId } = await launched();
    await tried(run);
    await stepOf(run);
    const { ended } = await cancelCampaign(ground, campaignId, editorOf(staff.author));
    expect(ended[0]).toMatchObject({ state: 'cancelled', sent: 10, cancelled: 90 });
    at('2026-11-22T04:00:00Z');
    expect(await stepOf(run)).toBeUndefined();
  });

  it('is over when somebody says to go on, and the status tells who', async () => {
    const { campaignId, messageId, run } = await launched();
    await tried(run);
    await stepOf(run);
    await goOnMessage(ground, messageId, staff.approver);
    const { messages } = await campaignStatus(ground, campaignId);
    const canary = messages[0]?.runs[0]?.progress.canary;
    expect(canary && canaryInWords(canary)).toBe(
      'the canary is over (10 of 10 sent); approver@kssm.example said to go on',
    );
    await expect(goOnMessage(ground, messageId, staff.approver)).rejects.toThrow(/waits for its canary/);
  });
});

it('goes one by one for the runs of a repeated message', async () => {
  const first = await launched({ timing: { schedule: { kind: 'cron', expression: '0 9 * * *' } } });
  await planRuns(ground);
  at('2026-11-23T03:30:00Z');
  const [second] = await launchDue(ground);
  await tried(second?.run ?? 0n);
  const steps = Object.fromEntries((await tendCanaries(ground)).map(({ run, step }) => [String(run), step]));
  expect(steps).toMatchObject({ [String(first.run)]: 'sending', [String(second?.run)]: 'waiting' });
});
