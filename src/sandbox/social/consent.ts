import express, { type Request, type Response, type Router } from 'express';
import Handlebars from 'handlebars';
import { translator } from '../../i18n.ts';
import { readerLanguage } from '../../reader.ts';

/** Where a network asks a person whether we may speak for them (RFC 6749 section 4.1.1). */
export interface Door {
  path: string;
  /** The network's name, and the account's. */
  title: string;
  account: string;
  /** A code for what was asked, or null where the request itself is wrong. */
  grant(query: Record<string, string>): string | null;
}

const POLICY = "default-src 'none'; form-action 'self' http: https:; base-uri 'none'; frame-ancestors 'none'";

/** Adds the page and where its two buttons lead. */
export function addConsent(router: Router, door: Door): void {
  router.get(door.path, (req, res) => {
    if (!addressIn(req)) return wrong(res);
    res.set({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-store' });
    res.type('html').send(page(req, door));
  });
  router.post(door.path, express.urlencoded({ extended: false }), (req, res) => {
    const back = addressIn(req);
    const query = queryOf(req);
    const code = req.body?.answer === 'yes' ? door.grant(query) : null;
    if (!back) return wrong(res);
    back.searchParams.set('state', query.state ?? '');
    if (code) back.searchParams.set('code', code);
    else back.searchParams.set('error', req.body?.answer === 'yes' ? 'invalid_request' : 'access_denied');
    res.redirect(303, String(back));
  });
}

const wrong = (res: Response) =>
  void res.status(400).type('text').send('The request needs redirect_uri, client_id, state.\n');

const queryOf = (req: Request): Record<string, string> =>
  Object.fromEntries(new URL(req.originalUrl, 'http://sandbox.test').searchParams);

function addressIn(req: Request): URL | null {
  const { redirect_uri = '', client_id, state } = queryOf(req);
  if (!client_id || !state || !URL.canParse(redirect_uri)) return null;
  const url = new URL(redirect_uri);
  return /^https?:$/.test(url.protocol) ? url : null;
}

function page(req: Request, { title, account }: Door): string {
  const language = readerLanguage(req);
  const t = translator(language);
  const say = (text: string) => Handlebars.escapeExpression(text);
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${say(t('practice.consent.title', { title }))}</title>
<h1>${say(t('practice.consent.title', { title }))}</h1>
<p>${say(t('practice.consent.text', { account }))}</p>
<form method="post">
<button name="answer" value="yes">${say(t('practice.consent.yes'))}</button>
<button name="answer" value="no">${say(t('practice.consent.no'))}</button>
</form>
</html>
`;
}
