import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import type { Connected, Media, OAuth } from '../../channels/social.ts';

/** A stand-in at an address of its own, until `end`. */
export async function serve(router: RequestHandler, path = '/there') {
  const server = express().use(path, router).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const end = () => {
    server.closeAllConnections();
    server.close();
  };
  return { endpoint, end };
}

/** Goes where an account is connected, says yes (or no), and comes back with what may be published to. */
export async function connect(oauth: OAuth, endpoint: string, answer = 'yes'): Promise<Connected[]> {
  const app = { clientId: '1234567890', clientSecret: 'practice-secret', endpoint };
  const redirectUri = 'https://ksm.example/back';
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const url = oauth.authorise(app, { state: 'our-state', redirectUri, ...(oauth.pkce && { challenge }) });
  const page = await fetch(url);
  if (!(await page.text()).includes('name="answer"')) throw new Error(`There is no page at ${url}.`);
  const back = await fetch(url, {
    ...{ method: 'POST', body: new URLSearchParams({ answer }), redirect: 'manual' },
  });
  const { searchParams } = new URL(back.headers.get('location') ?? '');
  if (searchParams.get('state') !== 'our-state') throw new Error('The state was lost.');
  const code = searchParams.get('code') ?? '';
  return oauth.exchange(app, { code, redirectUri, ...(oauth.pkce && { verifier }) });
}

export function mediaOf(bytes: Buffer, more: Partial<Media> = {}): Media {
  return {
    hash: createHash('sha256').update(bytes).digest('hex'),
    ...{ kind: 'picture', mime: 'image/jpeg', bytes: bytes.length, width: 1080, height: 1080 },
    alt: 'A green square',
    read: async (start = 0, end = bytes.length) => bytes.subarray(start, end),
    ...more,
  };
}
