import { createHash, randomBytes } from 'node:crypto';
import { NetworkFailure } from '../../../channels/failure.ts';
import type { App, Connected, NetworkName, OAuth } from '../../../channels/social.ts';
import { audit } from '../../access/audit.ts';
import { requireRole, type User } from '../../access/users.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { networkOf } from './connected.ts';

type OAuthGround = Pick<Ground, 'sql' | 'keys' | 'config' | 'clock'>;

/** Somebody who went to a vendor comes back within this time. */
const MINUTES = 15;

/** Our registration with a vendor. @throws Refusal when there is none */
export async function findApp(
  { sql, keys }: Pick<Ground, 'sql' | 'keys'>,
  network: NetworkName,
): Promise<App> {
  const { rows } = await sql.query<{ clientId: string; secret: Buffer; endpoint: string | null }>(
    'SELECT client_id AS "clientId", secret, endpoint FROM network_app WHERE network = $1',
    [network],
  );
  const [app] = rows;
  if (!app)
    throw new Refusal(
      say`We Care is not registered with ${networkOf(network).title} yet. Enter the id and the secret of its application first.`,
      409,
    );
  const { clientId, secret, endpoint } = app;
  return { clientId, clientSecret: keys.open('account-secret', secret), ...(endpoint && { endpoint }) };
}

/** Keeps our registration with a vendor. */
export async function saveApp(
  { sql, keys }: Pick<Ground, 'sql' | 'keys'>,
  network: NetworkName,
  { clientId, clientSecret, endpoint }: App,
): Promise<void> {
  await sql.query(
    `INSERT INTO network_app (network, client_id, secret, endpoint) VALUES ($1, $2, $3, $4)
     ON CONFLICT (network) DO UPDATE SET client_id = $2, secret = $3, endpoint = $4, updated_at = now()`,
    [network, clientId, keys.seal('account-secret', clientSecret), endpoint ?? null],
  );
}

/** Our registration as staff see it, never with its secret; null where there is none. */
export async function appSummary(
  { sql }: Pick<Ground, 'sql'>,
  network: NetworkName,
): Promise<{ clientId: string; endpoint: string | null; updatedAt: Date } | null> {
  const { rows } = await sql.query(
    'SELECT client_id AS "clientId", endpoint, updated_at AS "updatedAt" FROM network_app WHERE network = $1',
    [network],
  );
  return rows[0] ?? null;
}

/**
 * Keeps our registration with a vendor as somebody typed it; without a secret the one that is kept stays.
 * @throws Refusal where something is missing, or the network has no registrations
 */
export async function registerNetwork(
  ground: OAuthGround,
  user: User,
  { network, app }: { network: NetworkName; app: App },
): Promise<void> {
  requireRole(user, ['administrator'], say`connect accounts`);
  oauthOf(network);
  const { clientId, endpoint } = app;
  if (!clientId) throw new Refusal(say`Enter the id of the application, as the network shows it.`);
  if (endpoint && !/^https?:\/\/[^\s/]+/.test(endpoint))
    throw new Refusal(say`An address begins with https://. Leave it empty for the network's own.`);
  const clientSecret = app.clientSecret || (await findApp(ground, network)).clientSecret;
  await saveApp(ground, network, { clientId, clientSecret, ...(endpoint && { endpoint }) });
  const entry = { actor: user.email, subjectType: 'network', subjectId: network };
  await audit(ground.sql, {
    ...entry,
    action: 'network.registered',
    after: { clientId, endpoint: endpoint || null },
  });
}

/**
 * Registers us with one instance of a network where each is a vendor by itself; once is enough.
 * @throws Refusal when the instance does not answer as one does
 */
export async function registerAt(
  ground: OAuthGround,
  user: User,
  { network, endpoint }: { network: NetworkName; endpoint: string },
): Promise<void> {
  requireRole(user, ['administrator'], say`connect accounts`);
  const { register } = oauthOf(network);
  const address = /^https?:\/\//.test(endpoint) ? endpoint.replace(/\/+$/, '') : `https://${endpoint}`;
  if (!URL.canParse(address))
    throw new Refusal(say`“${endpoint}” is no address of an instance, such as mastodon.social.`);
  if (!register || (await appSummary(ground, network))?.endpoint === address) return;
  try {
    const app = await register(address, redirectUriOf(ground.config));
    await registerNetwork(ground, user, { network, app });
  } catch (error) {
    if (!(error instanceof NetworkFailure)) throw error;
    throw new Refusal(
      say`${address} did not register us (${error.message}). See whether that is its address.`,
      409,
    );
  }
}

/** Where the vendor sends people back to. */
export const redirectUriOf = ({ publicUrl }: Pick<Ground['config'], 'publicUrl'>): string =>
  `${publicUrl}/console/accounts/connected`;

const hashOf = (state: string): Buffer => createHash('sha256').update(state).digest();

/**
 * Begins to connect an account: a state of one use for this person, and what proves that the same one
 * comes back (RFC 7636).
 * @param accountId the account that is connected again
 * @returns the vendor's address to go to
 */
export async function beginConnect(
  ground: OAuthGround,
  { network, user, accountId }: { network: NetworkName; user: User; accountId?: string },
): Promise<string> {
  requireRole(user, ['administrator'], say`connect accounts`);
  const connect = oauthOf(network);
  const app = await findApp(ground, network);
  const [state, verifier] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')];
  await ground.sql.query(
    `INSERT INTO connect_state (hash, network, user_id, account_id, verifier, expires_at)
     VALUES ($1, $2, $3, $4, $5, now() + make_interval(mins => $6))`,
    [
      hashOf(state),
      network,
      user.id,
      accountId ?? null,
      ground.keys.seal('account-secret', verifier),
      MINUTES,
    ],
  );
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const redirectUri = redirectUriOf(ground.config);
  return connect.authorise(app, { state, redirectUri, ...(connect.pkce && { challenge }) });
}

export interface CameBack {
  network: NetworkName;
  accountId: string | null;
  /** What may be published to: one, or several to choose from. */
  choices: Connected[];
}

/**
 * Takes what the vendor sent back. The state is used up, whatever comes of it.
 * @throws Refusal when it is not ours, another person's, too old, or the vendor refuses
 */
export async function finishConnect(
  ground: OAuthGround,
  { state, code, user }: { state: string; code: string; user: User },
): Promise<CameBack> {
  const { rows } = await ground.sql.query<{
    network: NetworkName;
    accountId: string | null;
    verifier: Buffer;
  }>(
    `DELETE FROM connect_state WHERE hash = $1 AND user_id = $2 AND expires_at > now()
     RETURNING network, account_id AS "accountId", verifier`,
    [hashOf(state), user.id],
  );
  const [begun] = rows;
  if (!begun)
    throw new Refusal(say`This way back is too old, or was begun by somebody else. Connect once more.`, 409);
  const { network, accountId } = begun;
  const connect = oauthOf(network);
  const verifier = ground.keys.open('account-secret', begun.verifier);
  const back = { code, redirectUri: redirectUriOf(ground.config), ...(connect.pkce && { verifier }) };
  try {
    return { network, accountId, choices: await connect.exchange(await findApp(ground, network), back) };
  } catch (error) {
    if (!(error instanceof NetworkFailure)) throw error;
    throw new Refusal(
      say`${networkOf(network).title} did not connect us (${error.message}). Connect once more.`,
      409,
    );
  }
}

function oauthOf(name: NetworkName): OAuth {
  const { connect, title } = networkOf(name);
  if (connect?.kind !== 'oauth') throw new Refusal(say`${title} is connected by typing in what it gave you.`);
  return connect;
}
