import { differencesOf } from '../../../campaigns/differences.ts';
import { formatAmount, languageName, languages } from '../../../i18n.ts';
import type { Content } from '../../../pages/content.ts';
import type { Reading } from '../shell.ts';

/** What one version says otherwise than another: words by language, then money and the rest. */
export function differencesBetween(before: Content, after: Content, reading: Reading) {
  const { t, language: tongue } = reading;
  const worded = differencesOf(wordingsOf(before), wordingsOf(after)).map(({ language, differences }) => ({
    ...{ lang: language, name: languageName(language, tongue) },
    differences: differences.map(({ place, change, stretches }) => ({
      ...{ change, stretches, place: placeName(place, reading), changeName: t(`versions.${change}`) },
    })),
  }));
  const [old, now] = [restOf(before, reading), restOf(after, reading)];
  const settings = old
    .map(({ place, text }, i) => ({ place, kept: text, typed: now[i]?.text ?? '' }))
    .filter(({ kept, typed }) => kept !== typed);
  return { languages: worded, settings };
}

/** As the differences of mails have it; what happens without the goal is the last block. */
const wordingsOf = (content: Content) =>
  languages.map((language) => {
    const { title, summary, story, unreached } = content[language];
    const blocks = unreached ? [...story, { type: 'unreached', text: unreached }] : story;
    return { language, subject: title, preheader: summary, body: JSON.stringify({ blocks }) };
  });

function placeName(place: string, { t }: Reading): string {
  if (place === 'subject') return t('desk.title');
  if (place === 'preheader') return t('desk.summary');
  return place === 'unreached' ? t('desk.unreached') : t(`editor.kind.${place as 'text'}`);
}

/** Everything that has no language of its own, in lines that can be compared. */
function restOf({ cover, goal, costs, milestones, suggestions, consents }: Content, { t }: Reading) {
  const rupees = (paise: string | null) => (paise ? formatAmount(BigInt(paise)) : '–');
  const lines = (all: Content['costs']) =>
    all.map(({ amount, words }) => `${rupees(amount)} ${words.en || words.ml}`).join('; ') || '–';
  const unit = goal.unit ? ` (${rupees(goal.unit.cost)} · ${goal.unit.one.en || goal.unit.one.ml})` : '';
  const capped = goal.capped ? `, ${t('desk.goal.capped')}` : '';
  const until = goal.until ? `, ${t('desk.goal.until')} ${goal.until}` : '';
  return [
    { place: t('desk.goal'), text: `${rupees(goal.amount)}${unit}${capped}${until}` },
    ...[
      { place: t('desk.costs'), text: lines(costs) },
      { place: t('desk.milestones'), text: lines(milestones) },
      { place: t('desk.suggestions'), text: lines(suggestions) },
      { place: t('desk.cover'), text: cover ?? '–' },
      { place: t('desk.consents'), text: consents.join(', ') || '–' },
    ],
  ];
}
