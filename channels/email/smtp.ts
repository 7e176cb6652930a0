import { isIP } from 'node:net';
import type tls from 'node:tls';
import { authenticate, type Credentials } from './auth.ts';
import type { Envelope } from './commands.ts';
import { openWire, type Reply, type Wire, WireError } from './wire.ts';

/** An SMTP route as plain data. */
export interface SmtpAccount {
  host: string;
  port: number;
  /** `starttls` is required when chosen; `none` is for a relay on the same machine. */
  security: 'starttls' | 'tls' | 'none';
  credentials?: Credentials;
  /** Name said in EHLO. */
  hello: string;
  /** CA certificates in PEM, for a relay with its own. */
  ca?: string;
  /** False accepts any certificate; only ever for the sandbox. */
  verify?: boolean;
  /** Milliseconds; RFC 5321 section 4.5.3.2 asks for five minutes, and ten after the final dot. */
  timeoutMs?: number;
  dotTimeoutMs?: number;
}

/** What the server offers and how to talk to it. */
export interface Session {
  wire: Wire;
  pipelining: boolean;
  eightBit: boolean;
  utf8: boolean;
  /** Octets, 0 when it does not say. */
  maxSize: number;
  timeoutMs: number;
  dotTimeoutMs: number;
  /** The last message did not end cleanly: RSET before the next. */
  dirty: boolean;
  /** Of the next message, when its commands left behind the last one's dot. */
  ahead: Envelope | undefined;
  /** Where a message is composed; one is on the wire at a time, so one buffer is enough. */
  scratch: Buffer;
}

/** The way to a server failed before any message; told in the words of the laws. */
export class SmtpFailure extends Error {
  override readonly name = 'SmtpFailure';
  readonly kind: 'retryable' | 'throttled' | 'permanent' | 'unauthorised';
  readonly code: number | undefined;

  constructor(kind: SmtpFailure['kind'], message: string, code?: number) {
    super(message);
    this.kind = kind;
    this.code = code;
  }
}

const SECOND = 1000;
const SCRATCH_BYTES = 16 * 1024;

/**
 * Connects, greets, secures and logs in.
 * @throws SmtpFailure `retryable` (nobody there, 4xx), `throttled` (421), `unauthorised` (log-in or TLS
 *   refused), `permanent` (5xx greeting)
 */
export async function openSession(account: SmtpAccount): Promise<Session> {
  const timeoutMs = account.timeoutMs ?? 60 * SECOND;
  const secure: tls.ConnectionOptions = {
    host: account.host,
    // An address is no server name (RFC 6066 section 3); the certificate is compared with `host` then.
    ...(!isIP(account.host) && { servername: account.host }),
    rejectUnauthorized: account.verify !== false,
    ...(account.ca && { ca: account.ca }),
  };
  let wire: Wire | undefined;
  try {
    const { host, port } = account;
    wire = await openWire({ host, port, timeoutMs, ...(account.security === 'tls' && { tls: secure }) });
    expect2(await one(wire, timeoutMs), 'The greeting');
    let offers = await hello(wire, account.hello, timeoutMs);
    if (account.security === 'starttls') {
      if (!offers.has('STARTTLS')) {
        throw new SmtpFailure(
          'unauthorised',
          `${host} offers no STARTTLS. Only for a relay that you trust, choose "none" for its encryption (--tls none).`,
        );
      }
      expect2(await command(wire, 'STARTTLS', timeoutMs), 'STARTTLS');
      await wire.secure(secure, timeoutMs);
      offers = await hello(wire, account.hello, timeoutMs);
    }
    if (account.credentials) await logIn(wire, account.credentials, { offers, timeoutMs });
    return {
      ...{ wire, timeoutMs, dirty: false, ahead: undefined, scratch: Buffer.allocUnsafeSlow(SCRATCH_BYTES) },
      dotTimeoutMs: account.dotTimeoutMs ?? account.timeoutMs ?? 300 * SECOND,
      pipelining: offers.has('PIPELINING'),
      eightBit: offers.has('8BITMIME'),
      utf8: offers.has('SMTPUTF8'),
      maxSize: Number(offers.get('SIZE')) || 0,
    };
  } catch (error) {
    wire?.destroy();
    throw translate(error, account);
  }
}

/** Says goodbye without waiting for an answer; a server that waits for a message would take it for that. */
export function quit(session: Session): void {
  if (session.ahead) session.wire.destroy();
  session.wire.write('QUIT\r\n');
  setTimeout(() => session.wire.destroy(), 500).unref();
}

/** EHLO, and HELO for a server that does not know it. @returns keyword to parameters, in capitals */
async function hello(wire: Wire, name: string, timeoutMs: number): Promise<Map<string, string>> {
  const reply = await command(wire, `EHLO ${name}`, timeoutMs);
  if (reply.code === 500 || reply.code === 502 || reply.code === 504) {
    expect2(await command(wire, `HELO ${name}`, timeoutMs), 'HELO');
    return new Map();
  }
  expect2(reply, 'EHLO');
  const lines = reply.text.split('\n').slice(1);
  return new Map(
    lines.map((line) => {
      const [keyword = '', ...rest] = line
        .trim()
        .toUpperCase()
        .replace(/^AUTH=/, 'AUTH ')
        .split(/\s+/);
      return [keyword, rest.join(' ')];
    }),
  );
}

async function logIn(
  wire: Wire,
  credentials: Credentials,
  { offers, timeoutMs }: { offers: Map<string, string>; timeoutMs: number },
): Promise<void> {
  const say = (line: string) => command(wire, line, timeoutMs);
  const reply = await authenticate(say, (offers.get('AUTH') ?? '').split(' '), credentials);
  if (!reply)
    throw new SmtpFailure(
      'unauthorised',
      'The server offers no way to log in that we know (PLAIN, LOGIN, XOAUTH2).',
    );
  if (reply.code === 235) return;
  const kind = reply.code >= 500 ? 'unauthorised' : 'retryable';
  throw new SmtpFailure(kind, `The log-in was refused: ${reply.code} ${firstLine(reply)}`, reply.code);
}

async function command(wire: Wire, line: string, timeoutMs: number): Promise<Reply> {
  wire.write(`${line}\r\n`);
  return one(wire, timeoutMs);
}

const one = async (wire: Wire, timeoutMs: number) => (await wire.replies(1, timeoutMs))[0] as Reply;

function expect2(reply: Reply, what: string): void {
  if (reply.code >= 200 && reply.code < 300) return;
  const kind = reply.code === 421 ? 'throttled' : reply.code >= 500 ? 'permanent' : 'retryable';
  throw new SmtpFailure(kind, `${what} was refused: ${reply.code} ${firstLine(reply)}`, reply.code);
}

function translate(error: unknown, { host, port }: SmtpAccount): SmtpFailure {
  if (error instanceof SmtpFailure) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const kind = /certificate|self.signed|altname|SSL|TLS/i.test(reason) ? 'unauthorised' : 'retryable';
  if (error instanceof WireError) return new SmtpFailure(kind, `${host}:${port}: ${reason}`);
  return new SmtpFailure('retryable', `${host}:${port}: ${reason}`);
}

const firstLine = (reply: Reply) => reply.text.split('\n')[0]?.slice(0, 200) ?? '';
