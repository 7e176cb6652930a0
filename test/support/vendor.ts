import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type Router } from 'express';
import { afterAll, beforeAll } from 'vitest';
import { NetworkFailure } from '../../channels/failure.ts';
import type { Intent, Media, Network, Post, Session } from '../../channels/social.ts';
import type { SocialStandIn } from '../../src/sandbox/social/stand-in.ts';

/** A far end on a port of its own for a file of tests; what it answers is changed by `play`. */
export function openVendor(): { url(): string; play(router: Router): void } {
  let router: Router | undefined;
  const app = express().use((req, res, next) => (router ? router(req, res, next) : next()));
  const server = app.listen(0, '127.0.0.1');
  beforeAll(async () => {
    if (!server.listening) await once(server, 'listening');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    play(next) {
      router = next;
    },
  };
}

/** Always the same answer, and what was asked for it. */
export function answering(status: number, body: unknown, headers: Record<string, string> = {}): Router {
  const router = express.Router();
  router.use((_req, res) => {
    res.set(headers).status(status);
    if (typeof body === 'string') res.type('text').send(body);
    else res.json(body);
  });
  return router;
}

/** The first account of a stand-in, as its network opens it. */
export function sessionOf(network: Network, { accounts }: SocialStandIn, endpoint: string): Session {
  const [account] = accounts;
  if (!account || !network.open) throw new Error('There is no account, or no way in.');
  const { credentials, settings } = account;
  return network.open({ credentials, settings: { ...settings, endpoint }, timeoutMs: 2000 });
}

export const intentOf = (post: Post, more: Partial<Intent> = {}): Intent => ({
  ...{ key: '0198c7a0-0000-7000-8000-000000000001', post, prepared: {}, replyTo: null, kind: 'post' },
  ...{ since: new Date(Date.now() - 1000), ...more },
});

export const textOf = (text: string, ...media: Media[]): Post => ({ text, language: 'en', media });

/** @returns with what a call failed */
export async function failureOf(call: Promise<unknown>): Promise<NetworkFailure> {
  const thrown = await call.then(
    () => new Error('It did not fail.'),
    (error: unknown) => error,
  );
  if (thrown instanceof NetworkFailure) return thrown;
  throw thrown;
}
