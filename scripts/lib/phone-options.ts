import type { Command } from 'commander';
import type { CostEstimate } from '../../src/campaigns/phone/cost.ts';
import type { PhoneWish } from '../../src/campaigns/phone/writing.ts';
import { isPhoneChannel, type PhoneChannel } from '../../src/deliveries/phone/accounts.ts';
import { Refusal } from '../../src/errors.ts';
import { formatAmount } from '../../src/i18n.ts';
import { LANGUAGES } from './campaign-options.ts';

/** What a person says of a message to telephones; commander's names. */
export interface PhoneOptions {
  channel?: string;
  account?: string;
  template?: string[];
  value?: string[];
  [valueOfLanguage: string]: unknown;
}

/** Adds the options of messages to telephones. */
export function addPhoneOptions(command: Command): Command {
  command
    .option('--channel <channel>', 'email (usual), sms or whatsapp')
    .option('--account <name>', 'by sms or whatsapp: which account, where there are several')
    .option('--template <name...>', 'by sms or whatsapp: registered templates, see "wecare templates list"')
    .option('--value <text...>', 'what stands in its places, in order, such as "{{first_name}}"');
  for (const [tag, name] of Object.entries(LANGUAGES))
    command.option(`--value-${tag} <text...>`, `the same in ${name}, where it differs`);
  return command;
}

/** @returns undefined for a mail @throws Refusal for a channel there is not, and for parts of the other kind */
export function readPhoneWish(options: PhoneOptions, usual?: PhoneChannel): PhoneWish | undefined {
  const { channel = usual ?? 'email', account = null, template, value } = options;
  if (channel !== 'email' && !isPhoneChannel(channel))
    throw new Refusal(`--channel is email, sms or whatsapp; ${channel} is none.`);
  if (channel === 'email') {
    if (template || value) throw new Refusal('A template belongs to a message by --channel sms or whatsapp.');
    return undefined;
  }
  if (usual && !template) return undefined;
  const values = Object.keys(LANGUAGES).map((tag) => [
    tag,
    options[`value${tag[0]?.toUpperCase()}${tag.slice(1)}`],
  ]);
  const own = Object.fromEntries(values.filter(([, given]) => given)) as Record<string, string[]>;
  return { channel, account, templates: template ?? [], values: { ...own, ...(value && { all: value }) } };
}

/** One line about what a message will cost. */
export function costInWords(estimate: CostEstimate): string {
  const { messages, cost, left, account, bearer } = estimate;
  const rest = left === null ? 'it has no cap' : `${formatAmount(left)} of its cap is left this month`;
  const who = bearer ? `, borne by ${bearer}` : '';
  return `It will cost about ${formatAmount(cost)} for ${messages} people${who}. The account is ${account}; ${rest}.`;
}
