import { afterAll, beforeAll, expect, it } from 'vitest';
import { approveMessage } from '../../../../src/campaigns/approvals.ts';
import { scheduleMessage } from '../../../../src/campaigns/campaigns.ts';
import { makeReview } from '../../../../src/campaigns/outside-reviews.ts';
import { listTemplates } from '../../../../src/deliveries/phone/templates.ts';
import { addAsset } from '../../../../src/media/add.ts';
import { removeAsset } from '../../../../src/media/assets.ts';
import {
  connectPhones,
  openPhones,
  type Phones,
  phonePeople,
  plantPhoneCampaign,
  telephones,
} from '../../../support/phones.ts';
import { photograph } from '../../../support/pictures.ts';
import { formOf, signedIn, staffMember } from '../../../support/staff.ts';
import { until } from '../../../support/until.ts';
import { testWeb } from '../../../support/web.ts';
import { workers } from '../../../support/workers.ts';

const web = testWeb({ LEASE_SECONDS: '3' });
const { ground } = web;
const crew = workers(ground);
const PAGE = 'https://give.example/projects/clinic';
let base: string;
let phones: Phones;
let cookie: string;
let account: string;
let list: string;
let campaign: string;

beforeAll(async () => {
  base = `${ground.config.publicUrl}/l/`;
  phones = await openPhones(ground);
  cookie = (await signedIn(web, ['administrator', 'author'])).cookie;
  account = await connectPhones(ground, phones, 'whatsapp');
  list = await phonePeople(ground, telephones([7300]), 'whatsapp');
  const planted = await plantPhoneCampaign(ground, { network: 'whatsapp', list });
  const { rows } = await ground.sql.query('SELECT campaign_id AS id FROM message WHERE id = $1', [planted]);
  campaign = rows[0].id;
  await ground.sql.query('UPDATE message SET archived_at = now() WHERE id = $1', [planted]);
});
afterAll(async () => {
  await crew.stopAll();
  phones.close();
});

const get = async (path: string) => (await web.ask(path, { headers: { cookie } })).text();
const post = async (path: string, fields: Record<string, string>) => {
  const answer = await formOf(web)(path, fields, cookie);
  return { status: answer.status, to: answer.headers.get('location') ?? '', html: await answer.text() };
};

const registered = (more: Record<string, string> = {}) => ({
  ...{ name: 'clinic', language: 'en', networkId: 'W1', category: 'promotional', state: 'approved' },
  ...{ body: 'Dear {{1}}, the clinic has opened.', header: 'image', footer: 'We Care' },
  ...{ 'button.0.kind': 'url', 'button.0.text': 'See the clinic', 'button.0.to': `${base}{{1}}` },
  ...{ 'button.1.kind': 'reply', 'button.1.text': 'Thank you', ...more },
});

it('enters a text with a header and buttons, shows how it looks, and refuses what WhatsApp would', async () => {
  const path = `/console/settings/phones/${account}/texts`;
  for (const [more, said] of [
    [{ header: 'text', headerText: 'x'.repeat(61) }, 'A header has 1 to 60 characters'],
    [{ header: 'text', headerText: '{{1}} {{2}}' }, 'A header has at most one place'],
    [{ footer: 'For {{1}}' }, 'A footer has at most 60 characters'],
    [{ 'button.0.to': 'wecare.example' }, 'needs a web address'],
    [{ 'button.0.to': 'https://wecare.example/{{1}}/x' }, 'a place in it stands at its end'],
    [{ 'button.1.kind': 'call' }, 'needs a telephone number'],
    [{ 'button.1.text': ' ' }, 'The words of a button'],
  ] as const) {
    const answer = await post(path, registered(more));
    expect([answer.status, said, answer.html.includes(said)]).toEqual([422, said, true]);
  }
  const looked = await post(path, registered({ op: 'show' }));
  expect([looked.status, looked.html.includes('<b lang="en">See the clinic</b>')]).toEqual([200, true]);
  expect((await listTemplates(ground.sql)).some(({ name }) => name === 'clinic')).toBe(false);
  expect((await post(path, registered())).to).toContain('done=template-kept');
  const kept = (await listTemplates(ground.sql)).find(({ name }) => name === 'clinic');
  const page = await get(`${path}/${kept?.id}`);
  expect([page.includes('value="See the clinic"'), page.includes('laid__footer')]).toEqual([true, true]);
});

