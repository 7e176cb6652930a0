import { z } from 'zod';
import { baseOf, request, type Vendor } from '../bearer.ts';
import { NetworkFailure } from '../failure.ts';
import { unreadable } from '../http.ts';
import { TOKEN_MS, tokensFor } from '../oauth.ts';
import type { Credentials, Identity, OAuth, Opened } from '../social.ts';
import { failureOf } from './failures.ts';

const API = 'https://www.googleapis.com';
/** Uploads, looks through and takes away what is ours (developers.google.com/youtube/v3/guides/auth). */
const SCOPES = ['https://www.googleapis.com/auth/youtube'];

const tokenUrl = (endpoint: string | undefined): string =>
  endpoint ? `${baseOf(endpoint, '')}/token` : 'https://oauth2.googleapis.com/token';

/** Google's consent; `prompt=consent` because only then a refresh token comes every time. */
export const oauth: OAuth = {
  ...{ kind: 'oauth', pkce: true, scopes: SCOPES },
  authorise({ clientId, endpoint }, { state, redirectUri, challenge }) {
    const query = new URLSearchParams({
      ...{ response_type: 'code', client_id: clientId, redirect_uri: redirectUri, state },
      ...{ scope: SCOPES.join(' '), access_type: 'offline', prompt: 'consent' },
      ...(challenge ? { code_challenge: challenge, code_challenge_method: 'S256' } : {}),
    });
    return `${baseOf(endpoint, 'https://accounts.google.com')}/o/oauth2/v2/auth?${query}`;
  },
  async exchange({ clientId, clientSecret, endpoint }, { code, redirectUri, verifier }) {
    const form = {
      ...{ grant_type: 'authorization_code', client_id: clientId, client_secret: clientSecret },
      ...{ redirect_uri: redirectUri, code, ...(verifier ? { code_verifier: verifier } : {}) },
    };
    const credentials = await tokensFor(tokenUrl(endpoint), form, { clientId, clientSecret });
    const settings = endpoint ? { endpoint } : {};
    const vendor = vendorOf({ credentials, settings, timeoutMs: TOKEN_MS });
    return [{ identity: await identityOf(vendor), credentials, settings }];
  },
};

export async function refresh({ credentials, settings }: Opened): Promise<Credentials> {
  const { refreshToken, more = {} } = credentials;
  if (!refreshToken) throw new NetworkFailure('unauthorised', 'token');
  const { clientId = '', clientSecret = '' } = more;
  const form = { client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken };
  const fresh = await tokensFor(tokenUrl(settings.endpoint), { grant_type: 'refresh_token', ...form }, more);
  // Google gives no new refresh token; the old one stays good.
  return { refreshToken, ...fresh };
}

export function vendorOf({ credentials, settings, timeoutMs }: Opened): Vendor {
  if (!credentials.accessToken) throw new NetworkFailure('unauthorised', 'token');
  return { base: baseOf(settings.endpoint, API), token: credentials.accessToken, timeoutMs, failureOf };
}

const channels = z.object({
  items: z
    .array(
      z.object({
        id: z.string(),
        snippet: z.object({ title: z.string(), customUrl: z.string().optional() }),
        contentDetails: z.object({ relatedPlaylists: z.object({ uploads: z.string() }) }),
      }),
    )
    .default([]),
});

/** Our channel. @throws NetworkFailure `unauthorised` when the Google account has none */
export async function channelOf(vendor: Vendor) {
  const query = { part: 'snippet,contentDetails', mine: 'true' };
  const { json, status } = await request(vendor, { path: '/youtube/v3/channels', query });
  const said = channels.safeParse(json);
  if (!said.success) throw unreadable(false, status);
  const [channel] = said.data.items;
  if (!channel) throw new NetworkFailure('unauthorised', 'account');
  return channel;
}

export async function identityOf(vendor: Vendor): Promise<Identity> {
  const { id, snippet } = await channelOf(vendor);
  return { id, name: snippet.title, url: `https://www.youtube.com/channel/${encodeURIComponent(id)}` };
}
