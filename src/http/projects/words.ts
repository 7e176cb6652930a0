import { indianDay } from '../../giving/calendar.ts';
import { formatDay, formatTime, type Language, languages, translate } from '../../i18n.ts';
import type { PublicProject } from '../../pages/published.ts';
import { otherLanguage } from '../../reader.ts';
import { valueName } from '../console/segments/words.ts';

/** Words of a person, in the reader's language or, where they are missing, the other one. */
export interface Said {
  text: string;
  /** Set where it is not the page's. */
  lang: Language | null;
}

type Both = Record<Language, string>;

export function saidIn(words: Both, language: Language): Said {
  if (words[language]) return { text: words[language], lang: null };
  const other = otherLanguage(language);
  return { text: words[other], lang: words[other] ? other : null };
}

/** In which languages a project is written. */
export const writtenIn = (content: Record<Language, { title: string }>): Language[] =>
  languages.filter((language) => content[language].title);

/** `Alappuzha district · Care of the elderly`. */
export function placeOf(of: { district: string | null; theme: string }, language: Language): string {
  const where = of.district
    ? translate(language, 'project.district', { district: districtName(of.district, language) })
    : translate(language, 'project.everywhere');
  return `${where} · ${translate(language, `project.theme.${of.theme}`)}`;
}

export const districtName = (district: string, language: Language): string =>
  valueName('district', district, language);

/** `Today, 9:10 am`, `Yesterday`, `14 November 2026`. */
export function whenOf(at: Date, now: Date, language: Language): string {
  const day = indianDay(at);
  if (day === indianDay(now)) return translate(language, 'project.today', { time: formatTime(at, language) });
  if (day === indianDay(new Date(now.getTime() - 86_400_000)))
    return translate(language, 'project.yesterday');
  return formatDay(at, language);
}

type Titled = Pick<PublicProject, 'content'>;

/** The title in the page's language or the other one. */
export const titleOf = ({ content }: Titled, language: Language): string =>
  content[language].title || content[otherLanguage(language)].title;

export const summaryOf = ({ content }: Titled, language: Language): string =>
  content[language].summary || content[otherLanguage(language)].summary;
