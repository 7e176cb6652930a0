import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { findMessage } from '../../../src/campaigns/messages.ts';
import { estimateCost } from '../../../src/campaigns/phone/cost.ts';
import { setConsent } from '../../../src/contacts/consent.ts';
import { suppress } from '../../../src/contacts/suppression.ts';
import { liftHold, placeHold } from '../../../src/deliveries/holds.ts';
import { deliverNotice } from '../../../src/deliveries/notices.ts';
import { sendPhoneNotice } from '../../../src/deliveries/phone/notices.ts';
import { applyReports } from '../../../src/deliveries/phone/reports.ts';
import { openPhoneSender } from '../../../src/deliveries/phone/sender.ts';
import { runProgress } from '../../../src/deliveries/progress.ts';
import { resumeRun } from '../../../src/deliveries/runs.ts';
import type { Sender } from '../../../src/deliveries/sender.ts';
import { type Registration, registerWorker } from '../../../src/deliveries/workers.ts';
import { type RunningWeb, startWeb } from '../../../src/http/server.ts';
import { WHATSAPP_VERIFY } from '../../../src/sandbox/social/whatsapp.ts';
import { engineGround } from '../../support/engine.ts';
import { deliveriesOf, PURPOSE } from '../../support/people.ts';
import {
  connectPhones,
  launchPhoneCampaign,
  openPhones,
  type Phones,
  phonePeople,
  plantPhoneCampaign,
  telephones,
} from '../../support/phones.ts';
import { until } from '../../support/until.ts';

const ground = engineGround({ PORT: '0' });
let phones: Phones;
let worker: Registration;
let sender: Sender;
let web: RunningWeb;

beforeAll(async () => {
  web = await startWeb(ground);
});
afterAll(() => web.close());
beforeEach(async () => {
  ground.clock.set('2026-11-21T06:30:00Z');
  await ground.sql.query('UPDATE account SET disabled_at = now()');
  await ground.sql.query('DELETE FROM channel_template');
  await ground.sql.query('DELETE FROM channel_spend');
  await ground.sql.query('DELETE FROM suppression');
  await ground.sql.query('UPDATE account SET name = id::text');
  phones = await openPhones(ground);
  worker = await registerWorker(ground);
  sender = openPhoneSender(ground, worker);
});
afterEach(async () => {
  await sender.stop();
  await worker.leave();
  phones.close();
});

/** What a worker does with each piece of a run that is queued. */
async function sendAll(run: bigint): Promise<void> {
  const { rows } = await ground.sql.query('SELECT first, last FROM run_range WHERE run = $1', [run]);
  for (const { first, last } of rows) await sender.deliverRange({ run: String(run), first, last });
}
const stateOf = async (run: bigint) =>
  Object.fromEntries(
    (await deliveriesOf(ground, run)).map(({ address, state, reason }) => [
      address.slice(-4),
      [state, reason],
    ]),
  );
/** The web applies them too, as they come. */
const allApplied = () =>
  until(async () => {
    await applyReports(ground);
    return (await ground.sql.query('SELECT FROM phone_report WHERE applied_at IS NULL')).rowCount === 0;
  }, 'what was told is applied');
