import type { Response } from 'express';
import { type Language, translate, translateOr } from '../../i18n.ts';
import { kindOf, type Mood } from '../../pages/occasions/kinds.ts';
import { namesOf as joined, dayWords as wordsOfDay } from '../../pages/occasions/words.ts';

/** The mood of the tokens for a kind of day. */
const MOODS: Record<Mood, 'joy' | 'mourning' | 'calm'> = { joy: 'joy', memory: 'mourning', plain: 'calm' };
export const moodOf = (kind: string) => MOODS[kindOf(kind).mood];

/** A word of a kind of day: `name`, `lede`, `who`, `prompt`, `closing` and the like. */
export const kindWord = (
  language: Language,
  kind: string,
  part: string,
  values: Record<string, string> = {},
): string => translate(language, `occasion.kind.${kindOf(kind).name}.${part}`, values);

/** Several of them, of which a kind may have none: remembrance gets no sentences to take over. */
export const kindLines = (language: Language, kind: string, part: string): string[] =>
  translateOr(language, `occasion.kind.${kindOf(kind).name}.${part}`, '')
    .split('\n')
    .filter(Boolean);

/** `Anu & Ravi`; a word of the kind where nobody is named yet. */
export const namesOf = (
  { kind, content }: { kind: string; content: { names: string[] } },
  language: Language,
): string => joined(content) || kindWord(language, kind, 'name');

/** A day of India's calendar, as people read it. */
export const dayWords = (day: string | null, language: Language): string => wordsOfDay({ day }, language);

/** Lets a page have a script or a frame of our own, which no other page of the public has. */
export function allowOwn(res: Response, what: 'script-src' | 'frame-src'): void {
  res.set('Content-Security-Policy', `${res.get('Content-Security-Policy')};${what} 'self'`);
}
