import type { Queryable } from '../../db.ts';
import { phoneAccount } from '../../deliveries/phone/accounts.ts';
import type { ChannelTemplate } from '../../deliveries/phone/templates.ts';
import { linksIn, type PhoneText } from '../../deliveries/phone/text.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { ensureLinks } from '../../links/links.ts';
import { say } from '../../say.ts';
import type { Message } from '../messages.ts';
import { headerMedia } from './header.ts';
import { readable } from './reading.ts';

type Sent = Pick<Message, 'id' | 'version' | 'fromAddress'>;

/** What a message to telephones says, by language, as it was written and approved. */
export async function phoneTextsOf(sql: Queryable, { id, version }: Sent): Promise<PhoneText[]> {
  const { rows } = await sql.query<{ source: string }>(
    'SELECT source FROM message_version WHERE message_id = $1 AND version = $2 ORDER BY language',
    [id, version],
  );
  return rows.map(({ source }) => JSON.parse(source) as PhoneText);
}

/** What somebody who decides about it sees of one text. */
export interface PhoneReading {
  language: string;
  name: string;
  text: string;
  /** What stands above it. */
  media: { url: string; name: string; picture: boolean } | null;
}

/** The same as its readers will see it; fields stand in it as they are. */
export async function phoneReadings(sql: Queryable, message: Sent): Promise<PhoneReading[]> {
  return (await phoneTextsOf(sql, message)).map(({ media, ...text }) => ({
    ...{ language: text.language, name: text.name, text: readable(text) },
    media: media ? { url: media.url, name: media.name, picture: media.mime.startsWith('image/') } : null,
  }));
}

/**
 * Every language of a version, as `freezeRun` takes them.
 * @throws Refusal when the account is out of use, or a template is not approved any more as it was written
 */
export async function buildPhoneContents(
  ground: Pick<Ground, 'sql' | 'config'>,
  message: Sent,
): Promise<Record<string, PhoneText>> {
  const { sql } = ground;
  const account = await phoneAccount(sql, message.fromAddress);
  if (account.disabled)
    throw new Refusal(
      say`The account ${account.name} is out of use. Take it back into use; then it goes on by itself.`,
    );
  const texts = await phoneTextsOf(sql, message);
  for (const text of texts) await requireRegistered(sql, account.id, text);
  const codes = Object.fromEntries(await ensureLinks(ground, message.id, texts.flatMap(linksIn)));
  const base = `${ground.config.publicUrl}/l/`;
  const ready = await Promise.all(texts.map((text) => withHeader(ground, text)));
  const shortened = ready.map((text) => (linksIn(text).length ? { ...text, short: { base, codes } } : text));
  return Object.fromEntries(shortened.map((text) => [text.language, text]));
}

/** Nobody may have taken their consent to be shown back since it was written. */
async function withHeader(ground: Pick<Ground, 'sql' | 'config'>, text: PhoneText): Promise<PhoneText> {
  if (!text.media) return text;
  const media = await headerMedia(ground, text);
  if (media) return { ...text, media };
  throw new Refusal(
    say`${text.media.name} may not be shown any more, and stands above the text in ${text.language}. Choose another.`,
  );
}

/** WhatsApp knows a template by name and language, the operators by its number. */
async function requireRegistered(sql: Queryable, accountId: string, text: PhoneText): Promise<void> {
  const { name, language, networkId, body, frame = {} } = text;
  const { rows } = await sql.query<Pick<ChannelTemplate, 'state'>>(
    `SELECT state FROM channel_template
      WHERE account_id = $1 AND name = $2 AND language = $3 AND (network_id = $4 OR $6 = 'whatsapp') AND body = $5 AND frame = $7::jsonb`,
    [accountId, name, language, networkId, body, text.channel, JSON.stringify(frame)],
  );
  if (rows[0]?.state === 'approved') return;
  throw new Refusal(
    say`The template ${name} in ${language} is not approved any more as this message has it. Register it anew, or edit the message.`,
  );
}
