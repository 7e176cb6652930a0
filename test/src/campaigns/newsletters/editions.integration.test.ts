import { beforeEach, describe, expect, it } from 'vitest';
import { parseSlots } from '../../../../channels/email/slots.ts';
import { asText, fillSlots } from '../../../../channels/email/values.ts';
import { approveMessage } from '../../../../src/campaigns/approvals.ts';
import { editMessage, scheduleMessage } from '../../../../src/campaigns/campaigns.ts';
import { draftEdition, listEditions, skipEdition } from '../../../../src/campaigns/newsletters/editions.ts';
import { listItems, removeItem } from '../../../../src/campaigns/newsletters/items.ts';
import type { Newsletter } from '../../../../src/campaigns/newsletters/newsletters.ts';
import { pressEditions } from '../../../../src/campaigns/newsletters/press.ts';
import { previewEdition } from '../../../../src/campaigns/newsletters/preview.ts';
import { launchDue, planRuns } from '../../../../src/campaigns/planner.ts';
import { campaignStatus } from '../../../../src/campaigns/status.ts';
import { NOON, testGround } from '../../../support/ground.ts';
import { editorOf, people } from '../support.ts';
import { addStory, MONDAY, NEXT_MONDAY, newNewsletter, STORY } from './support.ts';

const ground = testGround();
const staff = people(ground);
const SUNDAY = '2026-11-22T04:00:00Z';

beforeEach(async () => {
  ground.clock.set(NOON);
  await ground.sql.query('UPDATE message SET archived_at = now() WHERE archived_at IS NULL');
  await ground.sql.query("UPDATE run SET state = 'cancelled' WHERE state NOT IN ('finished', 'cancelled')");
});

/** What a worker does every two seconds. */
async function tick(at?: string) {
  if (at) ground.clock.set(at);
  const did = (await pressEditions(ground)).map((one) => one.did);
  await planRuns(ground);
  const outcomes = (await launchDue(ground)).map(({ outcome }) => outcome);
  return { did, outcomes };
}
const editions = async ({ id }: Newsletter) =>
  (await listEditions(ground, id)).map(({ number, state, reason, dueAt }) => ({
    ...{ number, state, reason, due: dueAt.toISOString() },
  }));
const runs = async ({ campaignId }: Newsletter) =>
  ((await campaignStatus(ground, campaignId)).messages[0]?.runs ?? []).map(({ progress, reason, dueAt }) => ({
    ...{ state: progress.state, total: progress.total, reason, due: dueAt.toISOString() },
  }));
const approve = ({ messageId }: Newsletter, user = staff.approver) =>
  approveMessage(ground, { messageId, user });
const planner = { actor: 'cli:test', userId: null };

