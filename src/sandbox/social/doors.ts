import { createHash, randomBytes } from 'node:crypto';
import type { RequestHandler, Response, Router } from 'express';
import { addConsent } from './consent.ts';
import { bodies } from './forms.ts';

/** How one network lets programs in (RFC 6749). */
export interface Way {
  /** The network's name, and the account's. */
  title: string;
  account: string;
  authorise: string;
  token: string;
  /** How long an access token lives; null is for ever. */
  seconds: number | null;
  scope: string;
  /** Tokens that are good from the start. */
  access: string;
  refresh?: string;
  denied(res: Response): void;
}

interface Code {
  challenge: string;
  redirectUri: string;
  clientId: string;
}

/** Adds the page that asks and the exchange, and gives what stands before everything else. */
export function addDoors(router: Router, way: Way): RequestHandler {
  const codes = new Map<string, Code>();
  const access = new Set([way.access]);
  addConsent(router, {
    ...{ path: way.authorise, title: way.title, account: way.account },
    grant({ response_type, client_id = '', redirect_uri = '', code_challenge = '' }) {
      if (response_type !== 'code') return null;
      const code = randomBytes(24).toString('base64url');
      codes.set(code, { challenge: code_challenge, redirectUri: redirect_uri, clientId: client_id });
      return code;
    },
  });
  router.post(way.token, ...bodies, (req, res) => {
    const asked = (req.body ?? {}) as Record<string, string>;
    const renews = asked.grant_type === 'refresh_token' && way.refresh !== undefined;
    const good = renews ? asked.refresh_token === way.refresh : redeem(codes, asked);
    if (!good || !asked.client_secret) return void res.status(400).json({ error: 'invalid_grant' });
    const token = `${way.access}-${randomBytes(9).toString('base64url')}`;
    access.add(token);
    res.json(grantOf(way, token));
  });
  return (req, res, next) =>
    access.has(String(req.get('authorization')).replace(/^Bearer /, '')) ? next() : way.denied(res);
}

function redeem(codes: Map<string, Code>, asked: Record<string, string>): boolean {
  const known = codes.get(asked.code ?? '');
  codes.delete(asked.code ?? '');
  const challenge = createHash('sha256')
    .update(asked.code_verifier ?? '')
    .digest('base64url');
  return (
    known?.clientId === asked.client_id &&
    known?.redirectUri === asked.redirect_uri &&
    (!known?.challenge || known.challenge === challenge)
  );
}

const grantOf = ({ seconds, scope, refresh }: Way, token: string) => ({
  ...{ access_token: token, token_type: 'Bearer', scope, created_at: Math.floor(Date.now() / 1000) },
  ...(seconds ? { expires_in: seconds } : {}),
  ...(refresh ? { refresh_token: refresh } : {}),
});
