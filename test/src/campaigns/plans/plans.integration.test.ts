import { beforeAll, expect, it } from 'vitest';
import { networks } from '../../../../channels/networks.ts';
import { approveMessage } from '../../../../src/campaigns/approvals.ts';
import { scheduleMessage } from '../../../../src/campaigns/campaigns.ts';
import { changeCampaign, readCampaign } from '../../../../src/campaigns/efforts.ts';
import { makeFromPlan } from '../../../../src/campaigns/plans/make.ts';
import { listOccasions } from '../../../../src/campaigns/plans/occasions.ts';
import { duplicateCampaign, findPlan, removePlan, savePlan } from '../../../../src/campaigns/plans/plans.ts';
import { checkPost } from '../../../../src/campaigns/posts/check.ts';
import { addPost, openPost } from '../../../../src/campaigns/posts/posts.ts';
import { campaignStatus } from '../../../../src/campaigns/status.ts';
import { saveSocialAccount } from '../../../../src/deliveries/publications/accounts.ts';
import { testGround } from '../../../support/ground.ts';
import { editorOf, newCampaign, people } from '../support.ts';

const ground = testGround();
const staff = people(ground);
let account: string;

beforeAll(async () => {
  const wish = { network: 'hand', name: 'Notice board', mode: 'hand' } as const;
  account = (await saveSocialAccount(ground, staff.chief, wish)).id;
});

/** A mail on its first day, a post a quarter of an hour later, a reminder three days before the end, a weekly word. */
async function campaign() {
  const { campaignId, messageId } = await newCampaign(ground, staff.author, { openPixel: true });
  const { name } = await readCampaign(ground.sql, campaignId);
  const wish = { name, goal: 'Beds', beneficiaryKind: 'occasion' as const, beneficiary: 'Onam' };
  const days = { startsOn: '2026-12-01', endsOn: '2026-12-24', ownerId: staff.author.id };
  await changeCampaign(ground, { id: campaignId, wish: { ...wish, ...days } }, staff.author);
  const contents = { en: { text: 'Come to the fair' }, ml: { text: 'മേളയ്ക്ക് വരൂ' } };
  const accounts = [{ account, language: 'ml' }];
  const post = await addPost(
    ground,
    { campaignId, user: staff.author },
    { name: 'Post', contents, accounts },
  );
  const reminder = await addPost(
    ground,
    { campaignId, user: staff.author },
    { name: 'Reminder', contents, accounts },
  );
  const weekly = await addPost(
    ground,
    { campaignId, user: staff.author },
    { name: 'Weekly', contents, accounts },
  );
  const at = (id: string, schedule: object, more = {}) =>
    scheduleMessage(ground, { messageId: id, editor: editorOf(staff.author) }, { schedule, ...more });
  await at(
    messageId,
    { kind: 'once', at: '2026-12-01T09:00' },
    { latePolicy: 'send', window: { from: '08:00', to: '20:00' }, canary: false },
  );
  await at(post, { kind: 'once', at: '2026-12-01T09:15' });
  await at(reminder, { kind: 'once', at: '2026-12-21T18:30' });
  await at(weekly, { kind: 'cron', expression: '0 9 * * MON' });
  await approveMessage(ground, { messageId, user: staff.approver });
  return { campaignId, messageId, post };
}

const plain = ({ messages }: Awaited<ReturnType<typeof campaignStatus>>) =>
  messages.map((one) => [
    one.name,
    one.schedule?.kind === 'once' ? one.schedule.at : one.schedule?.expression,
    one.standing,
  ]);

it('duplicates a campaign: everything as drafts, every time so many days later', async () => {
  const { campaignId, messageId } = await campaign();
  const user = staff.author;
  const made = await duplicateCampaign(ground, user, {
    campaignId,
    name: 'Once more',
    startsOn: '2027-08-20',
  });
  expect(made.untimed).toEqual([]);
  const again = await campaignStatus(ground, made.campaignId);
  expect(plain(again)).toEqual([
    ['Greeting', '2027-08-20T09:00', 'unapproved'],
    ['Post', '2027-08-20T09:15', 'unapproved'],
    ['Reminder', '2027-09-09T18:30', 'unapproved'],
    ['Weekly', '0 9 * * MON', 'unapproved'],
  ]);
  expect(await readCampaign(ground.sql, made.campaignId)).toMatchObject({
    ...{ name: 'Once more', goal: 'Beds', beneficiaryKind: 'occasion', beneficiary: 'Onam' },
    ...{ startsOn: '2027-08-20', endsOn: '2027-09-12' },
  });
  const [mail, post] = again.messages;
  expect(mail).toMatchObject({
    ...{
      fromAddress: 'news@kssm.example',
      purpose: 'appeals',
      openPixel: true,
      latePolicy: 'send',
      canary: false,
    },
    ...{ window: { from: '08:00', to: '20:00' }, audience: { lists: ['donors'] }, revision: 1 },
  });
  const { rows } = await ground.sql.query(
    `SELECT (SELECT html FROM message_version WHERE message_id = $1 AND language = 'ml' ORDER BY version DESC LIMIT 1) =
            (SELECT html FROM message_version WHERE message_id = $2 AND language = 'ml') AS same`,
    [messageId, mail?.id],
  );
  expect(rows[0].same).toBe(true);
  expect((await openPost(ground, post?.id ?? '')).documents.ml?.text).toBe('മേളയ്ക്ക് വരൂ');
  expect((await checkPost(ground, post?.id ?? ''))[0]?.refused).toEqual([]);
  // The one it was made from stands as it stood.
  expect(plain(await campaignStatus(ground, campaignId))[0]).toEqual([
    'Greeting',
    '2026-12-01T09:00',
    'approved',
  ]);
});

