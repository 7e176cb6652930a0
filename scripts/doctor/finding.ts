import type { Config } from '../../src/config.ts';
import type { Keys } from '../../src/keys.ts';

export type Verdict = 'ok' | 'warn' | 'fail';

/** One line of the doctor's table. */
export interface Finding {
  /** What was looked at. */
  check: string;
  verdict: Verdict;
  /** What was seen. */
  seen: string;
  /** What to do; empty when all is well. */
  remedy: string;
}

/** What the checks stand on. */
export interface Patient {
  config: Config;
  databaseUrl: string;
  home: string;
  keys: Keys;
}

export const ok = (check: string, seen: string): Finding => ({ check, verdict: 'ok', seen, remedy: '' });
export const warn = (check: string, seen: string, remedy: string): Finding => ({
  ...{ check, verdict: 'warn', seen, remedy },
});
export const fail = (check: string, seen: string, remedy: string): Finding => ({
  ...{ check, verdict: 'fail', seen, remedy },
});

/** A check that breaks is a finding too, so that the others are still made. */
export async function examine(check: string, look: () => Promise<Finding | Finding[]>): Promise<Finding[]> {
  try {
    return [await look()].flat();
  } catch (error) {
    return [
      fail(check, `could not be checked: ${(error as Error).message}`, 'Put that right, then ask again'),
    ];
  }
}
