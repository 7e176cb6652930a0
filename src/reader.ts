import type { Request } from 'express';
import { type Language, languageOf, languages } from './i18n.ts';

/** The language that a reader asked for by `?lang=`, if any. */
export const askedLanguage = (req: Pick<Request, 'query'>): Language | undefined =>
  languages.find((language) => language === req.query.lang);

/** `?lang=`, the language we know of the reader, the browser's languages, English. */
export function readerLanguage(req: Pick<Request, 'query' | 'acceptsLanguages'>, known?: string): Language {
  return askedLanguage(req) ?? languageOf(known ?? (req.acceptsLanguages([...languages]) || 'en'));
}

/** A path of ours in the language that this request asked for, so that what is posted is answered in it. */
export function inAskedLanguage(req: Pick<Request, 'query'>, path: string): string {
  const asked = askedLanguage(req);
  return asked ? `${path}${path.includes('?') ? '&' : '?'}lang=${asked}` : path;
}

export const otherLanguage = (language: Language): Language => (language === 'en' ? 'ml' : 'en');