it('leaves what would have passed without a time, and says so', async () => {
  const { campaignId } = await campaign();
  const wish = { campaignId, name: 'Too late', startsOn: '2026-11-10' };
  const made = await duplicateCampaign(ground, staff.author, wish);
  expect(made.untimed).toEqual(['Greeting', 'Post']);
  expect(plain(await campaignStatus(ground, made.campaignId)).map(([, at]) => at)).toEqual([
    ...[undefined, undefined, '2026-11-30T18:30', '0 9 * * MON'],
  ]);
});

it('makes nothing at all when the name is taken, a list is gone, or somebody may not', async () => {
  const { campaignId } = await campaign();
  const count = async () => (await ground.sql.query('SELECT count(*)::int AS n FROM message')).rows[0].n;
  const before = await count();
  const wish = { campaignId, name: 'Once more', startsOn: '2027-08-20' };
  await expect(duplicateCampaign(ground, staff.author, wish)).rejects.toThrow('already a campaign');
  await expect(duplicateCampaign(ground, staff.approver, { ...wish, name: 'Other' })).rejects.toThrow(
    'author',
  );
  await expect(
    duplicateCampaign(ground, staff.author, { ...wish, name: 'Other', startsOn: 'soon' }),
  ).rejects.toThrow('first day');
  await ground.sql.query("UPDATE list SET name = 'givers' WHERE name = 'donors'");
  await expect(duplicateCampaign(ground, staff.author, { ...wish, name: 'Other' })).rejects.toThrow(
    'no list',
  );
  await ground.sql.query("UPDATE list SET name = 'donors' WHERE name = 'givers'");
  expect(await count()).toBe(before);
});

it('keeps a plan by both ends of its campaign, and makes a shorter or later one of it', async () => {
  const { campaignId } = await campaign();
  const { id } = await savePlan(ground, staff.author, { campaignId, name: 'Advent' });
  const { content } = await findPlan(ground.sql, 'Advent');
  expect(
    content.messages.map(({ when }) => when?.kind === 'day' && [when.anchor, when.days, when.time]),
  ).toEqual([...[['start', 0, '09:00'], ['start', 0, '09:15'], ['end', -3, '18:30'], false]]);
  const wish = { name: 'Shorter', startsOn: '2027-01-04' };
  const made = await makeFromPlan(ground, staff.author, { content: { ...content, days: 10 }, wish });
  expect(plain(await campaignStatus(ground, made.campaignId))[2]?.[1]).toBe('2027-01-11T18:30');
  await removePlan(ground, staff.author, id);
  await expect(findPlan(ground.sql, 'Advent')).rejects.toThrow('no plan');
});

it('makes a campaign of every occasion, in both languages, that no network would refuse', async () => {
  const occasions = listOccasions({ today: '2026-11-21', site: 'https://wecare.example' });
  expect(occasions.slice(0, 2).map(({ key, next }) => [key, next?.day])).toEqual([
    ['disability-day', '2026-12-03'],
    ['christmas', '2026-12-25'],
  ]);
  for (const { key, content } of occasions) {
    const accounts = ['en', 'ml'].map((language) => ({ account, language }));
    const open = { lists: ['donors'], accounts, from: 'We Care <news@kssm.example>' };
    const wish = { name: key, startsOn: '2027-05-01', ...open };
    const made = await makeFromPlan(ground, staff.author, { content, wish });
    expect([made.untimed, made.leftOut, made.messages.length]).toEqual([[], [], 2]);
    const checked = await checkPost(ground, made.messages[1]?.id ?? '');
    expect(checked.map(({ refused }) => refused)).toEqual([[], []]);
  }
  const [first] = occasions;
  const wish = {
    name: 'Mail alone',
    startsOn: '2027-05-01',
    lists: ['donors'],
    from: 'We Care <news@kssm.example>',
  };
  const alone = await makeFromPlan(ground, staff.author, { content: first?.content as never, wish });
  expect(alone.leftOut).toEqual(['World Disability Day: post']);
});

it('has posts that fit every network', () => {
  for (const { content } of listOccasions({ today: '2026-11-21', site: 'https://wecare.example' }))
    for (const { source } of Object.values(content.messages[1]?.contents ?? {}))
      for (const network of Object.values(networks))
        if (!network.retired && network.reach === 'public')
          expect(network.length(JSON.parse(source).text)).toBeLessThanOrEqual(network.limits.text);
});
