import type { Request } from 'express';
import { undoUnsubscribe, unsubscribe, type Way } from '../deliveries/unsubscribe.ts';
import { recipientOf } from './guards.ts';
import { showPage } from './pages.ts';
import type { Handler } from './web.ts';

/** One page with one button. Scanners fetch it, so it changes nothing (RFC 8058 section 3.2). */
export const showUnsubscribe: Handler = (web) => (req, res) => {
  const { language, purpose } = recipientOf(res);
  const data = { action: req.path, purpose, choose: req.path.replace(/^\/u\//, '/p/') };
  showPage(web, { req, res, name: 'unsubscribe', language, data });
};

/** Withdraws the consent; the answer is the page itself, never a redirect (RFC 8058 section 3.1). */
export const withdraw: Handler = (web) => async (req, res) => {
  const recipient = recipientOf(res);
  await unsubscribe(web.ground, recipient, wayOf(req));
  const data = { undo: recipient.contactId ? `${req.path}/undo` : null };
  showPage(web, { req, res, name: 'unsubscribed', language: recipient.language, data });
};

export const undo: Handler = (web) => async (req, res) => {
  const recipient = recipientOf(res);
  const given = await undoUnsubscribe(web.ground, recipient);
  showPage(web, { req, res, name: given ? 'resubscribed' : 'kept', language: recipient.language });
};

/**
 * A mail program posts `List-Unsubscribe=One-Click`, as a form of either kind (RFC 8058 section 3.1).
 * Any other body comes from a page, and unsubscribes as well.
 */
function wayOf(req: Request): Way {
  const body = Buffer.isBuffer(req.body) ? req.body.toString('latin1') : '';
  return /List-Unsubscribe/i.test(body) && /One-Click/i.test(body)
    ? 'one-click unsubscribe'
    : 'unsubscribe page';
}
