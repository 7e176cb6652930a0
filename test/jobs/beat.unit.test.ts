import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { beat } from '../../jobs/beat.ts';

const START = Date.parse('2026-11-27T10:00:01+05:30');
const calls: string[] = [];
let end: () => void = () => undefined;
const from = (expression: string) => {
  end = beat(expression, () => calls.push(new Date().toISOString().slice(11, 19)));
};
const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000);

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  calls.length = 0;
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

it('comes at each of its times, by the clock of Kerala', () => {
  from('*/2 * * * * *');
  pass(6);
  expect(calls).toEqual(['04:30:02', '04:30:04', '04:30:06']);
  end();
  from('0 1 10 * * *');
  pass(300);
  expect(calls.slice(3)).toEqual(['04:31:00']);
});

it('goes on at once after a sleep of years, and makes up for nothing', () => {
  from('*/2 * * * * *');
  pass(1);
  vi.setSystemTime(START + 10 * 365 * 86_400_000);
  pass(6);
  expect(calls).toHaveLength(4);
  expect(calls.length).toBe(new Set(calls).size);
});

it('goes on when the clock is put back', () => {
  from('*/5 * * * * *');
  pass(10);
  vi.setSystemTime(START - 3600_000);
  pass(30);
  expect(calls.slice(2)).not.toEqual([]);
  pass(60);
  expect(calls.length).toBeGreaterThan(13);
});

it('ends', () => {
  from('*/2 * * * * *');
  end();
  pass(60);
  expect(calls).toEqual([]);
});
