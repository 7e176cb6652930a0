import { NetworkFailure } from '../../../channels/failure.ts';
import { networks } from '../../../channels/networks.ts';
import type { Credentials, Field, Identity, Settings } from '../../../channels/social.ts';
import { audit } from '../../access/audit.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { requireName } from '../account-rules.ts';
import { type Costs, openPhoneAccount, type PhoneChannel, savePhoneAccount } from './accounts.ts';

/** An account for telephones as a form has it. Secrets that are left empty stay what they are. */
export interface PhoneAccountForm {
  channel: PhoneChannel;
  name: string;
  /** By the names of the network's fields. */
  settings: Settings;
  secrets: Record<string, string>;
  costs: Costs | null;
  perSecond: number | null;
  connections: number;
}

type Part = Pick<Ground, 'sql' | 'db' | 'keys'>;

/** What a network asks for, secret or not. */
export function phoneFields(channel: PhoneChannel): Field[] {
  const connect = networks[channel]?.connect;
  return connect?.kind === 'fields' ? connect.fields : [];
}

/** Names of the secrets that are kept of an account; never what they are. */
export async function secretsKept(ground: Pick<Ground, 'sql' | 'keys'>, id: string): Promise<string[]> {
  const { credentials } = await openPhoneAccount(ground, id);
  const kept = { ...credentials.more, accessToken: credentials.accessToken };
  return Object.entries(kept).flatMap(([name, value]) => (value ? [name] : []));
}

/**
 * Adds an account, or changes the one of this id; it is tried again at once when it rested.
 * @throws Refusal (409) for a name that is taken, (400) for a field that is missing, (404) when there is none
 */
export async function editPhoneAccount(
  ground: Part,
  { id, form }: { id: string | null; form: PhoneAccountForm },
  actor: string,
): Promise<string> {
  requireName(form.name);
  const taken = await ground.db.account.findUnique({ where: { name: form.name } });
  if (taken && taken.id !== id)
    throw new Refusal(
      say`There is an account ${JSON.stringify(form.name)} already. Choose another name.`,
      409,
    );
  const before = id ? await openPhoneAccount(ground, id) : null;
  const credentials = merged(before?.credentials ?? {}, form.secrets);
  const settings = { ...before?.settings, ...form.settings };
  const { channel, name, costs, perSecond, connections } = form;
  if (!before)
    return savePhoneAccount(
      ground,
      { channel, name, settings, credentials, costs, perSecond, connections },
      actor,
    );
  await ground.db.account.update({
    where: { id: before.id },
    data: {
      ...{ name, settings, perSecond, connections, costs: costs ?? {} },
      secret: new Uint8Array(ground.keys.seal('account-secret', JSON.stringify(credentials))),
      ...{ restsUntil: null, trouble: null, lostAt: null },
    },
  });
  const entry = { actor, action: 'account.saved', subjectType: 'account', subjectId: before.id };
  await audit(ground.sql, { ...entry, after: { name, channel } });
  return before.id;
}

function merged({ accessToken, more, ...rest }: Credentials, typed: Record<string, string>): Credentials {
  const { accessToken: token, ...others } = typed;
  const given = Object.entries(others).filter(([, value]) => value);
  return {
    ...rest,
    ...((token || accessToken) && { accessToken: token || accessToken }),
    more: { ...more, ...Object.fromEntries(given) },
  };
}

/**
 * Asks the network who we are there; sends nothing. An account that works is tried again at once when it rested.
 * @throws Refusal (409) in words when the network refuses us or cannot be asked
 */
export async function checkPhoneAccount(ground: Pick<Ground, 'sql' | 'keys'>, id: string): Promise<Identity> {
  const { session, network, name } = await openPhoneAccount(ground, id);
  try {
    const identity = await session.check();
    await ground.sql.query(
      'UPDATE account SET checked_at = now(), rests_until = NULL, trouble = NULL WHERE id = $1',
      [id],
    );
    return identity;
  } catch (error) {
    if (!(error instanceof NetworkFailure)) throw error;
    throw new Refusal(refusedBy(network.title, name, error), 409);
  }
}

/** Why a network did not answer well, to who can mend it. */
export function refusedBy(title: string, name: string, { kind, status, code }: NetworkFailure) {
  const said = [status, code].filter(Boolean).join(' ') || '–';
  return kind === 'unauthorised'
    ? say`${title} refuses the credentials of ${name} (${said}). Enter them anew.`
    : say`${title} could not be asked now (${said}). Try again in a minute.`;
}
