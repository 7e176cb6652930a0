import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Where a browser is, or undefined: then its tests are skipped, and the run counts them. */
export const browserPath: string | undefined =
  process.env.TEST_CHROMIUM ?? PLACES.find((place) => existsSync(place));

/** One browser for the tests of a file; each page gets a context of its own. */
export function testBrowser(): (options: BrowserContextOptions) => Promise<Page> {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (!browserPath) return;
    const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', ...QUIET];
    browser = await chromium.launch({ executablePath: browserPath, args });
  });
  afterAll(() => browser?.close());
  return async (options) => (await (browser as Browser).newContext(options)).newPage();
}
