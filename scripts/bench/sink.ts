import { createServer, type Socket } from 'node:net';

/** What the sink did about a recipient, counted. */
export interface Seen {
  accepted: number;
  refused: number;
}

export interface Sink {
  port: number;
  /** By recipient address. */
  seen: Map<string, Seen>;
  accepted(): number;
  close(): Promise<void>;
}

/**
 * An SMTP server that behaves as badly as the worst and remembers what it accepted. What it does to a
 * recipient follows from the number in the address (`r123@…`), so that each run meets the same trouble.
 */
export async function openSink({ latencyMs }: { latencyMs: number }): Promise<Sink> {
  const seen = new Map<string, Seen>();
  const sockets = new Set<Socket>();
  let accepted = 0;
  const note = (to: string, what: keyof Seen) => {
    const entry = seen.get(to) ?? { accepted: 0, refused: 0 };
    entry[what]++;
    if (what === 'accepted') accepted++;
    seen.set(to, entry);
  };
  const tried = new Map<string, number>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    converse(socket, {
      latencyMs,
      note,
      tries: (to) => tried.set(to, (tried.get(to) ?? 0) + 1).get(to) as number,
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as { port: number }).port,
    ...{ seen, accepted: () => accepted },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

interface Conversation {
  latencyMs: number;
  note(to: string, what: keyof Seen): void;
  tries(to: string): number;
}

type Trouble = 'defer' | 'unknown' | 'reject' | 'stall' | 'drop' | 'dropAccepted' | 'hangUp' | null;

/** About one recipient in seven meets trouble. */
function troubleOf(to: string): Trouble {
  const n = Number(/^r(\d+)@/.exec(to)?.[1] ?? 0);
  if (n % 20 === 3) return 'defer';
  if (n % 33 === 5) return 'unknown';
  if (n % 47 === 7) return 'reject';
  if (n % 101 === 11) return 'stall';
  if (n % 401 === 13) return 'drop';
  if (n % 409 === 17) return 'dropAccepted';
  if (n % 97 === 19) return 'hangUp';
  return null;
}

function converse(socket: Socket, { latencyMs, note, tries }: Conversation): void {
  let buffer = '';
  let to = '';
  let inData = false;
  let first = true;
  let atWork = false;
  const say = (text: string): void => {
    if (socket.writable) socket.write(`${text}\r\n`);
  };
  socket.setEncoding('latin1');
  say('220 sink.example ESMTP');
  socket.on('data', (chunk: string) => {
    buffer += chunk;
    read();
  });

  /** One thing after the other: what was sent ahead waits until the message is taken. */
  function read(): void {
    while (!atWork) {
      const end = inData ? buffer.indexOf('\r\n.\r\n') : buffer.indexOf('\r\n');
      if (end < 0) return;
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + (inData ? 5 : 2));
      if (inData) atDot();
      else command(line);
    }
  }

  function command(line: string): void {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') say('250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 10485760');
    else if (verb === 'RCPT') recipient(/<(.*)>/.exec(line)?.[1] ?? '');
    else if (verb === 'QUIT') socket.end('221 bye\r\n');
    else if (verb === 'DATA') data();
    else say('250 ok');
  }

  function data(): void {
    inData = to !== '';
    say(inData ? '354 go ahead' : '503 no recipient');
    if (inData && troubleOf(to) === 'hangUp' && first) socket.destroy();
  }

  function recipient(address: string): void {
    const trouble = troubleOf(address);
    first = tries(address) === 1;
    to = '';
    if (trouble === 'unknown') note(address, 'refused');
    if (trouble === 'defer' && first) say('450 4.2.0 try again later');
    else if (trouble === 'unknown') say('550 5.1.1 no such user');
    else {
      to = address;
      say('250 ok');
    }
  }

  function atDot(): void {
    inData = false;
    const [address, trouble] = [to, troubleOf(to)];
    to = '';
    if (trouble === 'reject') note(address, 'refused');
    else if (trouble !== 'drop') note(address, 'accepted');
    if (trouble === 'drop' || trouble === 'dropAccepted') {
      socket.destroy();
      return;
    }
    const answer = trouble === 'reject' ? '554 5.7.0 refused by policy' : '250 2.0.0 queued';
    atWork = true;
    const done = () => {
      say(answer);
      atWork = false;
      read();
    };
    setTimeout(done, trouble === 'stall' ? 1500 : latencyMs);
  }
}
