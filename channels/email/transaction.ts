import { domainToASCII } from 'node:url';
import { type Out, openOut, writeText } from './out.ts';
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
    const out = openOut(scratch);
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
    // Its surplus words would pass for the answer to a message that it has not read yet.
    if (session.wire.outOfStep()) throw new WireError('the server answers out of step');
  } catch (error) {
    session.wire.destroy();
    return { kind: 'notSent', reply: words(error) };
  }
  return transmit(session, compose);
}

/** MAIL, RCPT and DATA. @returns the refusal, or null when the server waits for the message */
async function announce(session: Session, envelope: Envelope): Promise<Refusal | null> {
  const from = withAsciiDomain(envelope.from);
  const to = withAsciiDomain(envelope.to);
  const misfit = unspeakable(session, from, to);
  if (misfit) return misfit;
  if (session.wire.outOfStep()) throw new WireError('the server spoke unasked');
  const mail = `MAIL FROM:<${from}>${beyondAscii(from + to) ? ' SMTPUTF8' : ''}`;
  const lines = [...(session.dirty ? ['RSET'] : []), mail, `RCPT TO:<${to}>`, 'DATA'].map((line) =>
    bytes(`${line}\r\n`),
  );
  const replies = session.pipelining ? await together(session, lines) : await inTurn(session, lines);
  session.dirty = true;
  const [mailReply, rcptReply, dataReply] = replies.slice(replies.length - 3) as [Reply, Reply, Reply];
  if (mailReply.code < 300 && rcptReply.code < 300 && dataReply.code === 354) return null;
  const refusal = firstRefusal(mailReply, rcptReply, dataReply);
  if (dataReply.code === 354) await sendNothing(session);
  // After 421 the server closes (RFC 5321 section 3.8); one that answers in the wrong class is lost.
  if (refusal.reply.code === 421 || refusal.reply.code < 400) session.wire.destroy();
  return refusal;
}

function firstRefusal(mail: Reply, rcpt: Reply, data: Reply): Refusal {
  if (mail.code >= 300) return { stage: 'mail', reply: mail };
  return rcpt.code >= 300 ? { stage: 'rcpt', reply: rcpt } : { stage: 'data', reply: data };
}

/** What may not or cannot be said to this server; of a bad sender the recipient is not to blame. */
function unspeakable(session: Session, from: string, to: string): Refusal | null {
  const forbidden = /[\0-\x20<>\x7f]/;
  if (forbidden.test(from)) return ours('mail', '5.1.7 The return path holds what no address may hold');
  if (forbidden.test(to)) return ours('rcpt', '5.1.3 The address holds what no address may hold');
  if (session.utf8) return null;
  if (beyondAscii(from)) return ours('mail', '5.6.7 The server takes no return path beyond ASCII');
  return beyondAscii(to) ? ours('rcpt', '5.6.7 The server takes no address beyond ASCII') : null;
}

const beyondAscii = (text: string) => /[^\0-\x7f]/.test(text);

/** A domain beyond ASCII has an A-label (RFC 5891), which every server takes. */
function withAsciiDomain(address: string): string {
  if (!beyondAscii(address)) return address;
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at + 1)}${domainToASCII(address.slice(at + 1)) || address.slice(at + 1)}`;
}

interface Refusal {
  stage: 'mail' | 'rcpt' | 'data';
  reply: Reply;
}

const ours = (stage: Refusal['stage'], text: string): Refusal => ({ stage, reply: { code: 553, text } });

async function together(session: Session, lines: string[]): Promise<Reply[]> {
  session.wire.write(lines.join(''));
  try {
    return await session.wire.replies(lines.length, session.timeoutMs);
  } catch (error) {
    // A server that closes behind 421 (RFC 5321 section 3.8) leaves the later commands unanswered.
    const got = error instanceof WireError ? error.got : [];
    const last = got.at(-1);
    if (last?.code !== 421) throw error;
    return lines.map((_, i) => got[i] ?? last);
  }
}

/** One at a time; what follows a refusal is not said, and stands as refused with it. */
async function inTurn(session: Session, lines: string[]): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (const line of lines) {
    const last = replies.at(-1);
    if (last && last.code >= 400) {
      replies.push(last);
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
  try {
    await session.wire.replies(1, session.timeoutMs);
  } catch {
    session.wire.destroy(); // the refusal was said before, and stands
  }
}

async function transmit(session: Session, compose: Compose): Promise<Sent> {
  try {
    const out = compose(session.scratch);
    const { tail } = out;
    if (!tail) writeText(out, '.\r\n');
    session.scratch = out.bytes;
    session.wire.writeBytes(out.bytes.subarray(out.from, out.at));
    if (tail) {
      session.wire.writeBytes(tail);
      session.wire.write('.\r\n');
    }
  } catch (error) {
    session.wire.destroy();
    return refused({ code: 554, text: `5.6.0 The message could not be composed: ${words(error)}` }, 'data');
  }
  try {
    const [reply] = (await session.wire.replies(1, session.dotTimeoutMs)) as [Reply];
    if (reply.code >= 300 && reply.code < 400) throw new WireError(`the dot was answered with ${reply.code}`);
    // Said before it can have read the message: what it says of the dot would answer our next command.
    if (reply.code === 421 || session.wire.unsent() > 0) session.wire.destroy();
    if (reply.code >= 400) return refused(reply, 'data');
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
