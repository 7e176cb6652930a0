import { z } from 'zod';
import { NetworkFailure } from '../failure.ts';
import type { App, Connected, Credentials, OAuth } from '../social.ts';
import { calling, openClient, type Way, whoAmI } from './client.ts';

/** A user's token for two hours, and one that renews it once (docs.x.com/fundamentals/authentication/oauth-2-0). */
export const oauth: OAuth = {
  ...{ kind: 'oauth', pkce: true },
  scopes: ['tweet.read', 'tweet.write', 'users.read', 'media.write', 'offline.access'],
  authorise({ clientId, endpoint }, { state, redirectUri, challenge = '' }) {
    const url = new URL(`${endpoint ?? 'https://x.com'}/i/oauth2/authorize`);
    url.search = String(
      new URLSearchParams({
        ...{ response_type: 'code', client_id: clientId, redirect_uri: redirectUri, state },
        ...{ scope: oauth.scopes.join(' '), code_challenge: challenge, code_challenge_method: 'S256' },
      }),
    );
    return String(url);
  },
  exchange,
};

const TIMEOUT_MS = 20_000;

async function exchange(
  app: App,
  { code, redirectUri, verifier = '' }: Parameters<OAuth['exchange']>[1],
): Promise<Connected[]> {
  const { clientId, clientSecret, endpoint } = app;
  const way = { endpoint, timeoutMs: TIMEOUT_MS };
  const client = openClient({ clientId, clientSecret }, way);
  const token = tokenOf(
    await grant(() => client.loginWithOAuth2({ code, redirectUri, codeVerifier: verifier })),
  );
  const identity = await grant(() => whoAmI(openClient(token.accessToken as string, way)));
  return [
    {
      identity,
      credentials: { ...token, more: { clientId, clientSecret } },
      settings: { id: identity.id, ...(endpoint && { endpoint }) },
    },
  ];
}

/** The refresh token is good once: what comes back must be kept before anything else is done. */
export async function renew(credentials: Credentials, way: Way): Promise<Credentials> {
  const { clientId = '', clientSecret } = credentials.more ?? {};
  if (!clientId) throw new NetworkFailure('unauthorised', 'token');
  const app = openClient({ clientId, clientSecret }, way);
  const token = await grant(() => app.refreshOAuth2Token(credentials.refreshToken as string));
  return { ...tokenOf(token), more: credentials.more };
}

/** A grant that is no good is refused with 400 (RFC 6749 section 5.2), whatever else that means elsewhere. */
async function grant<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await calling(ask);
  } catch (error) {
    const { kind, status } = error as NetworkFailure;
    throw kind === 'permanent' ? new NetworkFailure('unauthorised', 'token', { status }) : error;
  }
}

const token = z.object({
  accessToken: z.string().min(1),
  refreshToken: z.string().optional(),
  expiresIn: z.number(),
});

/** @throws NetworkFailure where no token came */
function tokenOf(answer: unknown): Pick<Credentials, 'accessToken' | 'refreshToken' | 'expiresAt'> {
  const read = token.safeParse(answer);
  if (!read.success) throw new NetworkFailure('unauthorised', 'token');
  const { accessToken, refreshToken, expiresIn } = read.data;
  return { accessToken, refreshToken, expiresAt: new Date(Date.now() + expiresIn * 1000).toISOString() };
}
