import type { Request } from 'express';
import { type Language, languageOf, languages } from './i18n.ts';

/** The language that a reader asked for by `?lang=`, if any. */
export const askedLanguage = (req: Pick<Request, 'query'>): Language | undefined =>
  languages.find((language) => language === req.query.lang);

/** `?lang=`, the language we know of the reader, the browser's languages, English. */
export function readerLanguage(req: Pick<Request, 'query' | 'acceptsLanguages'>, known?: string): Language {
  return askedLanguage(req) ?? languageOf(known ?? (req.acceptsLanguages([...languages]) || 'en'));
}

export const otherLanguage = (language: Language): Language => (language === 'en' ? 'ml' : 'en');
