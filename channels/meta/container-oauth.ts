import { z } from 'zod';
import type { App, Connected, Credentials, Identity, OAuth } from '../social.ts';
import { endOf, type Graph, metaId, openGraph } from './graph.ts';

const TIMEOUT_MS = 20_000;

/** Where Instagram and Threads differ in how they are connected. */
export interface Ways {
  authorise: string;
  /** Gives a token of an hour for a code; another host than the rest at Instagram. */
  codes: string;
  graph: string;
  prefix: 'ig' | 'th';
  scopes: string[];
  whoAmI(graph: Graph): Promise<Identity>;
}

const one = z.object({ access_token: z.string().min(1), user_id: z.union([metaId, z.number()]) });
const short = z.union([one, z.object({ data: z.array(one).min(1) })]);
const long = z.object({ access_token: z.string().min(1), expires_in: z.number() });

/** A token of an hour is made one of sixty days, which can be renewed after a day (docs/threads/get-started). */
export function oauthOf(ways: Ways): OAuth {
  return {
    ...{ kind: 'oauth', pkce: false, scopes: ways.scopes },
    authorise({ clientId, endpoint }, { state, redirectUri }) {
      const asked = { client_id: clientId, redirect_uri: redirectUri, state, response_type: 'code' };
      const query = new URLSearchParams({ ...asked, scope: ways.scopes.join(',') });
      return `${endpoint ? endpoint + new URL(ways.authorise).pathname : ways.authorise}?${query}`;
    },
    exchange: (app, back) => exchange(ways, app, back),
  };
}

async function exchange(
  ways: Ways,
  { clientId: client_id, clientSecret: client_secret, endpoint }: App,
  { code, redirectUri: redirect_uri }: { code: string; redirectUri: string },
): Promise<Connected[]> {
  const timeoutMs = TIMEOUT_MS;
  const params = { client_id, client_secret, grant_type: 'authorization_code', redirect_uri, code };
  const path = '/oauth/access_token';
  const given = await openGraph({ base: endpoint ?? ways.codes, timeoutMs })(
    { method: 'POST', path, params },
    short,
  );
  const { access_token } = 'data' in given ? (given.data[0] as z.infer<typeof one>) : given;
  const grant_type = `${ways.prefix}_exchange_token`;
  const wish = { path: '/access_token', params: { grant_type, client_secret, access_token } };
  const lasting = await openGraph({ base: endpoint ?? ways.graph, timeoutMs })(wish, long);
  const token = lasting.access_token;
  const identity = await ways.whoAmI(openGraph({ base: versioned(ways, endpoint), token, timeoutMs }));
  const credentials = { accessToken: token, expiresAt: endOf(lasting.expires_in) };
  return [{ identity, credentials, settings: { user: identity.id, ...(endpoint && { endpoint }) } }];
}

const VERSIONS = { ig: 'v24.0', th: 'v1.0' };

export const versioned = ({ graph, prefix }: Pick<Ways, 'graph' | 'prefix'>, endpoint = graph): string =>
  `${endpoint}/${VERSIONS[prefix]}`;

/** The same token for sixty days more; it is asked for while it is good. */
export async function renew(
  { graph, prefix }: Pick<Ways, 'graph' | 'prefix'>,
  { accessToken: access_token, ...rest }: Credentials,
  { endpoint = graph, timeoutMs }: { endpoint?: string; timeoutMs: number },
): Promise<Credentials> {
  const params = { grant_type: `${prefix}_refresh_token`, access_token };
  const answer = await openGraph({ base: endpoint, timeoutMs })(
    { path: '/refresh_access_token', params },
    long,
  );
  return { ...rest, accessToken: answer.access_token, expiresAt: endOf(answer.expires_in) };
}
