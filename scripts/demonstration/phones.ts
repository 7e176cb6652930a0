import type { Frame } from '../../channels/frame.ts';
import { findUser } from '../../src/access/users.ts';
import { approveMessage } from '../../src/campaigns/approvals.ts';
import { createCampaign, scheduleMessage } from '../../src/campaigns/campaigns.ts';
import { type PhoneChannel, savePhoneAccount } from '../../src/deliveries/phone/accounts.ts';
import { type Category, registerTemplate } from '../../src/deliveries/phone/templates.ts';
import type { Ground } from '../../src/ground.ts';
import type { PhoneStandIn } from '../../src/sandbox/social/phone.ts';
import type { PracticePhones } from '../../src/sandbox/social/phones.ts';
import type { Component } from '../../src/sandbox/social/whatsapp-templates.ts';
import { wallClock, ZONE } from './clock.ts';

/** Words that are a pair of languages. */
type Both = Record<'en' | 'ml', string>;

interface Registration {
  name: string;
  category: Category;
  bodies: Both;
  /** Around it, on WhatsApp. */
  around?: { footer: Both; link: Both; reply: Both };
}

/** An address, which is longer than a place may be. */
const ADDRESS = '{#var#}{#var#}{#var#}{#var#}';

/** Of the operators, whose places are {#var#}, and of WhatsApp, whose are numbered. */
export const SMS: Registration[] = [
  {
    ...{ name: 'code', category: 'transactional' },
    bodies: {
      en: '{#var#} is your code for We Care. It is good for 10 minutes. Tell it to nobody. KSSM',
      ml: 'വി കെയറിനുള്ള നിങ്ങളുടെ കോഡ് {#var#}. 10 മിനിറ്റു വരെ ഉപയോഗിക്കാം. ആരോടും പറയരുത്. KSSM',
    },
  },
  {
    ...{ name: 'thanks', category: 'transactional' },
    bodies: {
      en: 'Dear {#var#}, care reached 412 homes this month because of you. Thank you. We Care, KSSM',
      ml: 'പ്രിയ {#var#}, നിങ്ങൾ കാരണം ഈ മാസം 412 വീടുകളിൽ പരിചരണമെത്തി. നന്ദി. വി കെയർ, KSSM',
    },
  },
  {
    ...{ name: 'occasion_code', category: 'transactional' },
    bodies: {
      en: '{#var#} is your code for the page at We Care. It is good for 15 minutes. Tell it to nobody. KSSM',
      ml: 'വി കെയറിലെ പേജിനുള്ള നിങ്ങളുടെ കോഡ് {#var#}. 15 മിനിറ്റു വരെ ഉപയോഗിക്കാം. ആരോടും പറയരുത്. KSSM',
    },
  },
  {
    ...{ name: 'occasion_link', category: 'transactional' },
    bodies: {
      en: `Your page at We Care: ${ADDRESS} Do not pass this link on. KSSM`,
      ml: `വി കെയറിലെ നിങ്ങളുടെ പേജ്: ${ADDRESS} ഈ ലിങ്ക് മറ്റാർക്കും നൽകരുത്. KSSM`,
    },
  },
  {
    ...{ name: 'occasion_news', category: 'transactional' },
    bodies: {
      en: `We Care, page {#var#}: {#var#}. ${ADDRESS} KSSM`,
      ml: `വി കെയർ പേജ് {#var#}: {#var#}. ${ADDRESS} KSSM`,
    },
  },
  {
    ...{ name: 'occasion_answer', category: 'transactional' },
    bodies: {
      en: 'We looked at page {#var#} that you wrote about: {#var#}. Questions? Ring our helpline. We Care, KSSM',
      ml: 'നിങ്ങൾ അറിയിച്ച {#var#} പേജ് ഞങ്ങൾ നോക്കി: {#var#}. സംശയങ്ങൾക്ക് ഹെൽപ്പ്‌ലൈനിൽ വിളിക്കുക. വി കെയർ, KSSM',
    },
  },
];
const WHATSAPP: Registration[] = [
  ...SMS.filter(({ name }) => name === 'thanks').map(({ bodies, ...rest }) => ({
    ...rest,
    bodies: { en: bodies.en.replace('{#var#}', '{{1}}'), ml: bodies.ml.replace('{#var#}', '{{1}}') },
  })),
  {
    ...{ name: 'project_news', category: 'promotional' },
    bodies: {
      en: 'Dear {{1}}, there is news of a project that you follow.',
      ml: 'പ്രിയ {{1}}, നിങ്ങൾ ശ്രദ്ധിക്കുന്ന പദ്ധതിയിൽ പുതിയ വിശേഷമുണ്ട്.',
    },
    around: {
      footer: { en: 'We Care, KSSM', ml: 'വി കെയർ, KSSM' },
      link: { en: 'Read the news', ml: 'വിശേഷം വായിക്കുക' },
      reply: { en: 'Thank you', ml: 'നന്ദി' },
    },
  },
];

