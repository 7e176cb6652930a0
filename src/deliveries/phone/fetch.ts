import { v7 as newId } from 'uuid';
import { NetworkFailure } from '../../../channels/failure.ts';
import type { RegisteredText } from '../../../channels/registered.ts';
import { audit } from '../../access/audit.ts';
import { type Connection, transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { ENGINE } from '../mark.ts';
import { listPhoneAccounts, openPhoneAccount, type PhoneAccount } from './accounts.ts';
import { refusedBy } from './edit.ts';

/** What a look at a network's templates came to. */
export interface Fetched {
  known: number;
  /** New ones, and those that are in another state now. */
  changed: number;
}

type FetchGround = Pick<Ground, 'sql' | 'keys'>;

/** Whether its network tells which of its templates may be sent. */
export const tellsTemplates = ({ channel, settings }: Pick<PhoneAccount, 'channel' | 'settings'>): boolean =>
  channel === 'whatsapp' && Boolean(settings.business);

/**
 * Asks the network for its templates and keeps what it says: their words, and whether they may be sent.
 * One that it does not know any more counts as refused.
 * @throws Refusal when the network tells no states, or does not answer well
 */
export async function fetchTemplates(ground: FetchGround, id: string, actor: string): Promise<Fetched> {
  const account = await openPhoneAccount(ground, id);
  if (!tellsTemplates(account))
    throw new Refusal(
      say`${account.network.title} tells no states of templates for ${account.name}. Enter them as they were registered; for WhatsApp, enter the id of the business account first.`,
      409,
    );
  const texts = await asked(account);
  return transaction(ground.sql, async (connection) => {
    let changed = 0;
    for (const text of texts.filter(({ name }) => name.length <= LONGEST))
      if (await keep(connection, { account, text, actor })) changed++;
    changed += await markGone(connection, { account, texts, actor });
    return { known: texts.length, changed };
  });
}

const LONGEST = 100;

async function asked({ session, network, name }: PhoneAccount): Promise<RegisteredText[]> {
  try {
    return (await session.templates?.()) ?? [];
  } catch (error) {
    if (!(error instanceof NetworkFailure)) throw error;
    throw new Refusal(refusedBy(network.title, name, error), 409);
  }
}

interface Keeping {
  account: PhoneAccount;
  text: RegisteredText;
  actor: string;
}

/** @returns whether its state is news */
async function keep(connection: Connection, { account, text, actor }: Keeping): Promise<boolean> {
  const { id: networkId, name, language, body, frame, state, reason, category } = text;
  const before = await connection.query<{ state: string }>(
    'SELECT state FROM channel_template WHERE account_id = $1 AND name = $2 AND language = $3 FOR UPDATE',
    [account.id, name, language],
  );
  const { rows } = await connection.query<{ id: string }>(
    `INSERT INTO channel_template (id, account_id, network_id, name, language, body, state, category, reason, frame, checked_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now())
     ON CONFLICT (account_id, name, language) DO UPDATE
       SET network_id = $3, body = $6, state = $7, category = $8, reason = $9, frame = $10, checked_at = now(), updated_at = now(),
           state_since = CASE WHEN channel_template.state = $7 THEN channel_template.state_since ELSE now() END
     RETURNING id`,
    [newId(), account.id, networkId, name, language, body, state, category, reason, JSON.stringify(frame)],
  );
  const known = before.rows[0]?.state;
  if (known === state) return false;
  const entry = { actor, subjectType: 'template', subjectId: String(rows[0]?.id) };
  const after = { account: account.name, name, language, state, reason };
  await audit(connection, {
    ...{ ...entry, action: 'template.changed', after },
    ...(known !== undefined && { before: { state: known } }),
  });
  return true;
}

/** @returns how many the network does not know any more */
async function markGone(
  connection: Connection,
  { account, texts, actor }: Omit<Keeping, 'text'> & { texts: RegisteredText[] },
): Promise<number> {
  const there = JSON.stringify(texts.map(({ name, language }) => ({ name, language })));
  const { rows } = await connection.query<{ id: string; name: string; language: string }>(
    `UPDATE channel_template t SET reason = 'gone', checked_at = now(), state = 'refused', updated_at = now(),
            state_since = CASE WHEN t.state = 'refused' THEN t.state_since ELSE now() END
      WHERE account_id = $1 AND reason IS DISTINCT FROM 'gone'
        AND NOT EXISTS (SELECT FROM json_to_recordset($2) AS there (name text, language text)
                         WHERE there.name = t.name AND there.language = t.language)
     RETURNING id, name, language`,
    [account.id, there],
  );
  for (const { id, name, language } of rows) {
    const after = { account: account.name, name, language, state: 'refused', reason: 'gone' };
    const entry = { actor, action: 'template.changed', subjectType: 'template', subjectId: id };
    await audit(connection, { ...entry, after });
  }
  return rows.length;
}

/** The same for every account in use, by the clock; one that cannot be asked keeps none of the others. */
export async function fetchAllTemplates(ground: FetchGround & Pick<Ground, 'log'>): Promise<number> {
  let changed = 0;
  for (const account of await listPhoneAccounts(ground.sql)) {
    if (account.disabled || !tellsTemplates(account)) continue;
    try {
      changed += (await fetchTemplates(ground, account.id, ENGINE)).changed;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      ground.log.warn({ account: account.id, why: error.message }, 'templates could not be fetched');
    }
  }
  return changed;
}
