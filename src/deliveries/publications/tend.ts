import { NetworkFailure } from '../../../channels/failure.ts';
import type { Ground } from '../../ground.ts';
import { checkSocialAccount } from './accounts.ts';
import {
  ACCOUNT_COLUMNS,
  type AccountGround,
  type ConnectedAccount,
  loseAccount,
  renewed,
} from './connected.ts';

/** Credentials are renewed so long before they end, also where nothing is published. */
const RENEW_AHEAD = '1 day';
const CHECK_EVERY = '6 hours';

/** Keeps accounts connected: renews what is about to end, and asks each a few times a day whether it still works. */
export async function tendAccounts(ground: AccountGround & Pick<Ground, 'queues'>): Promise<void> {
  for (const account of await ending(ground)) await renewSafely(ground, account);
  for (const id of await unchecked(ground)) await checkSocialAccount(ground, id);
}

async function ending({ sql }: AccountGround): Promise<ConnectedAccount[]> {
  const { rows } = await sql.query<ConnectedAccount>(
    `SELECT ${ACCOUNT_COLUMNS} FROM account a
      WHERE a.channel <> 'email' AND a.mode = 'program' AND a.disabled_at IS NULL AND a.lost_at IS NULL
        AND a.expires_at < now() + interval '${RENEW_AHEAD}'
        AND (a.expires_at < now() + interval '20 minutes' OR a.checked_at < now() - interval '1 hour')`,
  );
  return rows;
}

async function renewSafely(ground: AccountGround, account: ConnectedAccount): Promise<void> {
  try {
    await renewed(ground, account);
  } catch (error) {
    if (!(error instanceof NetworkFailure)) throw error;
    if (error.kind === 'unauthorised' || error.kind === 'permanent')
      await loseAccount(ground, account.id, error);
  }
}

async function unchecked({ sql }: AccountGround): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT id FROM account
      WHERE channel NOT IN ('email', 'sms', 'whatsapp') AND mode = 'program' AND disabled_at IS NULL AND lost_at IS NULL
        AND (checked_at IS NULL OR checked_at < now() - interval '${CHECK_EVERY}')
      ORDER BY checked_at NULLS FIRST LIMIT 20`,
  );
  return rows.map(({ id }) => id);
}
