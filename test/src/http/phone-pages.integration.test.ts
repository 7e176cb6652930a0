import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { throughOf } from '../../../src/campaigns/calendar/feed.ts';
import { addToCampaign } from '../../../src/campaigns/drafts.ts';
import { goingBetween } from '../../../src/campaigns/going.ts';
import { makeReview } from '../../../src/campaigns/outside-reviews.ts';
import { registerTemplate } from '../../../src/deliveries/phone/templates.ts';
import {
  connectPhones,
  launchPhoneCampaign,
  openPhones,
  type Phones,
  phonePeople,
  plantPhoneCampaign,
  telephones,
} from '../../support/phones.ts';
import { formOf, signedIn, staffMember } from '../../support/staff.ts';
import { testWeb } from '../../support/web.ts';

const web = testWeb();
let phones: Phones;
let messageId: string;
let run: bigint;
let cookie: string;

beforeAll(async () => {
  phones = await openPhones(web.ground);
  await connectPhones(web.ground, phones, 'sms');
  run = await launchPhoneCampaign(web.ground, {
    network: 'sms',
    list: await phonePeople(web.ground, telephones([7100]), 'sms'),
  });
  const list = await phonePeople(
    web.ground,
    telephones([7101]).map((one) => one.replace('+9198', '+9197')),
    'sms',
  );
  messageId = await plantPhoneCampaign(web.ground, { network: 'sms', list });
  cookie = (await signedIn(web, ['administrator'])).cookie;
});
afterAll(() => phones.close());

it('shows a message to telephones on the pages of campaigns, and its words to whoever approves', async () => {
  const { rows } = await web.ground.sql.query('SELECT campaign_id AS id FROM message WHERE id = $1', [
    messageId,
  ]);
  const ask = (path: string) => web.ask(path, { headers: { cookie } });
  const paths = [
    `/console/campaigns/${rows[0].id}`,
    `/console/messages/${messageId}/plan`,
    `/console/messages/${messageId}/approval`,
  ];
  const more = [
    `/console/messages/${messageId}/versions`,
    '/console/campaigns',
    `/console/runs/${run}`,
    '/console',
  ];
  for (const path of [...paths, ...more]) expect([path, (await ask(path)).status]).toEqual([path, 200]);
  const editor = await ask(`/console/messages/${messageId}`);
  expect([editor.status, editor.headers.get('location')]).toEqual([
    303,
    `/console/phone-messages/${messageId}`,
  ]);
  expect(await (await ask(`/console/messages/${messageId}/approval`)).text()).toContain(
    'Dear {{name}}, thank you. We Care',
  );
});

it('says what a message will cost, who bears it and what is left, before anybody decides', async () => {
  const setCosts = (monthlyCap: number) =>
    web.ground.sql.query("UPDATE account SET costs = $1 WHERE channel = 'sms'", [
      JSON.stringify({ perMessage: 18, currency: 'INR', monthlyCap, bearer: 'The office' }),
    ]);
  const ask = async (page: string) =>
    (await web.ask(`/console/messages/${messageId}/${page}`, { headers: { cookie } })).text();
  await setCosts(5000);
  for (const page of ['plan', 'approval']) {
    const html = await ask(page);
    for (const said of ['About ₹0.18 for one reader, borne by The office.', 'cap of ₹50'])
      expect([page, said, html.includes(said)]).toEqual([page, said, true]);
    expect(html).not.toContain('more than is left');
  }
  expect(await ask('approval')).not.toMatch(/&lt;[0-9a-f-]{36}&gt;/);
  await setCosts(10);
  expect(await ask('plan')).toContain('more than is left');
  await web.ground.sql.query("UPDATE account SET costs = '{}' WHERE channel = 'sms'");
});

it('is shown to somebody outside as telephones will show it', async () => {
  const user = await staffMember(web.ground, ['author']);
  const token = await makeReview(web.ground, { messageId, user }, 'Dr. Mini');
  const answer = await web.ask(`/review/${token}`);
  const html = await answer.text();
  expect([answer.status, html.includes('Dear {{name}}, thank you. We Care')]).toEqual([200, true]);
  expect(html).not.toContain(`/review/${token}/en`);
});

it('stands in the calendar as what it is, and is found there by its channel', async () => {
  const ask = async (query: string) =>
    (await web.ask(`/console/calendar?view=list&day=2026-11-21${query}`, { headers: { cookie } })).text();
  const calendar = await ask('&channel=sms');
  expect(calendar).toContain('<option value="sms" selected>SMS</option>');
  expect(calendar).toContain('<span class="vh">SMS</span>');
  expect(calendar).not.toContain('<span class="vh">E-mail</span>');
  expect(await ask('&channel=email')).not.toContain('class="cev"');
  const { going } = await goingBetween(web.ground, {
    from: new Date('2026-11-21T00:00:00Z'),
    to: new Date('2026-11-22T00:00:00Z'),
  });
  expect(going.map((one) => throughOf(one, 'en'))).toEqual(['SMS', 'SMS']);
});

