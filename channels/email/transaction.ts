import { type Out, writeText } from './out.ts';
import type { Session } from './smtp.ts';
import { type Reply, WireError } from './wire.ts';

export interface Envelope {
  from: string;
  to: string;
}

/** Writes a message into the given buffer, or into a larger one. */
export type Compose = (scratch: Buffer) => Out;

/** A message that is text already. */
export const composed =
  (message: string): Compose =>
  (scratch) => {
    const out = { bytes: scratch, at: 0 };
    writeText(out, message);
    return out;
  };

/**
 * What became of one message.
 * `notSent`: certainly not accepted, the connection failed before the final dot left this machine.
 * `unknown`: the final dot left and no answer came.
 */
export type Sent =
  | { kind: 'accepted'; code: number; reply: string }
  | { kind: 'refused'; stage: 'mail' | 'rcpt' | 'data'; code: number; enhanced: string; reply: string }
  | { kind: 'notSent'; reply: string }
  | { kind: 'unknown'; reply: string };

/**
 * Sends one message to one recipient. Commands are pipelined where the server offers it (RFC 2920).
 * @param compose writes the whole message when the server waits for it: ASCII, CRLF line ends and one at
 *   the end, no line that begins with a dot. It may use the connection's own buffer, which is free by then
 */
export async function sendMessage(session: Session, envelope: Envelope, compose: Compose): Promise<Sent> {
  try {
    const refusal = await announce(session, envelope);
    if (refusal) return refused(refusal.reply, refusal.stage);
  } catch (error) {
    session.wire.destroy();
    return { kind: 'notSent', reply: words(error) };
  }
  return transmit(session, compose);
}

/** MAIL, RCPT and DATA. @returns the refusal, or null when the server waits for the message */
async function announce(session: Session, { from, to }: Envelope): Promise<Refusal | null> {
  if (/[\0-\x20<>\x7f]/.test(to + from))
    return atRcpt(553, '5.1.3 The address holds what no address may hold');
  const needsUtf8 = /[^\0-\x7f]/.test(to + from);
  if (needsUtf8 && !session.utf8) {
    return atRcpt(553, '5.6.7 The server takes no address beyond ASCII');
  }
  const mail = `MAIL FROM:<${from}>${needsUtf8 ? ' SMTPUTF8' : ''}`;
  const lines = [...(session.dirty ? ['RSET'] : []), mail, `RCPT TO:<${to}>`, 'DATA'].map((line) =>
    bytes(`${line}\r\n`),
  );
  const replies = session.pipelining ? await together(session, lines) : await inTurn(session, lines);
  session.dirty = true;
  const [mailReply, rcptReply, dataReply] = replies.slice(replies.length - 3) as [Reply, Reply, Reply];
  if (mailReply.code < 300 && rcptReply.code < 300 && dataReply.code === 354) return null;
  if (dataReply.code === 354) await sendNothing(session);
  if (mailReply.code >= 300) return { stage: 'mail', reply: mailReply };
  return rcptReply.code >= 300 ? { stage: 'rcpt', reply: rcptReply } : { stage: 'data', reply: dataReply };
}

interface Refusal {
  stage: 'mail' | 'rcpt' | 'data';
  reply: Reply;
}

const atRcpt = (code: number, text: string): Refusal => ({ stage: 'rcpt', reply: { code, text } });

async function together(session: Session, lines: string[]): Promise<Reply[]> {
  session.wire.write(lines.join(''));
  return session.wire.replies(lines.length, session.timeoutMs);
}

/** One at a time; what follows a refusal is not said, and stands as refused with it. */
async function inTurn(session: Session, lines: string[]): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (const line of lines) {
    const last = replies.at(-1);
    if (last && last.code >= 400) {
      replies.push({ code: 503, text: 'not said' });
      continue;
    }
    session.wire.write(line);
    replies.push(...(await session.wire.replies(1, session.timeoutMs)));
  }
  return replies;
}

/** A server that takes DATA after it refused the recipient is given an empty message (RFC 2920, 3.1). */
async function sendNothing(session: Session): Promise<void> {
  session.wire.write('.\r\n');
  await session.wire.replies(1, session.timeoutMs);
}

async function transmit(session: Session, compose: Compose): Promise<Sent> {
  try {
    const out = compose(session.scratch);
    writeText(out, '.\r\n');
    session.scratch = out.bytes;
    session.wire.writeBytes(out.bytes.subarray(0, out.at));
  } catch (error) {
    session.wire.destroy();
    return refused({ code: 554, text: `5.6.0 The message could not be composed: ${words(error)}` }, 'data');
  }
  try {
    const [reply] = (await session.wire.replies(1, session.dotTimeoutMs)) as [Reply];
    if (reply.code >= 400 || reply.code < 200 || reply.code >= 300) return refused(reply, 'data');
    session.dirty = false;
    return { kind: 'accepted', code: reply.code, reply: oneLine(reply.text) };
  } catch (error) {
    const whole = session.wire.unsent() === 0;
    session.wire.destroy();
    return { kind: whole ? 'unknown' : 'notSent', reply: words(error) };
  }
}

function refused(reply: Reply, stage: Refusal['stage']): Sent {
  const enhanced = /^([245]\.\d{1,3}\.\d{1,3})\b/.exec(reply.text)?.[1] ?? '';
  return { kind: 'refused', stage, code: reply.code, enhanced, reply: oneLine(reply.text) };
}

const oneLine = (text: string) => text.replace(/[^ -~]+/g, ' ').slice(0, 200);
const words = (error: unknown) => (error instanceof WireError ? error.message : String(error));
/** The wire writes latin1; an address beyond ASCII travels as its UTF-8 bytes (RFC 6531). */
const bytes = (line: string) =>
  /[^\0-\x7f]/.test(line) ? Buffer.from(line, 'utf8').toString('latin1') : line;
