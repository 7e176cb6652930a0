import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { addItem } from '../../src/campaigns/newsletters/items.ts';
import { pressEditions } from '../../src/campaigns/newsletters/press.ts';
import { createSegment } from '../../src/contacts/segments/segments.ts';
import { addStory, newNewsletter, sendEdition } from '../src/campaigns/newsletters/support.ts';
import { people } from '../src/campaigns/support.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { faultsIn, twoLooks } from '../support/faults.ts';
import { signedIn } from '../support/staff.ts';
import { testWeb } from '../support/web.ts';

const { ground, ...web } = testWeb();
const staff = people(ground);
const openPage = testBrowser();
let cookie: string;
let paths: string[];
let segment: string;

const RULES = {
  all: [
    { district: ['Idukki', 'Wayanad'] },
    { not: { any: [{ list: 'donors' }, { attribute: 'ward', equals: '5' }] } },
    { opened: { days: 90 } },
    { added: { since: '2026-01-01' } },
  ],
};

beforeAll(async () => {
  const newsletter = await newNewsletter(ground, staff);
  await addStory(ground, newsletter, staff);
  await sendEdition(ground, newsletter, staff);
  const words = { ml: { title: 'അംഗീകരിക്കുന്നതിനുമുമ്പ് അറിയേണ്ടത്', text: 'ഡിസംബർ 3-ന് നടത്തം' } };
  await addItem(ground, { newsletter, user: staff.author }, { words });
  await addStory(ground, newsletter, staff);
  await pressEditions(ground);
  segment = (await createSegment(ground, { name: 'മലയോരം, hills', rules: RULES }, 'test')).id;
  cookie = (await signedIn({ ground, ...web }, ['administrator'])).cookie;
  const paper = `/console/newsletters/${newsletter.id}`;
  paths = [
    ...['/console/segments', '/console/segments/new', `/console/segments/${segment}`],
    ...[`/console/segments/${segment}/delete`, '/console/newsletters', paper],
    ...[`${paper}/items/2`, `${paper}/items/2/remove`],
  ];
}, 60_000);

/** A page of somebody who is signed in. */
async function enter(options: BrowserContextOptions): Promise<Page> {
  const page = await openPage(options);
  const pairs = cookie.split('; ').map((pair) => /^([^=]*)=(.*)$/.exec(pair) ?? []);
  const cookies = pairs.map(([, name = '', value = '']) => ({ name, value, url: web.url() }));
  await page.context().addCookies(cookies.filter(({ value }) => value));
  return page;
}

describe.skipIf(!browserPath)('segments and newsletters in a browser', { timeout: 120_000 }, () => {
  // Every corner of every page is walked by console.browser.test.ts; here are the states it does not meet.
  it.each(['en', 'ml'])('are accessible and fit, %s', async (language) => {
    const page = await enter({ viewport: { width: 1280, height: 900 }, bypassCSP: true });
    const faults: string[] = [];
    for (const path of paths) {
      await page.goto(`${web.url()}${path}?lang=${language}`);
      faults.push(...(await faultsIn(page, twoLooks)));
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('say nothing in the console of the browser', async () => {
    const page = await enter({ viewport: { width: 1280, height: 800 } });
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    for (const path of paths) await page.goto(web.url() + path, { waitUntil: 'networkidle' });
    expect(said).toEqual([]);
    await page.context().close();
  });

  it('count what is chosen without leaving the page, and keep a rule that is added', async () => {
    const page = await enter({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${web.url()}/console/segments/new`);
    await page.getByLabel('Name', { exact: true }).fill('Readers of Malayalam');
    await page.getByLabel('Malayalam').check();
    await page.locator('#result b', { hasText: /^1$/ }).waitFor();
    await page.getByRole('button', { name: 'Add a rule' }).click();
    await page.locator('[id="r.1.what"]').selectOption('list');
    await page.locator('[id="r.1.value"]').selectOption('donors');
    await page.getByText('read Malayalam and are on the list “donors”').waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Readers of Malayalam');
    await page.getByRole('button', { name: 'Save the segment' }).click();
    await page.waitForURL(/\/console\/segments(\?|$)/);
    expect(await page.getByRole('link', { name: 'Readers of Malayalam' }).count()).toBe(1);
    await page.context().close();
  });

  it('show the next edition as phone or computer, in either language', async () => {
    const page = await enter({ viewport: { width: 1280, height: 800 } });
    await page.goto(web.url() + paths[5]);
    await page.locator('#preview').getByRole('link', { name: 'Malayalam' }).click();
    await page.waitForURL(/reads=ml/);
    const frame = page.frameLocator('#preview iframe');
    await frame.getByText('അംഗീകരിക്കുന്നതിനുമുമ്പ് അറിയേണ്ടത്').first().waitFor();
    await page.locator('#preview').getByRole('link', { name: 'Computer' }).click();
    await page.locator('.paper__stage--wide').waitFor();
    await page.context().close();
  });
});
