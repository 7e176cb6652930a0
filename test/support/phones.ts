import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { approveMessage } from '../../src/campaigns/approvals.ts';
import { createCampaign, scheduleMessage } from '../../src/campaigns/campaigns.ts';
import { launchDue } from '../../src/campaigns/launch.ts';
import type { PhoneWish } from '../../src/campaigns/phone/writing.ts';
import { planRuns } from '../../src/campaigns/planner.ts';
import { type NewPhoneAccount, savePhoneAccount } from '../../src/deliveries/phone/accounts.ts';
import { type Category, registerTemplate } from '../../src/deliveries/phone/templates.ts';
import type { Ground } from '../../src/ground.ts';
import type { PhoneStandIn } from '../../src/sandbox/social/phone.ts';
import { openSms, type SmsStandIn } from '../../src/sandbox/social/sms.ts';
import { openWhatsapp, type WhatsappStandIn } from '../../src/sandbox/social/whatsapp.ts';
import type { testGround } from './ground.ts';
import { PURPOSE } from './people.ts';
import { staffMember } from './staff.ts';

type TestGround = ReturnType<typeof testGround>;

export const THANKS = { en: 'Dear {#var#}, thank you. We Care', ml: 'പ്രിയ {#var#}, നന്ദി. We Care' };

/** Both networks on this machine. */
export interface Phones {
  sms: SmsStandIn;
  whatsapp: WhatsappStandIn;
  url: string;
  close(): void;
}

export async function openPhones(ground: Pick<Ground, 'clock'>): Promise<Phones> {
  const [sms, whatsapp] = [openSms(undefined, () => ground.clock.now()), openWhatsapp()];
  const app = express();
  app.use('/sms', sms.router);
  app.use('/whatsapp', whatsapp.router);
  const server = app.listen(0, '127.0.0.1');
  if (!server.listening) await once(server, 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { sms, whatsapp, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** The practice account of a network, with a template "thanks". @returns its id */
export async function connectPhones(
  ground: Ground,
  { url, ...phones }: Phones,
  network: 'sms' | 'whatsapp',
  { category = 'transactional', ...more }: Partial<NewPhoneAccount> & { category?: Category } = {},
): Promise<string> {
  const standIn: PhoneStandIn = phones[network];
  const [{ name, credentials, settings }] = standIn.accounts as [PhoneStandIn['accounts'][0]];
  const account = {
    channel: network,
    name,
    credentials,
    settings: { ...settings, endpoint: `${url}/${network}` },
  };
  const id = await savePhoneAccount(ground, { ...account, ...more }, 'cli:test');
  for (const [n, language] of (['en', 'ml'] as const).entries()) {
    const body = network === 'sms' ? THANKS[language] : THANKS[language].replace('{#var#}', '{{1}}');
    const networkId = `110700000000000100${n}`;
    if (network === 'sms') phones.sms.templates.set(networkId, { body, category });
    else phones.whatsapp.templates.set(`thanks ${language}`, body);
    const template = {
      accountId: id,
      networkId,
      name: 'thanks',
      language,
      body,
      state: 'approved' as const,
      category,
    };
    await registerTemplate(ground, network, { template, actor: 'cli:test' });
  }
  return id;
}

let lists = 0;

/** A list of people with these telephones, half of whom read Malayalam, all with consent and its proof. */
export async function phonePeople(
  { sql }: Pick<Ground, 'sql'>,
  numbers: string[],
  channel: 'sms' | 'whatsapp',
): Promise<string> {
  const name = `telephones ${++lists}`;
  await sql.query(
    `WITH who AS (SELECT value, n, gen_random_uuid() AS id FROM unnest($1::text[]) WITH ORDINALITY AS t(value, n))
     , c AS (INSERT INTO contact (id, name, language, updated_at)
             SELECT id, 'Person ' || n, CASE n % 2 WHEN 0 THEN 'ml' ELSE 'en' END, now() FROM who)
     , a AS (INSERT INTO address (id, contact_id, channel, value) SELECT gen_random_uuid(), id, 'sms', value FROM who)
     , k AS (INSERT INTO consent (contact_id, channel, purpose, given, basis, proof)
             SELECT id, $2, $3, true, 'test', '{"form": 1}' FROM who)
     , l AS (INSERT INTO list (id, name) VALUES (gen_random_uuid(), $4) RETURNING id)
     INSERT INTO membership (list_id, contact_id) SELECT l.id, who.id FROM who, l`,
    [numbers, channel, PURPOSE, name],
  );
  return name;
}

/** Telephones whose last four figures are these, or count up. */
export const telephones = (ends: (string | number)[]): string[] =>
  ends.map((end, n) => `+9198${String(n + 1).padStart(4, '0')}${String(end).padStart(4, '0')}`);

export interface PhoneCampaign {
  network: 'sms' | 'whatsapp';
  list: string;
  values?: PhoneWish['values'];
  unknownPolicy?: 'leave' | 'again';
}

/** A campaign that is approved and due in a minute. @returns its message's id */
export async function plantPhoneCampaign(ground: TestGround, wish: PhoneCampaign): Promise<string> {
  const { network, list, values = { all: ['{{name}}'] }, unknownPolicy } = wish;
  const author = await staffMember(ground, ['author']);
  const phone = { channel: network, account: null, templates: ['thanks'], values };
  const message = {
    name: 'Thanks',
    purpose: PURPOSE,
    from: '',
    lists: [list],
    contents: {},
    phone,
    unknownPolicy,
  };
  const { messageId } = await createCampaign(ground, { name: `By ${network} to ${list}`, message }, author);
  const at = new Date(ground.clock.now().getTime() + 60_000).toISOString().slice(0, 19);
  const editor = { actor: author.email, userId: author.id };
  await scheduleMessage(
    ground,
    { messageId, editor },
    { schedule: { kind: 'once', at, zone: 'UTC' }, latePolicy: 'send' },
  );
  await approveMessage(ground, { messageId, user: await staffMember(ground, ['approver']) });
  return messageId;
}

/** The same, launched. @returns its run */
export async function launchPhoneCampaign(ground: TestGround, wish: PhoneCampaign): Promise<bigint> {
  const messageId = await plantPhoneCampaign(ground, wish);
  await planRuns(ground);
  ground.clock.set(ground.clock.now().getTime() + 61_000);
  const launched = await launchDue(ground);
  const { rows } = await ground.sql.query('SELECT id, state, reason FROM run WHERE message_id = $1', [
    messageId,
  ]);
  if (!launched.some(({ outcome }) => outcome === 'launched'))
    throw new Error(`It was not launched: ${JSON.stringify([launched.map(({ outcome }) => outcome), rows])}`);
  return BigInt(rows[0].id);
}
