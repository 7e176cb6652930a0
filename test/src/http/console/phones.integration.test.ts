import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needsAPerson } from '../../../../src/campaigns/attention.ts';
import { tellAttention } from '../../../../src/campaigns/attention-mails.ts';
import { launchDue, planRuns } from '../../../../src/campaigns/planner.ts';
import { openPhoneAccount } from '../../../../src/deliveries/phone/accounts.ts';
import { fetchAllTemplates } from '../../../../src/deliveries/phone/fetch.ts';
import { listTemplates } from '../../../../src/deliveries/phone/templates.ts';
import {
  connectPhones,
  openPhones,
  type Phones,
  phonePeople,
  plantPhoneCampaign,
  telephones,
} from '../../../support/phones.ts';
import { formOf, signedIn } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';

const PHONES = '/console/settings/phones';
const web = testWeb();
const { ground } = web;
let phones: Phones;
let chief: string;
let auditor: string;

beforeAll(async () => {
  phones = await openPhones(ground);
  chief = (await signedIn(web, ['administrator'])).cookie;
  auditor = (await signedIn(web, ['auditor'])).cookie;
});
afterAll(() => phones.close());

const get = async (path: string, cookie = chief) => {
  const answer = await web.ask(path, { headers: { cookie } });
  return { status: answer.status, html: await answer.text() };
};
const post = async (path: string, fields: Record<string, string>, cookie = chief) => {
  const answer = await formOf(web)(path, fields, cookie);
  return { status: answer.status, to: answer.headers.get('location') ?? '', html: await answer.text() };
};

const gateway = (more: Record<string, string> = {}) => ({
  ...{ channel: 'sms', name: 'Mobile Seva', connections: '4', perMessage: '0.18', bearer: 'The office' },
  ...{
    'field.endpoint': `${phones.url}/sms`,
    'field.entity': '1101000000000000001',
    'field.header': 'WECARE',
  },
  ...{ 'field.username': 'wecare-practice', 'field.accessToken': 'practice-of-sms' },
  'field.links': 'https://wecare.example/',
  ...more,
});

const lately = async (action: string) =>
  (
    await ground.sql.query<{ after: Record<string, unknown> }>(
      'SELECT after FROM audit_entry WHERE action = $1 ORDER BY id DESC LIMIT 1',
      [action],
    )
  ).rows[0]?.after;

describe('an account for SMS', () => {
  let path: string;

  it('is added once everything is right, with what is wrong beside its field', async () => {
    const wrong = await post(
      PHONES,
      gateway({ 'field.entity': 'twelve', 'field.accessToken': '', bearer: '' }),
    );
    expect(wrong.status).toBe(422);
    for (const said of ['10 to 25 figures', 'This is needed.', 'The fund never does.', 'value="Mobile Seva"'])
      expect([said, wrong.html.includes(said)]).toEqual([said, true]);
    const made = await post(PHONES, gateway());
    expect([made.status, made.to]).toEqual([
      303,
      expect.stringMatching(/phones\/[\w-]{36}\?done=account-saved/),
    ]);
    path = made.to.replace(/\?.*/, '');
    expect(await lately('account.saved')).toEqual({ name: 'Mobile Seva', channel: 'sms' });
    expect((await post(PHONES, gateway())).html).toContain('There is an account');
  });

  it('shows no secret, keeps one that is left empty, and is tried by a button', async () => {
    const page = await get(path);
    expect([page.status, page.html.includes('practice-of-sms')]).toEqual([200, false]);
    expect((await post(path, gateway({ 'field.accessToken': '', name: 'Gateway' }))).status).toBe(303);
    const id = path.split('/').at(-1) ?? '';
    const { credentials, name } = await openPhoneAccount(ground, id);
    expect([credentials.accessToken, name]).toEqual(['practice-of-sms', 'Gateway']);
    expect((await post(`${path}/test`, {})).html).toContain('The network knows us as WECARE');
    await post(path, gateway({ 'field.accessToken': 'wrong', name: 'Gateway' }));
    expect((await post(`${path}/test`, {})).html).toContain('SMS refuses the credentials of Gateway');
    await post(path, gateway({ name: 'Gateway' }));
    expect((await post(`${path}/off`, {})).to).toContain('account-off');
    expect((await get(path)).html).toContain('This account is out of use');
    await post(`${path}/on`, {});
  });

  it('keeps registered texts, and refuses what no operator would have registered', async () => {
    const text = { name: 'onam', language: 'ml', networkId: '1107000000000000009', category: 'promotional' };
    const wrong = await post(`${path}/texts`, { ...text, state: 'approved', body: 'Dear {{1}}' });
    expect([wrong.status, wrong.html.includes('how another network marks a place')]).toEqual([422, true]);
    const kept = await post(`${path}/texts`, { ...text, state: 'approved', body: 'പ്രിയ {#var#}, ഓണാശംസകൾ' });
    expect(kept.to).toBe(`${path}?done=template-kept`);
    const [one] = await listTemplates(ground.sql);
    expect(one).toMatchObject({ name: 'onam', language: 'ml', state: 'approved', category: 'promotional' });
    const again = { networkId: text.networkId, category: 'promotional', state: 'paused' };
    await post(`${path}/texts/${one?.id}`, { ...again, body: 'പ്രിയ {#var#}, ആശംസകൾ' });
    expect((await get(`${path}/texts/${one?.id}`)).html).toContain('പ്രിയ {#var#}, ആശംസകൾ');
    expect((await get(path)).html).toContain('Paused by the network');
    expect((await post(`${path}/fetch`, {})).status).toBe(409);
    expect((await get(`${path}/texts/0`)).status).toBe(404);
  });

  it('is read by auditors and changed by administrators only', async () => {
    expect((await get(path, auditor)).html).not.toContain('Save the account');
    expect((await post(path, gateway(), auditor)).status).toBe(403);
    expect((await get(`${PHONES}/new`, auditor)).status).toBe(403);
  });
});

