import type { Command } from 'commander';
import type { Credentials } from '../../channels/social.ts';
import {
  isPhoneChannel,
  listPhoneAccounts,
  openPhoneAccount,
  type PhoneAccountFacts,
  savePhoneAccount,
} from '../../src/deliveries/phone/accounts.ts';
import { spentIn } from '../../src/deliveries/phone/spend.ts';
import { Refusal } from '../../src/errors.ts';
import type { Ground } from '../../src/ground.ts';
import { formatAmount } from '../../src/i18n.ts';
import { readRupees } from '../../src/money.ts';
import { actor, answer, table, wholeNumber, withGround } from '../lib/cli.ts';

interface Flags {
  channel: string;
  set: string[];
  price?: string;
  cap?: string;
  bearer?: string;
  perSecond?: string;
  json?: boolean;
}

const SECRETS =
  'Secrets come from the environment: WECARE_PHONE_TOKEN (the gateway’s password, WhatsApp’s access token), WECARE_PHONE_SECRET (by which reports are signed: the agreed secret, Meta’s app secret), WECARE_PHONE_VERIFY (WhatsApp’s verify token).';

/** `wecare phone`: accounts for SMS and WhatsApp. */
export default function phone(program: Command): void {
  const group = program.command('phone').description('accounts for SMS and WhatsApp');
  group
    .command('connect <name>')
    .description('add or replace an account')
    .requiredOption('--channel <channel>', 'sms or whatsapp')
    .requiredOption(
      '--set <key=value...>',
      'sms: endpoint, entity, header, username, links; whatsapp: phone, business',
    )
    .option('--price <rupees>', 'of one message, of an SMS each part')
    .option('--cap <rupees>', 'nothing leaves beyond it in a month')
    .option('--bearer <who>', 'who pays; never the fund')
    .option('--per-second <n>', 'limit')
    .option('--json', 'answer as JSON')
    .addHelpText('after', `\n${SECRETS}`)
    .action((name: string, flags: Flags) => withGround((ground) => connect(ground, name, flags)));
  group
    .command('check <name>')
    .description('ask the network who we are there; sends nothing')
    .option('--json', 'answer as JSON')
    .action((name: string, flags: { json?: boolean }) =>
      withGround(async (ground) => {
        const { id } = named(await listPhoneAccounts(ground.sql), name);
        const identity = await (await openPhoneAccount(ground, id)).session.check();
        answer(flags, identity, () => `The network knows us as ${identity.name}.`);
      }),
    );
  group
    .command('list')
    .description('accounts, what they spent this month, and what troubles them')
    .option('--json', 'answer as JSON')
    .action((flags: { json?: boolean }) =>
      withGround(async (ground) => {
        const rows: Awaited<ReturnType<typeof rowOf>>[] = [];
        for (const account of await listPhoneAccounts(ground.sql)) rows.push(await rowOf(ground, account));
        answer(flags, rows, () =>
          rows.length ? table(rows) : 'No account yet: wecare phone connect --help',
        );
      }),
    );
}

async function connect(ground: Ground, name: string, flags: Flags): Promise<void> {
  const { channel, bearer = '' } = flags;
  if (!isPhoneChannel(channel)) throw new Refusal(`--channel is sms or whatsapp; ${channel} is neither.`);
  const price = flags.price === undefined ? undefined : paise('--price', flags.price);
  const monthlyCap = flags.cap === undefined ? null : paise('--cap', flags.cap);
  const id = await savePhoneAccount(
    ground,
    {
      ...{ channel, name, settings: settingsOf(flags.set), credentials: secretsOf(channel) },
      ...(price !== undefined && { costs: { perMessage: price, monthlyCap, bearer } }),
      ...(flags.perSecond !== undefined && {
        perSecond: wholeNumber('--per-second', flags.perSecond, [1, 10_000]),
      }),
    },
    actor(),
  );
  const hook = `${ground.config.publicUrl}/hooks/phone/${id}`;
  answer(flags, { id, hook }, () => `Saved: ${name}. Have the network post its reports to ${hook}`);
}

function settingsOf(pairs: string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new Refusal(`--set takes key=value; ${pair} is none.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function secretsOf(channel: 'sms' | 'whatsapp'): Credentials {
  const { WECARE_PHONE_TOKEN, WECARE_PHONE_SECRET, WECARE_PHONE_VERIFY } = process.env;
  if (!WECARE_PHONE_TOKEN) throw new Refusal(`WECARE_PHONE_TOKEN is not set. ${SECRETS}`);
  const [secret, verify] = [WECARE_PHONE_SECRET ?? '', WECARE_PHONE_VERIFY ?? ''];
  const more: Record<string, string> =
    channel === 'sms' ? { webhookSecret: secret } : { appSecret: secret, verifyToken: verify };
  return { accessToken: WECARE_PHONE_TOKEN, more };
}

function paise(option: string, text: string): number {
  const read = readRupees(text);
  if (!read.ok) throw new Refusal(`${option} is an amount in rupees, such as 0.25; ${text} is none.`);
  return Number(read.paise);
}

function named(accounts: PhoneAccountFacts[], name: string): PhoneAccountFacts {
  const account = accounts.find((one) => one.name === name);
  if (account) return account;
  throw new Refusal(`There is no account ${JSON.stringify(name)}. "wecare phone list" shows them all.`, 404);
}

async function rowOf(
  { sql, clock }: Ground,
  { id, name, channel, costs, rests, disabled, trouble }: PhoneAccountFacts,
) {
  const spent = formatAmount(await spentIn(sql, id, clock.now()));
  const cap = costs?.monthlyCap == null ? '' : formatAmount(BigInt(costs.monthlyCap));
  const price = costs ? formatAmount(BigInt(costs.perMessage)) : '';
  return {
    name,
    channel,
    price,
    spent,
    cap,
    trouble: disabled ? 'out of use' : rests ? (trouble ?? '') : '',
  };
}
