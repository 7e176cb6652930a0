import { afterAll, beforeAll, expect, it } from 'vitest';
import { approveMessage } from '../../../src/campaigns/approvals.ts';
import { createCampaign, scheduleMessage } from '../../../src/campaigns/campaigns.ts';
import { registerTemplate } from '../../../src/deliveries/phone/templates.ts';
import { linksOf } from '../../../src/links/repoint.ts';
import { readLinkToken, recipientToken, shortToken } from '../../../src/links/token.ts';
import { PURPOSE } from '../../support/people.ts';
import {
  connectPhones,
  launchPhoneCampaign,
  openPhones,
  type Phones,
  phonePeople,
  telephones,
} from '../../support/phones.ts';
import { staffMember } from '../../support/staff.ts';
import { until } from '../../support/until.ts';
import { testWeb } from '../../support/web.ts';
import { workers } from '../../support/workers.ts';

const web = testWeb({ LEASE_SECONDS: '3' });
const { ground } = web;
const crew = workers(ground);
const PAGE = 'https://give.example/a/page/whose/address/is/longer/than/any/place/of/a/text';
let phones: Phones;

beforeAll(async () => {
  phones = await openPhones(ground);
});
afterAll(async () => {
  await crew.stopAll();
  phones.close();
});

/** A message to these telephones that is made from a text with a place for a link, due in a minute. */
async function plant(body: string, numbers: string[]): Promise<string> {
  const settings = { ...phones.sms.accounts[0]?.settings, endpoint: `${phones.url}/sms` };
  const links = `${ground.config.publicUrl}/l/`;
  const accountId = await connectPhones(ground, phones, 'sms', { settings: { ...settings, links } });
  phones.sms.links.push(links);
  const networkId = '1107000000000002001';
  phones.sms.templates.set(networkId, { body, category: 'transactional' });
  const template = {
    ...{ accountId, networkId, name: 'give', language: 'en', body },
    ...{ state: 'approved' as const, category: 'transactional' as const },
  };
  await registerTemplate(ground, 'sms', { template, actor: 'cli:test' });
  const author = await staffMember(ground, ['author']);
  const phone = { channel: 'sms' as const, account: null, templates: ['give'], values: { all: [PAGE] } };
  const lists = [await phonePeople(ground, numbers, 'sms')];
  const message = { name: 'Give', purpose: PURPOSE, from: '', lists, contents: {}, phone };
  const { messageId } = await createCampaign(ground, { name: 'Give', message }, author);
  const at = new Date(ground.clock.now().getTime() + 60_000).toISOString().slice(0, 19);
  const editor = { actor: author.email, userId: author.id };
  const schedule = { kind: 'once', at, zone: 'UTC' };
  await scheduleMessage(ground, { messageId, editor }, { schedule, latePolicy: 'send' });
  await approveMessage(ground, { messageId, user: await staffMember(ground, ['approver']) });
  return messageId;
}

it('an SMS leads to its page by a short link of each reader’s own, and the visit names them', async () => {
  const base = `${ground.config.publicUrl}/l/`;
  const messageId = await plant(`Give here: ${base}{#var#} KSSM`, telephones([7100, 7101]));
  await crew.start();
  ground.clock.set(ground.clock.now().getTime() + 61_000);
  await until(() => phones.sms.messages().length === 2, 'both have their SMS');
  const paths = phones.sms
    .messages()
    .map(({ text }) => /\/l\/\w{8}\/[\w-]{20}(?= KSSM$)/.exec(text)?.[0] ?? '');
  expect(new Set(paths).size).toBe(2);
  for (const path of paths) {
    const answer = await web.ask(path);
    expect([answer.status, answer.headers.get('location')?.startsWith(PAGE)]).toEqual([302, true]);
  }
  const { rows } = await ground.sql.query('SELECT seq FROM touch WHERE run IS NOT NULL ORDER BY seq');
  expect(rows).toEqual([{ seq: 1 }, { seq: 2 }]);
  expect(await linksOf(ground.sql, messageId)).toMatchObject([{ url: PAGE, visits: [{ people: 2 }] }]);
  // One that somebody made up leads there too, and names nobody.
  const forged = `${paths[0]?.slice(0, -20)}${'A'.repeat(20)}`;
  expect((await web.ask(forged)).status).toBe(302);
  expect((await ground.sql.query('SELECT FROM touch WHERE run IS NULL')).rowCount).toBe(1);
});

it('a run that is under way waits while its text is paused, says so, and goes on by itself', async () => {
  const state = (word: string) =>
    ground.sql.query("UPDATE channel_template SET state = $1 WHERE name = 'thanks'", [word]);
  const list = await phonePeople(ground, telephones([8100]), 'sms');
  const before = phones.sms.messages().length;
  await crew.stopAll();
  const run = await launchPhoneCampaign(ground, { network: 'sms', list });
  await state('paused');
  await crew.start();
  const reason = async () =>
    (await ground.sql.query('SELECT reason FROM run WHERE id = $1', [run])).rows[0].reason ?? '';
  await until(
    async () => (await reason()).includes('does not let the template thanks'),
    'it says why it waits',
  );
  expect(phones.sms.messages()).toHaveLength(before);
  await state('approved');
  await until(() => phones.sms.messages().length === before + 1, 'it goes on');
});

it('a short token says what the long one says, and has an end to its room', () => {
  const { keys } = ground;
  for (const ref of [
    { run: 1n, seq: 1 },
    { run: 16_777_215n, seq: 16_777_215 },
  ]) {
    const token = shortToken(keys, ref) ?? '';
    expect([token.length, readLinkToken(keys, token)]).toEqual([20, ref]);
    expect(readLinkToken(keys, recipientToken(keys, ref))).toEqual(ref);
    const other = token.startsWith('A') ? 'B' : 'A';
    expect(readLinkToken(keys, other + token.slice(1))).toBeNull();
  }
  expect(shortToken(keys, { run: 16_777_216n, seq: 1 })).toBeNull();
});
