import { v7 as uuid } from 'uuid';
import { NetworkFailure } from '../../../channels/failure.ts';
import type { Credentials, Identity, NetworkName, Settings } from '../../../channels/social.ts';
import { audit } from '../../access/audit.ts';
import { requireRole, type User } from '../../access/users.ts';
import { type Connection, transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import {
  type AccountGround,
  findAccount,
  keepCredentials,
  loseAccount,
  networkOf,
  openSession,
} from './connected.ts';
import type { Costs } from './rates.ts';

/** An account as staff see it; never with its secrets. */
export interface SocialAccount {
  id: string;
  channel: NetworkName;
  name: string;
  mode: 'program' | 'hand';
  identity: Identity | null;
  settings: Settings;
  costs: Costs | null;
  expiresAt: Date | null;
  checkedAt: Date | null;
  lostAt: Date | null;
  restsUntil: Date | null;
  trouble: string | null;
  disabledAt: Date | null;
  /** Publications that wait for it. */
  planned: number;
}

/** A new account, or one that is connected again. */
export interface NewAccount {
  network: NetworkName;
  name: string;
  /** By hand: a person publishes what was prepared and pastes the link. */
  mode: 'program' | 'hand';
  credentials?: Credentials;
  settings?: Settings;
  costs?: Costs | null;
  /** Connect this one again instead of adding one. */
  id?: string;
}

const KEEPERS = ['administrator'] as const;

/** Every account on a network, by network and name. */
export async function listSocialAccounts({ sql }: Pick<Ground, 'sql'>): Promise<SocialAccount[]> {
  const { rows } = await sql.query<SocialAccount>(`${LISTED} ORDER BY a.channel, a.name`);
  return rows;
}

/** @throws Refusal (404) when there is no such account on a network */
export async function findSocialAccount({ sql }: Pick<Ground, 'sql'>, id: string): Promise<SocialAccount> {
  const { rows } = await sql.query<SocialAccount>(`${LISTED} AND a.id::text = $1`, [id]);
  return found(rows[0], say`There is no account ${id}.`);
}

const LISTED = `
  SELECT a.id, a.channel, a.name, a.mode, a.identity, a.settings, a.costs, a.expires_at AS "expiresAt",
         a.checked_at AS "checkedAt", a.lost_at AS "lostAt", a.trouble,
         CASE WHEN a.rests_until > now() THEN a.rests_until END AS "restsUntil",
         a.disabled_at AS "disabledAt",
         (SELECT count(*) FROM publication p WHERE p.account_id = a.id
             AND p.state IN ('planned', 'preparing', 'publishing', 'waiting', 'unknown'))::int AS planned
    FROM account a WHERE a.channel NOT IN ('email', 'sms', 'whatsapp')`;

/**
 * Adds an account, or connects one again; by program it is tried at once, and nothing is stored that does
 * not work. What waited for it goes on.
 * @throws Refusal in words when the network refuses the credentials, the name is taken, or it works by hand only
 */
export async function saveSocialAccount(
  ground: AccountGround,
  user: User,
  wish: NewAccount,
): Promise<{ id: string; identity: Identity | null }> {
  requireRole(user, [...KEEPERS], say`connect accounts`);
  return keepSocialAccount(ground, user.email, wish);
}

/** The same by whoever sits at the machine. @throws Refusal as `saveSocialAccount` does */
export async function keepSocialAccount(
  ground: AccountGround,
  actor: string,
  wish: NewAccount,
): Promise<{ id: string; identity: Identity | null }> {
  const identity = await proven(ground, wish);
  const id = wish.id ?? uuid();
  await transaction(ground.sql, async (connection) => {
    await writeAccount(connection, { ...wish, id, identity });
    const entry = { actor, subjectType: 'account', subjectId: id };
    const after = { network: wish.network, name: wish.name, mode: wish.mode, identity: identity?.name };
    await audit(connection, { ...entry, action: 'account.connected', after });
  });
  if (wish.credentials) await keepCredentials(ground, id, wish.credentials);
  return { id, identity };
}

async function proven(ground: AccountGround, wish: NewAccount): Promise<Identity | null> {
  const network = networkOf(wish.network);
  if (network.retired)
    throw new Refusal(say`${network.title} is closed for good. Choose another network.`, 409);
  if (!wish.name.trim()) throw new Refusal(say`Give the account a name, such as the one people know it by.`);
  if (wish.mode === 'hand') return null;
  if (!network.open)
    throw new Refusal(say`${network.title} has no way to publish by program. Choose “by hand”.`);
  const { credentials = {}, settings = {} } = wish;
  const timeoutMs = ground.config.NETWORK_TIMEOUT_SECONDS * 1000;
  try {
    return await network.open({ credentials, settings, timeoutMs }).check();
  } catch (error) {
    if (!(error instanceof NetworkFailure)) throw error;
    throw new Refusal(refusedBy(network.title, error), 409);
  }
}

const refusedBy = (title: string, { kind, status, code }: NetworkFailure) =>
  kind === 'unauthorised'
    ? say`${title} refuses these credentials (${[status, code].filter(Boolean).join(' ')}). Copy them anew, or connect again.`
    : say`${title} could not be asked now (${[status, code].filter(Boolean).join(' ')}). Try again in a minute.`;

async function writeAccount(
  connection: Connection,
  {
    id,
    network,
    name,
    mode,
    settings = {},
    costs = null,
    identity,
  }: NewAccount & { id: string; identity: Identity | null },
): Promise<void> {
  const { rowCount } = await connection.query('SELECT FROM account WHERE name = $1 AND id <> $2', [
    name.trim(),
    id,
  ]);
  if (rowCount)
    throw new Refusal(say`There is an account called ${name.trim()} already. Give it another name.`, 409);
  await connection.query(
    `INSERT INTO account (id, channel, name, domains, settings, mode, identity, costs, checked_at)
     VALUES ($1, $2, $3, '{}', $4, $5, $6, $7, now())
     ON CONFLICT (id) DO UPDATE SET name = $3, settings = $4, mode = $5, identity = coalesce($6, account.identity),
       costs = coalesce($7, account.costs), lost_at = NULL, trouble = NULL, warned_at = NULL, checked_at = now(), disabled_at = NULL`,
    [
      ...[id, network, name.trim(), JSON.stringify(settings), mode],
      ...[identity && JSON.stringify(identity), costs && JSON.stringify(costs)],
    ],
  );
}

/**
 * Switches between by program and by hand, sets costs, or switches off and on.
 * @throws Refusal for a network that has no way by program, and for what is not there
 */
export async function changeSocialAccount(
  ground: Pick<Ground, 'sql'>,
  { id, user }: { id: string; user: User },
  change: { mode?: 'program' | 'hand'; costs?: Costs | null; disabled?: boolean },
): Promise<void> {
  requireRole(user, [...KEEPERS], say`connect accounts`);
  const { channel } = await findAccount(ground, id);
  const network = networkOf(channel);
  if (change.mode === 'program' && !network.open)
    throw new Refusal(say`${network.title} has no way to publish by program. Choose “by hand”.`);
  await transaction(ground.sql, async (connection) => {
    await connection.query(
      `UPDATE account SET mode = coalesce($2, mode), costs = CASE WHEN $3 THEN $4::jsonb ELSE costs END,
              disabled_at = CASE WHEN $5::bool IS NULL THEN disabled_at WHEN $5 THEN coalesce(disabled_at, now()) END
        WHERE id = $1`,
      [
        ...[id, change.mode ?? null, change.costs !== undefined],
        ...[change.costs ? JSON.stringify(change.costs) : null, change.disabled ?? null],
      ],
    );
    const entry = { actor: user.email, subjectType: 'account', subjectId: id };
    await audit(connection, { ...entry, action: 'account.changed', after: change });
  });
}

/** Asks the network who we are. A refusal is kept, and told. @returns null when it was refused */
export async function checkSocialAccount(ground: AccountGround, id: string): Promise<Identity | null> {
  try {
    const identity = await (await openSession(ground, id)).check();
    await ground.sql.query(
      `UPDATE account SET identity = $2, checked_at = now(), lost_at = NULL, trouble = NULL WHERE id = $1`,
      [id, JSON.stringify(identity)],
    );
    return identity;
  } catch (error) {
    if (!(error instanceof NetworkFailure)) throw error;
    if (error.kind === 'unauthorised') await loseAccount(ground, id, error);
    return null;
  }
}
