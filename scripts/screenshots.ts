/**
 * `npm run screenshots [-- PATH…]`: a picture of every page of the table of routes, or of those that begin
 * with a PATH, at 360 and 1280 pixels, in English and Malayalam, light and dark, in screenshots/. Prints
 * what is wrong with a page (HTTP error, wider than the window, refused by its own policy) and ends with 1
 * when something is.
 */
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { Refusal } from '../src/errors.ts';
import { startWeb } from '../src/http/server.ts';
import { exitCodeOf } from './lib/cli.ts';
import { beginImport, htmlAmong, patternsOf, type SamplePage, sampleFor } from './lib/pages.ts';
import { designPages } from './screenshots/designs.ts';
import { ADMINISTRATOR, openShown } from './screenshots/ground.ts';

const FOLDER = fileURLToPath(new URL('../screenshots/', import.meta.url));
const BROWSERS = [
  process.env.TEST_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const LOOKS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [360, 1280].map((width) => ({ colorScheme, width })),
);
type Look = (typeof LOOKS)[number];
const PORT = Number(process.env.PORT ?? 4790);
const say = (words: string) => void process.stdout.write(`${words}\n`);

process.exitCode = await run().catch(exitCodeOf);
process.exit();

async function run(): Promise<number> {
  const executablePath = BROWSERS.find((place) => place && existsSync(place));
  if (!executablePath)
    throw new Refusal('No Chromium was found. Install it, or set TEST_CHROMIUM to its path.');
  say('Making a database with something of everything …');
  const shown = await openShown(PORT);
  const web = await startWeb(shown.ground);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const first = await contextFor(browser, web.url, LOOKS[0] as Look);
    await beginImport(await first.newPage(), web.url);
    await first.close();
    const wished = process.argv.slice(2);
    const chosen = (pattern: string) => !wished.length || wished.some((path) => pattern.startsWith(path));
    const patterns = [...patternsOf('public'), ...patternsOf('console')].filter(chosen);
    const pages: SamplePage[] = [];
    for (const pattern of patterns) pages.push(await sampleFor(shown.ground, pattern));
    pages.push(...(await designPages(shown.ground)).filter(({ pattern }) => chosen(pattern)));
    await rm(FOLDER, { recursive: true, force: true });
    await mkdir(FOLDER, { recursive: true });
    return await takeAll(browser, web.url, pages);
  } finally {
    await browser.close();
    await web.close();
    await shown.end();
  }
}

async function takeAll(browser: Browser, url: string, pages: SamplePage[]): Promise<number> {
  const faults = pages
    .filter(({ path }) => path === null)
    .map(({ pattern }) => `${pattern}: nothing to show; add a sample`);
  const isPage = await pagesAmong(browser, url, pages);
  for (const look of LOOKS) {
    const context = await contextFor(browser, url, look);
    for (const page of isPage) faults.push(...(await takeOne(context, { url, look, page })));
    await context.close();
    say(`${look.width} px, ${look.colorScheme}: ${isPage.length} pages`);
  }
  for (const fault of faults) say(`FAULT ${fault}`);
  say(
    faults.length
      ? `${faults.length} faults; pictures are in screenshots/`
      : 'All well; pictures are in screenshots/',
  );
  return faults.length ? 1 : 0;
}

/** Signed in as a browser does it, because a session belongs to its browser. */
async function contextFor(
  browser: Browser,
  url: string,
  { colorScheme, width }: Look,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height: 900 },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(`${url}/console/sign-in`);
  await page.fill('[name=email]', ADMINISTRATOR.email);
  await page.fill('[name=password]', ADMINISTRATOR.password);
  await page.locator('[name=password]').press('Enter');
  await page.waitForURL((at) => at.pathname === '/console');
  await page.close();
  return context;
}

async function pagesAmong(browser: Browser, url: string, pages: SamplePage[]): Promise<SamplePage[]> {
  const context = await contextFor(browser, url, LOOKS[0] as Look);
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const agent = await context
    .newPage()
    .then((page) => page.evaluate('navigator.userAgent') as Promise<string>);
  await context.close();
  return htmlAmong(pages, { url, cookie, agent });
}

interface Taking {
  url: string;
  look: Look;
  page: SamplePage;
}

async function takeOne(context: BrowserContext, { url, look, page }: Taking): Promise<string[]> {
  const faults: string[] = [];
  for (const language of ['en', 'ml']) {
    const tab = await context.newPage();
    const where = `${page.path} (${language}, ${look.width} px, ${look.colorScheme})`;
    tab.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) faults.push(`${where}: ${message.text()}`);
    });
    const answer = await tab.goto(
      `${url}${page.path}${page.path?.includes('?') ? '&' : '?'}lang=${language}`,
      { waitUntil: 'load' },
    );
    if (!answer?.ok()) faults.push(`${where}: HTTP ${answer?.status()}`);
    faults.push(...(await wider(tab, look.width)).map((what) => `${where}: ${what}`));
    const name = `${page.pattern.slice(1).replace(/[^\w-]+/g, '-') || 'start'}-${look.width}-${language}-${look.colorScheme}`;
    await tab.screenshot({ path: path.join(FOLDER, `${name}.png`), fullPage: true });
    await tab.close();
  }
  return faults;
}

async function wider(tab: Page, width: number): Promise<string[]> {
  const found = (await tab.evaluate('document.documentElement.scrollWidth')) as number;
  return found > width ? [`${found} px wide in a window of ${width}`] : [];
}
