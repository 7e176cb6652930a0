import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { askTwins } from '../../src/campaigns/donor-mails.ts';
import { donorToken } from '../../src/giving/donor-link.ts';
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

type Look = (page: Page) => Promise<void>;

/** The form, filled in for ₹1,500 every month; each screen is handed to `look`. */
async function fillIn(page: Page, email: string, look: Look = async () => undefined): Promise<void> {
  await page.goto(`${url()}/give?lang=ml`);
  expect(await page.getByLabel('ഒറ്റത്തവണ').isChecked()).toBe(true);
  await page.getByText('എല്ലാ മാസവും', { exact: true }).click();
  await look(page);
  await page.getByText('അതെ, ഇന്ത്യയിൽ താമസിക്കുന്നു').click();
  await page.getByRole('button', { name: 'തുടരുക' }).click();
  await page.getByLabel('പേര്', { exact: true }).fill('ശ്രീജ നായർ');
  await page.getByLabel('ഇമെയിൽ', { exact: true }).fill(email);
  await look(page);
  await page.getByRole('button', { name: 'ഒത്തുനോക്കി പണമടയ്ക്കാം' }).click();
  await look(page);
  await page.getByRole('button', { name: 'എല്ലാ മാസവും ₹1,500 നൽകുക' }).click();
  await page.getByRole('heading', { name: 'മാസംതോറും പണം നൽകാൻ ബാങ്കിനെ അനുവദിക്കുക' }).waitFor();
  await look(page);
}

async function openMine(page: Page, email: string, language = 'ml'): Promise<void> {
  const { rows } = await ground.sql.query('SELECT id FROM donor WHERE email = $1 LIMIT 1', [email]);
  await page.goto(`${url()}/my/${donorToken(ground, rows[0].id, 24)}?lang=${language}`);
}

describe.skipIf(!browserPath)('in a browser', { timeout: 120_000 }, () => {
  it('a person begins to give every month by UPI, and stops it on their own page, in Malayalam', async () => {
    const page = await openPage({ viewport: phone, locale: 'ml-IN' });
    const email = 'sreeja@monthly.example';
    await fillIn(page, email);
    await page.getByRole('button', { name: 'യുപിഐ അല്ലെങ്കിൽ കാർഡ് വഴി അനുവദിക്കുക' }).click();
    const frame = page.frameLocator('iframe');
    await frame.getByRole('button', { name: '₹1,500 അടയ്ക്കുക' }).click();
    await frame.getByRole('link', { name: 'പരിശീലന ആപ്പ് തുറക്കുക' }).click();
    await frame.getByRole('button', { name: 'അതെ, ₹1,500 അടയ്ക്കുക' }).click();
    await page.getByRole('heading', { name: 'നന്ദി, ശ്രീജ നായർ.' }).waitFor();
    expect(await page.getByText('എല്ലാ മാസവും ₹1,500').count()).toBe(1);
    await openMine(page, email);
    await page.getByRole('button', { name: 'താൽക്കാലികമായി നിർത്തുക' }).click();
    await page.getByText('വീണ്ടും തുടങ്ങുന്നതുവരെ ഒന്നും എടുക്കില്ല.').waitFor();
    await page.getByRole('button', { name: 'തുടരുക', exact: true }).click();
    await page.getByText('പൂർണമായി നിർത്തുക').click();
    await page.getByRole('button', { name: 'അതെ, നിർത്തുക' }).click();
    await page.getByText('ഇനി ഒന്നും എടുക്കില്ല.', { exact: false }).first().waitFor();
    const { rows } = await ground.sql.query('SELECT state, paid FROM monthly_gift');
    expect(rows).toEqual([{ state: 'cancelled', paid: 1 }]);
  });

  it('the same without JavaScript, on the gateway’s own page', async () => {
    const page = await openPage({ viewport: phone, javaScriptEnabled: false, locale: 'ml-IN' });
    await fillIn(page, 'ravi@monthly.example');
    const gift = page.url();
    await page.getByRole('link', { name: 'യുപിഐ അല്ലെങ്കിൽ കാർഡ് വഴി അനുവദിക്കുക' }).click();
    await page.getByRole('radio', { name: /^കാർഡ്/ }).check();
    await page.getByRole('button', { name: '₹1,500 അടയ്ക്കുക' }).click();
    await page.getByRole('button', { name: 'അതെ, ₹1,500 അടയ്ക്കുക' }).click();
    ground.clock.set(new Date(ground.clock.now().getTime() + 5000));
    await page.goto(gift);
    await page.getByRole('heading', { name: 'നന്ദി, ശ്രീജ നായർ.' }).waitFor();
  });

  it.each([
    { viewport: phone, colorScheme: 'light' },
    { viewport: desk, colorScheme: 'dark' },
  ] as const)('every page fits and axe has nothing to say, $viewport.width $colorScheme', async (look) => {
    const page = await openPage({ ...look, bypassCSP: true });
    const email = `look-${look.viewport.width}@monthly.example`;
    const faults: string[] = [];
    const check: Look = async () => void faults.push(...(await faultsOf(page)));
    await fillIn(page, email, check);
    const { rows } = await ground.sql.query('SELECT gateway_id FROM monthly_gift ORDER BY id DESC LIMIT 1');
    vendor.mandate(rows[0].gateway_id, { method: 'card' });
    ground.clock.set(new Date(ground.clock.now().getTime() + 5000));
    await page.reload();
    await page.getByRole('heading', { name: 'നന്ദി, ശ്രീജ നായർ.' }).waitFor();
    await check(page);
    await twoEqualGifts(email);
    await openMine(page, email);
    await check(page);
    for (const summary of await page.locator('details > summary').all()) await summary.click();
    await check(page);
    await page.getByRole('link', { name: 'വായിക്കുക' }).click();
    await check(page);
    for (const path of ['/my?lang=ml', '/my/broken']) {
      await page.goto(url() + path);
      await check(page);
    }
    await page.goto(`${vendor.url()}?lang=ml`);
    expect(await page.getByText('മാസംതോറുമുള്ള സംഭാവനകൾ').first().isVisible()).toBe(true);
    await check(page);
    await page.goto(`${url()}/my`);
    await page.getByLabel('Email').fill(email);
    await page.getByRole('button', { name: 'Mail me the link' }).click();
    await check(page);
    await openMine(page, email, 'en');
    await page.getByRole('button', { name: 'Sign out all links' }).click();
    await check(page);
    expect(faults.join('\n')).toBe('');
  });
});

/** Which their page then asks about. */
async function twoEqualGifts(email: string): Promise<void> {
  for (const _ of [1, 2]) {
    const form = new URLSearchParams({
      ...{ kind: 'individual', source: 'person.india', amount: '500', often: 'once', to: 'give' },
      ...{ name: 'ശ്രീജ നായർ', email, key: crypto.randomUUID(), dedication: 'memory', honoured: 'അമ്മിണി' },
    });
    const answer = await fetch(`${url()}/give?lang=ml`, { method: 'POST', body: form, redirect: 'manual' });
    const { rows } = await ground.sql.query('SELECT gateway_id FROM gift_order ORDER BY id DESC LIMIT 1');
    const { callback } = vendor.pay(rows[0].gateway_id);
    const back = `${url()}${String(answer.headers.get('location')).replace(/\?.*$/, '')}/return`;
    await fetch(back, { method: 'POST', body: new URLSearchParams(callback), redirect: 'manual' });
  }
  await askTwins(ground);
}
