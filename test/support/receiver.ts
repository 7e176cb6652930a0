import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from 'vitest';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A receiver of webhooks on this computer; it answers as it is told, to the end or not, or never. */
export function testReceiver() {
  const got: Received[] = [];
  const behaviour = {
    status: 200,
    headers: {} as Record<string, string>,
    silent: false,
    ends: 'well' as 'well' | 'never' | 'broken',
  };
  let url = '';
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      got.push({ path: req.url ?? '', headers: req.headers, body: Buffer.concat(chunks).toString('utf8') });
      if (behaviour.silent) return;
      const { status, headers, ends } = behaviour;
      res.writeHead(status, headers).write(`said ${status}`, () => {
        if (ends === 'broken') res.destroy();
      });
      if (ends === 'well') res.end();
    });
  });
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return { got, behaviour, url: () => url };
}
