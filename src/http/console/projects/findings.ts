import { languageName } from '../../../i18n.ts';
import type { Hindrance } from '../../../pages/hindrances.ts';
import type { Reading } from '../shell.ts';
import type { Faults } from './contents.ts';
import type { PageWriting } from './writing.ts';

/** One thing to mend or to do, with where. */
export interface FindingView {
  level: 'error' | 'hint';
  look: 'failed' | 'planned';
  words: string;
  where: string;
  href: string | null;
}

/** What will not do, then what keeps the page from the public. */
export function findingsOf(
  { faults, hindrances, writing }: { faults: Faults; hindrances: Hindrance[]; writing: PageWriting },
  reading: Reading,
): FindingView[] {
  const wrong = [...faults].map(
    ([name, kind]): FindingView => ({
      ...{ level: 'error', look: 'failed', words: reading.t(`desk.fault.${kind}`) },
      ...{ where: whereOf(name, writing, reading), href: `#${name}` },
    }),
  );
  const missing = hindrances.map(
    ({ place, sentence }): FindingView => ({
      ...{ level: 'hint', look: 'planned', words: reading.said(sentence) },
      ...{ where: reading.t('desk.before-public'), href: hrefOf(place) },
    }),
  );
  return [...wrong, ...missing];
}

function whereOf(name: string, { letter }: PageWriting, { t, language }: Reading): string {
  const [first = '', second = ''] = name.split('.');
  const row = letter.rows.findIndex(({ key }) => key === first);
  if (row >= 0) return `${languageName(second, language)} · ${t('editor.block', { number: row + 1 })}`;
  if (first === 'en' || first === 'ml') return languageName(first, language);
  return first === 'cover' ? t('desk.cover') : t('desk.money');
}

/** Where a hindrance is mended. */
function hrefOf(place: string): string {
  const picture = /^picture:(.+)$/.exec(place)?.[1];
  if (picture) return `/console/consents/pictures/${picture}`;
  const [language, part] = place.split('.');
  if (part === 'title') return `#${language}.subject`;
  if (part === 'summary') return `#${language}.preheader`;
  return part === 'story' ? '#rows' : `#${place}`;
}
