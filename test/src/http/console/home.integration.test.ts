import { expect, it } from 'vitest';
import { createKey } from '../../../../src/access/api-keys.ts';
import type { Role } from '../../../../src/access/users.ts';
import { scheduleMessage } from '../../../../src/campaigns/campaigns.ts';
import { planRuns } from '../../../../src/campaigns/planner.ts';
import { saveAccount } from '../../../../src/deliveries/accounts.ts';
import { lineOf } from '../../../../src/http/console/home/timeline.ts';
import { askReview, decideReview, publishApproved } from '../../../../src/pages/reviews.ts';
import { writeUpdate } from '../../../../src/pages/updates.ts';
import { signedIn } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';
import { editorOf, newCampaign, people, readyCampaign } from '../../campaigns/support.ts';
import { hands, newProject } from '../../pages/support.ts';

const web = testWeb();
const { ground } = web;
const staff = people(ground);
const pages = {} as Record<Role, string>;
const roles = ['administrator', 'approver', 'author', 'finance', 'auditor', 'agency'] as const;

const homeOf = async (role: Role, query = '') => {
  const { cookie } = await signedIn(web, [role]);
  const answer = await web.ask(`/console${query}`, { headers: { cookie } });
  expect(answer.status).toBe(200);
  return answer.text();
};

it('teaches who begins the three steps', async () => {
  const page = await homeOf('author');
  expect(page).toContain('Your first campaign in three steps');
  expect(page).toContain('Write a message');
  expect(page).toContain('Nothing goes out today.');
});

it('shows each role what waits for it, what comes and what troubles the accounts', async () => {
  const { messageId } = await newCampaign(ground, staff.author, { name: 'Disability Day' });
  const tomorrow = { schedule: { kind: 'once', at: '2026-11-22T09:00' } };
  await scheduleMessage(ground, { messageId, editor: editorOf(staff.author) }, tomorrow);
  await readyCampaign(ground, staff, { schedule: { kind: 'once', at: '2026-11-21T18:00' } });
  await planRuns(ground);
  await saveAccount(ground, { name: 'relay', domains: ['*'], settings: { host: '127.0.0.1', port: 25 } });
  await ground.sql.query("UPDATE account SET rests_until = now() + interval '1 hour', trouble = 'refused'");
  const expiresAt = new Date('2026-11-28T00:00:00Z');
  const key = { name: 'Dashboard', scopes: ['campaigns:read'], user: staff.chief, expiresAt };
  await createKey(ground, key, 'cli:test');
  for (const role of roles) pages[role] = await homeOf(role);
  for (const role of ['administrator', 'approver'] as const)
    expect(pages[role]).toContain('Needs your approval');
  for (const role of ['author', 'finance', 'auditor'] as const)
    expect(pages[role]).toContain('Waits for the approval of another person');
  expect(pages.finance).toMatch(/Sunday,? 22 November[\s\S]*Disability Day/);
  expect(pages.finance).toMatch(/6:00 pm<\/time><a href="\/console\/runs\/\d+">Greeting/);
  expect(pages.author).toContain('The account relay rests until');
});

it('tells an agency nothing of ours', async () => {
  expect(pages.agency).toContain('No engagement is open to you yet');
  expect(pages.agency).not.toMatch(/Greeting|Disability|relay/);
});

it('tells of outcomes by the counters, and of a run that asks', async () => {
  await ground.sql.query("UPDATE run SET state = 'asked'");
  const { rows } = await ground.sql.query(
    `INSERT INTO run (message_id, version, purpose, sender_domain, state, due_at, started_at, ended_at, total)
     SELECT message_id, 1, purpose, sender_domain, 'finished', '2026-11-20T05:00Z', '2026-11-20T05:00Z', '2026-11-20T06:00Z', 5
       FROM run LIMIT 1 RETURNING id`,
  );
  await ground.sql.query(
    'INSERT INTO run_counter (run, epoch, lane, sent, failed, unknown) VALUES ($1, 1, 0, 2, 2, 1)',
    [rows[0].id],
  );
  const page = await homeOf('approver');
  expect(page).toContain('Greeting: too late, shall it still go?');
  expect(page).toContain('Greeting: one delivery with an unknown outcome');
  expect(page).toContain('Greeting: 2 deliveries failed');
  expect(page).toMatch(/aria-label="40 percent"/);
  expect(await homeOf('approver', '?lang=ml')).toContain('നിങ്ങളെ കാത്തിരിക്കുന്നത്');
});

it('places what lies close together in rows, and what is late at the end of the line', () => {
  const from = new Date('2026-11-20T18:30:00Z');
  const event = (at: string, channel = 'email') => ({
    ...{ run: null, messageId: at, campaignId: 'c', campaign: 'c', message: 'Greeting', newsletter: false },
    channel,
    ...{ state: 'planned' as const, at: new Date(at) },
  });
  const today = [event('2026-11-21T04:30:00Z'), event('2026-11-21T04:40:00Z'), event('2026-11-21T16:00:00Z')];
  const line = lineOf(today, { from, now: new Date('2026-11-21T06:30:00Z') });
  expect(line.lanes.map(({ key, rows }) => [key, rows])).toEqual([['email', 2]]);
  expect(line.lanes[0]?.events.map(({ x, y, last }) => [x, y, last])).toEqual([
    [16, 0, false],
    [17, 1, false],
    [62, 0, true],
  ]);
  expect(line.now).toBe(24);
  const night = lineOf([event('2026-11-20T20:30:00Z')], { from, now: new Date('2026-11-21T06:30:00Z') });
  expect(night.lanes[0]?.events[0]?.x).toBe(5);
  const others = [event('2026-11-21T04:30:00Z', 'post'), event('2026-11-21T04:30:00Z', 'sms')];
  expect(lineOf(others, { from, now: from }).lanes.map(({ key }) => key)).toEqual(['email', 'phone', 'post']);
});

it('shows pages and news of projects that wait for a second person', async () => {
  const hand = await hands(ground);
  const id = await newProject(ground);
  await askReview(ground, id, hand.author);
  const approver = await homeOf('approver');
  expect(approver).toContain('Wheels: the page waits to be looked over');
  expect(approver).toContain(`href="/console/projects/${id}"`);
  expect(await homeOf('author', '?lang=ml')).toContain('ചക്രങ്ങൾ: പേജ് പരിശോധിക്കാനുണ്ട്');
  await decideReview(ground, { id, approved: true, words: '' }, hand.approver);
  await publishApproved(ground, id, hand.approver);
  const words = { title: 'Fuel came', text: 'For a month.' };
  const update = { kind: 'news', en: words, ml: words, asset: null, milestone: null, files: [] };
  await writeUpdate(ground, { projectId: id, content: update }, hand.author);
  const page = await homeOf('approver');
  expect(page).not.toContain('waits to be looked over');
  expect(page).toContain('Wheels: news waits to be published');
  expect(page).toContain(`href="/console/projects/${id}/updates"`);
});
