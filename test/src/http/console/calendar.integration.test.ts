import ICAL from 'ical.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { approveMessage } from '../../../../src/campaigns/approvals.ts';
import { scheduleMessage } from '../../../../src/campaigns/campaigns.ts';
import { planRuns } from '../../../../src/campaigns/planner.ts';
import { addPost } from '../../../../src/campaigns/posts/posts.ts';
import { saveSocialAccount } from '../../../../src/deliveries/publications/accounts.ts';
import { formOf, signedIn } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';
import { editorOf, newCampaign, people } from '../../campaigns/support.ts';

const web = testWeb();
const staff = people(web.ground);
const send = formOf(web);
let cookie: string;

beforeAll(async () => {
  cookie = (await signedIn(web, ['author'])).cookie;
});

const page = async (query: string) =>
  (await web.ask(`/console/calendar?${query}`, { headers: { cookie } })).text();

async function scheduled(at: string, approved = true) {
  const { messageId, campaignId } = await newCampaign(web.ground, staff.author, { name: `At ${at}` });
  const editor = editorOf(staff.author);
  await scheduleMessage(web.ground, { messageId, editor }, { schedule: { kind: 'once', at } });
  if (approved) await approveMessage(web.ground, { messageId, user: staff.approver });
  return { messageId, campaignId };
}

const rowOf = async (id: string) =>
  (await web.ground.sql.query('SELECT revision, schedule FROM message WHERE id = $1', [id])).rows[0];
const runsOf = async (id: string) =>
  (await web.ground.sql.query('SELECT due_at FROM run WHERE message_id = $1', [id])).rows.length;

describe('the calendar', () => {
  it('teaches while nothing is planned', async () => {
    expect(await page('view=month&day=2027-06-01')).toContain('Nothing is planned in this time');
  });

  it('shows what is approved and what is not, what comes again, holidays and what lies too close', async () => {
    await scheduled('2026-12-24T10:00');
    await scheduled('2026-12-24T10:30', false);
    const weekly = await newCampaign(web.ground, staff.author, { name: 'Weekly word' });
    const schedule = { kind: 'cron', expression: '0 22 * * MON' };
    await scheduleMessage(
      web.ground,
      { messageId: weekly.messageId, editor: editorOf(staff.author) },
      { schedule },
    );
    await planRuns(web.ground);
    const month = await page('view=month&day=2026-12-10');
    expect(month.match(/>Weekly word</g)).toHaveLength(5);
    expect(month).toContain('Within an hour of At 2026-12-24T10:30');
    expect(month).toContain('Between 9 pm and 9 am in Kerala');
    expect(month).toContain('Christmas');
    expect(month.match(/data-unapproved/g)).toHaveLength(6);
    const list = await page(`view=list&day=2026-12-20&campaign=${weekly.campaignId}`);
    expect(list).toContain('Weekly word');
    expect(list).not.toContain('At 2026-12-24');
    const week = await page('view=week&day=2026-12-23&lang=ml');
    expect(week).toContain('ഒരു മണിക്കൂറിനുള്ളിൽ');
  });

  it('shows posts by network and account', async () => {
    const { id: account } = await saveSocialAccount(web.ground, staff.chief, {
      ...{ network: 'hand', name: 'Notice board', mode: 'hand' },
    });
    const { campaignId } = await newCampaign(web.ground, staff.author);
    const contents = { en: { text: 'Come to the fair' } };
    const plan = { name: 'Fair post', contents, accounts: [{ account, language: 'en' }] };
    const messageId = await addPost(web.ground, { campaignId, user: staff.author }, plan);
    const schedule = { kind: 'once', at: '2027-01-12T10:00' };
    await scheduleMessage(web.ground, { messageId, editor: editorOf(staff.author) }, { schedule });
    await scheduled('2027-01-13T10:00');
    for (const filter of [`account=${account}`, 'channel=hand']) {
      const shown = await page(`view=month&day=2027-01-01&${filter}`);
      expect(shown).toContain('Fair post');
      expect(shown).not.toContain('At 2027-01-13');
    }
    expect(await page('view=month&day=2027-01-01&channel=email')).not.toContain('Fair post');
  });

  it('moves what is not approved at once', async () => {
    const { messageId } = await scheduled('2027-02-02T09:15', false);
    const { revision } = await rowOf(messageId);
    const path = `/console/calendar/messages/${messageId}/move`;
    const back = '/console/calendar?view=month&day=2027-02-01';
    const moved = await send(path, { day: '2027-02-05', revision, back }, cookie);
    expect(moved.headers.get('location')).toBe(`${back}&done=calendar-moved`);
    expect((await rowOf(messageId)).schedule.at).toBe('2027-02-05T09:15');
    const old = await send(path, { day: '2027-02-06', revision, back }, cookie);
    expect(old.status).toBe(422);
    expect(await old.text()).toContain('was edited by somebody else meanwhile');
    expect((await rowOf(messageId)).schedule.at).toBe('2027-02-05T09:15');
    const past = await send(path, { day: '2026-02-06', revision: `${Number(revision) + 1}`, back }, cookie);
    expect(await past.text()).toContain('has passed');
  });

  it('moves what is approved only after saying that its approval goes, and then it goes', async () => {
    const { messageId } = await scheduled('2027-03-02T09:15');
    await planRuns(web.ground);
    const { revision } = await rowOf(messageId);
    const path = `/console/calendar/messages/${messageId}/move`;
    const fields = { day: '2027-03-05', time: '10:00', revision, back: '/console/calendar' };
    const asked = await send(path, fields, cookie);
    expect(asked.status).toBe(303);
    expect((await rowOf(messageId)).revision).toBe(revision);
    const question = await web.ask(asked.headers.get('location') ?? '', { headers: { cookie } });
    const words = await question.text();
    expect(words).toContain('takes that approval back');
    expect(words).toContain('5 March 2027, 10:00 am');
    expect(await runsOf(messageId)).toBe(1);
    const moved = await send(path, { ...fields, confirmed: '1' }, cookie);
    expect(moved.headers.get('location')).toBe('/console/calendar?done=calendar-moved-anew');
    expect(await runsOf(messageId)).toBe(0);
    await planRuns(web.ground);
    expect(await runsOf(messageId)).toBe(0);
  });
});

