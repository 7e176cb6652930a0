import { beforeAll, expect, it } from 'vitest';
import { setAway } from '../../../src/access/absence.ts';
import { addUser, type User } from '../../../src/access/users.ts';
import { setReminderHours, tellApprovals } from '../../../src/campaigns/approval-mails.ts';
import { approveMessage } from '../../../src/campaigns/approvals.ts';
import { scheduleMessage } from '../../../src/campaigns/campaigns.ts';
import { addComment, listComments } from '../../../src/campaigns/comments.ts';
import { openRequests, requestsOf } from '../../../src/campaigns/request-list.ts';
import { requestApproval, returnMessage, takeBackRequest } from '../../../src/campaigns/requests.ts';
import { NOON, testGround } from '../../support/ground.ts';
import { editorOf, newCampaign, people } from './support.ts';

const ground = testGround();
const staff = people(ground);
let deputy: User;
const WISH = { reference: 'SJD/1187/2026', note: 'Before Monday.', approverId: null, deputyId: null };

beforeAll(async () => {
  deputy = await addUser(
    ground,
    { email: 'deputy@kssm.example', name: 'ദീപ', roles: ['approver'] },
    'cli:test',
  );
  await ground.sql.query("UPDATE app_user SET language = 'ml' WHERE id = $1", [deputy.id]);
});

async function plannedMessage(): Promise<string> {
  const { messageId } = await newCampaign(ground, staff.author);
  await schedule(messageId, '2026-12-01T09:00');
  return messageId;
}

const schedule = (messageId: string, at: string) =>
  scheduleMessage(ground, { messageId, editor: editorOf(staff.author) }, { schedule: { kind: 'once', at } });

/** Notices since the last look, with their readers. */
async function mails() {
  await tellApprovals(ground);
  const { rows } = await ground.sql.query(
    'DELETE FROM notice RETURNING kind, address, language, subject, text',
  );
  return rows.sort((one, other) => one.address.localeCompare(other.address));
}

it('asks everybody who may decide, in their language, and lends its reference to the approval', async () => {
  const messageId = await plannedMessage();
  await requestApproval(ground, { messageId, user: staff.author }, WISH);
  const told = await mails();
  expect(told.map(({ address, language }) => [address, language])).toEqual([
    ['approver@kssm.example', 'en'],
    ['deputy@kssm.example', 'ml'],
  ]);
  expect(told[0].text).toContain('SJD/1187/2026');
  expect(told[0].text).toContain(`/console/messages/${messageId}/approval`);
  expect(told[1].subject).toBe('അംഗീകാരത്തിന്: Greeting');
  expect(await mails()).toEqual([]);
  await approveMessage(ground, { messageId, user: staff.approver });
  const { rows } = await ground.sql.query('SELECT reference FROM approval WHERE message_id = $1', [
    messageId,
  ]);
  expect(rows).toEqual([{ reference: 'SJD/1187/2026' }]);
  expect((await mails()).map(({ kind, address }) => [kind, address])).toEqual([
    ['approval-given', 'author@kssm.example'],
  ]);
});

it('refuses what cannot be approved: no time, asked already, approved already, the last editor', async () => {
  const { messageId } = await newCampaign(ground, staff.author);
  const ask = (wish = WISH as Parameters<typeof requestApproval>[2]) =>
    requestApproval(ground, { messageId, user: staff.author }, wish);
  await expect(ask()).rejects.toThrow(/Choose a time/);
  await schedule(messageId, '2026-12-01T09:00');
  await expect(ask({ ...WISH, approverId: staff.author.id })).rejects.toThrow(/somebody who may approve/);
  await expect(ask({ ...WISH, approverId: deputy.id, deputyId: deputy.id })).rejects.toThrow(/somebody else/);
  await ask();
  await expect(ask()).rejects.toMatchObject({ status: 409 });
  await expect(requestApproval(ground, { messageId, user: staff.approver }, WISH)).rejects.toMatchObject({
    status: 403,
  });
  await approveMessage(ground, { messageId, user: staff.approver });
  await expect(ask()).rejects.toThrow(/approved as it is/);
  await mails();
});

