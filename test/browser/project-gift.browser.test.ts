import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTills } from '../../scripts/lib/tills.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/server.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { codeOn, readsPdf } from '../support/pdf-text.ts';
import { accountAt } from '../support/people.ts';
import { liveProject } from '../support/projects.ts';
import { until } from '../support/until.ts';
import { testWeb } from '../support/web.ts';
import { workers } from '../support/workers.ts';

const { ground, url } = testWeb({
  ...{ HELP_ADDRESS: 'help@wecare.example', SANDBOX_PORT: '0', SANDBOX_SMTP_PORT: '0' },
  DATA_DIR: mkdtempSync(path.join(tmpdir(), 'wecare-gift-')),
});
const openPage = testBrowser();
const crew = workers(ground);
const phone = { width: 360, height: 740 };
let sandbox: RunningSandbox;

beforeAll(async () => {
  Object.assign(ground.config, { publicUrl: url() });
  sandbox = await startSandbox(ground);
  await accountAt(ground, sandbox.smtpPort);
  await openTills(ground, sandbox.gateway);
  await crew.start();
});
afterAll(async () => {
  await crew.stopAll();
  await sandbox.close();
});
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

/** From the project's page to the pay step, as a donor in Kerala goes. */
async function fillIn(page: Page, slug: string, email: string): Promise<void> {
  await page.goto(`${url()}/projects/${slug}?lang=ml`);
  expect(await barOf(page)).toBe(0);
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

/** Percent of the goal, as the bar of the project's page has it. */
const barOf = async (page: Page): Promise<number> =>
  Number(await page.getByRole('progressbar').first().getAttribute('aria-valuenow'));

/** Thanks on the page, the bar of the project, the receipt in the mailbox, and its code, which is genuine. */
async function allIsTrue(page: Page, { slug, email }: { slug: string; email: string }): Promise<void> {
  await page.getByRole('heading', { name: 'നന്ദി, ശ്രീജ നായർ.' }).waitFor();
  await page.getByText('നിങ്ങളുടെ ₹500 “വീട്ടിൽ പരിചരണം” എന്ന പദ്ധതിയിലെത്തി.').waitFor();
  const number = await page.getByText(/WC\/2026-27\/\d{6}/).textContent();
  await until(async () => {
    await page.goto(`${url()}/projects/${slug}?lang=ml`);
    return (await barOf(page)) === 5;
  }, 'the bar has moved');
  const pdf = await receiptTo(email);
  const code = await codeOn(pdf);
  expect(code.startsWith(`${url()}/receipts/verify/`)).toBe(true);
  await page.goto(`${code}?lang=ml`);
  await page.getByRole('heading', { name: 'ഈ രസീത് യഥാർത്ഥമാണ്' }).waitFor();
  const said = (await page.locator('main').textContent()) ?? '';
  expect([said.includes(String(number)), said.includes('₹500'), said.includes('ശ്രീജ')]).toEqual([
    ...[true, true, false],
  ]);
}

/** The paper that came by mail. */
async function receiptTo(email: string): Promise<Buffer> {
  await until(async () => (await sandbox.inbox.find(email)).length > 0, 'the mail has come');
  const [mail] = await sandbox.inbox.find(email);
  const { attachments, text } = await PostalMime.parse(mail?.source as Buffer);
  expect(text).toContain('“വീട്ടിൽ പരിചരണം” എന്ന പദ്ധതിയിലെത്തി');
  const [file] = attachments.filter(({ mimeType }) => mimeType === 'application/pdf');
  return Buffer.from(file?.content as ArrayBuffer);
}

describe.skipIf(!browserPath || !readsPdf)('in a browser', { timeout: 120_000 }, () => {
  it('a person gives ₹500 to a project by UPI, its bar moves, and the mailed receipt is genuine', async () => {
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
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    process.stdout.write(`From the project's page to the thanks: ${seconds} s of a browser.\n`);
    await allIsTrue(page, { slug, email: 'upi@people.example' });
  });

  it('and another by card without JavaScript, in Malayalam to the end in a browser that speaks English', async () => {
    const { slug } = await liveProject(ground, { goal: 1_000_000n });
    const page = await openPage({ viewport: phone, javaScriptEnabled: false, locale: 'en-IN' });
    await fillIn(page, slug, 'card@people.example');
    await page.getByRole('button', { name: 'കാർഡ്, നെറ്റ് ബാങ്കിങ് വഴി അടയ്ക്കുക' }).click();
    await page.getByRole('button', { name: '₹500 അടയ്ക്കുക' }).click();
    await page.getByRole('button', { name: 'അതെ, ₹500 അടയ്ക്കുക' }).click();
    await allIsTrue(page, { slug, email: 'card@people.example' });
  });
});