function frameIn({ around }: Registration, language: 'en' | 'ml', publicUrl: string): Frame {
  if (!around) return {};
  const [link, reply] = [around.link[language], around.reply[language]];
  return {
    ...{ header: { kind: 'image' }, footer: around.footer[language] },
    buttons: [
      { kind: 'url', text: link, url: `${publicUrl}/l/{{1}}` },
      { kind: 'reply', text: reply },
    ],
  };
}

/** The same as it lies with Meta. */
const componentsOf = ({ footer = '', buttons = [] }: Frame): Component[] =>
  buttons.length
    ? [
        { type: 'HEADER', format: 'IMAGE' },
        { type: 'FOOTER', text: footer },
        {
          type: 'BUTTONS',
          buttons: buttons.map((one) =>
            one.kind === 'url' ? { ...one, type: 'URL' } : { text: one.text, type: 'QUICK_REPLY' },
          ),
        },
      ]
    : [];

/** An SMS part costs 18 paise in practice, a WhatsApp message 79. */
const PRICES = { sms: 18, whatsapp: 79 };
const CAP = 500_000;

/** The networks that this computer plays, and where. */
export interface Telephones {
  phones: Pick<PracticePhones, 'sms' | 'whatsapp'>;
  origin: string;
}

/** Leads the practice accounts for telephones to this computer, and tells it where we listen. */
export async function connectPhones(ground: Ground, { phones, origin }: Telephones): Promise<void> {
  for (const network of ['sms', 'whatsapp'] as const) {
    const standIn: PhoneStandIn = phones[network];
    const id = await connect(ground, network, { standIn, endpoint: `${origin}/${network}` });
    if (network === 'sms') phones.sms.links.push(ground.config.publicUrl);
    standIn.callback = `${ground.config.publicUrl}/hooks/phone/${id}`;
    for (const [n, one] of (network === 'sms' ? SMS : WHATSAPP).entries())
      for (const language of ['en', 'ml'] as const) {
        const body = one.bodies[language];
        const networkId = `11070000000000002${n}${language === 'en' ? 0 : 1}`;
        if (network === 'sms') phones.sms.templates.set(networkId, { body, category: one.category });
        else phones.whatsapp.templates.set(`${one.name} ${language}`, body);
        const frame = frameIn(one, language, ground.config.publicUrl);
        if (network === 'whatsapp')
          phones.whatsapp.components.set(`${one.name} ${language}`, componentsOf(frame));
        const { name, category } = one;
        const template = {
          accountId: id,
          networkId,
          name,
          language,
          body,
          frame,
          state: 'approved' as const,
          category,
        };
        await registerTemplate(ground, network, { template, actor: 'demonstration' });
      }
  }
}

/** Where they were connected before; the port may be another at each start, and a stand-in forgets. */
export async function reconnectPhones(ground: Ground, telephones: Telephones): Promise<void> {
  const { phones } = telephones;
  const names = [phones.sms, phones.whatsapp].flatMap(({ accounts }) => accounts.map(({ name }) => name));
  if (await ground.db.account.findFirst({ where: { name: { in: names } } }))
    await connectPhones(ground, telephones);
}

async function connect(
  ground: Ground,
  channel: PhoneChannel,
  { standIn, endpoint }: { standIn: PhoneStandIn; endpoint: string },
): Promise<string> {
  const [account] = standIn.accounts;
  if (!account) throw new Error(`The stand-in of ${channel} has no account.`);
  const { name, credentials, settings } = account;
  const costs = { perMessage: PRICES[channel], monthlyCap: CAP, bearer: 'practice' };
  return savePhoneAccount(
    ground,
    {
      channel,
      name,
      credentials,
      settings: { ...settings, endpoint, links: ground.config.publicUrl },
      costs,
    },
    'demonstration',
  );
}

/** A message by SMS to those of the demonstration who have a telephone, due in so many seconds. */
export async function plantPhoneCampaign(ground: Ground, seconds: number): Promise<void> {
  await ground.sql.query(
    `INSERT INTO consent (contact_id, channel, purpose, given, basis, proof)
     SELECT DISTINCT contact_id, 'sms', 'thanks', true, 'demonstration', '{"form": "demonstration"}'::jsonb
       FROM address WHERE channel = 'sms' ON CONFLICT DO NOTHING`,
  );
  const author = await findUser(ground, 'meera@wecare.example');
  const phone = {
    channel: 'sms' as const,
    account: null,
    templates: ['thanks'],
    values: { all: ['{{name}}'] },
  };
  const lists = ['Friends of We Care'];
  const message = { name: 'Thanks by SMS', purpose: 'thanks', from: '', lists, contents: {}, phone };
  const { messageId } = await createCampaign(ground, { name: 'Demonstration by SMS', message }, author);
  // Counted from here: on a busy computer, what is above takes a while.
  const at = wallClock(new Date(ground.clock.now().getTime() + seconds * 1000));
  const editor = { actor: author.email, userId: author.id };
  const schedule = { kind: 'once', at, zone: ZONE };
  await scheduleMessage(ground, { messageId, editor }, { schedule, latePolicy: 'send' });
  const user = await findUser(ground, 'jose@wecare.example');
  await approveMessage(ground, { messageId, user }, 'DEMO/2/2026');
}
