import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Ground } from '../ground.ts';

/** Stand-in: answers /healthz only. */
export async function startWeb(ground: Ground): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((_, response) => response.end('ok\n'));
  await new Promise<void>((done) => server.listen(ground.config.PORT, ground.config.HOST, done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://localhost:${port}`, close: () => new Promise((done) => server.close(() => done())) };
}
