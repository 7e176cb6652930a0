import { describe, expect, it } from 'vitest';
import type { RunCourse } from '../../../../src/deliveries/course.ts';
import { liveOf } from '../../../../src/http/console/campaigns/run-live.ts';
import { accountName } from '../../../../src/http/console/gifts/words.ts';
import type { Reading } from '../../../../src/http/console/shell.ts';
import { type Language, languages, translate } from '../../../../src/i18n.ts';

const t =
  (language: Language): Reading['t'] =>
  (key, values) =>
    translate(language, key, values);
const reading: Reading = {
  ...{ language: 'en', zone: 'Asia/Kolkata', t: t('en'), moment: String },
  ...{ said: String, again: (text) => text },
};
const NOW = new Date('2026-11-21T06:30:00Z');
const FIGURES: RunCourse['figures'] = {
  ...{ planned: 0, sending: 0, sent: 4, deferred: 0, failed: 0, unknown: 0 },
  ...{ bounced: 0, complained: 0, skipped: 0, cancelled: 0 },
};
const course = (more: Partial<RunCourse>): RunCourse => ({
  ...{
    run: 7n,
    state: 'running',
    total: 4000,
    reason: null,
    startedAt: NOW,
    endedAt: null,
    figures: FIGURES,
  },
  ...{ handled: 4, perMinute: 240, endsAt: null, series: null, canary: null, preparing: false, now: NOW },
  ...more,
});
const rate = (more: Partial<RunCourse>) => liveOf(reading, course(more), null).rate;

describe('The rate of a run', () => {
  it('is said once so many have gone, while they go', () => {
    expect(rate({})).toBeNull();
    expect(rate({ handled: 300 })).toBe(240);
    expect(rate({ handled: 300, state: 'finished' })).toBeNull();
    expect(rate({ handled: 300, perMinute: 0 })).toBeNull();
  });
});

describe('Words of the console', () => {
  it.each(languages)('every account of the books has a name, %s', (language) => {
    const kinds = [
      'clearing',
      'fee',
      'suspense',
      'refunds',
      'bank',
      'cash',
      'treasury',
      'other',
      'fund.general',
    ];
    const named = kinds.map((kind) => accountName(t(language), `${kind}.domestic`));
    expect(named.filter((name) => kinds.includes(name) || name === 'income')).toEqual([]);
  });

  it('one row is corrected, and several are', () => {
    const said = (count: number) =>
      `${t('en')('import.rejected', { count })} ${t('en')('import.rejected.do', { count })}`;
    expect(said(1)).toMatch(/^1 row was not taken. Correct it /);
    expect(said(2)).toMatch(/^2 rows were not taken. Correct them /);
  });
});
