import { z } from 'zod';
import { baseOf, request, tokenOf, type Vendor } from '../bearer.ts';
import { NetworkFailure } from '../failure.ts';
import { unreadable } from '../http.ts';
import { TOKEN_MS, tokensFor } from '../oauth.ts';
import type { Connected, Credentials, Identity, OAuth, Opened } from '../social.ts';
import { failureOf } from './failures.ts';

const API = 'https://api.linkedin.com';
const SITE = 'https://www.linkedin.com';
/** LinkedIn ends each version about a year after it began; an account may name a newer one. */
const VERSION = '202605';
const SCOPES = ['r_organization_social', 'w_organization_social', 'rw_organization_admin'];
const MOST_PAGES = 20;

export const oauth: OAuth = {
  ...{ kind: 'oauth', pkce: false, scopes: SCOPES },
  authorise({ clientId, endpoint }, { state, redirectUri }) {
    const query = new URLSearchParams({
      ...{ response_type: 'code', client_id: clientId, redirect_uri: redirectUri, state },
      scope: SCOPES.join(' '),
    });
    return `${baseOf(endpoint, SITE)}/oauth/v2/authorization?${query}`;
  },
  /** One for each page that the person administers. */
  async exchange({ clientId, clientSecret, endpoint }, { code, redirectUri }) {
    const form = {
      ...{ grant_type: 'authorization_code', client_id: clientId, client_secret: clientSecret },
      ...{ redirect_uri: redirectUri, code },
    };
    const credentials = await tokensFor(tokenUrl(endpoint), form, { clientId, clientSecret });
    const settings = endpoint ? { endpoint } : {};
    const vendor = vendorOf({ credentials, settings, timeoutMs: TOKEN_MS });
    const connected: Connected[] = [];
    for (const organisation of await administered(vendor)) {
      const identity = await identityOf(vendor, organisation);
      connected.push({ identity, credentials, settings: { ...settings, organisation } });
    }
    return connected;
  },
};

const tokenUrl = (endpoint: string | undefined): string => `${baseOf(endpoint, SITE)}/oauth/v2/accessToken`;

/** Only some programs are given refresh tokens; others ask a person again after two months. */
export async function refresh({ credentials, settings }: Opened): Promise<Credentials> {
  const { refreshToken, more = {} } = credentials;
  if (!refreshToken) throw new NetworkFailure('unauthorised', 'token');
  const form = {
    ...{ grant_type: 'refresh_token', refresh_token: refreshToken },
    ...{ client_id: more.clientId ?? '', client_secret: more.clientSecret ?? '' },
  };
  return { refreshToken, ...(await tokensFor(tokenUrl(settings.endpoint), form, more)) };
}

export function vendorOf(account: Opened): Vendor {
  const { settings, timeoutMs } = account;
  const version = /^20\d{4}$/.test(settings.version ?? '') ? (settings.version as string) : VERSION;
  return {
    ...{ base: baseOf(settings.endpoint, API), token: tokenOf(account), timeoutMs, failureOf },
    headers: { 'LinkedIn-Version': version, 'X-Restli-Protocol-Version': '2.0.0' },
  };
}

/** @throws NetworkFailure when the account names no page */
export function organisationOf({ settings }: Opened): string {
  const { organisation = '' } = settings;
  if (/^\d{1,20}$/.test(organisation)) return organisation;
  throw new NetworkFailure('unauthorised', 'account');
}

export const urnOf = (organisation: string): string => `urn:li:organization:${organisation}`;

const roles = z.object({ elements: z.array(z.object({ organization: z.string() })) });

async function administered(vendor: Vendor): Promise<string[]> {
  const query = { q: 'roleAssignee', role: 'ADMINISTRATOR', state: 'APPROVED' };
  const { json, status } = await request(vendor, { path: '/rest/organizationAcls', query });
  const said = roles.safeParse(json);
  if (!said.success) throw unreadable(false, status);
  const ids = said.data.elements.map(
    ({ organization }) => /^urn:li:organization:(\d{1,20})$/.exec(organization)?.[1],
  );
  return [...new Set(ids.filter((id) => id !== undefined))].slice(0, MOST_PAGES);
}

const page = z.object({ localizedName: z.string(), vanityName: z.string().optional() });

export async function identityOf(vendor: Vendor, organisation: string): Promise<Identity> {
  const { json, status } = await request(vendor, { path: `/rest/organizations/${organisation}` });
  const said = page.safeParse(json);
  if (!said.success) throw unreadable(false, status);
  const { localizedName: name, vanityName } = said.data;
  const url = vanityName && `${SITE}/company/${encodeURIComponent(vanityName)}`;
  return { id: organisation, name, ...(url ? { url } : {}) };
}
