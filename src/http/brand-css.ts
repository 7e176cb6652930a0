import { cssOf, nameOf } from './brand.ts';
import { showError } from './pages.ts';
import type { Route } from './routes.ts';
import type { Handler } from './web.ts';

/** Where there are several processes, this one may not have heard of the newest colours yet. */
const sendCss: Handler = (web) => async (req, res) => {
  if (req.params.name !== nameOf(cssOf(web.brand.known()) ?? '')) await web.brand.look('now');
  const css = cssOf(web.brand.known());
  if (!css || req.params.name !== nameOf(css)) return showError(web, { req, res, kind: 404, status: 404 });
  res.set('Cache-Control', 'public, max-age=31536000, immutable').type('css').send(css);
};

export const brandRoutes: Route[] = [
  {
    ...{ method: 'get', path: '/brand-:name.css', who: 'anyone', does: 'the colours that were chosen' },
    ...{ limit: 'machine', handle: sendCss },
  },
];
