import { formatAmount } from '../../../i18n.ts';
import type { OccasionContent } from '../../../pages/occasions/content.ts';
import type { OccasionDesk } from '../../../pages/occasions/desk.ts';
import { dayText } from '../finance.ts';
import { districtName } from '../projects/words.ts';
import type { Reading } from '../shell.ts';

const FIELDS = [
  ...(['names', 'from', 'day', 'line', 'story', 'for', 'goal', 'progress'] as const),
  ...(['visibility', 'until', 'design', 'captions', 'language'] as const),
] as const;
type Field = (typeof FIELDS)[number];

/** What the family wrote last beside what guests see, line by line; `changed` says where they differ. */
export function comparedWith({ page, content, shown }: OccasionDesk, reading: Reading) {
  const [now, before] = [saidBy(content, page, reading), shown && saidBy(shown, page, reading)];
  const lines = FIELDS.map((field) => ({
    ...{ name: reading.t(`occasions.field.${field}`), now: now[field], before: before?.[field] ?? '' },
    changed: before !== null && before[field] !== now[field],
  })).filter((line) => line.now || line.before);
  return { lines, isShown: before !== null, lang: content.language };
}

function saidBy(
  content: OccasionContent,
  page: OccasionDesk['page'],
  { t, language }: Reading,
): Record<Field, string> {
  const { names, from, day, line, story, project, goal, progress, visibility, until, design } = content;
  const titles = page.project?.id === project ? page.project?.titles : null;
  return {
    ...{ names: names.filter(Boolean).join(' & '), from, line, story },
    ...{ day: dayText(day, language), until: dayText(until, language) },
    for: project ? titles?.[language] || titles?.en || titles?.ml || project : t('occasions.fund'),
    goal: goal ? formatAmount(BigInt(goal)) : '',
    progress: t(progress ? 'occasions.yes' : 'occasions.no'),
    visibility: t(`occasions.visibility.${visibility}`),
    design: t(`occasions.design.${design}`),
    captions: content.photos
      .map(({ caption }) => caption)
      .filter(Boolean)
      .join(' · '),
    language: t(`occasions.language.${content.language}`),
  };
}

/** What is asked on the telephone. */
export function factsOf({ page, guests }: OccasionDesk, reading: Reading) {
  const { t, moment } = reading;
  const invited = Object.values(guests).reduce((sum, count) => sum + count, 0);
  const came = (guests.failed ?? 0) + (guests.suppressed ?? 0) + (guests.unwanted ?? 0);
  return [
    { name: t('occasions.number'), text: page.number },
    { name: t('occasions.address'), text: `/o/${page.code}` },
    { name: t('occasions.made'), text: moment(page.madeAt) },
    ...(page.district ? [{ name: t('occasions.district'), text: districtName(reading, page.district) }] : []),
    { name: t('occasions.adult'), text: t(page.adult ? 'occasions.yes' : 'occasions.no') },
    ...(page.child
      ? [{ name: t('occasions.parent'), text: t(page.parent ? 'occasions.yes' : 'occasions.no') }]
      : []),
    ...(page.lookedAt ? [{ name: t('occasions.looked'), text: moment(page.lookedAt) }] : []),
    ...(invited
      ? [{ name: t('occasions.invited'), text: t('occasions.invited.count', { n: invited, lost: came }) }]
      : []),
  ];
}
