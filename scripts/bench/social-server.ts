import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type Router } from 'express';
import { readFittedAddress } from '../../src/campaigns/posts/fitted.ts';
import { openFiles } from '../../src/files.ts';
import type { Ground } from '../../src/ground.ts';

/** The networks, and the pictures that some of them fetch by themselves, at one address. */
export async function serveSocial(router: Router, path: string) {
  const app = express().use(path, router);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serveFiles(ground: Ground) {
      app.get('/m/post/:name', async (req, res) => {
        const named = readFittedAddress(ground, req.params.name);
        const bytes = named && (await openFiles(ground.config).get(named.hash));
        if (!bytes) return void res.sendStatus(404);
        res.type('jpeg').send(bytes);
      });
    },
    async end() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
