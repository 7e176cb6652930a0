import { readFileSync } from 'node:fs';
import type { ErrorRequestHandler, RequestHandler, Router } from 'express';
import { z } from 'zod';
import { addApp } from './app.ts';
import { addBank } from './bank.ts';
import { addDesk } from './desk.ts';
import { Refused } from './refused.ts';
import type { House } from './show.ts';
import { addTill } from './till.ts';

const SCRIPT = new URL('../../../templates/assets/practice-checkout.js', import.meta.url);

/** The pages: the till, the bank, the app, the desk; and the script that shows the till in a frame. */
export function addPages(router: Router, house: House): void {
  const script = readFileSync(SCRIPT, 'utf8');
  router.get('/v1/checkout.js', (_req, res) => {
    res.set('Cross-Origin-Resource-Policy', 'cross-origin').type('js').send(script);
  });
  router.use(protect);
  addTill(router, house);
  addBank(router, house);
  addApp(router, house);
  addDesk(router, house);
}

/**
 * Forms go on to wherever a gift came from, and the till stands in the frame of that page; a browser also
 * asks this of where a redirect leads.
 */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self' data:",
  "form-action 'self' http: https:",
  "base-uri 'none'",
].join('; ');

const protect: RequestHandler = (_req, res, next) => {
  res.set({
    ...{ 'Content-Security-Policy': POLICY, 'X-Content-Type-Options': 'nosniff' },
    ...{ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' },
  });
  next();
};

/** What is not a page's own affair. */
export const refusePlainly: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  const refused = error instanceof z.ZodError ? new Refused(z.prettifyError(error)) : error;
  if (!(refused instanceof Refused)) return next(error);
  res.status(refused.status).json({ error: refused.error });
};
