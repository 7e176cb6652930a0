import { formatAmount, languageName, languages } from '../../../i18n.ts';
import { readRupees } from '../../../money.ts';
import type { Reading } from '../shell.ts';
import { type GoalTyped, type Line, type ListName, MOST, type PageWriting } from './writing.ts';

interface Around {
  reading: Reading;
  errors: Map<string, string>;
}

/** What is asked for, field by field. */
export function goalView(goal: GoalTyped, { reading, errors }: Around) {
  const { t, language } = reading;
  const field = (name: string, value: string) => ({
    name: `goal.${name}`,
    value,
    error: errors.get(`goal.${name}`) ?? null,
  });
  return {
    kinds: (['none', 'rupees', 'things'] as const).map((kind) => ({
      ...{
        kind,
        checked: kind === goal.kind,
        text: t(`desk.goal.${kind}`),
        help: t(`desk.goal.${kind}.help`),
      },
    })),
    amount: { ...field('amount', goal.amount), label: t('desk.goal.amount') },
    count: { ...field('count', goal.count), label: t('desk.goal.count') },
    cost: { ...field('cost', goal.cost), label: t('desk.goal.cost') },
    units: languages.flatMap((tag) =>
      (['one', 'many'] as const).map((number) => ({
        ...{ ...field(`${number}.${tag}`, goal[number][tag]), lang: tag },
        label: t(`desk.goal.${number}`, { language: languageName(tag, language) }),
      })),
    ),
    ...{ capped: goal.capped, until: { ...field('until', goal.until), label: t('desk.goal.until') } },
  };
}

/** Lines of amounts with words, and two more to fill. */
export function listView(name: ListName, lines: Line[], { reading: { t, language }, errors }: Around) {
  const shown = [...lines, { amount: '', en: '', ml: '' }, { amount: '', en: '', ml: '' }].slice(
    0,
    MOST[name],
  );
  const error = (field: string) => errors.get(field) ?? null;
  return {
    ...{
      name,
      heading: t(`desk.${name}`),
      help: t(`desk.${name}.help`),
      error: error(name),
      full: shown.length >= MOST[name],
    },
    lines: shown.map(({ amount, en, ml }, i) => ({
      label: t('desk.line', { number: i + 1, list: t(`desk.${name}`) }),
      amount: { name: `${name}.${i}.amount`, value: amount, error: error(`${name}.${i}.amount`) },
      words: [
        { lang: 'en' as const, value: en },
        { lang: 'ml' as const, value: ml },
      ].map((one) => ({
        ...{ ...one, name: `${name}.${i}.${one.lang}`, error: error(`${name}.${i}.${one.lang}`) },
        label: t('desk.line.words', { language: languageName(one.lang, language) }),
      })),
    })),
  };
}

/** What the lines of cost come to, beside what is asked for; null where nothing of either can be read. */
export function sumOf({ goal, lists }: PageWriting): { sum: string; goal: string; same: boolean } | null {
  const paise = (text: string) => {
    const read = readRupees(text);
    return read.ok ? read.paise : 0n;
  };
  const count = /^\d{1,7}$/.test(goal.count) ? BigInt(goal.count) : 0n;
  const wanted =
    goal.kind === 'things' ? paise(goal.cost) * count : goal.kind === 'rupees' ? paise(goal.amount) : 0n;
  const sum = lists.costs.reduce((all, { amount }) => all + paise(amount), 0n);
  return wanted || sum ? { sum: formatAmount(sum), goal: formatAmount(wanted), same: sum === wanted } : null;
}
