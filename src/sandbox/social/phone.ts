import { createHmac } from 'node:crypto';
import type { SocialStandIn } from './stand-in.ts';
import type { Around } from './whatsapp-templates.ts';

/** What lies on somebody's telephone, or was lost on the way there. */
export interface PhoneMessage {
  id: string;
  network: 'sms' | 'whatsapp';
  /** E.164 without the plus sign. */
  to: string;
  from: string;
  text: string;
  /** Above and under it, where the network has that. */
  around?: Around;
  at: Date;
  /** The sender's own mark, given back with what is told later. */
  key: string;
  state: 'accepted' | 'delivered' | 'failed';
  /** Of one that is to fail. */
  code: string | null;
}

/** A network that speaks to one person each time, on this computer. */
export interface PhoneStandIn extends SocialStandIn {
  /** The oldest first. */
  messages(): PhoneMessage[];
  /** Where it tells what became of messages; nowhere while null. */
  callback: string | null;
  /** Brings accepted messages to their end and tells of it. @returns of how many */
  settle(): Promise<number>;
}

/** How many messages are kept; the oldest go. */
const KEPT = 5000;

export interface Book {
  messages: PhoneMessage[];
  add(message: Omit<PhoneMessage, 'at' | 'state'>): PhoneMessage;
  /** Those whose end nobody was told of yet, now at their end. */
  ending(): PhoneMessage[];
}

export function openBook(): Book {
  const messages: PhoneMessage[] = [];
  return {
    messages,
    add(message) {
      const added: PhoneMessage = { ...message, at: new Date(), state: 'accepted' };
      messages.push(added);
      if (messages.length > KEPT) messages.splice(0, messages.length - KEPT);
      return added;
    },
    ending() {
      const open = messages.filter(({ state }) => state === 'accepted');
      for (const one of open) one.state = one.code === null ? 'delivered' : 'failed';
      return open;
    },
  };
}

export const seenOf = ({ id, from, text, at }: PhoneMessage) => ({
  ...{ id, account: from, text, at, media: [], replyTo: null, url: '' },
});

interface Telling {
  url: string;
  header: string;
  secret: string;
}

/** Posts what it has to tell, signed. One that is not taken is told no more: this is a practice ground. */
export async function tell({ url, header, secret }: Telling, what: object): Promise<void> {
  const body = JSON.stringify(what);
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const headers = { 'content-type': 'application/json', [header]: signature };
  const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) });
  await answer.arrayBuffer();
}