describe('an edition', () => {
  it('is drafted a day before from what is new, approved, sent when it is due, and the next one opened', async () => {
    const newsletter = await newNewsletter(ground, staff);
    await addStory(ground, newsletter, staff);
    expect((await tick()).did).toEqual([]);
    expect((await tick(SUNDAY)).did).toEqual(['drafted']);
    expect(await runs(newsletter)).toEqual([]);
    await approve(newsletter);
    expect((await tick()).outcomes).toEqual([]);
    expect((await tick(MONDAY)).outcomes).toEqual(['launched']);
    expect((await tick()).did).toEqual(['sent']);
    expect(await editions(newsletter)).toEqual([
      { number: null, state: 'coming', reason: null, due: NEXT_MONDAY },
      { number: 1, state: 'sent', reason: null, due: MONDAY },
    ]);
    expect(await runs(newsletter)).toMatchObject([{ state: 'running', total: 2, due: MONDAY }]);
    expect((await listItems(ground, newsletter.id))[0]?.edition).toEqual({ number: 1, state: 'sent' });
  });

  it('with nothing new is skipped, which its run and the edition say, and nothing is sent', async () => {
    const newsletter = await newNewsletter(ground, staff);
    await addStory(ground, newsletter, staff);
    await tick(SUNDAY);
    await approve(newsletter);
    await tick(MONDAY);
    await tick();
    await tick('2026-11-29T04:00:00Z');
    expect(await tick(NEXT_MONDAY)).toEqual({ did: ['skipped'], outcomes: [] });
    const reason = 'skipped: nothing is new since edition 1';
    expect((await editions(newsletter))[0]).toEqual({
      number: null,
      state: 'skipped',
      reason,
      due: NEXT_MONDAY,
    });
    expect((await runs(newsletter))[0]).toEqual({ state: 'cancelled', total: 0, reason, due: NEXT_MONDAY });
    await addStory(ground, newsletter, staff, { ml: { title: 'പുതിയത്', text: 'ഇന്ന്' } });
    expect((await tick('2026-12-06T04:00:00Z')).did).toEqual(['drafted']);
    expect((await editions(newsletter))[0]).toMatchObject({ number: 2, state: 'drafted' });
  });

  it('carries no language over from the edition before', async () => {
    const newsletter = await newNewsletter(ground, staff);
    await addStory(ground, newsletter, staff, { ml: STORY.ml });
    await tick(SUNDAY);
    const shown = await previewEdition(ground, newsletter);
    expect(shown.languages.map(({ language }) => language)).toEqual(['ml']);
    expect(shown.languages[0]?.html).toContain('പ്രിയ സുഹൃത്തേ');
    await approve(newsletter);
    await tick(MONDAY);
    const { rows } = await ground.sql.query(
      'SELECT d.language, count(*)::int AS n FROM delivery d JOIN run r ON r.id = d.run WHERE r.message_id = $1 GROUP BY 1',
      [newsletter.messageId],
    );
    expect(rows).toEqual([{ language: 'ml', n: 2 }]);
  });

  it('that is edited after its approval needs another, by somebody who wrote none of it', async () => {
    const newsletter = await newNewsletter(ground, staff);
    await addStory(ground, newsletter, { ...staff, author: staff.chief });
    await addStory(ground, newsletter, staff);
    await tick(SUNDAY);
    await expect(approve(newsletter, staff.chief)).rejects.toThrow(
      /Item 1 of this edition was written by chief@/,
    );
    await approve(newsletter);
    const edit = { contents: { ml: { subject: 'മറ്റൊരു വിഷയം' } } };
    await editMessage(ground, { messageId: newsletter.messageId, user: staff.author }, edit);
    expect((await tick(MONDAY)).outcomes).toEqual([]);
    await approve(newsletter);
    expect((await tick()).outcomes).toEqual(['launched']);
    await tick();
    const [, sent] = await listEditions(ground, newsletter.id);
    const { rows } = await ground.sql.query(
      "SELECT subject FROM message_version WHERE message_id = $1 AND version = $2 AND language = 'ml'",
      [newsletter.messageId, sent?.version],
    );
    expect(rows[0].subject).toBe('മറ്റൊരു വിഷയം');
  });

  it('can be written by hand; the items then wait for the next', async () => {
    const newsletter = await newNewsletter(ground, staff);
    await tick();
    await addStory(ground, newsletter, staff);
    const body = JSON.stringify({
      language: 'ml',
      title: 'ഓണം',
      blocks: [{ type: 'text', text: 'ഓണാശംസകൾ' }],
    });
    const contents = { ml: { subject: 'ഓണപ്പതിപ്പ്', body } };
    const editor = editorOf(staff.author);
    expect(await draftEdition(ground, { newsletter, editor, contents })).toMatchObject({
      number: 1,
      items: [],
    });
    await approve(newsletter);
    await tick(MONDAY);
    expect((await tick('2026-11-29T04:00:00Z')).did).toEqual(['sent', 'drafted']);
    await expect(draftEdition(ground, { newsletter, editor, contents })).resolves.toMatchObject({
      number: 2,
    });
  });

  it.each([
    [true, 'read it on the web'],
    [false, 'not on the web'],
  ])('leads to its page where it has one: public %s', async (isPublic, words) => {
    const newsletter = await newNewsletter(ground, staff, { public: isPublic });
    await tick();
    const text =
      '{{#if web_url}}[read it on the web]({{web_url}}){{/if}}{{#unless web_url}}not on the web{{/unless}}';
    const body = JSON.stringify({ language: 'ml', title: 'x', blocks: [{ type: 'text', text }] });
    await draftEdition(ground, {
      ...{ newsletter, editor: editorOf(staff.author), contents: { ml: { subject: 'x', body } } },
    });
    await approve(newsletter);
    await tick(MONDAY);
    const { rows } = await ground.sql.query(
      "SELECT c.mail FROM run_content c JOIN run r ON r.id = c.run_id WHERE r.message_id = $1 AND c.language = 'ml'",
      [newsletter.messageId],
    );
    const said = (part: string) => fillSlots(parseSlots(part).nodes, { token: 'TOKEN' }, asText);
    const html = said(rows[0].mail.html);
    expect(html).toContain(words);
    expect(html.match(/read it on the web|not on the web/g)).toHaveLength(1);
    expect(/<a href="[^"]*\/l\/\w+\/TOKEN">read it/.test(html)).toBe(isPublic);
  });

  it('skipped by hand gives its items and its number back', async () => {
    const newsletter = await newNewsletter(ground, staff);
    await addStory(ground, newsletter, staff);
    await tick(SUNDAY);
    await approve(newsletter);
    await tick();
    await skipEdition(ground, newsletter, { reason: 'state mourning', actor: 'cli:test' });
    expect((await tick(MONDAY)).outcomes).toEqual([]);
    expect(await editions(newsletter)).toMatchObject([
      { state: 'coming', due: NEXT_MONDAY },
      { state: 'skipped', reason: 'state mourning', number: null },
    ]);
    expect((await runs(newsletter))[0]).toMatchObject({ state: 'cancelled', reason: 'state mourning' });
    expect((await listItems(ground, newsletter.id))[0]?.editionId).toBeNull();
    expect((await tick('2026-11-29T04:00:00Z')).did).toEqual(['drafted']);
    expect((await editions(newsletter))[0]).toMatchObject({ number: 1, state: 'drafted' });
  });

  it('moves with the schedule, and is composed anew for its day', async () => {
    const newsletter = await newNewsletter(ground, staff);
    await addStory(ground, newsletter, staff);
    await tick(SUNDAY);
    const tuesday = { kind: 'cron', expression: '0 9 * * TUE' };
    await scheduleMessage(
      ground,
      { messageId: newsletter.messageId, editor: planner },
      { schedule: tuesday },
    );
    expect((await tick()).did).toEqual(['drafted']);
    expect(await editions(newsletter)).toMatchObject([{ state: 'drafted', due: '2026-11-24T03:30:00.000Z' }]);
    const [ml] = (await previewEdition(ground, newsletter)).languages.filter(
      ({ language }) => language === 'ml',
    );
    expect(ml?.html).toContain('2026 നവംബർ 24');
  });
});

