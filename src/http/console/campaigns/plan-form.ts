import type { AudienceNames } from '../../../campaigns/audience.ts';
import type { Message } from '../../../campaigns/messages.ts';
import type { MessageSetup } from '../../../campaigns/plan.ts';
import { cronOf, type Repetition, repetitionOf, USUAL_REPETITION } from '../../../campaigns/repetition.ts';
import { USUAL_CANARY } from '../../../deliveries/canary.ts';

/** The form of a message's plan as it was typed. */
export interface PlanTyped {
  lists: string[];
  segments: string[];
  excludeLists: string[];
  excludeSegments: string[];
  /** The language for those in whose own nothing is written. */
  fallback: string;
  when: 'none' | 'once' | 'repeat';
  at: string;
  zone: string;
  every: Repetition['every'];
  time: string;
  weekdays: string[];
  dayOfMonth: string;
  expression: string;
  windowFrom: string;
  windowTo: string;
  latePolicy: Message['latePolicy'];
  lateMinutes: string;
  canary: 'usual' | 'none' | 'own';
  canaryPercent: string;
  canaryCount: string;
  canaryMinutes: string;
  canaryLeast: string;
  unknownPolicy: Message['unknownPolicy'];
  openPixel: boolean;
}

const one = <T extends string>(text: string, ...all: [T, ...T[]]): T =>
  all.find((word) => word === text) ?? all[0];

/**
 * Reads the form from a body or an address; both are fields by name.
 * @param usualZone of the settings, where none was typed
 */
export function planTyped(fields: URLSearchParams, usualZone: string): PlanTyped {
  const text = (name: string) => (fields.get(name) ?? '').trim().slice(0, 200);
  const all = (name: string) =>
    fields
      .getAll(name)
      .slice(0, 500)
      .map((value) => value.slice(0, 200));
  return {
    ...{ lists: all('lists'), segments: all('segments') },
    ...{
      excludeLists: all('excludeLists'),
      excludeSegments: all('excludeSegments'),
      fallback: text('fallback'),
    },
    when: one(text('when'), 'none', 'once', 'repeat'),
    ...{ at: text('at'), zone: text('zone') || usualZone },
    every: one(text('every'), 'week', 'day', 'weekday', 'month', 'month-end', 'cron'),
    ...{ time: text('time') || '09:00', weekdays: all('weekdays'), dayOfMonth: text('dayOfMonth') || '1' },
    ...{ expression: text('expression'), windowFrom: text('windowFrom'), windowTo: text('windowTo') },
    latePolicy: one(text('latePolicy'), 'ask', 'send', 'skip'),
    ...{ lateMinutes: text('lateMinutes') || '15', canary: one(text('canary'), 'usual', 'none', 'own') },
    ...{ canaryPercent: text('canaryPercent'), canaryCount: text('canaryCount') },
    ...{ canaryMinutes: text('canaryMinutes'), canaryLeast: text('canaryLeast') },
    unknownPolicy: one(text('unknownPolicy'), 'leave', 'again'),
    openPixel: text('openPixel') === '1',
  };
}

/** The form as a message stands. */
export function planOf(message: Message, usualZone: string): PlanTyped {
  const { audience, schedule, window: hours, canary, lateAfterSec } = message;
  const repeated = schedule?.kind === 'cron' ? repetitionOf(schedule.expression) : USUAL_REPETITION;
  const own = canary || USUAL_CANARY;
  return {
    ...{ lists: audience.lists, segments: audience.segments ?? [], fallback: audience.fallback[0] ?? '' },
    ...{ excludeLists: audience.excludeLists ?? [], excludeSegments: audience.excludeSegments ?? [] },
    when: schedule ? (schedule.kind === 'once' ? 'once' : 'repeat') : 'none',
    ...{ at: schedule?.kind === 'once' ? schedule.at : '', zone: schedule?.zone ?? usualZone },
    ...{ every: repeated.every, time: repeated.time, weekdays: repeated.weekdays.map(String) },
    ...{ dayOfMonth: String(repeated.dayOfMonth), expression: repeated.expression },
    ...{ windowFrom: hours?.from ?? '', windowTo: hours?.to ?? '', latePolicy: message.latePolicy },
    ...{ lateMinutes: String(Math.round(lateAfterSec / 60)) },
    canary: canary === false ? 'none' : canary === null ? 'usual' : 'own',
    ...{ canaryPercent: String(own.percent), canaryCount: String(own.count) },
    ...{ canaryMinutes: String(Math.round(own.waitSeconds / 60)), canaryLeast: String(own.minAudience) },
    ...{ unknownPolicy: message.unknownPolicy, openPixel: message.openPixel },
  };
}

export const namesOfPlan = (typed: PlanTyped): AudienceNames => ({
  ...{ lists: typed.lists, segments: typed.segments },
  ...{ excludeLists: typed.excludeLists, excludeSegments: typed.excludeSegments },
});

/** The wish of a schedule as `parseSchedule` reads it; null for none. */
export function scheduleOfPlan(typed: PlanTyped) {
  const { when, at, zone } = typed;
  if (when === 'none') return null;
  if (when === 'once') return { kind: 'once' as const, at, zone };
  const weekdays = typed.weekdays.filter((day) => /^[0-6]$/.test(day)).map(Number);
  const expression = cronOf({ ...typed, weekdays, dayOfMonth: Number(typed.dayOfMonth) || 1 });
  return { kind: 'cron' as const, expression, zone };
}

export const windowOfPlan = ({ windowFrom, windowTo }: PlanTyped) =>
  windowFrom || windowTo ? { from: windowFrom, to: windowTo } : null;

/** What the domain is told. @param written the languages of the message */
export function setupOf(typed: PlanTyped, written: string[]): MessageSetup {
  const first = written.includes(typed.fallback) ? [typed.fallback] : [];
  return {
    ...namesOfPlan(typed),
    fallback: [...first, ...written.filter((language) => !first.includes(language))],
    ...{ schedule: scheduleOfPlan(typed), window: windowOfPlan(typed), latePolicy: typed.latePolicy },
    lateAfterSec: Math.round(Number(typed.lateMinutes) * 60),
    canary: canaryOf(typed),
    ...{ unknownPolicy: typed.unknownPolicy, openPixel: typed.openPixel },
  };
}

function canaryOf({ canary, canaryPercent, canaryCount, canaryMinutes, canaryLeast }: PlanTyped) {
  if (canary !== 'own') return canary === 'none' ? (false as const) : null;
  return {
    ...{ percent: Number(canaryPercent), count: Number(canaryCount) },
    ...{ waitSeconds: Math.round(Number(canaryMinutes) * 60), minAudience: Number(canaryLeast) },
  };
}
