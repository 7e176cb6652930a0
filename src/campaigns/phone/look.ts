import { countOf, type HeaderMedia, sectionsOf } from '../../../channels/frame.ts';
import type { Problem } from '../../../channels/social.ts';
import { mergeFields } from '../../contacts/fields.ts';
import type { Queryable } from '../../db.ts';
import { type PhoneAccountFacts, type PhoneChannel, phoneAccount } from '../../deliveries/phone/accounts.ts';
import { costOf } from '../../deliveries/phone/spend.ts';
import { type ChannelTemplate, listTemplates, placesOf } from '../../deliveries/phone/templates.ts';
import { compilePhoneText, phoneText } from '../../deliveries/phone/text.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { checkSlots } from '../content.ts';
import { headerMedia } from './header.ts';
import { type Laid, laidOut } from './reading.ts';
import { readableSamples } from './sample.ts';

/** A registered template in all its languages, as an author chooses one. */
export interface OfferedTemplate {
  account: { id: string; name: string; channel: PhoneChannel };
  name: string;
  /** Several where each is in languages of its own; `name` has them all. */
  names: string[];
  /** By language; those that the network has not approved too. */
  texts: ChannelTemplate[];
}

/** What accounts in use have registered, by account and name. */
export async function offeredTemplates(sql: Queryable): Promise<OfferedTemplate[]> {
  const offered = new Map<string, OfferedTemplate>();
  for (const { account: name, channel, disabled, ...text } of await listTemplates(sql)) {
    if (disabled) continue;
    const account = { id: text.accountId, name, channel };
    const key = `${account.id} ${text.name}`;
    const known = offered.get(key) ?? { account, name: text.name, names: [text.name], texts: [] };
    offered.set(key, { ...known, texts: [...known.texts, text] });
  }
  return [...offered.values()];
}

/** Several names of one account as one template: of each language, the first that has it. */
export function together(offered: OfferedTemplate[]): OfferedTemplate | undefined {
  const [first] = offered;
  if (!first) return undefined;
  const names = offered.flatMap((one) => one.names);
  const sendable = offered.flatMap(({ texts }) => texts).filter(({ state }) => state === 'approved');
  const texts = sendable.filter(
    (one, n) => sendable.findIndex(({ language }) => language === one.language) === n,
  );
  return { ...first, name: names.join(','), names, texts };
}

/** A text as somebody would read it. */
export interface PhoneLook extends Laid {
  language: string;
  /** As the network counts: parts of an SMS, characters otherwise. */
  length: number;
  most: number;
  problems: Problem[];
  /** Paise that one costs. */
  cost: number;
}

/**
 * How a template would read with an author's values, in each language that is approved.
 * @throws Refusal for a value that holds a field there is not
 */
export async function lookAt(
  { sql, config: { publicUrl } }: { sql: Queryable; config: Pick<Ground['config'], 'publicUrl'> },
  { account: { id }, texts }: OfferedTemplate,
  values: Record<string, string[]>,
): Promise<{ account: PhoneAccountFacts; looks: PhoneLook[] }> {
  const account = await phoneAccount(sql, id);
  const fields = await mergeFields(sql);
  const approved = texts.filter(({ state }) => state === 'approved');
  const looks: PhoneLook[] = [];
  for (const template of approved) {
    const mine = values[template.language] ?? [];
    const media = await headerMedia({ sql, config: { publicUrl } }, { ...template, values: mine });
    looks.push(lookOf(account, { template, values: mine, fields, publicUrl, media }));
  }
  return { account, looks };
}

interface Looking {
  template: ChannelTemplate;
  values: string[];
  fields: string[];
  publicUrl: string;
  media: HeaderMedia | undefined;
}

function lookOf(
  account: PhoneAccountFacts,
  { template, values, fields, publicUrl, media }: Looking,
): PhoneLook {
  const { channel, network } = account;
  for (const [n, value] of values.entries()) checkSlots(say`value ${n + 1}`, value, fields);
  const places = countOf(sectionsOf(template.body, template.frame, placesOf(channel)));
  const whole = Array.from({ length: places }, (_, n) => values[n] ?? '');
  const said = readableSamples(fields, template.language);
  const compose = compilePhoneText(phoneText(channel, template, { values: whole, publicUrl, media }));
  const post = compose('+919800000000', said, account);
  const shown = { channel, ...template, values: post.person?.template.values ?? [], ...(media && { media }) };
  return {
    ...{ language: template.language, ...laidOut(shown) },
    ...{ length: network.length(post.text), most: network.limits.text },
    ...{ problems: network.validate(post), cost: costOf(account, post) },
  };
}
