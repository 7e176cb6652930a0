import { z } from 'zod';
import { networks } from '../../../channels/networks.ts';
import type { Credentials, Network, Session, Settings } from '../../../channels/social.ts';
import { audit } from '../../access/audit.ts';
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

/** An account ready for use. */
export interface PhoneAccount {
  id: string;
  name: string;
  channel: PhoneChannel;
  network: Network;
  credentials: Credentials;
  settings: Settings;
  session: Session;
  /** Beginnings of web addresses that are registered. */
  links: string[];
  limits: Limit[];
  /** Messages on their way at once. */
  connections: number;
  costs: Costs | null;
  rests: boolean;
  disabled: boolean;
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
  await audit(sql, { actor, action: 'account.saved', subjectType: 'account', subjectId: id, after: { name, channel } });
  return id;
}

/** How long an answer of a network is waited for. */
const PATIENCE_MS = 30_000;

/** @throws Refusal (404) when there is no such account for telephones, or its secret cannot be read */
export async function phoneAccount(
  { sql, keys }: Pick<Ground, 'sql' | 'keys'>,
  id: string,
): Promise<PhoneAccount> {
  const { rows } = await sql.query<Row>(`${SELECT} WHERE id::text = $1 AND channel = ANY ($2)`, [id, phoneChannels]);
  return ready(found(rows[0], say`There is no such account.`), keys);
}

/** @param name null for the oldest of the channel that is in use @throws Refusal that says what to set up */
export async function phoneAccountNamed(
  { sql, keys }: Pick<Ground, 'sql' | 'keys'>,
  channel: PhoneChannel,
  name: string | null,
): Promise<PhoneAccount> {
  const { rows } = await sql.query<Row>(
    `${SELECT} WHERE channel = $1 AND disabled_at IS NULL AND ($2::text IS NULL OR name = $2) ORDER BY created_at, id LIMIT 1`,
    [channel, name],
  );
  const title = networks[channel]?.title ?? channel;
  if (rows[0]) return ready(rows[0], keys);
  if (name === null)
    throw new Refusal(
      say`No account for ${title} is set up, so nothing can be sent to telephones that way. Add one with "wecare phone connect".`,
      409,
    );
  throw new Refusal(say`There is no account ${JSON.stringify(name)} for ${title}. See "wecare phone list".`, 404);
}

interface Row {
  id: string;
  name: string;
  channel: PhoneChannel;
  settings: Settings;
  secret: Uint8Array | null;
  per_second: number | null;
  connections: number;
  costs: object | null;
  rests: boolean;
  disabled: boolean;
}

const SELECT = `
SELECT id, name, channel, settings, secret, per_second, connections, costs,
       coalesce(rests_until > now(), false) AS rests, disabled_at IS NOT NULL AS disabled FROM account`;

function ready(row: Row, keys: Ground['keys']): PhoneAccount {
  const { id, name, channel, settings, connections, rests, disabled } = row;
  const network = networks[channel];
  if (!network?.open) throw new Error(`There is no adapter for ${channel}.`);
  const credentials: Credentials = row.secret ? JSON.parse(keys.open('account-secret', row.secret)) : {};
  const limits = [...network.limits.rates, ...(row.per_second ? [{ n: row.per_second, seconds: 1 }] : [])];
  const priced = costs.safeParse(row.costs);
  return {
    ...{ id, name, channel, network, credentials, settings, connections, rests, disabled, limits },
    session: network.open({ credentials, settings, timeoutMs: PATIENCE_MS }),
    links: (settings.links ?? '').split(/\s+/).filter(Boolean),
    costs: priced.success ? priced.data : null,
  };
}
