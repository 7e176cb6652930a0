import type { Command } from 'commander';
import { Refusal } from '../../src/errors.ts';
import { listGatewayAccounts, type Stream, saveGatewayAccount, streams } from '../../src/giving/accounts.ts';
import { actor, answer, table, withGround } from '../lib/cli.ts';

interface Flags {
  key: string;
  baseUrl?: string;
  checkoutUrl?: string;
  monthly: boolean;
  json?: boolean;
}

/** `gateway …`: our keys at the payment gateway. */
export default function gateway(program: Command): void {
  const group = program
    .command('gateway')
    .description('Our accounts at the payment gateway, one for each stream');
  group
    .command('set <stream>')
    .description(
      'Set the keys of domestic or fcra; secrets are read from WECARE_GATEWAY_SECRET and WECARE_WEBHOOK_SECRETS (newest first, a comma between)',
    )
    .requiredOption('--key <id>', 'the key id, such as rzp_live_…')
    .option('--base-url <url>', 'where its interface is, unless at the vendor’s own address')
    .option('--checkout-url <url>', 'where its checkout script is')
    .option('--no-monthly', 'begin no monthly gifts, while the gateway allows the account no subscriptions')
    .option('--json', 'answer with one line of JSON')
    .action((stream: string, flags: Flags) => withGround(async (ground) => set(ground, stream, flags)));
  group
    .command('list')
    .description('Every account, and when it was last heard')
    .option('--json', 'answer with one line of JSON')
    .action((flags: { json?: boolean }) =>
      withGround(async (ground) => {
        const all = await listGatewayAccounts(ground);
        answer(flags, all, () =>
          all.length ? table(all.map(shown)) : 'No gateway is set up: wecare gateway set domestic --key …',
        );
      }),
    );
}

async function set(
  ground: Parameters<Parameters<typeof withGround>[0]>[0],
  word: string,
  flags: Flags,
): Promise<void> {
  const stream = streams.find((one) => one === word);
  if (!stream) throw new Refusal(`"${word}" is no stream. There are domestic and fcra.`);
  const { WECARE_GATEWAY_SECRET: keySecret, WECARE_WEBHOOK_SECRETS: hooks } = process.env;
  if (!keySecret || !hooks)
    throw new Refusal('Set WECARE_GATEWAY_SECRET and WECARE_WEBHOOK_SECRETS, then run this again.');
  const { baseUrl, checkoutUrl, monthly } = flags;
  const settings = { monthly, ...(baseUrl && { baseUrl }), ...(checkoutUrl && { checkoutUrl }) };
  const secrets = { keySecret, webhookSecrets: hooks.split(',').map((one) => one.trim()) };
  const id = await saveGatewayAccount(ground, { stream, keyId: flags.key, secrets, settings }, actor());
  const hook = `${ground.config.publicUrl}/hooks/gateway/${id}`;
  answer(
    flags,
    { id, stream: stream satisfies Stream, hook },
    () => `Saved. At the gateway, send webhooks to ${hook}`,
  );
}

const shown = ({
  since,
  retired,
  heard,
  ...account
}: Awaited<ReturnType<typeof listGatewayAccounts>>[number]) => ({
  ...account,
  ...{
    since: since.toISOString(),
    retired: retired?.toISOString() ?? '',
    heard: heard?.toISOString() ?? 'never',
  },
});
