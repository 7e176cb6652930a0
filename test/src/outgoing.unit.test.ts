import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useProxies } from '../../src/outgoing.ts';

/** A proxy as in an office: forwards http, tunnels by CONNECT, and keeps what it was asked. */
const asked: string[] = [];
const target = createServer((req, res) => res.end(`target got ${req.url}`));
const proxy = createServer((req, res) => {
  asked.push(`${req.method} ${req.url}`);
  request(`http://127.0.0.1:${portOf(target)}${new URL(req.url as string).pathname}`, (answer) =>
    answer.pipe(res),
  ).end();
});
proxy.on('connect', (req: IncomingMessage, socket: Socket) => {
  asked.push(`CONNECT ${req.url}`);
  const onward = connect(portOf(target), '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.pipe(onward).pipe(socket);
  });
  for (const end of [socket, onward]) end.on('error', () => socket.destroy());
});
const portOf = (server: Server) => (server.address() as { port: number }).port;

beforeAll(async () => {
  for (const server of [target, proxy])
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
  const address = `http://127.0.0.1:${portOf(proxy)}`;
  await useProxies({ HTTP_PROXY: address, HTTPS_PROXY: address, NO_PROXY: '.inside.test' });
});
afterAll(() => {
  for (const server of [target, proxy]) server.closeAllConnections();
  for (const server of [target, proxy]) server.close();
});

it('asks for an http address through the proxy', async () => {
  const answer = await fetch('http://gateway.example/orders');
  expect(await answer.text()).toBe('target got /orders');
  expect(asked).toContain('GET http://gateway.example/orders');
});

it('asks for an https address through a tunnel of the proxy', async () => {
  // The far end speaks no TLS, so the call fails, but behind the tunnel.
  await expect(fetch('https://gateway.example/orders')).rejects.toThrow();
  expect(asked).toContain('CONNECT gateway.example:443');
});

it('asks this computer and the exceptions directly', async () => {
  const before = asked.length;
  expect(await (await fetch(`http://127.0.0.1:${portOf(target)}/here`)).text()).toBe('target got /here');
  await expect(fetch('http://db.inside.test/')).rejects.toThrow();
  expect(asked.length).toBe(before);
});
