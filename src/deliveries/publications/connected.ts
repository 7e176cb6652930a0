import { setTimeout as wait } from 'node:timers/promises';
import { NetworkFailure } from '../../../channels/failure.ts';
import { networks } from '../../../channels/networks.ts';
import type {
  Credentials,
  Identity,
  Network,
  NetworkName,
  Session,
  Settings,
} from '../../../channels/social.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';

export type AccountGround = Pick<Ground, 'sql' | 'keys' | 'locks' | 'config' | 'clock' | 'log'>;

/** A connected account as it is stored. */
export interface ConnectedAccount {
  id: string;
  channel: NetworkName;
  name: string;
  mode: 'program' | 'hand';
  identity: Identity | null;
  settings: Settings;
  secret: Buffer | null;
  expiresAt: Date | null;
  lostAt: Date | null;
  version: number;
}

export const ACCOUNT_COLUMNS = `a.id, a.channel, a.name, a.mode, a.identity, a.settings, a.secret,
  a.expires_at AS "expiresAt", a.lost_at AS "lostAt", a.credentials_version AS version`;

/** Credentials that end within so many seconds are renewed before they are used. */
const RENEW_SECONDS = 300;
const OTHERS_MS = 200;
const OTHERS_PATIENCE = 150;

/** @throws Refusal when there is no such account */
export async function findAccount({ sql }: Pick<Ground, 'sql'>, id: string): Promise<ConnectedAccount> {
  const { rows } = await sql.query(`SELECT ${ACCOUNT_COLUMNS} FROM account a WHERE a.id::text = $1`, [id]);
  if (!rows[0]) throw new Refusal(say`There is no account ${id}.`, 404);
  return rows[0];
}

/** The network of an account. @throws Refusal for one that no adapter serves */
export function networkOf(channel: string): Network {
  const network = networks[channel as NetworkName];
  if (!network) throw new Refusal(say`No network is called “${channel}”.`);
  return network;
}

/**
 * An account ready for calls, its credentials renewed when they are about to end.
 * @throws NetworkFailure `unauthorised` when they cannot be renewed: it must be connected again
 */
export async function openSession(ground: AccountGround, id: string): Promise<Session> {
  const account = await findAccount(ground, id);
  const current = endsSoon(ground, account) ? await renewed(ground, account) : account;
  return sessionOf(ground, current, networkOf(account.channel));
}

/** Whether an account of this network renews its own credentials; where it does not, a person connects it again. */
export const renewsItself = (channel: NetworkName): boolean => Boolean(networks[channel]?.renews);

function sessionOf(ground: AccountGround, account: ConnectedAccount, network: Network): Session {
  if (!network.open) throw new NetworkFailure('permanent', 'retired');
  return network.open({
    ...{ credentials: credentialsOf(ground, account), settings: account.settings },
    timeoutMs: ground.config.NETWORK_TIMEOUT_SECONDS * 1000,
    onRate: ({ remaining, resetsAt }) => {
      if (remaining > 0) return;
      restUntil(ground, account.id, resetsAt).catch((err) =>
        ground.log.warn({ err }, 'a rate was not noted'),
      );
    },
  });
}

export const credentialsOf = ({ keys }: Pick<Ground, 'keys'>, { secret }: ConnectedAccount): Credentials =>
  secret ? JSON.parse(keys.open('account-secret', secret)) : {};

const endsSoon = ({ clock }: AccountGround, { expiresAt }: ConnectedAccount): boolean =>
  expiresAt !== null && expiresAt.getTime() - clock.now().getTime() < RENEW_SECONDS * 1000;

/**
 * Renews under a lock that all workers share: many networks take a refresh token once, and give the next.
 * Whoever finds the lock taken waits for what the other one gets.
 */
export async function renewed(ground: AccountGround, account: ConnectedAccount): Promise<ConnectedAccount> {
  for (let n = 0; n < OTHERS_PATIENCE; n++) {
    const now = await findAccount(ground, account.id);
    if (now.version !== account.version) return now;
    const done = await ground.locks.exclusively(`renew:${account.id}`, () => renewOnce(ground, account));
    if (done) return done;
    await wait(OTHERS_MS);
  }
  throw new NetworkFailure('retryable', 'no-answer');
}

async function renewOnce(ground: AccountGround, account: ConnectedAccount): Promise<ConnectedAccount> {
  const now = await findAccount(ground, account.id);
  if (now.version !== account.version) return now;
  const session = sessionOf(ground, now, networkOf(now.channel));
  // What cannot be renewed is used for as long as it lasts.
  if (!session.refresh) return now;
  await keepCredentials(ground, now.id, await session.refresh());
  return findAccount(ground, now.id);
}

/** Stores new credentials before anything is done with them. */
export async function keepCredentials(
  { sql, keys }: Pick<Ground, 'sql' | 'keys'>,
  id: string,
  credentials: Credentials,
): Promise<void> {
  await sql.query(
    `UPDATE account SET secret = $2, expires_at = $3, credentials_version = credentials_version + 1,
            lost_at = NULL, trouble = NULL, warned_at = NULL, checked_at = now() WHERE id = $1`,
    [id, keys.seal('account-secret', JSON.stringify(credentials)), credentials.expiresAt ?? null],
  );
}

/** Nothing of this account before then. */
export async function restUntil({ sql }: Pick<Ground, 'sql'>, id: string, until: Date): Promise<void> {
  await sql.query('UPDATE account SET rests_until = greatest(coalesce(rests_until, $2), $2) WHERE id = $1', [
    id,
    until,
  ]);
}

/** Its credentials or its right to publish are refused: planned posts are kept until it is connected again. */
export async function loseAccount(
  { sql, log }: Pick<Ground, 'sql' | 'log'>,
  id: string,
  { reason, code }: NetworkFailure,
): Promise<void> {
  const { rowCount } = await sql.query(
    'UPDATE account SET lost_at = coalesce(lost_at, now()), trouble = $2, warned_at = NULL WHERE id = $1 AND lost_at IS NULL',
    [id, [reason, code].filter(Boolean).join(' ')],
  );
  if (rowCount) log.warn({ account: id, reason }, 'an account must be connected again');
}
