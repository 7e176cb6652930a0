import type { Command } from 'commander';
import { type Button, type Frame, type MediaKind, mediaKinds } from '../../channels/frame.ts';
import { removeText } from '../../src/campaigns/phone/removal.ts';
import { listPhoneAccounts, type PhoneAccountFacts } from '../../src/deliveries/phone/accounts.ts';
import { fetchTemplates } from '../../src/deliveries/phone/fetch.ts';
import {
  type Category,
  listTemplates,
  registerTemplate,
  type TemplateState,
  templateStates,
} from '../../src/deliveries/phone/templates.ts';
import { Refusal } from '../../src/errors.ts';
import { actor, answer, table, withGround } from '../lib/cli.ts';

interface Flags {
  account: string;
  id: string;
  language: string;
  category: string;
  body: string;
  state: string;
  header?: string;
  headerMedia?: string;
  footer?: string;
  button: string[];
  json?: boolean;
}

/** `wecare templates`: texts that were registered with the operators or with WhatsApp. */
export default function templates(program: Command): void {
  const group = program.command('templates').description('registered texts for SMS and WhatsApp');
  group
    .command('register <name>')
    .description('keep a template as it was registered; one of the same name and language is replaced')
    .requiredOption('--account <name>', 'the account it was registered for')
    .requiredOption('--id <number>', 'its number at the operators, or WhatsApp’s')
    .requiredOption('--language <code>', 'ml, en …')
    .requiredOption('--category <category>', 'promotional or transactional')
    .requiredOption('--body <text>', 'its text as registered: places are {#var#} for SMS, {{1}} for WhatsApp')
    .option('--header <text>', 'the words above the text (WhatsApp)')
    .option('--header-media <kind>', 'what each message shows above its text: image, video or document')
    .option('--footer <text>', 'the small line under it')
    .option(
      '--button <button...>',
      'in their order: "url|WORDS|ADDRESS", "call|WORDS|NUMBER" or "reply|WORDS"',
      [],
    )
    .option('--state <state>', 'approved, pending or refused', 'approved')
    .option('--json', 'answer as JSON')
    .action((name: string, flags: Flags) =>
      withGround(async (ground) => {
        const account = accountNamed(await listPhoneAccounts(ground.sql), flags.account);
        const { id: networkId, language, body } = flags;
        const state = oneOf<TemplateState>('--state', flags.state, templateStates);
        const category = oneOf<Category>('--category', flags.category, ['promotional', 'transactional']);
        const template = {
          ...{ accountId: account.id, networkId, name, language, body, state, category },
          frame: frameIn(flags),
        };
        const id = await registerTemplate(ground, account.channel, { template, actor: actor() });
        answer(flags, { id, name, language, state }, () => `Kept: ${name} in ${language} is ${state}.`);
      }),
    );
  group
    .command('remove <name>')
    .description('take a template away; one that a planned message is made from stays')
    .requiredOption('--account <name>', 'the account it was registered for')
    .requiredOption('--language <code>', 'ml, en …')
    .option('--json', 'answer as JSON')
    .action((name: string, flags: Pick<Flags, 'account' | 'language' | 'json'>) =>
      withGround(async (ground) => {
        const { account, language } = flags;
        const all = await listTemplates(ground.sql);
        const one = all.find(
          (each) => each.account === account && each.name === name && each.language === language,
        );
        if (!one)
          throw new Refusal(
            `There is no ${name} in ${language}. "wecare templates list" shows them all.`,
            404,
          );
        await removeText(ground, { accountId: one.accountId, id: one.id, actor: actor() });
        answer(flags, { id: one.id, name, language }, () => `Removed: ${name} in ${language}.`);
      }),
    );
  group
    .command('fetch')
    .description('ask WhatsApp which of an account’s templates may be sent now')
    .requiredOption('--account <name>', 'the account they were registered for')
    .option('--json', 'answer as JSON')
    .action((flags: Pick<Flags, 'account' | 'json'>) =>
      withGround(async (ground) => {
        const account = accountNamed(await listPhoneAccounts(ground.sql), flags.account);
        const fetched = await fetchTemplates(ground, account.id, actor());
        answer(flags, fetched, () => `${fetched.known} templates, of which ${fetched.changed} changed.`);
      }),
    );
  group
    .command('list')
    .description('every template with its state')
    .option('--json', 'answer as JSON')
    .action((flags: { json?: boolean }) =>
      withGround(async ({ sql }) => {
        const all = await listTemplates(sql);
        const rows = all.map(({ account, name, language, state, category, body }) => ({
          account,
          name,
          language,
          state,
          category,
          body,
        }));
        answer(flags, all, () =>
          rows.length ? table(rows) : 'No template yet: wecare templates register --help',
        );
      }),
    );
}

function frameIn({ header: text, headerMedia, footer, button }: Flags): Frame {
  if (text !== undefined && headerMedia !== undefined)
    throw new Refusal(
      'A template has words above its text or a picture, not both: --header or --header-media.',
    );
  const buttons = button.map(buttonIn);
  return {
    ...(text !== undefined && { header: { kind: 'text' as const, text } }),
    ...(headerMedia !== undefined && {
      header: { kind: oneOf<MediaKind>('--header-media', headerMedia, mediaKinds) },
    }),
    ...(footer !== undefined && { footer }),
    ...(buttons.length && { buttons }),
  };
}

function buttonIn(given: string): Button {
  const [kind = '', text = '', to = ''] = given.split('|');
  if (kind === 'url') return { kind, text, url: to };
  if (kind === 'call') return { kind, text, phone: to };
  if (kind === 'reply') return { kind, text };
  throw new Refusal(
    `--button is url|WORDS|ADDRESS, call|WORDS|NUMBER or reply|WORDS; ${given} is none of them.`,
  );
}

function accountNamed(accounts: PhoneAccountFacts[], name: string): PhoneAccountFacts {
  const account = accounts.find((one) => one.name === name);
  if (account) return account;
  throw new Refusal(`There is no account ${JSON.stringify(name)}. "wecare phone list" shows them all.`, 404);
}

function oneOf<T extends string>(option: string, given: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === given);
  if (found) return found;
  throw new Refusal(`${option} is ${allowed.join(', ')}; ${given} is none of them.`);
}
