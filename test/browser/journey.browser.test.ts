import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/server.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { desksIn } from '../support/desk.ts';
import { accountAt } from '../support/people.ts';
import { until } from '../support/until.ts';
import { testWeb } from '../support/web.ts';
import { workers } from '../support/workers.ts';

const { ground, url } = testWeb({
  ...{ SANDBOX_PORT: '0', SANDBOX_SMTP_PORT: '0', LEASE_SECONDS: '3' },
  DATA_DIR: mkdtempSync(path.join(tmpdir(), 'wecare-journey-')),
});
const openPage = testBrowser();
const crew = workers(ground);
let sandbox: RunningSandbox;

const PEOPLE = `name,email,language
Anu,anu@people.example,en
രവി,ravi@people.example,ml
Nobody,no address,en
`;

beforeAll(async () => {
  sandbox = await startSandbox(ground);
  await accountAt(ground, sandbox.smtpPort);
});
afterAll(async () => {
  await crew.stopAll();
  await sandbox.close();
});

/** Somebody of the staff at a browser of their own. */
const atDesk = desksIn({ ground, url, openPage });

describe.skipIf(!browserPath)('in a browser', { timeout: 120_000 }, () => {
  it('contacts are imported, a mail is written in both languages, approved by another, sent, watched and reported', async () => {
    await crew.start();
    const author = await atDesk('author', 'Priya');
    await imports(author);
    const plan = await writes(author);
    const approver = await atDesk('approver', 'Jose');
    await approver.goto(plan.replace(/\/plan$/, '/approval'));
    await approver
      .getByLabel(/e-Office/)
      .first()
      .fill('SJD/A1/221/2026');
    await approver.getByRole('button', { name: 'Approve it' }).click();
    await approver.waitForLoadState();
    // The time has come.
    ground.clock.set('2026-11-21T07:00:10Z');
    await until(async () => (await sandbox.inbox.find('')).length === 2, 'both have their mail');
    await watches(author);
  });
});

async function imports(page: Page): Promise<void> {
  await page.goto(`${url()}/console/contacts/import`);
  const file = { name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(PEOPLE) };
  await page.locator('#file').setInputFiles(file);
  await page.getByRole('button', { name: 'Look at this file' }).click();
  await page.getByRole('button', { name: 'Continue with these columns' }).click();
  await page.locator('#purpose').fill('appeals');
  await page.locator('#basis').fill('paper forms of the fair, file 3');
  await page.locator('#list').fill('Friends');
  await page.getByRole('button', { name: 'Import 2 rows' }).click();
  await until(async () => (await ground.db.contact.count()) === 2, 'both are imported');
}

/** @returns the address of the message's plan */
async function writes(page: Page): Promise<string> {
  await page.goto(`${url()}/console/campaigns/new`);
  await page.locator('#name').fill('Care at home');
  await page.getByRole('button', { name: 'Make the campaign' }).click();
  await page.getByRole('link', { name: 'Write a message' }).first().click();
  await page.locator('input[name=template][value=notice]').check();
  await page.locator('#name').fill('November notice');
  await page.locator('#from').fill('We Care <care@kssm.example>');
  await page.locator('#purpose').fill('appeals');
  await page.locator('input[name=lists][value=Friends]').check();
  await page.getByRole('button', { name: 'Make it and write' }).click();
  await page.locator('[id="en.subject"]').fill('News for {{name}}');
  // The page takes `done=` out of its address at once, so the wait begins before it is there.
  const saved = page.waitForURL(/done=/, { waitUntil: 'commit' });
  await page.getByRole('button', { name: 'Save as a new version' }).click();
  await saved;
  const id = /messages\/([\w-]+)/.exec(page.url())?.[1];
  const plan = `${url()}/console/messages/${id}/plan`;
  await page.goto(plan);
  await page.getByRole('radio', { name: 'Once', exact: true }).check();
  await page.locator('#at').fill('2026-11-21T12:30');
  await page.getByRole('button', { name: 'Save the plan' }).click();
  await page.waitForLoadState();
  return plan;
}

async function watches(page: Page): Promise<void> {
  const run = await ground.db.run.findFirstOrThrow();
  await page.goto(`${url()}/console/runs/${run.id}`);
  await page.getByText('Done: nothing more goes').first().waitFor();
  // The line of the day leads to it.
  await page.goto(`${url()}/console`);
  await page.locator('.lane').getByRole('link', { name: 'November notice' }).click();
  await page.waitForURL(`**/console/runs/${run.id}`);
  const report = await page.goto(`${url()}/console/runs/${run.id}/report`);
  expect(report?.status()).toBe(200);
  const [mail] = await sandbox.inbox.find('anu@people.example');
  expect(mail && (await sandbox.inbox.summary(mail)).subject).toBe('News for Anu');
}
