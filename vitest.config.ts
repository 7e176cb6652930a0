import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], more = {}) => ({
  test: { name, include, testTimeout: 90_000, hookTimeout: 120_000, ...more },
});
const database = { globalSetup: ['test/support/postgres.ts'] };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('unit', ['test/**/*.unit.test.ts']),
      project('integration', ['test/**/*.integration.test.ts'], database),
      project('browser', ['test/**/*.browser.test.ts'], database),
    ],
  },
});