it('is returned with a reason, which whoever asked is told', async () => {
  const messageId = await plannedMessage();
  await requestApproval(ground, { messageId, user: staff.author }, WISH);
  await mails();
  await expect(returnMessage(ground, { messageId, user: staff.approver }, ' ')).rejects.toThrow(
    /what is to be changed/,
  );
  await returnMessage(ground, { messageId, user: staff.approver }, 'The date is wrong.');
  const [told] = await mails();
  expect(told).toMatchObject({ kind: 'approval-returned', address: 'author@kssm.example' });
  expect(told.text).toContain('The date is wrong.');
  await expect(returnMessage(ground, { messageId, user: staff.approver }, 'x')).rejects.toMatchObject({
    status: 409,
  });
});

it('is taken back by an edit and by hand; an older state is not approved unseen', async () => {
  const messageId = await plannedMessage();
  await requestApproval(ground, { messageId, user: staff.author }, WISH);
  const { revision } = await schedule(messageId, '2026-12-02T09:00');
  expect((await requestsOf(ground, messageId)).map(({ state }) => state)).toEqual(['withdrawn']);
  await expect(
    approveMessage(ground, { messageId, user: staff.approver, revision: revision - 1 }),
  ).rejects.toThrow(/edited since you read it/);
  await requestApproval(ground, { messageId, user: staff.author }, WISH);
  await takeBackRequest(ground, { messageId, user: staff.author });
  expect(await openRequests(ground, { limit: 5 })).toEqual([]);
  await mails();
});

it('reminds, passes on to the deputy, and asks the deputy at once while the approver is away', async () => {
  const messageId = await plannedMessage();
  await setReminderHours(ground, { remindHours: 2, escalateHours: 5 }, 'test');
  await requestApproval(
    ground,
    { messageId, user: staff.author },
    { ...WISH, approverId: staff.approver.id, deputyId: deputy.id },
  );
  const kindsAt = async (hours: number) => {
    ground.clock.set(new Date(Date.parse(NOON) + hours * 3_600_000));
    return (await mails()).map(({ kind, address }) => `${kind} ${address.split('@')[0]}`);
  };
  expect(await kindsAt(0)).toEqual(['approval-asked approver']);
  expect(await kindsAt(1)).toEqual([]);
  expect(await kindsAt(2)).toEqual(['approval-reminder approver']);
  expect(await kindsAt(3)).toEqual([]);
  expect(await kindsAt(5)).toEqual(['approval-reminder approver', 'approval-deputy deputy']);
  const until = new Date('2026-11-30T00:00:00Z');
  await setAway(ground, { userId: staff.approver.id, until, deputyId: deputy.id }, 'test');
  expect(await kindsAt(8)).toEqual(['approval-reminder deputy']);
  const [request] = await openRequests(ground, { limit: 5 });
  expect(request).toMatchObject({
    approver: 'approver',
    approverAwayUntil: until,
    deputy: 'ദീപ',
    reminders: 3,
  });
  await approveMessage(ground, { messageId, user: deputy });
  await setAway(ground, { userId: staff.approver.id, until: null, deputyId: null }, 'test');
});

it('takes nobody as deputy who may not decide, and no day that has passed', async () => {
  const away = (wish: Partial<Parameters<typeof setAway>[1]>) =>
    setAway(
      ground,
      { userId: staff.approver.id, until: new Date('2027-01-01'), deputyId: deputy.id, ...wish },
      'test',
    );
  await expect(away({ until: new Date('2020-01-01') })).rejects.toThrow(/has passed/);
  await expect(away({ deputyId: null })).rejects.toThrow(/Name somebody else/);
  await expect(away({ deputyId: staff.author.id })).rejects.toThrow(/may approve/);
});

it('keeps a thread of comments for those who write and decide', async () => {
  const messageId = await plannedMessage();
  await addComment(ground, { messageId, user: staff.author }, 'ആദ്യ വരി മാറ്റി.');
  await addComment(ground, { messageId, user: staff.approver }, 'Good.\r\nThank you.');
  expect((await listComments(ground.sql, messageId)).map(({ by, text }) => [by, text])).toEqual([
    ['author', 'ആദ്യ വരി മാറ്റി.'],
    ['approver', 'Good.\nThank you.'],
  ]);
  await expect(addComment(ground, { messageId, user: staff.author }, '  ')).rejects.toThrow(/Write what/);
  const reader = { ...staff.author, roles: ['auditor' as const] };
  await expect(addComment(ground, { messageId, user: reader }, 'x')).rejects.toMatchObject({ status: 403 });
});
