import { type AddressInfo, createServer, type Socket } from 'node:net';

export type Stage =
  | 'greeting'
  | 'EHLO'
  | 'HELO'
  | 'AUTH'
  | 'STARTTLS'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  | 'RSET'
  | 'dot'
  | 'QUIT'
  | 'other';

/** What is being answered. */
export interface Moment {
  stage: Stage;
  line: string;
  from: string;
  to: string;
  /** How often this recipient was named, counting this. */
  tries: number;
  socket: Socket;
}

/** Instead of the usual answer: these bytes and a line end; nothing; or the connection's end. */
export type Answer = string | typeof SILENCE | typeof CLOSE | undefined;
export const SILENCE = Symbol('silence');
export const CLOSE = Symbol('close');

export interface Mailed {
  from: string;
  to: string;
  body: string;
  at: number;
}

export interface Rude {
  port: number;
  /** All that was accepted with 250 after the dot, or by a script that said so itself. */
  accepted: Mailed[];
  /** Every command that was heard. */
  heard: string[];
  connections: { now: number; most: number; total: number };
  /** Recipients named most often with a final 250. */
  twice(): string[];
  close(): Promise<void>;
}

export interface RudeOptions {
  offers?: string[];
  /** Milliseconds before the answer to the dot. */
  latencyMs?: number;
  answer?(moment: Moment): Answer;
  /** Listen here, for a server that comes back. */
  port?: number;
}

/** A raw SMTP server that does as it is told, for one test. */
export async function openRude(options: RudeOptions = {}): Promise<Rude> {
  const sockets = new Set<Socket>();
  const rude: Rude = {
    ...{ port: 0, accepted: [], heard: [] },
    connections: { now: 0, most: 0, total: 0 },
    twice: () => repeated(rude.accepted.map(({ to }) => to)),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
  const tries = new Map<string, number>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const { connections } = rude;
    connections.total++;
    connections.most = Math.max(connections.most, ++connections.now);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      connections.now--;
    });
    converse(socket, { options, rude, tries });
  });
  await new Promise<void>((done) => server.listen(options.port ?? 0, '127.0.0.1', done));
  rude.port = (server.address() as AddressInfo).port;
  return rude;
}

export function repeated(values: string[]): string[] {
  return [...new Set(values.filter((value, i) => values.indexOf(value) !== i))];
}

interface Shared {
  options: RudeOptions;
  rude: Rude;
  tries: Map<string, number>;
}

function converse(socket: Socket, { options, rude, tries }: Shared): void {
  const { offers = ['PIPELINING', '8BITMIME'], latencyMs = 0 } = options;
  let [buffer, from, to, inData, atWork] = ['', '', '', false, false];
  const usual: Record<Stage, () => string> = {
    greeting: () => '220 rude.example ESMTP',
    EHLO: () =>
      ['rude.example', ...offers].map((line, i) => `250${i < offers.length ? '-' : ' '}${line}`).join('\r\n'),
    HELO: () => '250 rude.example',
    AUTH: () => '235 2.7.0 welcome',
    STARTTLS: () => '502 5.5.1 not here',
    MAIL: () => '250 2.1.0 ok',
    RCPT: () => '250 2.1.5 ok',
    DATA: () => (to ? '354 go ahead' : '503 5.5.1 no recipient'),
    RSET: () => '250 2.0.0 ok',
    dot: () => '250 2.0.0 queued',
    QUIT: () => '221 2.0.0 bye',
    other: () => '500 5.5.2 what?',
  };
  const say = (stage: Stage, line: string): string => {
    const moment = { stage, line, from, to, tries: tries.get(to) ?? 0, socket };
    const told = options.answer?.(moment);
    if (told === CLOSE) socket.destroy();
    if (typeof told === 'symbol') return '';
    const text = told ?? usual[stage]();
    if (stage !== 'dot' && socket.writable) socket.write(`${text}\r\n`, 'latin1');
    return text;
  };
  const atDot = (body: string) => {
    const text = say('dot', '');
    if (/^2/.test(text)) rude.accepted.push({ from, to, body, at: performance.now() });
    to = '';
    atWork = true;
    if (!text) return; // silent for good
    setTimeout(() => {
      if (socket.writable) socket.write(`${text}\r\n`, 'latin1');
      atWork = false;
      read();
    }, latencyMs);
  };
  const command = (line: string) => {
    rude.heard.push(line);
    const verb = line.slice(0, 4).toUpperCase();
    const stage = (line.slice(0, 8).toUpperCase() === 'STARTTLS' ? 'STARTTLS' : verb) as Stage;
    if (verb === 'MAIL') from = /<(.*?)>/.exec(line)?.[1] ?? '';
    if (verb === 'RCPT') {
      to = /<(.*?)>/.exec(line)?.[1] ?? '';
      tries.set(to, (tries.get(to) ?? 0) + 1);
    }
    if (verb === 'RSET') to = '';
    const text = say(Object.hasOwn(usual, stage) ? stage : 'other', line);
    if (verb === 'RCPT' && !text.startsWith('2')) to = '';
    if (verb === 'DATA' && text.startsWith('354')) inData = true;
    if (verb === 'QUIT') socket.end();
  };
  /** One thing after the other: what was sent ahead waits until the message is taken. */
  const read = () => {
    while (!socket.destroyed && !atWork) {
      if (inData && buffer.startsWith('.\r\n')) {
        inData = false;
        buffer = buffer.slice(3);
        atDot('');
        continue;
      }
      const end = buffer.indexOf(inData ? '\r\n.\r\n' : '\r\n');
      if (end < 0) return;
      const text = buffer.slice(0, end);
      buffer = buffer.slice(end + (inData ? 5 : 2));
      if (!inData) command(text);
      else {
        inData = false;
        atDot(text);
      }
    }
  };
  socket.setEncoding('latin1');
  say('greeting', '');
  socket.on('data', (chunk: string) => {
    buffer += chunk;
    read();
  });
}
