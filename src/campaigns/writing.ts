import type { Queryable } from '../db.ts';
import { isPhoneChannel } from '../deliveries/phone/accounts.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import type { MessageEdit, MessagePlan } from './campaigns.ts';
import type { Message, MessageFields } from './messages.ts';
import { type PhoneWriting, writeForPhones } from './phone/writing.ts';
import type { Sender } from './sender.ts';
import { type Compilation, compileContents } from './versions.ts';

/** What is written, compiled for its channel. @throws Refusal as either does */
export async function writingOf(
  ground: { sql: Queryable; config: Ground['config'] },
  { contents, phone }: Pick<MessagePlan, 'contents' | 'phone'>,
): Promise<Compilation & Partial<PhoneWriting>> {
  return phone ? writeForPhones(ground, phone) : compileContents(ground, contents);
}

/** @throws Refusal for a part that messages of this channel do not have */
export function requireOfChannel({ channel, name }: Message, edit: MessageEdit): void {
  const { phone, contents = {}, from, files, replyTo, openPixel } = edit;
  const asMail = Object.keys(contents).length > 0 || Boolean(from || files || replyTo || openPixel);
  if (isPhoneChannel(channel) ? !asMail && (!phone || phone.channel === channel) : !phone) return;
  throw new Refusal(
    say`The message ${JSON.stringify(name)} goes by ${channel}. Give what such a message has: a mail has a sender and a text, one to telephones a template and its values.`,
  );
}

/** Of a message to telephones, as columns. */
export const senderOf = (sender: Sender | undefined): Partial<MessageFields> =>
  sender ? { fromName: sender.name, fromAddress: sender.address } : {};
