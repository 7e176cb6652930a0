import { expect, it } from 'vitest';
import type { Role, User } from '../../../src/access/users.ts';
import { approveMessage } from '../../../src/campaigns/approvals.ts';
import { editMessage, scheduleMessage } from '../../../src/campaigns/campaigns.ts';
import { askReviewer } from '../../../src/campaigns/outside-reviews.ts';
import { formOf, signedIn } from '../../support/staff.ts';
import { testWeb } from '../../support/web.ts';
import { editorOf, newCampaign, people } from '../campaigns/support.ts';

const web = testWeb();
const staff = people(web.ground);
const send = formOf(web);

const { ground } = web;
const rows = async (query: string, values: unknown[] = []) => (await ground.sql.query(query, values)).rows;

/** A message, and the link that was mailed to somebody about it. */
async function asked(name = 'Dr. Mini', by: { role?: Role; decides?: string } = {}) {
  const { messageId } = await newCampaign(ground, staff.author);
  const schedule = { kind: 'once', at: '2026-12-24T10:00' };
  await scheduleMessage(ground, { messageId, editor: editorOf(staff.author) }, { schedule });
  const { cookie } = await signedIn(web, [by.role ?? 'author']);
  const email = 'mini@health.example';
  const answer = await send(
    `/console/messages/${messageId}/reviews`,
    { name, email, language: 'ml', ...(by.decides && { decides: by.decides }) },
    cookie,
  );
  expect(answer.headers.get('location')).toContain('done=outside-asked');
  const [notice] = await rows('SELECT address, text FROM notice ORDER BY created_at DESC LIMIT 1');
  expect(notice.address).toBe(email);
  const path = /\/review\/[\w-]+/.exec(notice.text)?.[0] ?? '';
  return { messageId, path, cookie };
}

const approvals = (messageId: string) => rows('SELECT FROM approval WHERE message_id = $1', [messageId]);

it('shows the message in both languages to whoever has the link, and keeps one answer under their name', async () => {
  const { messageId, path, cookie } = await asked();
  const page = await web.ask(path);
  expect(page.headers.get('cache-control')).toBe('no-store');
  const html = await page.text();
  for (const words of ['What do you think, Dr. Mini?', 'Onam greetings', 'ഓണാശംസകൾ', 'I recommend it'])
    expect(html).toContain(words);
  expect(html).not.toContain('{{');
  expect(await (await web.ask(`${path}?lang=ml`)).text()).toContain('എന്താണ് അഭിപ്രായം?');
  const mail = await web.ask(`${path}/ml`);
  expect(mail.headers.get('content-security-policy')).toContain('sandbox');
  expect(await mail.text()).toContain('ഓണാശംസകൾ');
  expect((await send(path, { answer: 'approve', words: 'Good.' })).status).toBe(200);
  const [review] = await rows('SELECT approved, words FROM outside_review WHERE message_id = $1', [
    messageId,
  ]);
  expect(review).toEqual({ approved: true, words: 'Good.' });
  const [entry] = await rows(
    "SELECT actor, after FROM audit_entry WHERE action = 'review.answered' ORDER BY id DESC LIMIT 1",
  );
  expect([entry.actor, entry.after.approved]).toEqual(['Dr. Mini (outside)', true]);
  // A recommendation approves nothing, and is given once.
  expect(await approvals(messageId)).toHaveLength(0);
  expect(await (await send(path, { answer: 'change', words: 'No.' })).text()).toContain('Thank you');
  expect(
    (await rows('SELECT approved FROM outside_review WHERE message_id = $1', [messageId]))[0].approved,
  ).toBe(true);
  const approval = await web.ask(`/console/messages/${messageId}/approval`, { headers: { cookie } });
  expect(await approval.text()).toContain('Recommends it');
  await approveMessage(ground, { messageId, user: staff.approver });
});

it('wants a reason when something is to be changed', async () => {
  const { messageId, path } = await asked();
  const answer = await send(path, { answer: 'change', words: ' ' });
  expect(answer.status).toBe(422);
  expect(await answer.text()).toContain('Say what is to be changed');
  expect((await send(path, { answer: 'change', words: 'The date is wrong.' })).status).toBe(200);
  const [review] = await rows('SELECT approved, words FROM outside_review WHERE message_id = $1', [
    messageId,
  ]);
  expect(review).toEqual({ approved: false, words: 'The date is wrong.' });
});

it('opens nothing after an edit, after seven days, and after it was taken back', async () => {
  const edited = await asked();
  await editMessage(ground, { messageId: edited.messageId, user: staff.author }, { name: 'Another' });
  expect((await web.ask(edited.path)).status).toBe(410);
  expect((await web.ask(`${edited.path}/en`)).status).toBe(410);
  expect((await send(edited.path, { answer: 'approve' })).status).toBe(410);

  const revoked = await asked();
  const [{ id }] = await rows('SELECT id FROM outside_review WHERE message_id = $1', [revoked.messageId]);
  await send(`/console/messages/${revoked.messageId}/reviews/${id}/revocation`, {}, revoked.cookie);
  expect(await (await web.ask(revoked.path)).text()).toContain('taken back');

  const late = await asked();
  const now = ground.clock.now().toISOString();
  ground.clock.set(new Date(ground.clock.now().getTime() + 7 * 86_400_000).toISOString());
  expect((await send(late.path, { answer: 'approve' })).status).toBe(410);
  ground.clock.set(now);
  expect(
    (
      await rows('SELECT FROM outside_review WHERE decided_at IS NOT NULL AND message_id = ANY ($1)', [
        [edited.messageId, revoked.messageId, late.messageId],
      ])
    ).length,
  ).toBe(0);
  expect((await web.ask(`/review/${'x'.repeat(43)}`)).status).toBe(404);
});

it('approves in the name of an approver who lent their yes, and of nobody else', async () => {
  const { messageId, path } = await asked('Dr. Mini', { role: 'approver', decides: 'yes' });
  expect(await (await web.ask(path)).text()).toContain('Your yes is the approval');
  expect((await send(path, { answer: 'approve' })).status).toBe(200);
  expect(await approvals(messageId)).toHaveLength(1);
  const [entry] = await rows(
    "SELECT after FROM audit_entry WHERE action = 'message.approved' ORDER BY id DESC LIMIT 1",
  );
  expect(entry.after.outside).toBe('Dr. Mini');

  const change = await asked('Dr. Mini', { role: 'approver', decides: 'yes' });
  expect((await send(change.path, { answer: 'change', words: 'Not yet.' })).status).toBe(200);
  expect(await approvals(change.messageId)).toHaveLength(0);
});

it('lets nobody lend an approval who may not give one, or who wrote the message', async () => {
  const { messageId } = await newCampaign(ground, staff.author);
  const wish = { name: 'Dr. Mini', email: 'mini@health.example', language: 'en' as const, decides: true };
  await expect(askReviewer(ground, { messageId, user: staff.author }, wish)).rejects.toThrow(
    /approve messages/,
  );
  const both: User = { ...staff.author, roles: ['author', 'approver'] };
  await expect(askReviewer(ground, { messageId, user: both }, wish)).rejects.toThrow(/last edited/);
  expect(await rows('SELECT FROM outside_review WHERE message_id = $1', [messageId])).toHaveLength(0);
});
