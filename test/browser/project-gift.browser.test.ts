import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tellGifts } from '../../src/campaigns/gift-mails.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { openTill } from '../support/giving.ts';
import { liveProject } from '../support/projects.ts';
import { testStandIn } from '../support/stand-in.ts';
import { testWeb } from '../support/web.ts';

const { ground, url } = testWeb({ HELP_ADDRESS: 'help@wecare.example' });
const vendor = testStandIn({ clock: { now: () => ground.clock.now() } });
const openPage = testBrowser();
const phone = { width: 360, height: 740 };

beforeAll(async () => {
  Object.assign(ground.config, { publicUrl: url() });
  await openTill(ground, vendor.url());
});
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

/** From the project's page to the pay step, as a donor in Kerala goes. */
async function fillIn(page: Page, slug: string, email: string): Promise<void> {
  await page.goto(`${url()}/projects/${slug}?lang=ml`);
  await page.locator(`a[href*="/give?project=${slug}"]:visible`).first().click();
  await page.getByText('മറ്റൊരു തുക').click();
  await page.getByLabel('തുക രൂപയിൽ എഴുതുക').fill('500');
  await page.getByText('അതെ, ഇന്ത്യയിൽ താമസിക്കുന്നു').click();
  await page.getByRole('button', { name: 'തുടരുക' }).click();
  await page.getByLabel('പേര്', { exact: true }).fill('ശ്രീജ നായർ');
  await page.locator('#email').fill(email);
  await page.locator('[name=receipt]').check({ force: true });
  await page.getByRole('button', { name: 'ഒത്തുനോക്കി പണമടയ്ക്കാം' }).click();
  await page.getByText('വീട്ടിൽ പരിചരണം').first().waitFor();
  await page.getByRole('button', { name: '₹500 അടയ്ക്കുക' }).click();
  await page.getByRole('heading', { name: 'എങ്ങനെ പണമടയ്ക്കണം?' }).waitFor();
}

/** Thanks on the page, the bar of the project, the receipt in the mailbox. */
async function allIsTrue(
  page: Page,
  { slug, email, raised }: { slug: string; email: string; raised: string },
) {
  await page.getByRole('heading', { name: 'നന്ദി, ശ്രീജ നായർ.' }).waitFor();
  await expect
    .poll(async () => (await (await fetch(`${url()}/projects/${slug}?lang=ml`)).text()).includes(raised), {
      timeout: 2000,
    })
    .toBe(true);
  await tellGifts(ground);
  const [mail] = await ground.db.notice.findMany({ where: { address: email } });
  const [file] = (mail?.files ?? []) as { type: string; content: string }[];
  expect([file?.type, Buffer.from(file?.content ?? '', 'base64').toString('latin1', 0, 5)]).toEqual([
    'application/pdf',
    '%PDF-',
  ]);
}

describe.skipIf(!browserPath)('in a browser', { timeout: 120_000 }, () => {
  it('a person gives ₹500 to a project by UPI in less than a minute, and its bar moves', async () => {
    const { slug } = await liveProject(ground, { goal: 1_000_000n });
    const page = await openPage({ viewport: phone });
    const began = performance.now();
    await fillIn(page, slug, 'upi@people.example');
    await page.getByRole('button', { name: 'UPI, കാർഡ്, ബാങ്ക് വഴി അടയ്ക്കുക' }).click();
    const frame = page.frameLocator('iframe');
    await frame.getByRole('button', { name: '₹500 അടയ്ക്കുക' }).click();
    await frame.getByRole('link', { name: 'പരിശീലന ആപ്പ് തുറക്കുക' }).click();
    await frame.getByRole('button', { name: 'അതെ, ₹500 അടയ്ക്കുക' }).click();
    await page.getByRole('heading', { name: 'നന്ദി, ശ്രീജ നായർ.' }).waitFor();
    expect(performance.now() - began).toBeLessThan(60_000);
    await allIsTrue(page, { slug, email: 'upi@people.example', raised: '₹500' });
  });

  it('and another by card without JavaScript', async () => {
    const { slug } = await liveProject(ground, { goal: 1_000_000n });
    const page = await openPage({ viewport: phone, javaScriptEnabled: false, locale: 'ml-IN' });
    await fillIn(page, slug, 'card@people.example');
    await page.getByRole('button', { name: 'കാർഡ്, നെറ്റ് ബാങ്കിങ് വഴി അടയ്ക്കുക' }).click();
    await page.getByRole('button', { name: '₹500 അടയ്ക്കുക' }).click();
    await page.getByRole('button', { name: 'അതെ, ₹500 അടയ്ക്കുക' }).click();
    await allIsTrue(page, { slug, email: 'card@people.example', raised: '₹500' });
  });
});
