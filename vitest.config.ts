import { defineConfig } from 'vitest/config';

/** A wait ends when what it waits for is there; how long that takes on a busy machine proves nothing. */
const patience = { testTimeout: 90_000, hookTimeout: 120_000, expect: { poll: { timeout: 30_000 } } };
const project = (name: string, include: string[], more = {}) => ({
  test: { name, include, ...patience, ...more },
});
const database = { globalSetup: ['test/support/postgres.ts'] };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      // They keep nothing between them, so what they import is read once for all.
      project('unit', ['test/**/*.unit.test.ts'], { isolate: false }),
      project('integration', ['test/**/*.integration.test.ts'], database),
      project('browser', ['test/**/*.browser.test.ts'], database),
    ],
  },
});
