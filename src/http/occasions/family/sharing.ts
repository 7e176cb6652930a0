import type { Language } from '../../../i18n.ts';
import type { OccasionDraft } from '../../../pages/occasions/make.ts';
import { occasionPath } from '../address.ts';
import { dayWords, kindWord, namesOf } from '../words.ts';

interface Place {
  publicUrl: string;
  language: Language;
}

/** A short address, and one tap to WhatsApp with a text in both languages, the page's own first. */
export function sharingOf(draft: OccasionDraft, { publicUrl }: Place) {
  const url = `${publicUrl}${occasionPath(draft.code)}`;
  const { language } = draft.content;
  const other: Language = language === 'ml' ? 'en' : 'ml';
  const text = [textIn(draft, language), textIn(draft, other), url].join('\n\n');
  return {
    ...{ url, shown: url.replace(/^https?:\/\//, ''), text, href: occasionPath(draft.code) },
    whatsapp: `https://wa.me/?text=${encodeURIComponent(text)}`,
    sms: `sms:?body=${encodeURIComponent(`${textIn(draft, language)} ${url}`)}`,
  };
}

const textIn = (draft: OccasionDraft, language: Language): string =>
  kindWord(language, draft.kind, 'share', {
    names: namesOf(draft, language),
    day: dayWords(draft.content.day, language),
  });
