import { commandsFor, type Envelope, type Refusal } from './commands.ts';
import { type Out, openOut, writeText } from './out.ts';
import type { Session } from './smtp.ts';
import { type Reply, WireError } from './wire.ts';

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
 * Sends one message to one recipient. Commands are pipelined where the server offers it, and those of the
 * next message travel behind the final dot of this one (RFC 2920 section 3.1): one way there and back for
 * each message instead of two. Nothing is sent to the next one before it is given here in its turn.
 * @param compose writes the whole message when the server waits for it: ASCII, CRLF line ends and one at
 *   the end, no line that begins with a dot. It may use the connection's own buffer, which is free by then
 * @param next asked for when this message leaves; what it names has to be the next envelope given here, or
 *   the connection is to be left by `quit`
 */
export async function sendMessage(
  session: Session,
  envelope: Envelope,
  compose: Compose,
  next?: () => Envelope | undefined,
): Promise<Sent> {
  try {
    const refusal = await announce(session, envelope);
    if (refusal) return refused(refusal.reply, refusal.stage);
    // Its surplus words would pass for the answer to a message that it has not read yet.
    if (session.wire.outOfStep()) throw new WireError('the server answers out of step');
    // The server may have waited for a while, and left.
    if (session.wire.closed()) throw new WireError('the server closed the connection');
  } catch (error) {
    session.wire.destroy();
    return { kind: 'notSent', reply: words(error) };
  }
  return transmit(session, compose, next);
}

/** MAIL, RCPT and DATA, unless they were said before. @returns the refusal, or null when the server waits for the message */
async function announce(session: Session, envelope: Envelope): Promise<Refusal | null> {
  const before = session.ahead ? await heardBefore(session, envelope) : null;
  const replies = before ?? (await sayNow(session, envelope));
  if (!Array.isArray(replies)) return replies;
  session.dirty = true;
  const [mailReply, rcptReply, dataReply] = replies.slice(replies.length - 3) as [Reply, Reply, Reply];
  if (mailReply.code < 300 && rcptReply.code < 300 && dataReply.code === 354) return null;
  const refusal = firstRefusal(mailReply, rcptReply, dataReply);
  if (dataReply.code === 354) await sendNothing(session);
  // After 421 the server closes (RFC 5321 section 3.8); one that answers in the wrong class is lost.
  if (refusal.reply.code === 421 || refusal.reply.code < 400) session.wire.destroy();
  return refusal;
}

async function sayNow(session: Session, envelope: Envelope): Promise<Reply[] | Refusal> {
  const lines = commandsFor(session, envelope);
  if (!Array.isArray(lines)) return lines;
  if (session.wire.outOfStep()) throw new WireError('the server spoke unasked');
  const all = [...(session.dirty ? ['RSET\r\n'] : []), ...lines];
  if (!session.pipelining) return inTurn(session, all);
  session.wire.write(all.join(''));
  return together(session, all.length);
}

/** What the server said to the commands behind the last dot; null when they are to be said again. */
async function heardBefore(session: Session, envelope: Envelope): Promise<Reply[] | null> {
  const { ahead } = session;
  session.ahead = undefined;
  if (ahead !== envelope) throw new WireError('another message was announced');
  const replies = await together(session, COMMANDS);
  // The last message was refused, and the server wants to be reset before it hears of another.
  const again = session.dirty && replies.every(({ code }) => code >= 500);
  return again && !session.wire.closed() ? null : replies;
}

/** MAIL, RCPT and DATA. */
const COMMANDS = 3;

function firstRefusal(mail: Reply, rcpt: Reply, data: Reply): Refusal {
  if (mail.code >= 300) return { stage: 'mail', reply: mail };
  return rcpt.code >= 300 ? { stage: 'rcpt', reply: rcpt } : { stage: 'data', reply: data };
}

async function together(session: Session, count: number): Promise<Reply[]> {
  try {
    return await session.wire.replies(count, session.timeoutMs);
  } catch (error) {
    // A server that closes behind 421 (RFC 5321 section 3.8) leaves the later commands unanswered.
    const got = error instanceof WireError ? error.got : [];
    const last = got.at(-1);
    if (last?.code !== 421) throw error;
    return Array.from({ length: count }, (_, i) => got[i] ?? last);
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

async function transmit(
  session: Session,
  compose: Compose,
  next?: () => Envelope | undefined,
): Promise<Sent> {
  try {
    const out = compose(session.scratch);
    const { tail } = out;
    if (!tail) writeText(out, `.\r\n${out.at - out.from < SMALL ? announceNext(session, next) : ''}`);
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
    // With more behind it in one piece, a dot may have left although the piece did not wholly.
    const whole = session.wire.unsent() === 0 || session.ahead !== undefined;
    session.wire.destroy();
    return { kind: whole ? 'unknown' : 'notSent', reply: words(error) };
  }
}

/** Of a larger message too much would be called unknown when the connection breaks. */
const SMALL = 64 * 1024;

/** @returns the next message's commands, which the server is to answer behind this one's dot */
function announceNext(session: Session, next?: () => Envelope | undefined): string {
  const envelope = session.pipelining ? next?.() : undefined;
  const lines = envelope && commandsFor(session, envelope);
  if (!Array.isArray(lines)) return '';
  session.ahead = envelope;
  return lines.join('');
}

function refused(reply: Reply, stage: Refusal['stage']): Sent {
  const enhanced = /^([245]\.\d{1,3}\.\d{1,3})\b/.exec(reply.text)?.[1] ?? '';
  return { kind: 'refused', stage, code: reply.code, enhanced, reply: oneLine(reply.text) };
}

const oneLine = (text: string) => text.replace(/[^ -~]+/g, ' ').slice(0, 200);
const words = (error: unknown) => (error instanceof WireError ? error.message : String(error));
