/** What we know by name as well as by tag: English, and the languages of India that our readers speak. */
export const NAMED: readonly string[] = [
  ...['en', 'ml', 'ta', 'hi', 'kn', 'te', 'mr', 'gu', 'bn', 'pa', 'or', 'as', 'ur', 'kok', 'sa'],
  ...['ne', 'sd', 'ks', 'mai', 'sat', 'doi', 'mni', 'brx', 'tcy', 'ar'],
];
const WORDS = new Map(NAMED.flatMap((tag) => [tag, ...namesOf(tag)].map((name) => [name, tag] as const)));
const known = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/** What a refusal shows as examples. */
export const EXAMPLES = 'en, ml, ta, hi, kn, te';

/**
 * The tag of a language as people write it: a tag of BCP 47 in any case and with two or three letters, or
 * the name of a language of India in English, Malayalam or itself. The one rule for contacts and messages.
 * @returns the canonical tag, or null for what is no language
 */
export function readLanguage(text: string): string | null {
  const word = text.trim().toLowerCase();
  return WORDS.get(word) ?? tagOf(word);
}

/** The language alone, without country or script: what a contact reads. */
export const languageAlone = (tag: string): string => tag.split('-')[0] ?? tag;

function tagOf(word: string): string | null {
  try {
    const [tag = ''] = Intl.getCanonicalLocales(word);
    return known.of(languageAlone(tag)) ? tag : null;
  } catch {
    return null; // no tag at all
  }
}

function namesOf(tag: string): Set<string> {
  const names = ['en', 'ml', tag].map((locale) =>
    new Intl.DisplayNames([locale], { type: 'language' }).of(tag),
  );
  return new Set(names.map((name) => (name ?? tag).toLowerCase()));
}
