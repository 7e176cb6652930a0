import type { RequestHandler } from 'express';

/** The path of PUBLIC_URL, without a slash at its end: empty, or such as `/wecare`. */
export const basePath = (publicUrl: string): string => new URL(publicUrl).pathname.replace(/\/+$/, '');

/**
 * Lets an installation live under a path of a host. Behind this everything is written as if it stood at
 * the root: what arrives loses the path (or came without, from a proxy that takes it away and from
 * health checks on this computer), where a redirect leads gets it, and so do the pages (render.ts).
 */
export function underPath(base: string): RequestHandler {
  if (!base) return (_req, _res, next) => next();
  return (req, res, next) => {
    const rest = req.url.startsWith(base) ? req.url.slice(base.length) : undefined;
    if (rest !== undefined && /^($|[/?])/.test(rest)) req.url = rest.startsWith('/') ? rest : `/${rest}`;
    const location = res.location.bind(res);
    res.location = (url) => location(/^\/(?!\/)/.test(url) ? base + url : url);
    next();
  };
}
