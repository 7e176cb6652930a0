import { describe, expect, it } from 'vitest';
import { scopes } from '../../../../src/access/api-keys.ts';
import type { RunCourse } from '../../../../src/deliveries/course.ts';
import { rateChart } from '../../../../src/http/console/campaigns/rate-chart.ts';
import { liveOf } from '../../../../src/http/console/campaigns/run-live.ts';
import { accountName } from '../../../../src/http/console/gifts/words.ts';
import { areas } from '../../../../src/http/console/settings/roles.ts';
import type { Reading } from '../../../../src/http/console/shell.ts';
import { routes } from '../../../../src/http/routes.ts';
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

describe('The time left of a run', () => {
  it('is said once a minute’s worth has gone or a minute has passed, and not from its first seconds', () => {
    const since = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);
    const endsAt = new Date(NOW.getTime() + 17 * 60_000);
    const left = (more: Partial<RunCourse>) => liveOf(reading, course({ endsAt, ...more }), null).left;
    expect(left({ startedAt: since(2) })).toBe('It has just begun: how long it takes is said soon');
    expect(left({ startedAt: since(70) })).toBe('About 17 minutes left');
    expect(left({ startedAt: since(2), handled: 300 })).toBe('About 17 minutes left');
  });
});

describe('The curve of a run', () => {
  it('writes no times over each other', () => {
    const series = { seconds: 10, from: NOW, counts: [100, 100, 100] };
    const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
    const chart = (now: number, ends: number | null) =>
      rateChart(reading, course({ handled: 300, series, now: at(now), endsAt: ends ? at(ends) : null }));
    expect(chart(30, 300)).toMatchObject({ fromFits: false, coming: { x: 320 } });
    expect(chart(200, 300)).toMatchObject({ fromFits: true, coming: { x: 320 } });
    expect(chart(280, 300)).toMatchObject({ fromFits: true, coming: null });
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

  it('the page of roles leaves out no part that only some may enter', () => {
    const parts = routes
      .filter(({ path, who }) => path.startsWith('/console/') && Array.isArray(who))
      .map(({ path }) => /^[a-z-]+/.exec(path.split('/')[2] ?? '')?.[0] ?? '');
    // Search, samples of the design; queues stand under settings, publications under the runs of posts.
    const own = ['find', 'components', 'queues', 'publications'];
    expect([...new Set(parts)].filter((part) => !areas.includes(part) && !own.includes(part))).toEqual([]);
  });

  it.each(languages)('every scope of a key is said, %s', (language) => {
    const said = scopes.map((scope) => {
      const [part = '', act = ''] = scope.split(':');
      return t(language)('keys.scope', { part, act });
    });
    expect(said.filter((words) => /(^|: )[a-z]+$/.test(words) && language === 'ml')).toEqual([]);
    expect(new Set(said).size).toBe(scopes.length);
  });

  it('one row is corrected, and several are', () => {
    const said = (count: number) =>
      `${t('en')('import.rejected', { count })} ${t('en')('import.rejected.do', { count })}`;
    expect(said(1)).toMatch(/^1 row was not taken. Correct it /);
    expect(said(2)).toMatch(/^2 rows were not taken. Correct them /);
  });
});
