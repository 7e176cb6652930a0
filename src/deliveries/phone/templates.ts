import { v7 as newId } from 'uuid';
import type { Frame } from '../../../channels/frame.ts';
import { BRACES, DLT, type Places, placesIn } from '../../../channels/places.ts';
import { audit } from '../../access/audit.ts';
import { type Queryable, transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import type { PhoneChannel } from './accounts.ts';
import { requireFrame } from './frames.ts';

export const templateStates = ['approved', 'pending', 'refused', 'paused'] as const;
export type TemplateState = (typeof templateStates)[number];
export type Category = 'promotional' | 'transactional';

/** A text that was registered with the network or the regulator. */
export interface ChannelTemplate {
  id: string;
  accountId: string;
  /** The network's id. */
  networkId: string;
  name: string;
  language: string;
  body: string;
  frame: Frame;
  state: TemplateState;
  category: Category;
  stateSince: Date;
  /** Why, in the network's own word. */
  reason: string | null;
  checkedAt: Date | null;
}

/** What is entered of a template. */
export type NewTemplate = Pick<
  ChannelTemplate,
  'accountId' | 'networkId' | 'name' | 'language' | 'body' | 'state' | 'category'
> & { frame?: Frame };

/** How a channel marks the places of its templates. */
export const placesOf = (channel: PhoneChannel): Places => (channel === 'sms' ? DLT : BRACES);

/**
 * Keeps a template as it was registered; one of the same name and language is replaced. Messages that are
 * written already keep the words they were approved with.
 * @throws Refusal for what no network would have registered
 */
export async function registerTemplate(
  { sql }: Pick<Ground, 'sql'>,
  channel: PhoneChannel,
  { template, actor }: { template: NewTemplate; actor: string },
): Promise<string> {
  const { accountId, networkId, name, language, body, frame = {}, state, category } = template;
  requireTemplate(channel, template);
  requireFrame(channel, frame);
  return transaction(sql, async (connection) => {
    const { rows } = await connection.query<{ id: string }>(
      `INSERT INTO channel_template (id, account_id, network_id, name, language, body, state, category, frame)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (account_id, name, language) DO UPDATE
         SET network_id = $3, body = $6, state = $7, category = $8, frame = $9, reason = NULL, updated_at = now(),
             state_since = CASE WHEN channel_template.state = $7 THEN channel_template.state_since ELSE now() END
       RETURNING id`,
      [newId(), accountId, networkId, name, language, body, state, category, JSON.stringify(frame)],
    );
    const id = String(rows[0]?.id);
    const after = { accountId, networkId, name, language, state, category };
    await audit(connection, {
      actor,
      action: 'template.registered',
      subjectType: 'template',
      subjectId: id,
      after,
    });
    return id;
  });
}

function requireTemplate(channel: PhoneChannel, { networkId, name, language, body }: NewTemplate): void {
  if (!/^[a-z0-9_-]{1,100}$/.test(name))
    throw new Refusal(say`A template’s name is small letters, figures and _, such as flood_relief.`);
  if (!/^[a-z]{2,3}(_[A-Z]{2})?$/.test(language))
    throw new Refusal(say`${language} is no language such as ml or en.`);
  if (channel === 'sms' ? !/^\d{10,25}$/.test(networkId) : !/^[\w-]{1,100}$/.test(networkId))
    throw new Refusal(
      say`${networkId} is no number of a registered template. It stands on the network’s own page.`,
    );
  if (!body.trim() || body.length > 2000)
    throw new Refusal(say`The text of a template has 1 to 2,000 characters, as it was registered.`);
  const strange = channel === 'sms' ? placesIn(body, BRACES) : placesIn(body, DLT);
  if (strange.length)
    throw new Refusal(
      say`${strange[0] ?? ''} is how another network marks a place. Copy the text as it was registered.`,
    );
}

const COLUMNS = `t.id, t.account_id AS "accountId", t.network_id AS "networkId", t.name, t.language, t.body, t.frame, t.state, t.category,
  t.state_since AS "stateSince", t.reason, t.checked_at AS "checkedAt"`;

/** Every template, by account, name and language. */
export async function listTemplates(
  sql: Queryable,
): Promise<(ChannelTemplate & { account: string; channel: PhoneChannel; disabled: boolean })[]> {
  const { rows } = await sql.query(
    `SELECT ${COLUMNS}, a.name AS account, a.channel, a.disabled_at IS NOT NULL AS disabled FROM channel_template t JOIN account a ON a.id = t.account_id
      ORDER BY a.name, t.name, t.language`,
  );
  return rows;
}

/**
 * The approved template of a name in each language it has.
 * @throws Refusal (404, 409) when there is none, or none may be used
 */
export async function approvedTemplates(
  sql: Queryable,
  accountId: string,
  name: string,
): Promise<ChannelTemplate[]> {
  const { rows } = await sql.query<ChannelTemplate>(
    `SELECT ${COLUMNS} FROM channel_template t WHERE account_id = $1 AND name = $2 ORDER BY language`,
    [accountId, name],
  );
  if (!rows.length)
    throw new Refusal(
      say`There is no template ${JSON.stringify(name)}. Register it with "wecare templates register".`,
      404,
    );
  const approved = rows.filter(({ state }) => state === 'approved');
  if (approved.length) return approved;
  throw new Refusal(
    say`The template ${JSON.stringify(name)} is not approved by the network, so it cannot be sent. Register it again when it is.`,
    409,
  );
}
