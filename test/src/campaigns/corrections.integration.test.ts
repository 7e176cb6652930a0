import { beforeEach, describe, expect, it } from 'vitest';
import { statusInWords, summaryInWords } from '../../../scripts/lib/campaign-words.ts';
import { approveMessage } from '../../../src/campaigns/approvals.ts';
import { editMessage, scheduleMessage } from '../../../src/campaigns/campaigns.ts';
import { correctRun } from '../../../src/campaigns/corrections.ts';
import { erasePerson } from '../../../src/campaigns/persons.ts';
import { launchDue, planRuns } from '../../../src/campaigns/planner.ts';
import { runSummary } from '../../../src/campaigns/run-summary.ts';
import { campaignStatus, leftOutOf } from '../../../src/campaigns/status.ts';
import { setConsent } from '../../../src/contacts/consent.ts';
import { suppress } from '../../../src/contacts/suppression.ts';
import { setPressure } from '../../../src/deliveries/pressure.ts';
import { engineGround } from '../../support/engine.ts';
import { NOON } from '../../support/ground.ts';
import { deliveriesOf, people as mailboxes, numbered } from '../../support/people.ts';
import { body, CONTENTS, editorOf, newCampaign, people } from './support.ts';

const ground = engineGround();
const staff = people(ground);
const MENDED = {
  en: { subject: 'A correction', body: body('We wrote a wrong date') },
  ml: { subject: 'തിരുത്ത്', body: body('തീയതി തെറ്റായിരുന്നു') },
};
let lists = 0;

beforeEach(async () => {
  ground.clock.set(NOON);
  await ground.sql.query('UPDATE message SET archived_at = now() WHERE archived_at IS NULL');
});

/** A run to eight people that has ended: five got it, one failed, one is unknown, one was skipped. */
async function received({ language = 'ml' } = {}) {
  const name = `receivers ${++lists}`;
  const { list, ids } = await mailboxes(ground, numbered(8, `got${lists}.example`));
  await ground.sql.query('UPDATE list SET name = $2 WHERE id = $1', [list, name]);
  await ground.sql.query('UPDATE contact SET language = $2 WHERE id = ANY ($1)', [ids.slice(0, 3), language]);
  const made = await newCampaign(ground, staff.author, { lists: [name] });
  const run = await sendOn(made.messageId, '2026-11-22 09:00');
  const become = (state: string, who: string[]) =>
    ground.sql.query(`UPDATE delivery SET state = '${state}' WHERE run = $1 AND contact_id = ANY ($2)`, [
      run,
      who,
    ]);
  await become('sending', ids);
  await become('sent', ids.slice(0, 5));
  await become('failed', ids.slice(5, 6));
  await become('unknown', ids.slice(6));
  await ground.sql.query("UPDATE run SET state = 'finished' WHERE id = $1", [run]);
  return { ...made, run, ids, list };
}

/** Schedules, approves and launches a message. @returns its run */
async function sendOn(messageId: string, at: string): Promise<bigint> {
  const editor = editorOf(staff.author);
  await scheduleMessage(ground, { messageId, editor }, { schedule: { kind: 'once', at, zone: 'UTC' } });
  await approveMessage(ground, { messageId, user: staff.approver });
  await planRuns(ground);
  ground.clock.set(`${at.replace(' ', 'T')}:00Z`);
  const launched = await launchDue(ground);
  const { rows } = await ground.sql.query('SELECT id FROM run WHERE message_id = $1', [messageId]);
  const run = BigInt(rows[0].id);
  expect(launched.find((one) => one.run === run)?.outcome).toBe('launched');
  return run;
}
const correct = (run: bigint, more = {}) =>
  correctRun(ground, { run, contents: MENDED, ...more }, staff.author);
const contactsOf = async (run: bigint) => {
  const { rows } = await ground.sql.query('SELECT contact_id FROM delivery WHERE run = $1', [run]);
  return rows.map((row) => row.contact_id).sort();
};

