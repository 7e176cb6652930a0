import { connect } from 'node:net';

export interface Load {
  port: number;
  path: string;
  connections: number;
  seconds: number;
}

export interface Loaded {
  rps: number;
  p99_ms: number;
  /** Answers that were no 200. */
  failed: number;
  /** Of the last answer's body. */
  bytes: number;
}

/**
 * Asks for one path on open connections, each as fast as it is answered. It reads no more of an answer than its
 * status and length, so that it takes less of the machine than whoever answers.
 */
export async function load({ port, path, connections, seconds }: Load): Promise<Loaded> {
  const until = performance.now() + seconds * 1000;
  const all = await Promise.all(
    Array.from({ length: connections }, (_, n) => askOn({ port, path, caller: n, until })),
  );
  const times = all.flatMap((one) => one.times).sort((a, b) => a - b);
  return {
    rps: Math.round(times.length / seconds),
    p99_ms: Math.round((times[Math.floor(times.length * 0.99)] ?? 0) * 10) / 10,
    failed: all.reduce((sum, one) => sum + one.failed, 0),
    bytes: all[0]?.bytes ?? 0,
  };
}

interface Asking {
  port: number;
  path: string;
  /** Each connection is a caller of its own, as from behind a proxy. */
  caller: number;
  until: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');

function askOn({
  port,
  path,
  caller,
  until,
}: Asking): Promise<{ times: number[]; failed: number; bytes: number }> {
  const request = `GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nAccept: text/html\r\nX-Forwarded-For: 10.1.${caller >> 8}.${caller & 255}\r\n\r\n`;
  return new Promise((done, fail) => {
    const told = { times: [] as number[], failed: 0, bytes: 0 };
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    let began = performance.now();
    /** Of the answer under way, as far as it has come; its head is in `seen` until it is whole. */
    let missing = -1;
    let seen: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      if (missing < 0) {
        seen = seen.length ? Buffer.concat([seen, chunk]) : chunk;
        const end = seen.indexOf(HEAD_END);
        if (end < 0) return;
        const head = seen.toString('latin1', 0, end);
        if (!head.startsWith('HTTP/1.1 200')) told.failed++;
        told.bytes = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        missing = told.bytes - (seen.length - end - HEAD_END.length);
        seen = Buffer.alloc(0);
      } else missing -= chunk.length;
      if (missing > 0) return;
      const now = performance.now();
      told.times.push(now - began);
      missing = -1;
      if (now >= until) return void socket.end(() => done(told));
      began = now;
      socket.write(request);
    });
    socket.on('error', fail);
  });
}
