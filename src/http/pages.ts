import type { Request, Response } from 'express';
import { type Language, translate } from '../i18n.ts';
import { askedLanguage, otherLanguage, readerLanguage } from '../reader.ts';
import { brandOf } from './brand.ts';
import type { Handler, Web } from './web.ts';

/** One page to be answered. */
export interface Showing {
  req: Request;
  res: Response;
  /** Template. */
  name: string;
  /** Of the reader, where we know it; the address's `?lang=` goes before it. */
  language?: string | undefined;
  /** First part of its messages' keys, where that is not the template's name. */
  words?: string;
  /** Its title, where no message says it. */
  title?: string;
  data?: Record<string, unknown>;
  status?: number;
  /** The frame around it; the usual one unless said. */
  layout?: string;
}

interface Failure {
  req: Request;
  res: Response;
  /** Which words: a status, `link` for a short link that leads nowhere, `site` for another site's form. */
  kind: 400 | 403 | 404 | 429 | 500 | 'link' | 'site';
  status: number;
}

/** Answers with a page in the reader's language. */
export function showPage(web: Web, { res, status = 200, ...page }: Showing): void {
  res.status(status).vary('Accept-Language').type('html').send(drawPage(web, page));
}

/** A page in the reader's language, as HTML. */
export function drawPage(
  web: Web,
  { req, name, language, words, title, data, layout = 'public' }: Omit<Showing, 'res' | 'status'>,
): string {
  const chosen = readerLanguage(req, language);
  return web.pages.render({
    ...{ template: name, layout, language: chosen },
    title: title ?? translate(chosen, `${words ?? name}.title`),
    data: { ...frame(web, req, chosen), words: words ?? name, system: name === 'start', ...data },
  });
}

/** Says what went wrong and offers a way on. */
export function showError(web: Web, { req, res, kind, status }: Failure): void {
  const data = { status: String(status), requestId: status >= 500 ? String(req.id) : null };
  showPage(web, { req, res, name: 'error', words: `error.${kind}`, data, status });
}

export const startPage: Handler = (web) => (req, res) => showPage(web, { req, res, name: 'start' });

/** What the frame around every page needs. */
function frame(web: Web, req: Request, language: Language) {
  const other = otherLanguage(language);
  const brand = brandOf(web, language);
  // A page that answers a POST is left by its switch to the page it came from.
  const path = req.method === 'POST' ? req.path.replace(/\/(undo|leave)$/, '') : req.path;
  return {
    other,
    otherHref: `${path}?lang=${other}`,
    query: askedLanguage(req) ? `?lang=${language}` : '',
    ...brand,
    helpAddress: brand.identity.helpAddress || null,
    inboxUrl: web.inboxUrl,
    card: null,
    otherForm: null,
    screen: null,
    /** A style sheet of its own, and which link of the head it lies under. */
    sheet: null,
    section: null,
    /** Which colours of the tokens it has, and whether machines leave it out of what is found. */
    mood: 'calm',
    noindex: false,
  };
}
