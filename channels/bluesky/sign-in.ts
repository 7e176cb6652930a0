import { z } from 'zod';
import { baseOf, request, type Vendor } from '../bearer.ts';
import { NetworkFailure } from '../failure.ts';
import { unreadable } from '../http.ts';
import type { Credentials, Opened } from '../social.ts';
import { failureOf } from './failures.ts';

/** Where accounts are that have no server of their own. */
const HOME = 'https://bsky.social';

const did = z.string().regex(/^did:(plc:[a-z2-7]{24}|web:[\w.:%-]{1,200})$/);
const session = z.object({ did, handle: z.string(), accessJwt: z.string(), refreshJwt: z.string() });

/** Who we are there, with a token that is good at least for a while. */
export interface SignedIn {
  vendor: Vendor;
  did: string;
  handle: string;
}

/** Signs in once for all calls of a session, when no token was kept. */
export function openDoor(account: Opened): () => Promise<SignedIn> {
  let kept: Promise<Credentials> | undefined;
  return async () => {
    const { credentials } = account;
    if (!credentials.accessToken) {
      kept ??= signIn(account);
      kept.catch(() => {
        kept = undefined;
      });
    }
    const { accessToken = '', more = {} } = kept ? await kept : credentials;
    const who = did.safeParse(more.did);
    if (!who.success) throw new NetworkFailure('unauthorised', 'token');
    return { vendor: vendorOf(account, accessToken), did: who.data, handle: more.handle ?? who.data };
  };
}

/** A token that renews itself lasts two months; after that the app password is used again. */
export async function refresh(account: Opened): Promise<Credentials> {
  const { refreshToken } = account.credentials;
  if (!refreshToken) return signIn(account);
  const renewed = await sessionFrom(account, { token: refreshToken, path: 'refreshSession' }).catch(
    (error: unknown) => {
      if (error instanceof NetworkFailure && error.reason === 'token') return null;
      throw error;
    },
  );
  return renewed ?? signIn(account);
}

function signIn(account: Opened): Promise<Credentials> {
  const { settings, credentials } = account;
  const body = { identifier: settings.handle ?? '', password: credentials.more?.password ?? '' };
  if (!body.identifier || !body.password) throw new NetworkFailure('unauthorised', 'token');
  return sessionFrom(account, { token: '', path: 'createSession', body });
}

interface Way {
  token: string;
  path: 'createSession' | 'refreshSession';
  body?: Record<string, string>;
}

async function sessionFrom(account: Opened, { token, path, body }: Way): Promise<Credentials> {
  const vendor = vendorOf(account, token);
  const wish = {
    method: 'POST',
    path: `/xrpc/com.atproto.server.${path}`,
    ...(body ? { body } : {}),
  } as const;
  const { json, status } = await request(vendor, wish);
  const said = session.safeParse(json);
  if (!said.success) throw unreadable(false, status);
  const { accessJwt, refreshJwt, did, handle } = said.data;
  return {
    ...{ accessToken: accessJwt, refreshToken: refreshJwt, expiresAt: endOf(accessJwt) },
    more: { ...account.credentials.more, did, handle },
  };
}

const vendorOf = ({ settings, timeoutMs }: Opened, token: string): Vendor => ({
  ...{ base: baseOf(settings.endpoint, HOME), token, timeoutMs, failureOf },
});

/** RFC 7519 section 4.1.4; it is told so that it is renewed in time, and trusted for nothing else. */
function endOf(jwt: string): string | null {
  try {
    const { exp } = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
    return typeof exp === 'number' ? new Date(exp * 1000).toISOString() : null;
  } catch {
    return null; // not a token of that kind: its end is not known
  }
}
