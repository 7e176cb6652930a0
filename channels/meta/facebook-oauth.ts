import { z } from 'zod';
import type { Connected, OAuth } from '../social.ts';
import { metaId, openGraph } from './graph.ts';

const VERSION = 'v24.0';
const TIMEOUT_MS = 20_000;
const MOST_PAGES = 10;

export const graphBase = (endpoint = 'https://graph.facebook.com'): string => `${endpoint}/${VERSION}`;

const token = z.object({ access_token: z.string().min(1) });
const accounts = z.object({
  data: z.array(
    z.object({ id: metaId, name: z.string(), access_token: z.string().optional(), link: z.url().optional() }),
  ),
  paging: z
    .object({ cursors: z.object({ after: z.string() }).optional(), next: z.string().optional() })
    .optional(),
});

/**
 * A person's token is made a long one, and that gives each page's, which does not end
 * (developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived). The person's is dropped.
 */
export const facebookOAuth: OAuth = {
  ...{ kind: 'oauth', pkce: false },
  scopes: [
    ...['pages_show_list', 'pages_manage_posts', 'pages_read_engagement', 'pages_manage_engagement'],
    ...['pages_read_user_content', 'read_insights'],
  ],
  authorise({ clientId, endpoint }, { state, redirectUri }) {
    const asked = { client_id: clientId, redirect_uri: redirectUri, state, response_type: 'code' };
    const scope = facebookOAuth.scopes.join(',');
    const base = `${endpoint ?? 'https://www.facebook.com'}/${VERSION}/dialog/oauth`;
    return `${base}?${new URLSearchParams({ ...asked, scope })}`;
  },
  async exchange({ clientId: client_id, clientSecret: client_secret, endpoint }, { code, redirectUri }) {
    const way = { base: graphBase(endpoint), timeoutMs: TIMEOUT_MS };
    const trade = { method: 'POST', path: '/oauth/access_token' } as const;
    const app = { client_id, client_secret };
    const short = { ...app, code, redirect_uri: redirectUri };
    const { access_token: given } = await openGraph(way)({ ...trade, params: short }, token);
    const long = { ...app, grant_type: 'fb_exchange_token', fb_exchange_token: given };
    const { access_token } = await openGraph(way)({ ...trade, params: long }, token);
    return pagesOf({ ...way, token: access_token }, endpoint);
  },
};

async function pagesOf(way: Parameters<typeof openGraph>[0], endpoint?: string): Promise<Connected[]> {
  const graph = openGraph(way);
  const pages: Connected[] = [];
  let after: string | undefined;
  for (let n = 0; n < MOST_PAGES; n++) {
    const params = { fields: 'id,name,access_token,link', limit: 100, after };
    const { data, paging } = await graph({ path: '/me/accounts', params }, accounts);
    for (const { id, name, access_token: accessToken, link } of data)
      if (accessToken)
        pages.push({
          identity: { id, name, url: link },
          credentials: { accessToken, expiresAt: null },
          settings: { page: id, ...(endpoint && { endpoint }) },
        });
    after = paging?.next ? paging.cursors?.after : undefined;
    if (!after) break;
  }
  return pages;
}