it('asks for its picture and where its button leads, and telephones show all of it', async () => {
  const user = await staffMember(ground, ['author']);
  const bytes = await photograph();
  const { asset } = await addAsset(ground, { name: 'clinic.jpg', bytes, alt: { en: 'The clinic' } }, user);
  phones.whatsapp.templates.set('clinic en', 'Dear {{1}}, the clinic has opened.');
  const url = { type: 'URL', text: 'See the clinic', url: `${base}{{1}}` };
  phones.whatsapp.components.set('clinic en', [
    { type: 'HEADER', format: 'IMAGE' },
    { type: 'FOOTER', text: 'We Care' },
    { type: 'BUTTONS', buttons: [url, { type: 'QUICK_REPLY', text: 'Thank you' }] },
  ]);
  const path = `/console/campaigns/${campaign}/phone/new`;
  expect(await get(`${path}?account=${account}&template=clinic`)).toContain(`value="asset:${asset.id}"`);
  // A form sends every field of a name, and the first counts.
  expect(await get(`${path}?account=${account}&template=clinic`)).not.toMatch(/type="hidden" name="value/);
  const typed = { op: 'save', account, template: 'clinic', name: 'Clinic', purpose: 'appeals', lists: list };
  const bare = await post(path, { ...typed, 'value.en.1': '', 'value.en.2': '{{name}}', 'value.en.3': PAGE });
  expect([bare.status, bare.html.includes('Choose one.')]).toEqual([422, true]);
  const whole = { 'value.en.1': `asset:${asset.id}`, 'value.en.2': '{{name}}', 'value.en.3': PAGE };
  const made = await post(path, { ...typed, ...whole });
  const messageId = /phone-messages\/([\w-]{36})/.exec(made.to)?.[1] ?? '';
  const editor = await get(`/console/phone-messages/${messageId}`);
  expect(editor).toContain(`value="asset:${asset.id}" checked`);
  const approval = (await get(`/console/messages/${messageId}/approval`)).replaceAll('&#x3D;', '=');
  const outside = await makeReview(ground, { messageId, user }, 'Dr. Mini');
  const review = (await get(`/review/${outside}`)).replaceAll('&#x3D;', '=');
  for (const page of [approval, review])
    for (const said of ['alt="clinic.jpg"', `/m/${asset.hash}-`, `[See the clinic] ${PAGE}`])
      expect([said, page.includes(said)]).toEqual([said, true]);
  await expect(removeAsset(ground, { wish: asset.id, user })).rejects.toThrow('stays');

  const at = new Date(ground.clock.now().getTime() + 60_000).toISOString().slice(0, 19);
  const schedule = { kind: 'once', at, zone: 'UTC' };
  const editing = { actor: user.email, userId: user.id };
  await scheduleMessage(ground, { messageId, editor: editing }, { schedule, latePolicy: 'send' });
  await approveMessage(ground, { messageId, user: await staffMember(ground, ['approver']) });
  await crew.start();
  ground.clock.set(ground.clock.now().getTime() + 61_000);
  await until(() => phones.whatsapp.messages().length === 1, 'it arrives');
  const [{ text, around } = { text: '', around: undefined }] = phones.whatsapp.messages();
  expect(text).toBe('Dear Person 1, the clinic has opened.');
  expect(around).toMatchObject({
    footer: 'We Care',
    buttons: [{ text: 'See the clinic' }, { text: 'Thank you' }],
  });
  expect(around?.media).toMatch(new RegExp(`^${ground.config.publicUrl}/m/${asset.hash}-\\d+\\.jpg$`));
  const link = around?.buttons[0]?.url ?? '';
  expect(link).toMatch(/\/l\/\w{8}\/[\w-]{20}$/);
  const visit = await web.ask(new URL(link).pathname);
  expect([visit.status, visit.headers.get('location')?.startsWith(PAGE)]).toEqual([302, true]);
});
