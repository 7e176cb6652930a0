import { parseSlots } from '../../channels/email/slots.ts';
import { asHtml, asText, fillSlots } from '../../channels/email/values.ts';
import { audit } from '../access/audit.ts';
import { readAddress } from '../contacts/addresses.ts';
import { type MergeRow, mergeValues } from '../contacts/fields.ts';
import { sendNotice } from '../deliveries/notices.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { loadCargo } from './files.ts';
import { readLetterhead, withLetterhead } from './letterhead.ts';
import { about, type Editor, type Message } from './messages.ts';
import { domainOf } from './sender.ts';

type TrialGround = Pick<Ground, 'sql' | 'db' | 'queues' | 'config'>;

export interface Trial {
  /** The e-mail address that gets it. */
  to: string;
  language: string;
  /** A contact, by id or address, whose fields are filled in; without one the words for nobody stand. */
  as?: string | undefined;
  editor: Editor;
}

/**
 * Sends what a message says now to one address, its subject led by "[Test]". Nothing of it counts: links
 * are not shortened and the way out leads to no recipient. It comes from the message's own sender, by the
 * account that its runs will go by. Sent as a notice, so that no run, approval or
 * hold is touched; audited, since a contact's fields may be in it.
 * @returns the id of the notice
 * @throws Refusal when the address is none, the language is not written, or there is no such contact
 */
export async function sendTrial(ground: TrialGround, message: Message, trial: Trial): Promise<string> {
  const { channel, value: address } = readAddress(trial.to);
  if (channel !== 'email') throw new Refusal(say`${JSON.stringify(trial.to)} is no e-mail address.`);
  const { language, as, editor } = trial;
  const written = await readWritten(ground, message, language);
  const named = withLetterhead(written, await readLetterhead(ground), language);
  const contact = as === undefined ? null : await readContact(ground, as);
  const values = {
    ...(contact && mergeValues(contact)),
    unsubscribe_url: `${ground.config.publicUrl}/u/test`,
    preferences_url: `${ground.config.publicUrl}/p/test`,
  };
  const fill = (part: string, print: typeof asText) => fillSlots(parseSlots(part).nodes, values, print);
  const place = { messageId: message.id, version: message.version };
  const { files, pointed } = await loadCargo(ground, place, domainOf(message.fromAddress));
  const notice = await sendNotice(ground, {
    ...{ kind: 'test', address, language, files },
    from: { fromName: message.fromName, fromAddress: message.fromAddress },
    subject: `[Test] ${fill(written.subject, asText)}`,
    html: fill(pointed(named.html), asHtml),
    text: fill(named.text, asText),
  });
  const after = { notice, language, version: message.version, contact: contact?.id ?? null };
  await audit(ground.sql, { ...about(message, editor), action: 'message.tested', after });
  return notice;
}

async function readWritten({ db }: TrialGround, { id, version, name }: Message, language: string) {
  const key = { messageId: id, version, language };
  const row = await db.messageVersion.findUnique({ where: { messageId_version_language: key } });
  return found(row, say`The message ${JSON.stringify(name)} is not written in ${JSON.stringify(language)}.`);
}

async function readContact({ sql }: TrialGround, wish: string) {
  const { rows } = await sql.query<MergeRow & { id: string }>(
    `SELECT c.id, c.name, c.language, c.kind, c.district, c.attributes FROM contact c
      WHERE c.id::text = lower($1)
         OR c.id IN (SELECT contact_id FROM address WHERE channel = 'email' AND value = lower($1))
      ORDER BY c.created_at LIMIT 1`,
    [wish.trim()],
  );
  return found(rows[0], say`There is no contact ${JSON.stringify(wish)}. Give an id or an e-mail address.`);
}
