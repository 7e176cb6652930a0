import { followLink, recordTouch } from '../links/links.ts';
import { isMachine, isMachineOpening } from '../links/machine.ts';
import { readLinkToken, readRecipientToken } from '../links/token.ts';
import { withTouch } from '../links/touch.ts';
import { showError } from './pages.ts';
import type { Handler } from './web.ts';

/** The smallest transparent GIF. */
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const FRESH = { 'Cache-Control': 'no-store, max-age=0', 'X-Robots-Tag': 'noindex, nofollow' };

/** Leads on to a link's address. A token that is not ours leads there too, and names nobody. */
export const follow: Handler = (web) => async (req, res) => {
  const { code, token } = req.params as { code: string; token?: string };
  const url = await followLink(web.ground, code, {
    recipient: token ? readLinkToken(web.ground.keys, token) : null,
    agent: req.get('user-agent'),
    machine: isMachine(req),
  });
  res.set(FRESH);
  const { keys, config } = web.ground;
  if (url) return res.redirect(302, withTouch(keys, { url, code, site: config.publicUrl }));
  showError(web, { req, res, kind: 'link', status: 404 });
};

/** Keeps the opening of a mail. Whatever the token, the answer is the same image. */
export const pixel: Handler = (web) => async (req, res) => {
  const recipient = readRecipientToken(web.ground.keys, String(req.params.token));
  if (recipient && req.method === 'GET') {
    const agent = req.get('user-agent');
    await recordTouch(web.ground, { kind: 'open', recipient, agent, machine: isMachineOpening(req) });
  }
  // Mail programs of other sites show it, so it may be embedded from anywhere.
  res
    .set({ ...FRESH, 'Cross-Origin-Resource-Policy': 'cross-origin' })
    .type('gif')
    .send(PIXEL);
};
