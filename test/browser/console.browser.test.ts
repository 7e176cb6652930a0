import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { beginImport, htmlAmong, type SamplePage, samplePages } from '../../scripts/lib/pages.ts';
import { createKey } from '../../src/access/api-keys.ts';
import { planRuns } from '../../src/campaigns/planner.ts';
import { createSegment } from '../../src/contacts/segments/segments.ts';
import { saveAccount } from '../../src/deliveries/accounts.ts';
import { addEndpoint } from '../../src/deliveries/webhooks/endpoints.ts';
import { addAsset } from '../../src/media/assets.ts';
import { addStory, newNewsletter, sendEdition } from '../src/campaigns/newsletters/support.ts';
import { people, readyCampaign } from '../src/campaigns/support.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { NOON } from '../support/ground.ts';
import { picture } from '../support/pictures.ts';
import { PASSWORD, staffMember } from '../support/staff.ts';
import { testWeb } from '../support/web.ts';

const { ground, url } = testWeb();
const staff = people(ground);
const openPage = testBrowser();
const EVERYTHING = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What another theme can break; the rest of a page is the same in both. */
const COLOURS = ['color-contrast', 'link-in-text-block'];
let address: string;

/** Something of everything, so that each page has something to show. */
beforeAll(async () => {
  const newsletter = await newNewsletter(ground, staff);
  await addStory(ground, newsletter, staff);
  await sendEdition(ground, newsletter, staff);
  ground.clock.set(NOON);
  const { email } = await staffMember(ground, ['administrator'], 'ആശ');
  address = email;
  await readyCampaign(ground, staff, { schedule: { kind: 'once', at: '2026-11-22T09:00' } });
  await planRuns(ground);
  await saveAccount(ground, {
    ...{ name: 'relay', domains: ['kssm.example'], settings: { host: 'smtp.kssm.example', port: 587 } },
  });
  const key = { name: 'Dashboard', scopes: ['campaigns:read'], user: staff.chief };
  await createKey(ground, { ...key, expiresAt: new Date('2026-11-25T00:00:00Z') }, 'cli:test');
  await addEndpoint(ground, { url: 'https://crm.example/hooks', events: ['link.clicked'] }, 'cli:test');
  await createSegment(ground, { name: 'Donors', rules: { all: [{ list: 'donors' }] } }, 'cli:test');
  const bytes = await picture(600, 400).jpeg().toBuffer();
  const alt = { en: 'A boat', ml: 'വള്ളം' };
  await addAsset(ground, { name: 'boat.jpg', bytes, alt }, staff.author);
}, 60_000);

async function signIn(page: Page): Promise<string> {
  await page.goto(`${url()}/console/sign-in`);
  await page.fill('[name=email]', address);
  await page.fill('[name=password]', PASSWORD);
  await page.locator('[name=password]').press('Enter');
  await page.waitForURL((at) => at.pathname === '/console');
  return (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
}

describe.skipIf(!browserPath)('every page of the console', { timeout: 180_000 }, () => {
  it.each(['en', 'ml'])('is accessible, fits its window and keeps its policy: %s', async (language) => {
    const page = await openPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
    const said: string[] = [];
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) said.push(`${page.url()}: ${message.text()}`);
    });
    const cookie = await signIn(page);
    const agent = (await page.evaluate('navigator.userAgent')) as string;
    await beginImport(page, url());
    const all = await samplePages(ground, 'console');
    // A new route with a parameter needs a line in scripts/lib/pages.ts, or data above.
    expect(all.filter(({ path }) => path === null).map(({ pattern }) => pattern)).toEqual([]);
    const faults: string[] = [];
    for (const one of await htmlAmong(all, { url: url(), cookie, agent }))
      faults.push(...(await faultsOf(page, one, language)));
    expect(faults.concat(said)).toEqual([]);
    await page.context().close();
  });
});

/** Opens a page once, and looks at it at both widths and in both themes. */
async function faultsOf(page: Page, { path }: SamplePage, language: string): Promise<string[]> {
  const where = `${path}?lang=${language}`;
  await page.emulateMedia({ colorScheme: 'light' });
  const answer = await page.goto(`${url()}${where}`);
  if (!answer?.ok()) return [`${where}: HTTP ${answer?.status()}`];
  await page.evaluate(axe.source);
  const faults: string[] = [];
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 900 });
    const wide = (await page.evaluate('document.documentElement.scrollWidth')) as number;
    if (wide > width) faults.push(`${where}: ${wide} px wide in a window of ${width}`);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const look = `${where} ${width} ${colorScheme}`;
      faults.push(...(await axeFaults(page, colorScheme === 'light' ? EVERYTHING : COLOURS, look)));
    }
  }
  return faults;
}

async function axeFaults(page: Page, runOnly: string[], look: string): Promise<string[]> {
  const { violations } = (await page.evaluate(
    `axe.run(document, ${JSON.stringify({ runOnly, resultTypes: ['violations'] })})`,
  )) as axe.AxeResults;
  return violations.map(({ id, nodes }) => `${look} ${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}