const reasonOf = async (run: bigint) => (await runProgress(ground, run)).reason;
const post = (account: string, body: string, secret: string) =>
  fetch(`${web.url}/hooks/phone/${account}`, {
    ...{ method: 'POST', body },
    headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` },
  });

it('reaches by WhatsApp who proved that they asked, at once and with what is told later', async () => {
  const account = await connectPhones(ground, phones, 'whatsapp');
  phones.whatsapp.callback = `${web.url}/hooks/phone/${account}`;
  const numbers = telephones(['0100', '0050', '0049', '0051', '0026', '0200', '0300']);
  const list = await phonePeople(ground, numbers, 'whatsapp');
  await suppress(ground.sql, {
    channel: 'sms',
    value: numbers[5] as string,
    reason: 'manual',
    source: 'test',
  });
  await ground.sql.query(
    "UPDATE consent SET proof = '{}' WHERE contact_id = (SELECT contact_id FROM address WHERE value = $1)",
    [numbers[6]],
  );
  const run = await launchPhoneCampaign(ground, { network: 'whatsapp', list });
  await sendAll(run);
  const { rows } = await ground.sql.query('SELECT reason FROM run_left_out WHERE run = $1 ORDER BY reason', [
    run,
  ]);
  expect(rows.map(({ reason }) => reason)).toEqual(['no opt-in proof', 'suppressed']);
  expect(await stateOf(run)).toMatchObject({
    '0100': ['sent', null],
    '0050': ['failed', 'recipient'],
    '0049': ['sent', null],
  });

  await phones.whatsapp.settle();
  await allApplied();
  expect(await stateOf(run)).toEqual({
    ...{ '0100': ['sent', null], '0050': ['failed', 'recipient'], '0049': ['bounced', 'marketing-cap'] },
    ...{ '0051': ['bounced', 'recipient'], '0026': ['bounced', 'undeliverable'] },
  });
  const { rows: suppressed } = await ground.sql.query(
    "SELECT right(a.value, 4) AS number FROM suppression s JOIN address a ON a.hash = s.hash WHERE s.channel = 'whatsapp' ORDER BY 1",
  );
  expect(suppressed.map(({ number }) => number)).toEqual(['0050', '0051']);
  expect(phones.whatsapp.messages()[0]?.text).toMatch(/^(Dear|പ്രിയ) Person \d, (thank you|നന്ദി)\. We Care$/);
});

it('takes no report without the signature, and answers whom was told the token', async () => {
  const account = await connectPhones(ground, phones, 'whatsapp');
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [] });
  expect((await post(account, body, 'another secret')).status).toBe(403);
  expect((await post(account, body, 'practice-app-secret')).status).toBe(200);
  const greet = (token: string) =>
    fetch(`${web.url}/hooks/phone/${account}?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=42`);
  expect(await (await greet(WHATSAPP_VERIFY)).text()).toBe('42');
  expect((await greet('guess')).status).toBe(403);
  expect((await post('0197b3e2-0000-7000-8000-000000000000', body, 'practice-app-secret')).status).toBe(404);
});

it('writes no more by WhatsApp to whoever answers that it is enough, in either language or by a button', async () => {
  const account = await connectPhones(ground, phones, 'whatsapp');
  const numbers = telephones(['2101', '2102', '2103', '2104']);
  const list = await phonePeople(ground, numbers, 'whatsapp');
  const answers = [
    { type: 'text', text: { body: ' Stop. ' } },
    { type: 'text', text: { body: 'നിർത്തുക' } },
    { type: 'button', button: { payload: 'Stop promotions', text: 'Stop promotions' } },
    { type: 'text', text: { body: 'When does the bus stop?' } },
  ];
  const messages = answers.map((one, n) => ({ from: numbers[n]?.slice(1), id: `wamid.${n}`, ...one }));
  const metadata = { phone_number_id: phones.whatsapp.accounts[0]?.settings.phone };
  const value = { messaging_product: 'whatsapp', metadata, messages };
  const told = { id: '1', changes: [{ field: 'messages', value }] };
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [told] });
  expect((await post(account, body, 'practice-app-secret')).status).toBe(200);
  const run = await launchPhoneCampaign(ground, { network: 'whatsapp', list });
  await sendAll(run);
  expect(Object.keys(await stateOf(run))).toEqual(['2104']);
  const { rows } = await ground.sql.query(
    "SELECT DISTINCT channel, reason, source FROM suppression s WHERE s.hash IN (SELECT address_hash('sms', n) FROM unnest($1::text[]) n)",
    [numbers],
  );
  expect(rows).toEqual([{ channel: 'whatsapp', reason: 'unsubscribed', source: 'an answer' }]);
});

it('keeps to a pause, a hold and a consent that was withdrawn meanwhile', async () => {
  await connectPhones(ground, phones, 'sms');
  const list = await phonePeople(ground, telephones([1100, 1101, 1102]), 'sms');
  const run = await launchPhoneCampaign(ground, { network: 'sms', list });
  await placeHold(ground, { reason: 'a flood', actor: 'test' });
  await sendAll(run);
  expect(phones.sms.messages()).toEqual([]);
  await liftHold(ground, 'test');
  const { rows } = await ground.sql.query("SELECT contact_id FROM address WHERE value LIKE '%1101'");
  await setConsent(ground.sql, {
    contactId: rows[0].contact_id,
    channel: 'sms',
    purpose: PURPOSE,
    given: false,
    basis: 'test',
  });
  await sendAll(run);
  expect(phones.sms.messages()).toHaveLength(2);
  expect(await stateOf(run)).toMatchObject({ '1101': ['skipped', 'no consent'] });
});

it('says what a campaign will cost, and stops at the cap', async () => {
  const account = await connectPhones(ground, phones, 'sms', {
    connections: 1,
    costs: { perMessage: 25, monthlyCap: 150, bearer: 'the Mission' },
  });
  const five = await phonePeople(ground, telephones([2100, 2101, 2102, 2103, 2104]), 'sms');
  const messageId = await plantPhoneCampaign(ground, { network: 'sms', list: five });
  const estimate = await estimateCost(ground, await findMessage(ground.sql, messageId));
  expect(estimate).toMatchObject({ messages: 5, cost: 125n, spent: 0n, left: 150n, bearer: 'the Mission' });
  const seven = await phonePeople(
    ground,
    telephones(Array.from({ length: 7 }, (_, n) => 2200 + n)).map((one) => one.replace('+9198', '+9197')),
    'sms',
  );
  await expect(plantPhoneCampaign(ground, { network: 'sms', list: seven })).rejects.toThrow(
    /would cost about ₹1\.75.*₹1\.50 is left/,
  );

  const run = await launchPhoneCampaign(ground, {
    network: 'sms',
    list: await phonePeople(
      ground,
      telephones([2300, 2301]).map((one) => one.replace('+9198', '+9196')),
      'sms',
    ),
  });
  await ground.sql.query(
    "INSERT INTO channel_spend VALUES ($1, '2026-11-01', 120) ON CONFLICT (account_id, month) DO UPDATE SET amount = 120",
    [account],
  );
  await sendAll(run);
  expect(await runProgress(ground, run)).toMatchObject({ sent: 1, planned: 1, state: 'running' });
  expect(await reasonOf(run)).toContain('has reached its cap for this month');
  ground.clock.set('2026-12-01T06:30:00Z');
  await sendAll(run);
  expect(await runProgress(ground, run)).toMatchObject({ sent: 2 });
});

it('lets promotion by SMS wait for the morning', async () => {
  await connectPhones(ground, phones, 'sms', { category: 'promotional' });
  ground.clock.set('2026-11-21T15:40:00Z');
  const run = await launchPhoneCampaign(ground, {
    network: 'sms',
    list: await phonePeople(ground, telephones([3100]), 'sms'),
  });
  await sendAll(run);
  expect(await runProgress(ground, run)).toMatchObject({ planned: 1 });
  expect(await reasonOf(run)).toContain('between 10:00 and 21:00');
  ground.clock.set('2026-11-22T04:30:00Z');
  await sendAll(run);
  expect(await runProgress(ground, run)).toMatchObject({ sent: 1 });
});

it('pauses a run whose template the network knows no more, and lets an account rest whose password changed', async () => {
  const account = await connectPhones(ground, phones, 'sms', { connections: 1 });
  const list = await phonePeople(ground, telephones([4100, 4101]), 'sms');
  const run = await launchPhoneCampaign(ground, { network: 'sms', list });
  const known = new Map(phones.sms.templates);
  phones.sms.templates.clear();
  await sendAll(run);
  expect(await runProgress(ground, run)).toMatchObject({ state: 'paused', sent: 0, failed: 0 });
  expect(await reasonOf(run)).toContain('its template is not approved any more');
  for (const [id, template] of known) phones.sms.templates.set(id, template);
  await resumeRun(ground, run, 'test');
  phones.sms.fault('expired');
  await ground.sql.query('UPDATE delivery_due SET due_at = now() WHERE run = $1', [run]);
  await sendAll(run);
  const { rows } = await ground.sql.query(
    'SELECT rests_until > now() AS rests, trouble FROM account WHERE id = $1',
    [account],
  );
  expect(rows[0]).toMatchObject({ rests: true, trouble: expect.stringContaining('unauthorised') });
  await sendAll(run);
  expect(await reasonOf(run)).toContain('rests');
  await ground.sql.query('UPDATE account SET rests_until = NULL');
  await ground.sql.query('UPDATE delivery_due SET due_at = now() WHERE run = $1', [run]);
  await sendAll(run);
  expect(await runProgress(ground, run)).toMatchObject({ sent: 2 });
});

it('fails what does not fit its place for one reader, and nobody else', async () => {
  await connectPhones(ground, phones, 'sms');
  const list = await phonePeople(ground, telephones([5100, 5101]), 'sms');
  await ground.sql.query(
    "UPDATE contact SET name = repeat('long name ', 5) WHERE id = (SELECT contact_id FROM address WHERE value LIKE '%5100')",
  );
  const run = await launchPhoneCampaign(ground, { network: 'sms', list });
  await sendAll(run);
  expect(await stateOf(run)).toEqual({ '5100': ['failed', 'place-too-long'], '5101': ['sent', null] });
});

it('refuses to write what is not registered', async () => {
  const wish = { network: 'sms' as const, list: await phonePeople(ground, telephones([6100]), 'sms') };
  await expect(plantPhoneCampaign(ground, wish)).rejects.toThrow('No account for SMS is set up');
  await connectPhones(ground, phones, 'sms');
  await expect(plantPhoneCampaign(ground, { ...wish, values: { all: [] } })).rejects.toThrow(
    'has 1 places, and 0 values',
  );
  await expect(plantPhoneCampaign(ground, { ...wish, values: { all: ['{{nobody}}'] } })).rejects.toThrow(
    'no merge field',
  );
  await expect(plantPhoneCampaign(ground, { ...wish, values: { all: ['https://x.test/'] } })).rejects.toThrow(
    'is not registered',
  );
  await ground.sql.query("UPDATE channel_template SET state = 'refused'");
  await expect(plantPhoneCampaign(ground, wish)).rejects.toThrow('is not approved by the network');
});

const CODE = { kind: 'test-code', channel: 'sms' as const, language: 'ml', template: 'thanks' };

it('sends a code by SMS in a lane of its own, once, and calls what is cut off unknown', async () => {
  await expect(sendPhoneNotice(ground, { ...CODE, to: '9800017777', values: ['123456'] })).rejects.toThrow(
    'No account for SMS',
  );
  const account = await connectPhones(ground, phones, 'sms');
  phones.sms.callback = `${web.url}/hooks/phone/${account}`;
  await placeHold(ground, { reason: 'a flood', actor: 'test' });
  const id = await sendPhoneNotice(ground, { ...CODE, to: '98000 17777', values: ['{{name}} 1'] });
  await Promise.all([1, 2].map(() => deliverNotice(ground, id, worker)));
  expect(phones.sms.messages()).toMatchObject([
    { to: '919800017777', text: 'പ്രിയ {{name}} 1, നന്ദി. We Care' },
  ]);
  expect(await ground.db.notice.findUnique({ where: { id } })).toMatchObject({ state: 'sent', attempts: 1 });
  await liftHold(ground, 'test');

  phones.sms.fault('reset-after');
  const lost = await sendPhoneNotice(ground, { ...CODE, to: '9800017778', values: ['2'] });
  await deliverNotice(ground, lost, worker);
  await deliverNotice(ground, lost, worker);
  expect(await ground.db.notice.findUnique({ where: { id: lost } })).toMatchObject({
    state: 'unknown',
    attempts: 1,
  });
  await phones.sms.settle();
  await allApplied();
  expect(await ground.db.notice.findUnique({ where: { id: lost } })).toMatchObject({ state: 'sent' });

  await suppress(ground.sql, { channel: 'sms', value: '+919800017779', reason: 'manual', source: 'test' });
  const stopped = await sendPhoneNotice(ground, { ...CODE, to: '9800017779', values: ['3'] });
  await deliverNotice(ground, stopped, worker);
  expect(await ground.db.notice.findUnique({ where: { id: stopped } })).toMatchObject({
    state: 'suppressed',
  });
  await expect(sendPhoneNotice(ground, { ...CODE, to: '12', values: ['3'] })).rejects.toThrow(
    'No message can be sent there',
  );
  await expect(
    sendPhoneNotice(ground, { ...CODE, to: '9800017779', values: ['x'.repeat(31)] }),
  ).rejects.toThrow('does not fit');
});