describe('writing to telephones in the console', () => {
  const get = async (path: string) => {
    const answer = await web.ask(path, { headers: { cookie } });
    return { status: answer.status, html: await answer.text() };
  };
  const send = (path: string, fields: Record<string, string>) => formOf(web)(path, fields, cookie);
  let campaign: string;
  let account: string;
  let list: string;

  beforeAll(async () => {
    const { rows } = await web.ground.sql.query(
      'SELECT m.campaign_id, m.from_address FROM message m WHERE id = $1',
      [messageId],
    );
    campaign = rows[0].campaign_id;
    account = rows[0].from_address;
    list = (await web.ground.sql.query('SELECT name FROM list LIMIT 1')).rows[0].name;
  });

  const typed = (more: Record<string, string>) => ({
    ...{ op: 'save', account, template: 'thanks', name: 'Anew', purpose: 'appeals', lists: list },
    ...{ 'value.en.1': '{{name}}', 'value.ml.1': '{{name}}', ...more },
  });

  it('offers every registered text, and asks for what stands in its places', async () => {
    const offers = await get(`/console/campaigns/${campaign}/phone/new`);
    expect(offers.html).toContain('Dear {#var#}, thank you. We Care');
    const form = await get(`/console/campaigns/${campaign}/phone/new?account=${account}&template=thanks`);
    expect([form.status, form.html.includes('name="value.ml.1"')]).toEqual([200, true]);
  });

  it('says what is wrong, keeps what is typed, and makes nothing', async () => {
    const path = `/console/campaigns/${campaign}/phone/new`;
    const count = async () => web.ground.db.message.count();
    const before = await count();
    for (const [more, said] of [
      [{ name: '' }, 'Give the message a name'],
      [{ 'value.ml.1': '' }, 'A value is empty'],
      [{ 'value.en.1': 'somebody whose name is longer than any place' }, 'a place of the template takes 30'],
      [{ 'value.en.1': '{{nonsense}}' }, 'nonsense'],
    ] as const) {
      const answer = await send(path, typed(more));
      const html = await answer.text();
      expect([answer.status, more, html.includes(said)]).toEqual([422, more, true]);
    }
    const shown = await send(path, typed({ op: 'show', 'value.en.1': 'friend' }));
    expect([shown.status, (await shown.text()).includes('Dear friend, thank you. We Care')]).toEqual([
      200,
      true,
    ]);
    const named = await send(path, typed({ op: 'show' }));
    expect(await named.text()).toContain('Dear Anjali R, thank you. We Care');
    expect(await count()).toBe(before);
    expect((await send(path, typed({ template: 'gone' }))).status).toBe(409);
  });

  it('makes a message, takes its edits, and refuses one that somebody else was faster than', async () => {
    const made = await send(`/console/campaigns/${campaign}/phone/new`, typed({}));
    const path = (made.headers.get('location') ?? '').replace(/\?.*/, '');
    expect([made.status, path]).toEqual([303, expect.stringContaining('/console/phone-messages/')]);
    const edited = await send(path, typed({ revision: '1', 'value.en.1': 'friend' }));
    expect(edited.headers.get('location')).toContain('done=message-saved');
    expect((await get(path)).html).toContain('value="friend"');
    const late = await send(path, typed({ revision: '1', 'value.en.1': 'neighbour' }));
    const told = await late.text();
    expect([late.status, told.includes('value="neighbour"')]).toEqual([409, true]);
    for (const said of ['Somebody else', '<del>friend</del>', '<ins>neighbour</ins>', 'value="2"'])
      expect([said, told.includes(said)]).toEqual([said, true]);
    // One who only looks is not told yet, and one who takes over their own keeps it over the other’s.
    expect((await send(path, typed({ revision: '1', op: 'show' }))).status).toBe(200);
    const own = await send(path, typed({ revision: '2', 'value.en.1': 'neighbour' }));
    expect(own.headers.get('location')).toContain('done=message-saved');
    expect((await get(`${path}?choose=1`)).html).toContain('Write with this text');
  });

  it('opens the editor of one that is made from several texts, each in a language of its own', async () => {
    for (const [n, language] of (['en', 'ml'] as const).entries()) {
      const networkId = `110700000000000900${n}`;
      const body = `${language} {#var#}: We Care`;
      const template = { accountId: account, networkId, name: `opened_${language}`, language, body };
      const whole = { ...template, state: 'approved', category: 'transactional' } as const;
      await registerTemplate(web.ground, 'sms', { template: whole, actor: 'cli:test' });
    }
    const user = await staffMember(web.ground, ['author']);
    const phone = { channel: 'sms', account: null, templates: ['opened_en', 'opened_ml'] } as const;
    const wish = { ...phone, templates: [...phone.templates], values: { en: ['one'], ml: ['two'] } };
    const plan = { name: 'Both', purpose: 'appeals', lists: [list], from: '', contents: {}, phone: wish };
    const id = await addToCampaign(web.ground, { campaignId: campaign, user }, plan);
    const path = `/console/phone-messages/${id}`;
    const page = await get(path);
    for (const said of ['opened_en, opened_ml', 'value="one"', 'value="two"', 'en one: We Care'])
      expect([said, page.html.includes(said)]).toEqual([said, true]);
    const more = { template: 'opened_en,opened_ml', name: 'Both', revision: '1', 'value.en.1': 'three' };
    const edited = await send(path, typed({ ...more, 'value.ml.1': 'two' }));
    expect(edited.headers.get('location')).toContain('done=message-saved');
    expect((await get(path)).html).toContain('value="three"');
  });
});
