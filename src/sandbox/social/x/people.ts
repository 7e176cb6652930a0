import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { addConsent } from '../consent.ts';

export const PERSON = { id: '1000000001', name: 'We Care Kerala (practice)', username: 'wecare_practice' };
export const ACCESS = 'x-practice-access';
export const REFRESH = 'x-practice-refresh';
export const KEYS = {
  ...{ appKey: 'x-practice-key', appSecret: 'x-practice-secret' },
  ...{ accessToken: `${PERSON.id}-practice`, accessSecret: 'x-practice-token-secret' },
};

const SECONDS = 7200;

/** Who may come in: codes, tokens that end and tokens that renew them once. */
export interface Doors {
  codes: Map<string, { challenge: string; redirectUri: string; clientId: string }>;
  access: Map<string, number>;
  refresh: Set<string>;
}

export const openDoors = (): Doors => ({
  codes: new Map(),
  access: new Map([[ACCESS, Date.now() + 365 * 86_400_000]]),
  refresh: new Set([REFRESH]),
});

/** RFC 7807, as X has it. */
export function problem(
  res: Response,
  status: number,
  [title, detail, type = 'about:blank']: string[],
): void {
  res.status(status).type('application/problem+json').send(JSON.stringify({ title, detail, type, status }));
}

export const expired = (res: Response): void => problem(res, 401, ['Unauthorized', 'Unauthorized']);

/** The page that asks, and the exchange of its code (RFC 7636) or of a refresh token, good once. */
export function addDoors(router: Router, doors: Doors): void {
  addConsent(router, {
    ...{ path: '/i/oauth2/authorize', title: 'X', account: PERSON.name },
    grant({ response_type, client_id = '', redirect_uri = '', code_challenge = '', code_challenge_method }) {
      if (response_type !== 'code' || code_challenge_method !== 'S256' || code_challenge.length !== 43)
        return null;
      const code = randomBytes(24).toString('base64url');
      doors.codes.set(code, { challenge: code_challenge, redirectUri: redirect_uri, clientId: client_id });
      return code;
    },
  });
  const body = [express.json(), express.urlencoded({ extended: false })];
  router.post('/2/oauth2/token', ...body, (req, res) => {
    const { grant_type, refresh_token } = req.body ?? {};
    const good = grant_type === 'refresh_token' ? doors.refresh.delete(refresh_token) : redeem(doors, req);
    if (!good)
      return void res
        .status(400)
        .json({ error: 'invalid_request', error_description: 'Value passed for the token was invalid.' });
    res.json(newTokens(doors));
  });
}

function redeem({ codes }: Doors, req: Request): boolean {
  const { code, code_verifier = '', redirect_uri, client_id } = req.body ?? {};
  const asked = codes.get(code);
  codes.delete(code);
  if (!asked || asked.redirectUri !== redirect_uri || asked.clientId !== client_id) return false;
  return createHash('sha256').update(String(code_verifier)).digest('base64url') === asked.challenge;
}

function newTokens({ access, refresh }: Doors) {
  const access_token = randomBytes(24).toString('base64url');
  const refresh_token = randomBytes(24).toString('base64url');
  access.set(access_token, Date.now() + SECONDS * 1000);
  refresh.add(refresh_token);
  const scope = 'tweet.read tweet.write users.read media.write offline.access';
  return { token_type: 'bearer', expires_in: SECONDS, access_token, refresh_token, scope };
}

/** By a user's token, or by a signature (RFC 5849) made over the vendor's own address. */
export const signedIn =
  ({ access }: Doors): RequestHandler =>
  (req, res, next) => {
    const header = req.get('authorization') ?? '';
    const until = access.get(header.replace(/^Bearer /, ''));
    if (header.startsWith('OAuth ') ? isSigned(req, header) : until && until > Date.now()) next();
    else expired(res);
  };

function isSigned(req: Request, header: string): boolean {
  const given = [...header.matchAll(/(oauth_\w+)="([^"]*)"/g)].map(
    ([, name = '', value = '']): [string, string] => [name, decodeURIComponent(value)],
  );
  const signature = given.find(([name]) => name === 'oauth_signature')?.[1] ?? '';
  const query = [...new URL(req.originalUrl, 'http://sandbox.test').searchParams];
  const all = [...given.filter(([name]) => name !== 'oauth_signature'), ...query].map((pair) =>
    pair.map(encode).join('='),
  );
  const base = [req.method, `https://api.x.com${req.path}`, all.sort().join('&')].map(encode).join('&');
  const key = `${encode(KEYS.appSecret)}&${encode(KEYS.accessSecret)}`;
  const right = createHmac('sha1', key).update(base).digest('base64');
  const named = given.some(([name, value]) => name === 'oauth_token' && value === KEYS.accessToken);
  return (
    named && signature.length === right.length && timingSafeEqual(Buffer.from(signature), Buffer.from(right))
  );
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!*'()]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
