import { dayOf } from '../../giving/paper.ts';
import { type Language, translate, translateOr } from '../../i18n.ts';
import type { OccasionContent } from './content.ts';
import type { Palette } from './designs.ts';
import { kindOf, type Mood } from './kinds.ts';

export const moodOf = (kind: string): Mood => kindOf(kind).mood;

const PALETTES: Record<Mood, Palette> = { joy: 'joy', memory: 'mourning', plain: 'calm' };
/** The colours of screens about a page that has no look yet, or shows it not. */
export const paletteOf = (kind: string): Palette => PALETTES[moodOf(kind)];

/** Whose day it is: `Anu & Manu`. */
export const namesOf = ({ names }: Pick<OccasionContent, 'names'>): string =>
  names.filter(Boolean).join(' & ');

/** The same; a word of the kind while nobody is named. */
export const whoseOf = (
  { kind, content }: { kind: string; content: Pick<OccasionContent, 'names'> },
  language: Language,
): string => namesOf(content) || kindWord(language, kind, 'name');

/** What a kind of day is called. */
export const kindWords = (kind: string, language: Language): string =>
  translateOr(language, `occasion.kind.${kindOf(kind).name}.name`, kind);

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

/** The day as people read it; empty while none was said. */
export const dayWords = ({ day }: Pick<OccasionContent, 'day'>, language: Language): string =>
  day ? dayOf(day, language) : '';

/** A page in one line: `Anu & Manu · Wedding`. */
export const titleOf = (
  { kind, content }: { kind: string; content: Pick<OccasionContent, 'names'> },
  language: Language,
): string => [namesOf(content), kindWords(kind, language)].filter(Boolean).join(' · ');
