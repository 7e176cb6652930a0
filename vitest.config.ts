import { defineConfig } from 'vitest/config';

/** A wait ends when what it waits for is there; how long that takes on a busy machine proves nothing. */
const patience = { testTimeout: 90_000, hookTimeout: 120_000, expect: { poll: { timeout: 30_000 } } };
/**
 * Files keep nothing in their modules that another would stumble over, so what they import is read once for
 * all of a worker: on a graph of its own each would spend two seconds.
 */
const project = (name: string, include: string[], more = {}) => ({
  test: { name, include, isolate: false, ...patience, ...more },
});
/** One group after the other, on as many processes as two cores keep busy. */
const order = (groupOrder: number, maxWorkers: number) => ({ sequence: { groupOrder }, maxWorkers });
const database = { globalSetup: ['test/support/postgres.ts'] };

export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/**/*.unit.test.ts'], order(1, 2)),
      // Much of it waits for leases, limits and answers that do not come, which costs no processor.
      project('integration', ['test/**/*.integration.test.ts'], { ...database, ...order(2, 3) }),
      // A browser is busy while its test waits.
      project('browser', ['test/**/*.browser.test.ts'], { ...database, ...order(3, 2) }),
    ],
  },
});
