import { beforeAll, describe, expect, it } from 'vitest';
import { addItem } from '../../src/campaigns/newsletters/items.ts';
import { addStory, newNewsletter, sendEdition } from '../src/campaigns/newsletters/support.ts';
import { people } from '../src/campaigns/support.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { faultsIn } from '../support/faults.ts';
import { testWeb } from '../support/web.ts';

const { ground, url } = testWeb({ HELP_ADDRESS: 'help@wecare.example' });
const staff = people(ground);
const openPage = testBrowser();
let slug: string;

beforeAll(async () => {
  const newsletter = await newNewsletter(ground, staff);
  slug = newsletter.slug;
  for (let edition = 1; edition <= 2; edition++) {
    for (let story = 1; story <= 3; story++) await addStory(ground, newsletter, staff);
    const only = { ml: { title: 'അംഗീകരിക്കുന്നതിനുമുമ്പ് അറിയേണ്ടത്', text: 'ഡിസംബർ 3-ന്', alt: 'രണ്ട് നഴ്സുമാർ' } };
    const picture = 'https://photos.example/hills.jpg';
    await addItem(ground, { newsletter, user: staff.author }, { words: only, picture });
    await sendEdition(ground, newsletter, staff);
  }
}, 60_000);

describe.skipIf(!browserPath)('newsletters in a browser', { timeout: 120_000 }, () => {
  it.each(['en', 'ml'])('are accessible and fit in every look, %s', async (language) => {
    const page = await openPage({ viewport: { width: 1280, height: 900 }, bypassCSP: true });
    for (const path of ['/n', `/n/${slug}`, `/n/${slug}/2`]) {
      await page.goto(`${url()}${path}?lang=${language}`);
      expect(await faultsIn(page)).toEqual([]);
    }
    await page.context().close();
  });

  it('lead a reader on a phone without JavaScript from the list to an earlier edition', async () => {
    const page = await openPage({ viewport: { width: 360, height: 740 }, javaScriptEnabled: false });
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await page.goto(`${url()}/n?lang=ml`);
    await page.getByRole('link', { name: /പരിചരണ വാർത്തകൾ/ }).click();
    await page.getByRole('link', { name: 'ഈ ലക്കം വായിക്കുക' }).click();
    await page.getByRole('link', { name: 'മുൻ ലക്കം' }).click();
    expect(page.url()).toBe(`${url()}/n/${slug}/1?lang=ml`);
    expect(await page.getByRole('heading', { level: 2, name: 'വയനാട്ടിൽ വീട്ടിലെ പരിചരണം' }).count()).toBe(3);
    expect(said).toEqual([]);
    await page.context().close();
  });
});
