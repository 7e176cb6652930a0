import { beforeEach, expect, it } from 'vitest';
import { approveMessage } from '../../../../src/campaigns/approvals.ts';
import { scheduleMessage } from '../../../../src/campaigns/campaigns.ts';
import { launchDue, planRuns } from '../../../../src/campaigns/planner.ts';
import {
  addToEvergreen,
  findEvergreen,
  makeEvergreen,
  pauseEvergreen,
  removeFromEvergreen,
} from '../../../../src/campaigns/posts/evergreen.ts';
import { addPost, editPost } from '../../../../src/campaigns/posts/posts.ts';
import { requestApproval } from '../../../../src/campaigns/requests.ts';
import { saveSocialAccount } from '../../../../src/deliveries/publications/accounts.ts';
import { engineGround } from '../../../support/engine.ts';
import { NOON } from '../../../support/ground.ts';
import { editorOf, newCampaign, people } from '../support.ts';

const ground = engineGround();
const staff = people(ground);
let n = 0;
let account: string;
let other: string;
let queueId: string;

beforeEach(async () => {
  ground.clock.set(NOON); // a Saturday
  const connect = async (name: string) =>
    (await saveSocialAccount(ground, staff.chief, { network: 'hand', name, mode: 'hand' })).id;
  [account, other] = [await connect(`Board ${++n}`), await connect(`Press ${n}`)];
  const slots = [
    { weekday: 1, time: '10:00' },
    { weekday: 4, time: '18:30' },
  ];
  queueId = await makeEvergreen(ground, staff.author, { name: `Round ${n}`, account, slots, gapDays: 6 });
});

async function post(name: string): Promise<string> {
  const { campaignId } = await newCampaign(ground, staff.author);
  const contents = { en: { text: name } };
  const accounts = [account, other].map((one) => ({ account: one, language: 'en' }));
  return addPost(ground, { campaignId, user: staff.author }, { name, contents, accounts });
}

async function item(name: string, approved = true): Promise<string> {
  const messageId = await post(name);
  await addToEvergreen(ground, { queueId, messageId, user: staff.author });
  if (approved) await approveMessage(ground, { messageId, user: staff.approver });
  return messageId;
}

const runs = async () =>
  (
    await ground.sql.query<{ name: string; at: Date; state: string; id: string }>(
      `SELECT m.name, r.due_at AS at, r.state::text, r.id FROM run r JOIN message m ON m.id = r.message_id
        WHERE r.queue_id = $1 ORDER BY r.due_at`,
      [queueId],
    )
  ).rows;
const plain = async () => (await runs()).map(({ name, at }) => [name, at.toISOString()]);

/** Lets one slot after another come, as the planner and the launcher do each minute. */
async function pass(slots: string[]): Promise<void> {
  for (const at of slots) {
    await planRuns(ground);
    ground.clock.set(at);
    await launchDue(ground);
    await ground.sql.query("UPDATE run SET state = 'finished' WHERE queue_id = $1 AND state = 'running'", [
      queueId,
    ]);
  }
}

it('goes round in its slots, whatever rested longest first, and nothing before it has rested', async () => {
  await item('one');
  await item('two');
  await item('three', false);
  await pass([
    '2026-11-23T04:30:00Z',
    '2026-11-26T13:00:00Z',
    '2026-11-30T04:30:00Z',
    '2026-12-03T13:00:00Z',
  ]);
  await planRuns(ground);
  expect(await plain()).toEqual([
    ['one', '2026-11-23T04:30:00.000Z'],
    ['two', '2026-11-26T13:00:00.000Z'],
    ['one', '2026-11-30T04:30:00.000Z'],
    ['two', '2026-12-03T13:00:00.000Z'],
    ['one', '2026-12-07T04:30:00.000Z'],
  ]);
});

it('leaves a slot empty rather than repeat a post too soon', async () => {
  await item('alone');
  await pass(['2026-11-23T04:30:00Z', '2026-11-26T13:00:00Z', '2026-11-30T04:30:00Z']);
  expect((await plain()).map(([, at]) => at)).toEqual([
    '2026-11-23T04:30:00.000Z',
    '2026-11-30T04:30:00.000Z',
  ]);
});

it('publishes on its own account alone', async () => {
  await item('here');
  await pass(['2026-11-23T04:30:00Z']);
  const [run] = await runs();
  const { rows } = await ground.sql.query('SELECT account_id FROM publication WHERE run = $1', [run?.id]);
  expect(rows).toEqual([{ account_id: account }]);
});

it('plans nothing that is not approved as it stands, also when it was planned before', async () => {
  const messageId = await item('changing');
  await planRuns(ground);
  expect(await plain()).toHaveLength(1);
  await editPost(ground, { messageId, user: staff.author }, { contents: { en: { text: 'changed' } } });
  await planRuns(ground);
  expect(await plain()).toEqual([]);
  await requestApproval(
    ground,
    { messageId, user: staff.author },
    { reference: null, note: null, approverId: null, deputyId: null },
  );
  await approveMessage(ground, { messageId, user: staff.approver });
  await Promise.all([planRuns(ground), planRuns(ground)]);
  expect(await plain()).toHaveLength(1);
});

it('withdraws an approval that was given before its rhythm was known', async () => {
  const messageId = await post('early');
  await approveMessage(ground, { messageId, user: staff.approver });
  await addToEvergreen(ground, { queueId, messageId, user: staff.author });
  await planRuns(ground);
  expect(await plain()).toEqual([]);
});

it('rests, goes on, and lets posts go', async () => {
  const messageId = await item('resting');
  await planRuns(ground);
  await pauseEvergreen(ground, { queueId, paused: true, user: staff.author });
  await planRuns(ground);
  expect(await plain()).toEqual([]);
  expect((await findEvergreen(ground, queueId)).next).toBeNull();
  await pauseEvergreen(ground, { queueId, paused: false, user: staff.author });
  await planRuns(ground);
  expect((await findEvergreen(ground, queueId)).items[0]?.plannedAt?.toISOString()).toBe(
    '2026-11-23T04:30:00.000Z',
  );
  await removeFromEvergreen(ground, { queueId, messageId, user: staff.author });
  expect(await plain()).toEqual([]);
});

it('refuses what cannot go round, and who may not plan', async () => {
  const { messageId: mail } = await newCampaign(ground, staff.author);
  const user = staff.author;
  await expect(addToEvergreen(ground, { queueId, messageId: mail, user })).rejects.toThrow('Only posts');
  const timed = await post('timed');
  const schedule = { kind: 'once', at: '2026-12-24T10:00' };
  await scheduleMessage(ground, { messageId: timed, editor: editorOf(user) }, { schedule });
  await expect(addToEvergreen(ground, { queueId, messageId: timed, user })).rejects.toThrow(
    'a time of its own',
  );
  await expect(addToEvergreen(ground, { queueId, messageId: timed, user: staff.approver })).rejects.toThrow(
    'author',
  );
  const wish = { name: `Round ${n}`, account, slots: [{ weekday: 1, time: '10:00' }], gapDays: 6 };
  await expect(makeEvergreen(ground, user, wish)).rejects.toThrow('already');
  await expect(makeEvergreen(ground, user, { ...wish, name: 'x', slots: [] })).rejects.toThrow(
    'day of the week',
  );
  await expect(makeEvergreen(ground, user, { ...wish, name: 'x', gapDays: 0 })).rejects.toThrow('rests');
});
