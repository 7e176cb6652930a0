import net from 'node:net';
import tls from 'node:tls';

/** One reply of a server, its lines joined (RFC 5321 section 4.2). */
export interface Reply {
  code: number;
  /** The lines without their codes, joined by a line feed. */
  text: string;
}

/** The far end went away, or said what is no SMTP, before an answer was whole. */
export class WireError extends Error {
  override readonly name = 'WireError';
  /** The replies that did come, of those that were waited for. */
  readonly got: Reply[];

  constructor(message: string, got: Reply[] = []) {
    super(message);
    this.got = got;
  }
}

/** A socket that speaks in lines and replies. */
export interface Wire {
  write(data: string): void;
  /** The bytes must stay as they are until the next reply has come. */
  writeBytes(data: Uint8Array): void;
  /** The next `count` replies in order. @throws WireError on silence, nonsense or a closed connection */
  replies(count: number, timeoutMs: number): Promise<Reply[]>;
  /** Goes on over TLS; what was received in clear before is thrown away (RFC 3207 section 4.2). */
  secure(options: tls.ConnectionOptions, timeoutMs: number): Promise<void>;
  /** Bytes that were written but never left this machine: whole is what the far end cannot have. */
  unsent(): number;
  /** Whether the server said something that answers nothing; what it says next would be misunderstood. */
  outOfStep(): boolean;
  closed(): boolean;
  destroy(): void;
}

/** Longest line and longest reply that are taken, in characters; a server that says more is not one. */
const MAX_LINE = 4096;
const MAX_REPLY = 65_536;
/** Replies that nobody waits for; only one who fills our memory sends more. */
const MAX_AHEAD = 100;

export interface WireOptions {
  host: string;
  port: number;
  /** TLS from the first byte (port 465). */
  tls?: tls.ConnectionOptions;
  timeoutMs: number;
}

/** Connects. @throws WireError when nobody answers in time */
export async function openWire({ host, port, tls: secure, timeoutMs }: WireOptions): Promise<Wire> {
  if (secure) {
    const socket = tls.connect({ port, ...secure });
    await connected(socket, 'secureConnect', timeoutMs);
    return talkOver(socket);
  }
  // One buffer for all reads: replies are short, and a fresh 64 KB for each would be most of our memory.
  const ear: Ear = { hear: () => undefined };
  const callback = (length: number, buffer: Uint8Array) => {
    ear.hear((buffer as Buffer).toString('latin1', 0, length));
    return true;
  };
  const socket = net.connect({ host, port, onread: { buffer: Buffer.alloc(READ_BYTES), callback } });
  await connected(socket, 'connect', timeoutMs);
  return talkOver(socket, ear);
}

const READ_BYTES = 4096;

/** Where bytes go that a socket with a buffer of its own has read. */
interface Ear {
  hear(chunk: string): void;
}

function connected(socket: net.Socket, event: string, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(new Error('no answer in time')), timeoutMs);
    const fail = (error: Error) => {
      clearTimeout(timer);
      socket.destroy();
      reject(new WireError(error.message));
    };
    socket.once('error', fail);
    socket.once(event, () => {
      clearTimeout(timer);
      socket.off('error', fail);
      resolve();
    });
  });
}

interface Waiting {
  count: number;
  got: Reply[];
  deadline: number;
  resolve(replies: Reply[]): void;
  reject(error: WireError): void;
}

function talkOver(first: net.Socket, ear?: Ear): Wire {
  let socket = first;
  let buffer = '';
  let lines: string[] = [];
  let ahead: Reply[] = [];
  let waiting: Waiting | undefined;
  let ended: WireError | undefined;
  let left = 0;

  const end = (error: WireError) => {
    if (ended) return;
    ended = error;
    left = socket.writableLength;
    clock.delete(check);
    socket.destroy();
    waiting?.reject(new WireError(error.message, waiting.got));
    waiting = undefined;
  };
  const check = (now: number) => {
    if (waiting && now > waiting.deadline) end(new WireError('the server did not answer in time'));
  };
  const take = (reply: Reply) => {
    if (!waiting) {
      if (ahead.push(reply) > MAX_AHEAD) end(new WireError('the server sent replies without end'));
      return;
    }
    waiting.got.push(reply);
    if (waiting.got.length < waiting.count) return;
    const done = waiting;
    waiting = undefined;
    done.resolve(done.got);
  };
  const onData = (chunk: string) => {
    buffer = buffer === '' ? chunk : buffer + chunk;
    let from = 0;
    for (let at = buffer.indexOf('\n'); at >= 0 && !ended; at = buffer.indexOf('\n', from)) {
      const line = buffer.slice(from, at > from && buffer[at - 1] === '\r' ? at - 1 : at);
      from = at + 1;
      const code = codeOf(line);
      if (!code) return end(new WireError(`the server said what is no SMTP: ${printable(line)}`));
      lines.push(line.slice(4));
      if (lines.length * 16 > MAX_REPLY) return end(new WireError('the server sent an endless reply'));
      if (line[3] === '-') continue;
      const text = lines.length === 1 ? (lines[0] as string) : lines.join('\n');
      lines = [];
      take({ code, text: text.slice(0, MAX_REPLY) });
    }
    buffer = buffer.slice(from);
    if (buffer.length > MAX_LINE) end(new WireError('the server sent an endless line'));
  };
  const listen = () => {
    socket.setNoDelay(true);
    if (ear && socket === first) ear.hear = onData;
    else socket.setEncoding('latin1').on('data', onData);
    socket.on('error', (error) => end(new WireError(error.message)));
    socket.on('close', () => end(new WireError('the server closed the connection')));
  };
  listen();
  clock.add(check);

  return {
    write: (data) => void (ended || socket.write(data, 'latin1')),
    writeBytes: (data) => void (ended || socket.write(data)),
    replies(count, timeoutMs) {
      if (ended && ahead.length < count) return Promise.reject(new WireError(ended.message, ahead.splice(0)));
      const got = ahead.splice(0, count);
      if (got.length === count) return Promise.resolve(got);
      return new Promise((resolve, reject) => {
        waiting = { count, got, deadline: performance.now() + timeoutMs, resolve, reject };
      });
    },
    async secure(options, timeoutMs) {
      for (const event of ['data', 'error', 'close']) socket.removeAllListeners(event);
      buffer = '';
      lines = [];
      ahead = [];
      const plain = socket;
      socket = tls.connect({ socket: plain, ...options });
      await connected(socket, 'secureConnect', timeoutMs);
      listen();
    },
    unsent: () => (ended ? left : socket.writableLength),
    outOfStep: () => ahead.length > 0,
    closed: () => ended !== undefined,
    destroy: () => end(new WireError('the connection was closed here')),
  };
}

/** The code that a line of a reply begins with, or 0 when it is none. By hand: each mail has five of them. */
function codeOf(line: string): number {
  const [first, second, third] = [digit(line, 0), digit(line, 1), digit(line, 2)];
  const marked = line.length === 3 || line[3] === ' ' || line[3] === '-';
  return marked && first >= 2 && first <= 5 && second >= 0 && third >= 0
    ? first * 100 + second * 10 + third
    : 0;
}

function digit(line: string, at: number): number {
  const value = line.charCodeAt(at) - 48;
  return value >= 0 && value <= 9 ? value : -1;
}

const printable = (line: string) => line.slice(0, 80).replace(/[^ -~]/g, '?');

/** One timer looks at the deadlines of all wires; a timer per reply would cost more than the reply. */
const clock = new Set<(now: number) => void>();
setInterval(() => {
  const now = performance.now();
  for (const check of clock) check(now);
}, 250).unref();
