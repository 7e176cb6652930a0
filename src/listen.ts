import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Refusal } from './errors.ts';

/** Where to listen, and which setting says so. */
export interface Place {
  host: string;
  port: number;
  setting: string;
}

/** @throws Refusal when the port is taken or may not be had */
export async function listen(handler: RequestListener, { host, port, setting }: Place): Promise<Server> {
  const server = createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(refusalOf(error, { host, port, setting })));
    server.listen(port, host, resolve);
  });
  return server;
}

export const portOf = (server: { address(): AddressInfo | string | null }): number =>
  (server.address() as AddressInfo).port;

/** What a person can do about a port that cannot be had. */
export function refusalOf(error: NodeJS.ErrnoException, { host, port, setting }: Place): Error {
  if (error.code === 'EADDRINUSE') {
    return new Refusal(
      `Port ${port} on ${host} is in use by another program. Stop that, or set ${setting} to a free port.`,
    );
  }
  if (error.code === 'EACCES') {
    return new Refusal(
      `Port ${port} needs more rights than this user has. Set ${setting} to one above 1023.`,
    );
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new Refusal(
      `This computer has no address ${host}. Set HOST to one it has, or to 0.0.0.0 for all.`,
    );
  }
  return error;
}

/** Takes no new connection, lets the requests in hand end, and cuts what is left after `graceMs`. */
export async function drain(server: Server, graceMs: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(cut);
}
