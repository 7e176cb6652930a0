import { z } from 'zod';
import { NetworkFailure } from './failure.ts';
import { ask, slowDown, unreadable, vendorFault } from './http.ts';
import type { Credentials } from './social.ts';

/** Of a request for a token; nobody waits longer for it. */
export const TOKEN_MS = 20_000;

const granted = z.object({
  access_token: z.string().min(1).max(8192),
  refresh_token: z.string().min(1).max(8192).optional(),
  expires_in: z.number().optional(),
});

/**
 * Gets tokens for a code or for a refresh token (RFC 6749 sections 4.1.3 and 6).
 *
 * @param more is kept with them, the registration with which they are renewed among it
 * @throws NetworkFailure `unauthorised` when neither is good any more
 */
export async function tokensFor(
  url: string,
  form: Record<string, string>,
  more?: Record<string, string>,
): Promise<Credentials> {
  const { ok, status, json, headers } = await ask({
    ...{ url, method: 'POST', body: new URLSearchParams(form), timeoutMs: TOKEN_MS },
  });
  if (status === 429) throw slowDown(headers, 60);
  if (status >= 500) throw vendorFault(false, status);
  if (!ok) throw new NetworkFailure('unauthorised', 'token', { status, code: codeOf(json) });
  const said = granted.safeParse(json);
  if (!said.success) throw unreadable(false, status);
  const { access_token, refresh_token, expires_in } = said.data;
  return {
    ...{ accessToken: access_token, expiresAt: expires_in ? endOf(expires_in) : null },
    ...(refresh_token ? { refreshToken: refresh_token } : {}),
    ...(more ? { more } : {}),
  };
}

const endOf = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

/** RFC 6749 section 5.2: a word. */
function codeOf(json: unknown): string {
  const code = (json as { error?: unknown } | undefined)?.error;
  return typeof code === 'string' && /^[\w-]{1,60}$/.test(code) ? code : '';
}