describe('its private address', () => {
  const addressIn = (html: string) => /\/calendar\/[\w-]+\.ics/.exec(html)?.[0] ?? '';

  it('gives a calendar that another program reads, until it is renewed or taken away', async () => {
    const { messageId } = await scheduled('2027-04-02T09:15');
    const reader = await signedIn(web, ['auditor']);
    const first = addressIn(await (await send('/console/calendar/address', {}, reader.cookie)).text());
    const answer = await web.ask(first);
    expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    const file = await answer.text();
    const events = new ICAL.Component(ICAL.parse(file))
      .getAllSubcomponents('vevent')
      .map((one) => new ICAL.Event(one));
    const own = events.find(({ uid }) => uid.startsWith(messageId));
    expect(own?.summary).toBe('E-mail: At 2027-04-02T09:15 (Approved)');
    expect(own?.startDate.toJSDate().toISOString()).toBe('2027-04-02T03:45:00.000Z');
    expect(own?.sequence).toBe((await rowOf(messageId)).revision);
    expect(new Set(events.map(({ uid }) => uid)).size).toBe(events.length);
    expect(file).not.toMatch(/@kssm\.example|@donor\.example/);
    const second = addressIn(await (await send('/console/calendar/address', {}, reader.cookie)).text());
    expect((await web.ask(first)).status).toBe(404);
    expect((await web.ask(second)).status).toBe(200);
    expect(
      await (await web.ask('/console/calendar', { headers: { cookie: reader.cookie } })).text(),
    ).not.toContain('.ics');
    await send('/console/calendar/address/revocation', {}, reader.cookie);
    expect((await web.ask(second)).status).toBe(404);
  });

  it('opens nothing for somebody who was switched off', async () => {
    const gone = await signedIn(web, ['author']);
    const address = addressIn(await (await send('/console/calendar/address', {}, gone.cookie)).text());
    expect((await web.ask(address)).status).toBe(200);
    await web.ground.sql.query('UPDATE app_user SET disabled_at = now() WHERE id = $1', [gone.user.id]);
    expect((await web.ask(address)).status).toBe(404);
  });
});