describe('an edition that nobody approves in time', () => {
  it.each([
    ['send', ['launched']],
    ['ask', ['asked']],
  ] as const)('waits, and by the policy %s is then %s', async (latePolicy, outcomes) => {
    const newsletter = await newNewsletter(ground, staff, { latePolicy });
    await addStory(ground, newsletter, staff);
    await tick(SUNDAY);
    expect(await tick('2026-11-23T05:00:00Z')).toEqual({ did: [], outcomes: [] });
    await approve(newsletter);
    expect((await tick()).outcomes).toEqual(outcomes);
  });

  it('is skipped by the policy skip, with the reason, and its items go with the next', async () => {
    const newsletter = await newNewsletter(ground, staff, { latePolicy: 'skip' });
    await addStory(ground, newsletter, staff);
    await tick(SUNDAY);
    expect((await tick('2026-11-23T03:44:00Z')).did).toEqual([]);
    expect((await tick('2026-11-23T03:46:00Z')).did).toEqual(['skipped']);
    expect((await editions(newsletter))[0]).toMatchObject({ reason: 'skipped: it was not approved in time' });
    expect((await tick('2026-11-29T04:00:00Z')).did).toEqual(['drafted']);
  });

  it('gives way when the next one is to be drafted', async () => {
    const newsletter = await newNewsletter(ground, staff);
    await addStory(ground, newsletter, staff);
    await tick(SUNDAY);
    expect((await tick('2026-11-29T04:00:00Z')).did).toEqual(['skipped']);
    expect((await tick()).did).toEqual(['drafted']);
    expect((await editions(newsletter))[0]).toMatchObject({ due: NEXT_MONDAY, number: 1 });
  });

  it('of several that were missed only the latest is made', async () => {
    const newsletter = await newNewsletter(ground, staff);
    await tick();
    await addStory(ground, newsletter, staff);
    expect((await tick('2026-12-16T05:00:00Z')).did).toEqual(['drafted']);
    expect(await editions(newsletter)).toMatchObject([{ due: '2026-12-14T03:30:00.000Z', state: 'drafted' }]);
  });
});

