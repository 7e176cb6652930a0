import { countOf, sectionsOf } from '../../../channels/frame.ts';
import { networks } from '../../../channels/networks.ts';
import { mergeFields } from '../../contacts/fields.ts';
import type { Queryable } from '../../db.ts';
import {
  type PhoneAccountFacts,
  type PhoneChannel,
  phoneAccountNamed,
} from '../../deliveries/phone/accounts.ts';
import { approvedTemplates, type ChannelTemplate, placesOf } from '../../deliveries/phone/templates.ts';
import { compilePhoneText, type PhoneText, phoneText } from '../../deliveries/phone/text.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { checkSlots } from '../content.ts';
import { problemWords } from '../posts/words.ts';
import type { Sender } from '../sender.ts';
import type { Compilation, Compiled } from '../versions.ts';
import { headerMedia } from './header.ts';
import { readable } from './reading.ts';
import { sampleValues } from './sample.ts';

/** What a message to telephones is made from. */
export interface PhoneWish {
  channel: PhoneChannel;
  /** By name; null is the one there is. */
  account: string | null;
  /** Names of registered templates; each counts in all languages it is approved in. */
  templates: string[];
  /** What stands in the places, in order, with {{fields}}; `all` where a language has none of its own. */
  values: Record<string, string[]>;
}

/** The words of a message to telephones, as versions keep them. */
export interface PhoneWriting extends Compilation {
  channel: PhoneChannel;
  /** In place of a mail's sender: the account's name and id. */
  sender: Sender;
}

/**
 * Puts an author's values into registered templates.
 * @throws Refusal when no account or approved template is there, or what would leave is not what is registered
 */
export async function writeForPhones(
  { sql, config: { publicUrl } }: { sql: Queryable; config: Pick<Ground['config'], 'publicUrl'> },
  wish: PhoneWish,
): Promise<PhoneWriting> {
  const account = await phoneAccountNamed(sql, wish.channel, wish.account);
  const fields = await mergeFields(sql);
  const compiled: Compiled[] = [];
  for (const template of await templatesOf(sql, account, wish.templates)) {
    const { language } = template;
    const values = wish.values[language] ?? wish.values.all ?? [];
    requireValues(wish.channel, template, { values, fields });
    const media = await headerMedia({ sql, config: { publicUrl } }, { ...template, values });
    const text = phoneText(wish.channel, template, { values, publicUrl, media });
    requireSendable(text, { account, fields });
    compiled.push(versionOf(text));
  }
  return {
    compiled,
    warnings: [],
    channel: wish.channel,
    sender: { name: account.name, address: account.id },
  };
}

async function templatesOf(
  sql: Queryable,
  { id, network }: PhoneAccountFacts,
  names: string[],
): Promise<ChannelTemplate[]> {
  if (!names.length)
    throw new Refusal(say`A message by ${network.title} is made from a registered template. Name one.`);
  const all: ChannelTemplate[] = [];
  for (const name of names) all.push(...(await approvedTemplates(sql, id, name)));
  const twice = all.find((one, n) => all.findIndex(({ language }) => language === one.language) !== n);
  if (twice)
    throw new Refusal(say`Two of these templates are in ${twice.language}. Name one for each language.`);
  return all;
}

function requireValues(
  channel: PhoneChannel,
  { name, language, body, frame }: ChannelTemplate,
  { values, fields }: { values: string[]; fields: string[] },
): void {
  const places = countOf(sectionsOf(body, frame, placesOf(channel)));
  if (values.length !== places)
    throw new Refusal(
      say`The template ${name} in ${language} has ${places} places, and ${values.length} values are given. Give one for each, in order.`,
    );
  for (const [n, value] of values.entries()) checkSlots(say`value ${n + 1}`, value, fields);
}

/** Tried with short words where fields stand: what fails so fails for everybody. */
function requireSendable(
  text: PhoneText,
  { account, fields }: { account: PhoneAccountFacts; fields: string[] },
): void {
  const post = compilePhoneText(text)('+919800000000', sampleValues(fields, text.language, 1), account);
  const [problem] = networks[text.channel]?.validate(post).filter(({ hard }) => hard) ?? [];
  if (problem) throw new Refusal(say`In ${text.language}: ${problemWords(problem)}`);
}

/** What its author reads has the fields in it. */
const versionOf = (text: PhoneText): Compiled => ({
  ...{ language: text.language, subject: text.name, preheader: '', source: JSON.stringify(text), html: '' },
  text: readable(text),
});