describe('texts of WhatsApp', () => {
  it('are fetched with their states; one that is stopped keeps a message back and needs a person', async () => {
    const account = await connectPhones(ground, phones, 'whatsapp');
    const path = `${PHONES}/${account}`;
    const first = await post(`${path}/fetch`, {});
    expect(first.html).toContain('The network knows 3 texts; 1 has changed.');
    const list = await phonePeople(ground, telephones([7100]), 'whatsapp');
    const messageId = await plantPhoneCampaign(ground, { network: 'whatsapp', list });

    phones.whatsapp.states.set('thanks en', { status: 'PAUSED' });
    phones.whatsapp.states.set('thanks ml', { status: 'REJECTED', rejected_reason: 'TAG_CONTENT_MISMATCH' });
    phones.whatsapp.templates.delete('practice en');
    expect(await fetchAllTemplates(ground)).toBe(3);
    expect(await lately('template.changed')).toMatchObject({ name: 'practice', reason: 'gone' });
    expect(await fetchAllTemplates(ground)).toBe(0);
    const states = (await listTemplates(ground.sql)).filter(({ accountId }) => accountId === account);
    expect(states.map(({ name, language, state, reason }) => [name, language, state, reason])).toEqual([
      ['practice', 'en', 'refused', 'gone'],
      ['thanks', 'en', 'paused', 'PAUSED'],
      ['thanks', 'ml', 'refused', 'TAG_CONTENT_MISMATCH'],
    ]);

    await planRuns(ground);
    ground.clock.set(ground.clock.now().getTime() + 61_000);
    expect((await launchDue(ground)).map(({ outcome }) => outcome)).toEqual(['failed']);
    const { rows } = await ground.sql.query('SELECT reason FROM run WHERE message_id = $1', [messageId]);
    expect(rows[0].reason).toContain('The template thanks in en is not approved any more');
    const kinds = (await needsAPerson(ground)).map(({ kind }) => kind).sort();
    expect(kinds).toEqual(['run', 'template', 'template']);
    const page = await get('/console/attention');
    for (const said of [
      'thanks (English) of',
      'was paused by the network',
      'may not be sent any more',
      'TAG_CONTENT_MISMATCH',
    ])
      expect([said, page.html.includes(said)]).toEqual([said, true]);
    expect(page.html).toContain(`/console/phone-messages/${messageId}`);
    expect(await tellAttention(ground)).toBe(3);

    phones.whatsapp.states.clear();
    await fetchAllTemplates(ground);
    expect((await launchDue(ground)).map(({ outcome }) => outcome)).toEqual(['launched']);
    expect(await needsAPerson(ground)).toEqual([]);
  });
});

describe('a registered text that is removed', () => {
  it('goes after it was asked, unless a message is planned with it', async () => {
    const account = await connectPhones(ground, phones, 'sms', { name: 'Removing' });
    const list = await phonePeople(ground, telephones([7200]), 'sms');
    await ground.sql.query("UPDATE account SET disabled_at = now() WHERE channel = 'sms' AND id <> $1", [
      account,
    ]);
    const messageId = await plantPhoneCampaign(ground, { network: 'sms', list });
    const [text] = (await listTemplates(ground.sql)).filter(({ accountId }) => accountId === account);
    const at = `${PHONES}/${account}/texts/${text?.id}`;
    expect((await get(at)).html).toContain(`${at}/removal`);
    const asked = await get(`${at}/removal`);
    expect(asked.html).toContain(`/console/phone-messages/${messageId}`);
    expect(asked.html).not.toContain('Remove the text');
    const refused = await post(`${at}/removal`, {});
    expect([refused.status, refused.html.includes('is planned with it')]).toEqual([409, true]);
    await ground.sql.query('UPDATE message SET schedule = NULL WHERE id = $1', [messageId]);
    expect((await get(`${at}/removal`)).html).toContain('Remove the text');
    expect((await post(`${at}/removal`, {}, auditor)).status).toBe(403);
    expect((await post(`${at}/removal`, {})).to).toContain('done=template-removed');
    expect((await get(at)).status).toBe(404);
    expect((await post(`${at}/removal`, {})).status).toBe(404);
    const { rows } = await ground.sql.query(
      "SELECT before FROM audit_entry WHERE action = 'template.removed' ORDER BY id DESC LIMIT 1",
    );
    expect(rows[0].before).toMatchObject({ account: 'Removing', name: 'thanks', language: 'en' });
  });
});
