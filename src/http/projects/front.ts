import type { Request, RequestHandler } from 'express';
import { languages } from '../../i18n.ts';
import { handOut, type Keep } from './keep.ts';

const PAGE = /^\/(?:projects\/([a-z0-9-]{1,60})|o\/([0-9a-z]{8}))(?:\?lang=(en|ml))?$/;

/** Of the page of a project, as one reader sees it. */
export const keyOf = (slug: string, language: string, asked: string | undefined): string =>
  `${slug} ${language} ${asked ?? ''}`;

/** Of the page of a family, which speaks their language unless another is asked for. */
export const keyOfOccasion = (code: string, asked: string | undefined): string => `o/${code} ${asked ?? ''}`;

/**
 * Hands out what is in memory before anything else looks at the request: when a project is on television, or
 * a whole village was invited, a page is answered in a fraction of what limits, log and routes take. It gets
 * no line in the log; the one request a second that draws it anew does.
 */
export function fromMemory({ kept, stopping }: { kept: Keep; stopping(): boolean }): RequestHandler {
  return (req, res, next) => {
    const key = stopping() || req.method !== 'GET' ? null : keyAsked(req);
    const page = key ? kept.ready(key) : undefined;
    if (!page?.headers) return next();
    res.removeHeader('X-Powered-By');
    handOut(req, res, page);
  };
}

function keyAsked(req: Request): string | null {
  const [, slug, code, asked] = PAGE.exec(req.url) ?? [];
  if (code) return keyOfOccasion(code, asked);
  return slug ? keyOf(slug, asked ?? (req.acceptsLanguages([...languages]) || 'en'), asked) : null;
}
