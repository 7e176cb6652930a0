import { isDeepStrictEqual } from 'node:util';
import type { MessageGlance } from '../../../campaigns/overview.ts';
import { nextDates, nextDue, parseSchedule, type Schedule } from '../../../campaigns/schedule.ts';
import { nextInWindow, parseWindow } from '../../../campaigns/window.ts';
import { dateInWords, inWords, windowInWords } from '../../../campaigns/words.ts';
import type { Segment } from '../../../contacts/segments/segments.ts';
import { Refusal } from '../../../errors.ts';
import type { MessageKey } from '../../../i18n.ts';
import { OFFERED } from '../access/zones.ts';
import type { Reading } from '../shell.ts';
import { type PlanTyped, scheduleOfPlan, windowOfPlan } from './plan-form.ts';

/** A schedule in words with its next dates, or what is wrong with it. */
export function whenOf(
  { language, t, said }: Reading,
  { typed, saved, now }: { typed: PlanTyped; saved: Schedule | null; now: Date },
) {
  const none = { words: null, dates: [], fault: null as string | null, expression: null as string | null };
  const wish = scheduleOfPlan(typed);
  if (!wish) return { ...none, words: t('plan.when.none') };
  if (wish.kind === 'once' && !wish.at) return { ...none, fault: t('plan.fault.at') };
  if (saved && isDeepStrictEqual(wish, saved) && !nextDue(saved, now))
    return { ...none, words: `${inWords(saved, language)}. ${t('plan.passed')}` };
  try {
    const schedule = parseSchedule(wish, now);
    const hours = windowOfPlan(typed) && parseWindow(windowOfPlan(typed));
    const dates = nextDates(schedule, now, 5).map((at) => nextInWindow(at, hours, schedule.zone));
    return {
      words: [inWords(schedule, language), hours && windowInWords(hours, language)]
        .filter(Boolean)
        .join(', '),
      dates: dates.map((at) => dateInWords(at, schedule.zone, language)),
      fault: null,
      expression: schedule.kind === 'cron' ? schedule.expression : null,
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...none, fault: said(error) };
  }
}

interface Offered {
  typed: PlanTyped;
  message: MessageGlance;
  lists: { name: string }[];
  segments: Segment[];
}

/** All that the form offers, and what of it is chosen. */
export function optionsOf(reading: Reading, { typed, message, lists, segments }: Offered) {
  const { t } = reading;
  const choice = <T extends string>(name: string, chosen: string, values: readonly T[]) =>
    values.map((value) => ({
      ...{ value, chosen: value === chosen, text: t(`plan.${name}.${value}` as MessageKey) },
    }));
  const check = (names: { name: string }[], chosen: string[]) =>
    names.map(({ name }) => ({ name, chosen: chosen.includes(name) }));
  return {
    lists: check(lists, typed.lists),
    segments: check(segments, typed.segments),
    excludeLists: check(lists, typed.excludeLists),
    excludeSegments: check(segments, typed.excludeSegments),
    excludes: typed.excludeLists.length + typed.excludeSegments.length > 0,
    fallbacks: message.languages.map((code) => ({
      ...{ value: code, selected: code === typed.fallback, text: t('campaign.language', { language: code }) },
    })),
    whens: choice('when', typed.when, ['none', 'once', 'repeat'] as const),
    ...repetitionOptions(reading, typed),
    lates: choice('late', typed.latePolicy, ['ask', 'send', 'skip'] as const),
    canaries: choice('canary', typed.canary, ['usual', 'none', 'own'] as const),
    unknowns: choice('unknown', typed.unknownPolicy, ['leave', 'again'] as const),
  };
}

const EVERY = ['day', 'weekday', 'week', 'month', 'month-end', 'cron'] as const;

/** What is offered of a time that comes again and again. */
export function repetitionOptions({ t, language }: Reading, typed: Pick<PlanTyped, 'every' | 'weekdays'>) {
  const weekday = new Intl.DateTimeFormat(`${language}-IN`, { weekday: 'short', timeZone: 'UTC' });
  return {
    everys: EVERY.map((value) => ({
      ...{ value, selected: value === typed.every, text: t(`plan.every.${value}`) },
    })),
    // 2026-11-22 is a Sunday.
    weekdays: [1, 2, 3, 4, 5, 6, 0].map((day) => ({
      ...{ value: String(day), chosen: typed.weekdays.includes(String(day)) },
      text: weekday.format(new Date(Date.UTC(2026, 10, 22 + day))),
    })),
    zones: OFFERED,
  };
}