describe('an edition that cannot be drafted', () => {
  it('says why, does not stop the others, and is drafted once that is mended', async () => {
    const newsletter = await newNewsletter(ground, staff);
    const other = await newNewsletter(ground, staff);
    await addStory(ground, newsletter, staff);
    await addStory(ground, other, staff);
    const show = (picture: string | null) =>
      ground.sql.query('UPDATE newsletter_item SET picture = $1 WHERE newsletter_id = $2', [
        picture,
        newsletter.id,
      ]);
    await show('asset:0123abcd');
    expect((await tick(SUNDAY)).did.toSorted()).toEqual(['drafted', 'failed']);
    expect((await editions(newsletter))[0]).toMatchObject({
      state: 'coming',
      reason: expect.stringMatching(/0123abcd/),
    });
    await show(null);
    expect((await tick()).did).toEqual(['drafted']);
    expect((await editions(newsletter))[0]).toMatchObject({ state: 'drafted', reason: null });
  });
});

describe('items', () => {
  it('that may be published only later wait for the edition after', async () => {
    const newsletter = await newNewsletter(ground, staff);
    await addStory(ground, newsletter, staff);
    const { number } = await addStory(ground, newsletter, staff);
    await ground.sql.query(
      'UPDATE newsletter_item SET publish_after = $1 WHERE newsletter_id = $2 AND number = $3',
      [...['2026-11-24', newsletter.id, number]],
    );
    await tick(SUNDAY);
    const taken = (await listItems(ground, newsletter.id)).map(({ edition }) => edition?.number ?? null);
    expect(taken).toEqual([1, null]);
  });

  it('in a drafted edition are taken out by drafting it without them', async () => {
    const newsletter = await newNewsletter(ground, staff);
    await addStory(ground, newsletter, staff);
    await addStory(ground, newsletter, staff);
    await tick(SUNDAY);
    await approve(newsletter);
    const own = { newsletter, user: staff.author };
    await expect(removeItem(ground, own, 2)).rejects.toThrow(/newsletter draft care-news-\d+ --without 2/);
    const drafted = await draftEdition(ground, { newsletter, editor: editorOf(staff.author), without: [2] });
    expect(drafted).toMatchObject({ items: [1], withdrawn: { by: 'approver@kssm.example' } });
    await removeItem(ground, own, 2);
    expect(await listItems(ground, newsletter.id)).toHaveLength(1);
  });

  it.each([
    [{ ml: { title: '{{name}}', text: 'x' } }, /title.*merge fields/],
    [
      { ml: { title: 'x', text: '[here](javascript:alert)' } },
      /blocks\[\d\]\.text: the link to javascript:alert is not allowed/,
    ],
    [{ ta: { title: 'x', text: 'y' } }, /written in ml, en, not in ta/],
    [{}, /at least one language/],
  ])('that would not stand in a mail are refused with the place: %j', async (words, sentence) => {
    const newsletter = await newNewsletter(ground, staff);
    await expect(addStory(ground, newsletter, staff, words)).rejects.toThrow(sentence);
  });
});
