import { z } from 'zod';
import { networks } from '../../../channels/networks.ts';
import type { Credentials, Network, Session, Settings } from '../../../channels/social.ts';
import { audit } from '../../access/audit.ts';
import type { Queryable } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { requireName } from '../account-rules.ts';
import type { Limit } from '../throttle.ts';

/** Channels that speak to one telephone each time. */
export const phoneChannels = ['sms', 'whatsapp'] as const;
export type PhoneChannel = (typeof phoneChannels)[number];

export const isPhoneChannel = (channel: string): channel is PhoneChannel =>
  (phoneChannels as readonly string[]).includes(channel);

/** What an account's messages cost, in paise; of an SMS each part. */
export const costs = z.object({
  perMessage: z.number().int().min(0).max(1_000_000),
  currency: z.literal('INR').default('INR'),
  /** Nothing leaves beyond it in a month of India's calendar. */
  monthlyCap: z.number().int().min(0).nullable().default(null),
  /** Who pays; never the fund. */
  bearer: z.string().max(200).default(''),
});
export type Costs = z.output<typeof costs>;

/** An account as far as it is no secret. */
export interface PhoneAccountFacts {
  id: string;
  name: string;
  channel: PhoneChannel;
  network: Network;
  settings: Settings;
  /** Beginnings of web addresses that are registered. */
  links: string[];
  limits: Limit[];
  /** Ours, besides the network's own limits; null is none. */
  perSecond: number | null;
  /** Messages on their way at once. */
  connections: number;
  costs: Costs | null;
  rests: boolean;
  disabled: boolean;
  /** Why it rests, or rested last. */
  trouble: string | null;
}

/** An account ready for use. */
export interface PhoneAccount extends PhoneAccountFacts {
  credentials: Credentials;
  session: Session;
}

export interface NewPhoneAccount {
  channel: PhoneChannel;
  name: string;
  settings: Settings;
  credentials: Credentials;
  costs?: z.input<typeof costs> | null;
  perSecond?: number | null;
  connections?: number;
}

/**
 * Adds an account, or replaces the one of this name; it is tried again at once when it rested.
 * @returns its id
 * @throws Refusal for a name that will not do or is another channel's
 */
export async function savePhoneAccount(
  { db, keys, sql }: Pick<Ground, 'db' | 'keys' | 'sql'>,
  account: NewPhoneAccount,
  actor: string,
): Promise<string> {
  const { channel, name, settings, credentials, perSecond = null, connections = 8 } = account;
  requireName(name);
  const taken = await db.account.findUnique({ where: { name } });
  if (taken && taken.channel !== channel)
    throw new Refusal(say`There is an account ${JSON.stringify(name)} already. Choose another name.`, 409);
  const data = {
    ...{ settings, perSecond, connections },
    ...(account.costs !== undefined && { costs: account.costs ? costs.parse(account.costs) : {} }),
    secret: new Uint8Array(keys.seal('account-secret', JSON.stringify(credentials))),
  };
  const { id } = await db.account.upsert({
    where: { name },
    create: { name, channel, domains: [], ...data },
    update: { ...data, restsUntil: null, trouble: null, lostAt: null },
  });
  await audit(sql, {
    actor,
    action: 'account.saved',
    subjectType: 'account',
    subjectId: id,
    after: { name, channel },
  });
  return id;
}

/** How long an answer of a network is waited for. */
const PATIENCE_MS = 30_000;

/** @throws Refusal (404) when there is no such account for telephones; its secret's key may be gone too */
export async function openPhoneAccount(
  { sql, keys }: Pick<Ground, 'sql' | 'keys'>,
  id: string,
): Promise<PhoneAccount> {
  const facts = await phoneAccount(sql, id);
  const { rows } = await sql.query<{ secret: Uint8Array | null }>(
    'SELECT secret FROM account WHERE id = $1',
    [facts.id],
  );
  const secret = rows[0]?.secret;
  const credentials: Credentials = secret ? JSON.parse(keys.open('account-secret', secret)) : {};
  const { network, settings } = facts;
  if (!network.open) throw new Error(`There is no adapter for ${facts.channel}.`);
  return { ...facts, credentials, session: network.open({ credentials, settings, timeoutMs: PATIENCE_MS }) };
}

/** @throws Refusal (404) when there is no such account for telephones */
export async function phoneAccount(sql: Queryable, id: string): Promise<PhoneAccountFacts> {
  const { rows } = await sql.query<Row>(`${SELECT} WHERE id::text = $1 AND channel = ANY ($2)`, [
    id,
    phoneChannels,
  ]);
  return factsOf(found(rows[0], say`There is no such account.`));
}

/** Every account for telephones, by name. */
export async function listPhoneAccounts(sql: Queryable): Promise<PhoneAccountFacts[]> {
  const { rows } = await sql.query<Row>(`${SELECT} WHERE channel = ANY ($1) ORDER BY name`, [phoneChannels]);
  return rows.map(factsOf);
}

/** @param name null for the oldest of the channel that is in use @throws Refusal that says what to set up */
export async function phoneAccountNamed(
  sql: Queryable,
  channel: PhoneChannel,
  name: string | null,
): Promise<PhoneAccountFacts> {
  const { rows } = await sql.query<Row>(
    `${SELECT} WHERE channel = $1 AND disabled_at IS NULL AND ($2::text IS NULL OR name = $2) ORDER BY created_at, id LIMIT 1`,
    [channel, name],
  );
  if (rows[0]) return factsOf(rows[0]);
  const title = networks[channel]?.title ?? channel;
  if (name === null)
    throw new Refusal(
      say`No account for ${title} is set up, so nothing can be sent to telephones that way. Add one with "wecare phone connect".`,
      409,
    );
  throw new Refusal(
    say`There is no account ${JSON.stringify(name)} for ${title}. See "wecare phone list".`,
    404,
  );
}

interface Row {
  id: string;
  name: string;
  channel: PhoneChannel;
  settings: Settings;
  per_second: number | null;
  connections: number;
  costs: object | null;
  rests: boolean;
  disabled: boolean;
  trouble: string | null;
}

const SELECT = `
SELECT id, name, channel, settings, per_second, connections, costs, trouble,
       coalesce(rests_until > now(), false) AS rests, disabled_at IS NOT NULL AS disabled FROM account`;

function factsOf({ per_second, costs: price, ...row }: Row): PhoneAccountFacts {
  const network = networks[row.channel];
  if (!network) throw new Error(`There is no adapter for ${row.channel}.`);
  const priced = costs.safeParse(price);
  return {
    ...{ ...row, network, perSecond: per_second },
    links: (row.settings.links ?? '').split(/\s+/).filter(Boolean),
    limits: [...network.limits.rates, ...(per_second ? [{ n: per_second, seconds: 1 }] : [])],
    costs: priced.success ? priced.data : null,
  };
}
