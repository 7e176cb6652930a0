import type { Description } from '../../../media/assets.ts';
import type { Alt } from '../../../media/names.ts';

/** What somebody says about a picture or a file, as it was typed. */
export interface Said {
  alt: { en: string; ml: string };
  credit: string;
  consent: string;
}

interface Fields {
  text(name: string): string;
}

/**
 * Reads what is said about an asset; an empty description is none.
 * @param known what is said already: what was taken away is a fault, as readers who do not see need it
 */
export function readSaid(form: Fields, known: Alt) {
  const said: Said = {
    alt: { en: form.text('alt.en'), ml: form.text('alt.ml') },
    ...{ credit: form.text('credit'), consent: form.text('consent') },
  };
  const written = Object.entries(said.alt).filter(([, words]) => words.trim());
  const emptied = Object.entries(said.alt).filter(([language, words]) => !words.trim() && known[language]);
  const description: Description = {
    ...{ alt: Object.fromEntries(written), credit: said.credit.trim(), consent: said.consent.trim() },
  };
  return { said, description, emptied: emptied.map(([language]) => language) };
}
