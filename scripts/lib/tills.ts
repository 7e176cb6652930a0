import { listGatewayAccounts, type Stream, saveGatewayAccount } from '../../src/giving/accounts.ts';
import type { Ground } from '../../src/ground.ts';
import type { PracticeGateway } from '../../src/sandbox/server.ts';

/**
 * Lets the payment company that this computer plays take the gifts of both streams, and tells it where we
 * listen. A stream that somebody gave keys of the real one stays as it is.
 */
export async function openTills(ground: Ground, { accounts, url }: PracticeGateway): Promise<void> {
  const open = (await listGatewayAccounts(ground)).filter(({ retired }) => !retired);
  const tills: [Stream, PracticeGateway['accounts']['domestic']][] = [
    ['domestic', accounts.domestic],
    ['fcra', accounts.foreign],
  ];
  for (const [stream, account] of tills) {
    const { keyId, keySecret, webhookSecret } = account;
    if (open.some((one) => one.stream === stream && one.key !== keyId)) continue;
    const secrets = { keySecret, webhookSecrets: [webhookSecret] };
    const id = await saveGatewayAccount(
      ground,
      { stream, keyId, secrets, settings: { baseUrl: url } },
      'cli:start',
    );
    account.webhookUrl = `${ground.config.publicUrl}/hooks/gateway/${id}`;
  }
}