describe('a correction', () => {
  it('goes to exactly those who received the run, in the language in which they did, whatever lists they are on', async () => {
    const { run, ids, list } = await received();
    await ground.sql.query('DELETE FROM membership WHERE list_id = $1', [list]);
    await ground.sql.query("UPDATE contact SET language = 'en' WHERE id = $1", [ids[0]]);
    const made = await correct(run);
    expect(made).toMatchObject({
      name: `Correction of run ${run}`,
      received: { ml: 3, en: 2 },
      warnings: [],
    });
    const correction = await sendOn(made.messageId, '2026-11-22 10:00');
    expect(await contactsOf(correction)).toEqual(ids.slice(0, 5).sort());
    const { rows } = await ground.sql.query(
      'SELECT language, count(*)::int AS n FROM delivery WHERE run = $1 GROUP BY 1 ORDER BY 1',
      [correction],
    );
    expect(rows).toEqual([
      { language: 'en', n: 2 },
      { language: 'ml', n: 3 },
    ]);
    expect((await deliveriesOf(ground, correction)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it('reaches those of whom it is not known by choice only', async () => {
    const { run, ids } = await received();
    const made = await correct(run, { unknown: true });
    expect(await contactsOf(await sendOn(made.messageId, '2026-11-22 10:00'))).toEqual(
      [...ids.slice(0, 5), ...ids.slice(6)].sort(),
    );
  });

  it('leaves out who withdrew, was suppressed, moved or was erased since, and says so of each', async () => {
    const { run, ids } = await received();
    const [withdrew, silenced, moved, erased, last] = ids as [string, string, string, string, string];
    const made = await correct(run);
    await setConsent(ground.sql, {
      ...{ contactId: withdrew, channel: 'email', purpose: 'appeals', given: false, basis: 'phone call' },
    });
    await suppress(ground.sql, {
      ...{ channel: 'email', value: `r2@got${lists}.example`, reason: 'manual', source: 'test' },
    });
    await ground.sql.query("UPDATE address SET value = 'elsewhere@got.example' WHERE contact_id = $1", [
      moved,
    ]);
    await erasePerson(ground, erased, 'test');
    const correction = await sendOn(made.messageId, '2026-11-22 10:00');
    expect(await contactsOf(correction)).toEqual([last]);
    expect(silenced).toBeDefined();
    expect(await leftOutOf(ground.sql, correction)).toEqual({
      ...{ erased: 1, 'no address': 1, 'no consent': 1, suppressed: 1 },
    });
  });

  it('does not reach another person of the household of somebody who was erased', async () => {
    const { run, ids } = await received();
    const { rows } = await ground.sql.query('SELECT value FROM address WHERE contact_id = $1', [ids[0]]);
    const home = await mailboxes(
      ground,
      rows.map(({ value }) => value),
    );
    await erasePerson(ground, ids[0] as string, 'test');
    const made = await correct(run);
    const correction = await sendOn(made.messageId, '2026-11-22 10:00');
    expect(await contactsOf(correction)).not.toContain(home.ids[0]);
  });

  it('obeys who paused, but not how many mails somebody wants: they were told something wrong', async () => {
    const { run, ids } = await received();
    await ground.sql.query("UPDATE contact SET paused_until = '2027-01-01' WHERE id = $1", [ids[0]]);
    await ground.sql.query("UPDATE contact SET frequency = 'monthly' WHERE id = $1", [ids[1]]);
    const made = await correct(run);
    const correction = await sendOn(made.messageId, '2026-11-22 10:00');
    expect(await contactsOf(correction)).toEqual(ids.slice(1, 5).sort());
    expect(await leftOutOf(ground.sql, correction)).toEqual({ paused: 1 });
  });

  it('is not held back by contact pressure, but counts', async () => {
    const { run, ids } = await received();
    await setPressure(ground, { messages: 1, days: 30 }, 'test');
    const made = await correct(run);
    const correction = await sendOn(made.messageId, '2026-11-22 10:00');
    expect(await contactsOf(correction)).toHaveLength(5);
    await setPressure(ground, { messages: 2, days: 30 }, 'test');
    await ground.sql.query(
      `INSERT INTO membership (list_id, contact_id) SELECT l.id, unnest($1::uuid[]) FROM list l WHERE l.name = $2
       ON CONFLICT DO NOTHING`,
      [ids, `receivers ${lists}`],
    );
    const next = await newCampaign(ground, staff.author, { lists: [`receivers ${lists}`] });
    const third = await sendOn(next.messageId, '2026-11-22 11:00');
    expect((await leftOutOf(ground.sql, third))['contact pressure']).toBe(5);
    await setPressure(ground, null, 'test');
  });

  it('needs an approval of its own, by another than its author', async () => {
    const { run } = await received();
    const { messageId } = await correct(run);
    await expect(approveMessage(ground, { messageId, user: staff.author })).rejects.toThrow();
    await scheduleMessage(
      ground,
      { messageId, editor: editorOf(staff.author) },
      { schedule: { kind: 'once', at: '2026-11-22 10:00', zone: 'UTC' } },
    );
    expect(await planRuns(ground)).toEqual([]);
  });

  it('is told apart in status and report', async () => {
    const { run, campaignId } = await received();
    const made = await correct(run);
    const correction = await sendOn(made.messageId, '2026-11-22 10:00');
    const words = statusInWords(await campaignStatus(ground, campaignId));
    expect(words).toContain(`to those who received run ${run} (a correction), for appeals`);
    expect(words).toContain(
      `Run ${run}: corrected by "Correction of run ${run}" (run ${correction}, running)`,
    );
    expect(summaryInWords(await runSummary(ground, correction))).toContain(`A correction of run ${run}.`);
    expect(summaryInWords(await runSummary(ground, run))).toContain(
      `This run is corrected by "Correction of run ${run}" (run ${correction}, running).`,
    );
    expect((await correct(run)).name).toBe(`Correction of run ${run} (2)`);
  });

  it('warns when it is not written in a language in which the run was received', async () => {
    const { run } = await received();
    const { warnings } = await correct(run, { contents: { en: MENDED.en } });
    expect(warnings).toContain(`3 received run ${run} in ml; they get it in en.`);
  });

  it('has no other audience', async () => {
    const { run } = await received();
    const { messageId } = await correct(run);
    const edit = editMessage(ground, { messageId, user: staff.author }, { lists: ['donors'] });
    await expect(edit).rejects.toThrow(/to nobody else/);
    await editMessage(ground, { messageId, user: staff.author }, { contents: { en: { subject: 'Better' } } });
  });
});

describe('no correction is made', () => {
  it('of a run that still reaches others, nor launched while it does', async () => {
    const { run } = await received();
    const { messageId } = await correct(run);
    await ground.sql.query('ALTER TABLE run DISABLE TRIGGER seen');
    await ground.sql.query("UPDATE run SET state = 'running' WHERE id = $1", [run]);
    await expect(correct(run)).rejects.toThrow(/is running and reaches more people yet/);
    await expect(sendOn(messageId, '2026-11-22 10:00')).rejects.toThrow(/failed/);
    const { rows } = await ground.sql.query('SELECT state, reason FROM run WHERE message_id = $1', [
      messageId,
    ]);
    expect(rows[0]).toMatchObject({ state: 'planned', reason: expect.stringMatching(/Pause or cancel it/) });
    await ground.sql.query("UPDATE run SET state = 'finished' WHERE id = $1", [run]);
    await ground.sql.query('ALTER TABLE run ENABLE TRIGGER seen');
    expect((await launchDue(ground)).map(({ outcome }) => outcome)).toContain('launched');
  });

  it('of a run that is not there, or reached nobody, nor by a user who may not', async () => {
    await expect(correct(999_999n)).rejects.toMatchObject({ status: 404 });
    const { run } = await received();
    await expect(correctRun(ground, { run, contents: CONTENTS }, staff.approver)).rejects.toMatchObject({
      status: 403,
    });
    await ground.sql.query("UPDATE delivery SET state = 'bounced' WHERE run = $1 AND state = 'sent'", [run]);
    await expect(correct(run)).rejects.toThrow(/Nobody received run/);
  });
});
