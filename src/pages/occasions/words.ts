import { dayOf } from '../../giving/paper.ts';
import { type Language, translateOr } from '../../i18n.ts';
import type { OccasionContent } from './content.ts';
import { kindOf, type Mood } from './kinds.ts';

export const moodOf = (kind: string): Mood => kindOf(kind).mood;

/** Whose day it is: `Anu & Manu`. */
export const namesOf = ({ names }: Pick<OccasionContent, 'names'>): string =>
  names.filter(Boolean).join(' & ');

/** What a kind of day is called. */
export const kindWords = (kind: string, language: Language): string =>
  translateOr(language, `occasion.kind.${kindOf(kind).name}.name`, kind);

/** The day as people read it; empty while none was said. */
export const dayWords = ({ day }: Pick<OccasionContent, 'day'>, language: Language): string =>
  day ? dayOf(day, language) : '';

/** A page in one line: `Anu & Manu · Wedding`. */
export const titleOf = (
  { kind, content }: { kind: string; content: Pick<OccasionContent, 'names'> },
  language: Language,
): string => [namesOf(content), kindWords(kind, language)].filter(Boolean).join(' · ');
