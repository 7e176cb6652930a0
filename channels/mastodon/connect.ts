import { z } from 'zod';
import { baseOf, request, type Vendor } from '../bearer.ts';
import { NetworkFailure } from '../failure.ts';
import { ask, unreadable } from '../http.ts';
import { TOKEN_MS, tokensFor } from '../oauth.ts';
import type { Identity, OAuth } from '../social.ts';
import { failureOf } from './failures.ts';
import { settingsOf } from './instance.ts';

const HOME = 'https://mastodon.social';
const SCOPES = ['read:accounts', 'read:statuses', 'write:statuses', 'write:media'];
const registered = z.object({ client_id: z.string().min(1), client_secret: z.string().min(1) });
const person = z.object({
  id: z.string().regex(/^[\w-]{1,64}$/),
  acct: z.string(),
  url: z.string().nullish(),
});

/** Every instance is asked by itself, and registers us by itself (docs.joinmastodon.org/client/token). */
export const oauth: OAuth = {
  ...{ kind: 'oauth', pkce: true, scopes: SCOPES },
  async register(endpoint, redirectUri) {
    const form = { client_name: 'We Care', redirect_uris: redirectUri, scopes: SCOPES.join(' ') };
    const { ok, status, json } = await ask({
      ...{ url: `${baseOf(endpoint, HOME)}/api/v1/apps`, method: 'POST', timeoutMs: TOKEN_MS },
      body: new URLSearchParams(form),
    });
    if (!ok) throw new NetworkFailure(status >= 500 ? 'retryable' : 'permanent', 'vendor-fault', { status });
    const said = registered.safeParse(json);
    if (!said.success) throw unreadable(false, status);
    return { clientId: said.data.client_id, clientSecret: said.data.client_secret, endpoint };
  },
  authorise({ clientId, endpoint }, { state, redirectUri, challenge }) {
    const query = new URLSearchParams({
      ...{ response_type: 'code', client_id: clientId, redirect_uri: redirectUri, state },
      scope: SCOPES.join(' '),
      ...(challenge ? { code_challenge: challenge, code_challenge_method: 'S256' } : {}),
    });
    return `${baseOf(endpoint, HOME)}/oauth/authorize?${query}`;
  },
  async exchange({ clientId, clientSecret, endpoint }, { code, redirectUri, verifier }) {
    const base = baseOf(endpoint, HOME);
    const credentials = await tokensFor(`${base}/oauth/token`, {
      ...{ grant_type: 'authorization_code', client_id: clientId, client_secret: clientSecret },
      ...{ redirect_uri: redirectUri, code, scope: SCOPES.join(' ') },
      ...(verifier ? { code_verifier: verifier } : {}),
    });
    const vendor = { base, token: credentials.accessToken ?? '', timeoutMs: TOKEN_MS, failureOf };
    const settings = { endpoint: base, ...(await settingsOf(vendor)) };
    return [{ identity: await identityOf(vendor), credentials, settings }];
  },
};

export async function identityOf(vendor: Vendor): Promise<Identity> {
  const { json, status } = await request(vendor, { path: '/api/v1/accounts/verify_credentials' });
  const said = person.safeParse(json);
  if (!said.success) throw unreadable(false, status);
  const { id, acct, url } = said.data;
  return { id, name: `@${acct}`, ...(url ? { url } : {}) };
}
