import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveSocialAccount } from '../../src/deliveries/publications/accounts.ts';
import { addAsset } from '../../src/media/add.ts';
import { openMastodon } from '../../src/sandbox/social/mastodon.ts';
import { people } from '../src/campaigns/support.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { desksIn } from '../support/desk.ts';
import { picture } from '../support/pictures.ts';
import { serve } from '../support/standing.ts';
import { until } from '../support/until.ts';
import { testWeb } from '../support/web.ts';
import { workers } from '../support/workers.ts';

const { ground, url } = testWeb({ LEASE_SECONDS: '3', NETWORK_TIMEOUT_SECONDS: '5' });
const staff = people(ground);
const openPage = testBrowser();
const crew = workers(ground);
const standIn = openMastodon();
let there: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  there = await serve(standIn.router);
  const credentials = standIn.accounts[0]?.credentials ?? {};
  const wish = { network: 'mastodon', name: 'We Care there', mode: 'program', credentials } as const;
  await saveSocialAccount(ground, staff.chief, { ...wish, settings: { endpoint: there.endpoint } });
  const bytes = await picture(800, 600).jpeg().toBuffer();
  await addAsset(ground, { name: 'ramp.jpg', bytes, alt: { en: 'A ramp', ml: 'റാമ്പ്' } }, staff.author);
});
afterAll(async () => {
  await crew.stopAll();
  await there.end();
});

/** Somebody of the staff at a browser of their own. */
const atDesk = desksIn({ ground, url, openPage });

describe.skipIf(!browserPath)('in a browser', { timeout: 180_000 }, () => {
  it('a post is written in both languages, approved by another, and published once in each', async () => {
    await crew.start();
    const author = await atDesk('author', 'Priya');
    const plan = await writes(author);
    const approver = await atDesk('approver', 'Jose');
    await approver.goto(plan.replace(/\/plan$/, '/approval'));
    await approver.getByText('Ramps for every school').first().waitFor();
    // Its page takes the word out of its address at once.
    const given = approver.waitForURL(/done=approval-given/, { waitUntil: 'commit' });
    await approver.getByRole('button', { name: 'Approve it' }).click();
    await given;
    // The time has come.
    ground.clock.set('2026-11-21T07:00:10Z');
    await until(async () => standIn.timeline().length === 2, 'both languages are to be seen there');
    const texts = standIn.timeline().map(({ text }) => text);
    expect(texts.filter((text) => text.startsWith('Ramps for every school'))).toHaveLength(1);
    expect(texts.filter((text) => text.startsWith('എല്ലാ സ്കൂളിലും റാമ്പ്'))).toHaveLength(1);
    expect(standIn.timeline().map(({ media }) => media.map(({ alt }) => alt))).toEqual(
      expect.arrayContaining([['A ramp'], ['റാമ്പ്']]),
    );
    const run = await ground.db.run.findFirstOrThrow();
    await author.goto(`${url()}/console/runs/${run.id}`);
    await author.getByRole('link', { name: 'Open the post' }).first().waitFor();
  });

  it('what was typed and not saved is offered again after the tab was closed, and offline nothing is lost', async () => {
    let page = await atDesk('author', 'Meera');
    const said: string[] = [];
    page.on('pageerror', (error) => void said.push(error.message));
    await beginPost(page, 'Lifts');
    await page.locator('[id="ml.text"]').fill('ലിഫ്റ്റുകൾ');
    const address = page.url();
    const context = page.context();
    await page.close();
    page = await context.newPage();
    page.on('pageerror', (error) => void said.push(error.message));
    await page.goto(address);
    await page.getByRole('button', { name: 'Bring it back' }).click();
    await page.locator('[id="ml.text"]').waitFor();
    await expect.poll(() => page.locator('[id="ml.text"]').inputValue()).toBe('ലിഫ്റ്റുകൾ');
    await context.setOffline(true);
    await page.locator('[id="en.text"]').fill('Lifts');
    await page.getByRole('button', { name: 'Save as a new version' }).click();
    await page.getByText('You are offline.').waitFor();
    expect(await page.locator('[id="en.text"]').inputValue()).toBe('Lifts');
    await context.setOffline(false);
    await page.getByText('You are offline.').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Save as a new version' }).click();
    await page.waitForURL(/posts\/[\w-]+\?done=|posts\/[0-9a-f-]{36}/, { waitUntil: 'load' });
    // A new post of this campaign begins empty.
    await page.goto(address);
    expect(await page.getByRole('button', { name: 'Bring it back' }).isVisible()).toBe(false);
    expect(said).toEqual([]);
    await context.close();
  });
});

/** Opens the composer for the first post of a new campaign. */
async function beginPost(page: Page, campaign: string): Promise<void> {
  await page.goto(`${url()}/console/campaigns/new`);
  await page.locator('#name').fill(campaign);
  await page.getByRole('button', { name: 'Make the campaign' }).click();
  await page.getByRole('link', { name: 'Write a post' }).first().click();
  await page.locator('#name').fill(`${campaign}, first post`);
}

/** @returns the address of the post's plan */
async function writes(page: Page): Promise<string> {
  await beginPost(page, 'Ramps');
  await page.locator('[id="en.text"]').fill('Ramps for every school');
  await page.locator('[id="ml.text"]').fill('എല്ലാ സ്കൂളിലും റാമ്പ്');
  await page.locator('[id="en.link"]').fill('https://give.example/ramps');
  await page.getByText('Choose from the library').click();
  await page.locator('input[name=pick]').first().check();
  await page.getByLabel('We Care there: English').check();
  // What it will look like comes by itself as one types.
  await page.locator('#look .look__text').first().waitFor();
  await page.getByLabel('We Care there: Malayalam').check();
  await page.locator('#look .look').nth(1).waitFor();
  await page.getByText('Every network would take it.').waitFor();
  const saved = page.waitForURL(/done=/, { waitUntil: 'commit' });
  await page.getByRole('button', { name: 'Save as a new version' }).click();
  await saved;
  const id = /posts\/([\w-]+)/.exec(page.url())?.[1];
  const plan = `${url()}/console/messages/${id}/plan`;
  await page.goto(plan);
  await page.getByRole('radio', { name: 'Once', exact: true }).check();
  await page.locator('#at').fill('2026-11-21T12:30');
  await page.getByRole('button', { name: 'Save the plan' }).click();
  await page.waitForLoadState();
  return plan;
}
