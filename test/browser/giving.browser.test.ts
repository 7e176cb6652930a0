import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { browserPath, testBrowser } from '../support/browser.ts';
import { faultsOf } from '../support/faults.ts';
import { openTill } from '../support/giving.ts';
import { testStandIn } from '../support/stand-in.ts';
import { testWeb } from '../support/web.ts';

const { ground, url } = testWeb({ HELP_ADDRESS: 'help@wecare.example' });
const vendor = testStandIn({ clock: { now: () => ground.clock.now() } });
const openPage = testBrowser();
const phone = { width: 360, height: 740 };
const desk = { width: 1280, height: 900 };

beforeAll(async () => {
  Object.assign(ground.config, { publicUrl: url() });
  await openTill(ground, vendor.url());
});
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

/** The three screens, as a donor in Kerala fills them in; each is handed to `look` first. */
async function fillIn(
  page: Page,
  look: (page: Page) => Promise<void> = async () => undefined,
): Promise<void> {
  await page.goto(`${url()}/give?lang=ml`);
  await look(page);
  await page.getByText('മറ്റൊരു തുക').click();
  await page.getByLabel('തുക രൂപയിൽ എഴുതുക').fill('൫൦൦');
  await page.getByText('അതെ, ഇന്ത്യയിൽ താമസിക്കുന്നു').click();
  await page.getByRole('button', { name: 'തുടരുക' }).click();
  await look(page);
  await page.getByLabel('പേര്', { exact: true }).fill('ശ്രീജ നായർ');
  await page.getByLabel('മൊബൈൽ നമ്പർ').fill('9876543210');
  await page.getByRole('button', { name: 'ഒത്തുനോക്കി പണമടയ്ക്കാം' }).click();
  await look(page);
  await page.getByRole('button', { name: '₹500 അടയ്ക്കുക' }).click();
  await page.getByRole('heading', { name: 'എങ്ങനെ പണമടയ്ക്കണം?' }).waitFor();
  await look(page);
}

async function thanked(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'നന്ദി, ശ്രീജ നായർ.' }).waitFor();
  expect(await page.getByText(/WC\/2026-27\/\d{6}/).count()).toBe(1);
}

describe.skipIf(!browserPath)('in a browser', { timeout: 120_000 }, () => {
  it('a person gives ₹500 by card on a small phone without JavaScript, in Malayalam', async () => {
    const page = await openPage({ viewport: phone, javaScriptEnabled: false, locale: 'ml-IN' });
    await fillIn(page);
    expect(await page.getByRole('button', { name: 'UPI, കാർഡ്, ബാങ്ക് വഴി അടയ്ക്കുക' }).isVisible()).toBe(false);
    expect(await page.getByText('UPI ആപ്പ് തുറക്കില്ല').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'കാർഡ്, നെറ്റ് ബാങ്കിങ് വഴി അടയ്ക്കുക' }).click();
    await page.getByRole('button', { name: '₹500 അടയ്ക്കുക' }).click();
    await page.getByRole('button', { name: 'അതെ, ₹500 അടയ്ക്കുക' }).click();
    await thanked(page);
  });

  it('a person gives ₹500 by UPI in the gateway’s window', async () => {
    const page = await openPage({ viewport: phone });
    const refused: string[] = [];
    page.on('console', (told) => told.type() === 'error' && refused.push(told.text()));
    await fillIn(page);
    expect(await page.getByRole('button', { name: 'കാർഡ്, നെറ്റ് ബാങ്കിങ് വഴി അടയ്ക്കുക' }).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'UPI, കാർഡ്, ബാങ്ക് വഴി അടയ്ക്കുക' }).click();
    const frame = page.frameLocator('iframe');
    await frame.getByRole('button', { name: '₹500 അടയ്ക്കുക' }).click();
    await frame.getByRole('link', { name: 'പരിശീലന ആപ്പ് തുറക്കുക' }).click();
    await frame.getByRole('button', { name: 'അതെ, ₹500 അടയ്ക്കുക' }).click();
    await thanked(page);
    expect(refused).toEqual([]);
  });

  it('a person pays with a saved code without JavaScript', async () => {
    const page = await openPage({ viewport: phone, javaScriptEnabled: false });
    await fillIn(page);
    await page.getByRole('button', { name: 'കോഡ് കാണിക്കുക' }).click();
    const picture = page.getByRole('img', { name: '₹500 അടയ്ക്കാനുള്ള UPI കോഡ്' });
    const drawn = () => picture.evaluate((image) => (image as { naturalWidth?: number }).naturalWidth);
    await expect.poll(drawn).toBeGreaterThan(100);
    const code = /codes\/(qr_\w+)/.exec((await picture.getAttribute('src')) ?? '')?.[1] ?? '';
    vendor.scan(code);
    ground.clock.set(new Date(ground.clock.now().getTime() + 5000));
    await page.getByRole('link', { name: 'പണമടച്ചു: വീണ്ടും നോക്കുക' }).click();
    await thanked(page);
  });

  it('what was typed is still there in the other language, and by the back button of the browser', async () => {
    const page = await openPage({ viewport: phone, javaScriptEnabled: false });
    await fillIn(page);
    await page.goBack();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Is everything right?' }).waitFor();
    await page.getByRole('button', { name: 'Change the details' }).click();
    expect(await page.getByLabel('Your name').inputValue()).toBe('ശ്രീജ നായർ');
  });

  it.each([
    { viewport: phone, colorScheme: 'light' },
    { viewport: desk, colorScheme: 'dark' },
  ] as const)('every screen fits and axe has nothing to say, $viewport.width $colorScheme', async (look) => {
    const page = await openPage({ ...look, bypassCSP: true });
    const faults: string[] = [];
    const check = async () => void faults.push(...(await faultsOf(page)));
    await fillIn(page, check);
    await page.getByRole('button', { name: 'കോഡ് കാണിക്കുക' }).click();
    await check();
    await page.goto(`${url()}/give`);
    await page.getByLabel('I give as').selectOption('corporate');
    await page.getByRole('button', { name: 'Continue' }).click();
    expect(await page.getByText('Please choose one answer.').locator('visible=true').count()).toBe(1);
    await check();
    for (const path of ['/refunds', '/helpline', '/receipts/verify/broken', '/give/gift/broken']) {
      await page.goto(url() + path);
      await check();
    }
    await fillIn(page);
    const { rows } = await ground.sql.query('SELECT gateway_id FROM gift_order ORDER BY id DESC LIMIT 1');
    vendor.begin(rows[0].gateway_id);
    ground.clock.set(new Date(ground.clock.now().getTime() + 5000));
    await page.reload();
    await page.getByText('ദയവായി വീണ്ടും പണമടയ്ക്കരുത്.').waitFor();
    await check();
    expect(faults.join('\n')).toBe('');
  });
});
