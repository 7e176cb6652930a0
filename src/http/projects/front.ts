import type { RequestHandler } from 'express';
import { languages } from '../../i18n.ts';
import { handOut, type Keep } from './keep.ts';

const PAGE = /^\/projects\/([a-z0-9-]{1,60})(?:\?lang=(en|ml))?$/;

/** Of the page of a project, as one reader sees it. */
export const keyOf = (slug: string, language: string, asked: string | undefined): string =>
  `${slug} ${language} ${asked ?? ''}`;

/**
 * Hands out what is in memory before anything else looks at the request: when a project is on television, a
 * page is answered in a fraction of what limits, log and routes take. It gets no line in the log; the one
 * request a second that draws it anew does.
 */
export function fromMemory({ kept, stopping }: { kept: Keep; stopping(): boolean }): RequestHandler {
  return (req, res, next) => {
    const [, slug, asked] = (req.method === 'GET' && PAGE.exec(req.url)) || [];
    if (!slug || stopping()) return next();
    const language = asked ?? (req.acceptsLanguages([...languages]) || 'en');
    const page = kept.ready(keyOf(slug, language, asked));
    if (!page?.headers) return next();
    res.removeHeader('X-Powered-By');
    handOut(req, res, page);
  };
}
