import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCampaign } from '../../src/campaigns/campaigns.ts';
import { readContents } from '../../src/campaigns/contents.ts';
import { addAsset } from '../../src/media/add.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { faultsIn, twoLooks } from '../support/faults.ts';
import { photograph } from '../support/pictures.ts';
import { PASSWORD, staffMember } from '../support/staff.ts';
import { testWeb } from '../support/web.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'wecare-editor-'));
const { ground, url } = testWeb({ DATA_DIR: dir });
const openPage = testBrowser();
const desk = { width: 1280, height: 900 };
let email: string;
let place: { campaignId: string; messageId: string };
let picture: string;

beforeAll(async () => {
  const user = await staffMember(ground, ['author']);
  email = user.email;
  await ground.db.list.create({ data: { name: 'donors' } });
  const { asset } = await addAsset(
    ground,
    { name: 'boat.jpg', bytes: await photograph(), alt: { en: 'A boat' } },
    user,
  );
  picture = asset.id;
  const body = (language: string) =>
    JSON.stringify({
      ...{ language, title: 'Steps' },
      blocks: [
        { type: 'picture', src: 'art:project-story', alt: 'A ramp' },
        { type: 'heading', level: 1, text: 'Eleven steps' },
        { type: 'numbers', rows: [{ number: '146', words: 'people' }] },
        { type: 'columns', columns: [[{ type: 'text', text: 'left' }], [{ type: 'quote', text: 'right' }]] },
      ],
    });
  place = await createCampaign(
    ground,
    {
      name: 'Schools',
      message: {
        ...{ name: 'Story', purpose: 'appeals', from: 'We Care <n@kssm.example>', lists: ['donors'] },
        contents: { en: { subject: 'Steps', body: body('en') }, ml: { subject: 'പടികൾ', body: body('ml') } },
      },
    },
    user,
  );
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function signedInPage(options: Parameters<typeof openPage>[0]): Promise<Page> {
  const page = await openPage(options);
  await page.goto(`${url()}/console/sign-in`);
  await page.fill('[name="email"]', email);
  await page.fill('[name="password"]', PASSWORD);
  await page.click('form button:not([lang])');
  await page.waitForURL(/\/console(?!\/sign-in)/);
  return page;
}

describe.skipIf(!browserPath)('in a browser', { timeout: 120_000 }, () => {
  it('somebody adds and drags a block, sees it in the preview, and finds what was not saved again', async () => {
    let page = await signedInPage({ viewport: desk });
    const said: string[] = [];
    const listen = (to: Page) => {
      to.on('console', (line) => void (/Content Security/.test(line.text()) && said.push(line.text())));
      to.on('pageerror', (error) => void said.push(error.message));
    };
    listen(page);
    await page.goto(`${url()}/console/messages/${place.messageId}?lang=en`);
    await page.locator('#add-').getByRole('button', { name: 'Quote' }).click();
    await page.locator('[name="k4.en.text"]').fill('A sentence only here');
    const preview = page.frameLocator('.preview__stage iframe:last-child');
    await preview.getByText('A sentence only here').waitFor();
    const order = () =>
      page
        .locator('#rows [name="row"]')
        .evaluateAll((all) => all.map((one) => (one as unknown as { value: string }).value).join());
    const before = await order();
    const grip = page.locator('#row-k4 .grip');
    await grip.scrollIntoViewIfNeeded();
    const from = await grip.boundingBox();
    const to = await page.locator('#row-k3').boundingBox();
    await page.mouse.move((from?.x ?? 0) + 5, (from?.y ?? 0) + 12);
    await page.mouse.down();
    await page.mouse.move((from?.x ?? 0) + 5, (from?.y ?? 0) - 40, { steps: 8 });
    await page.mouse.move((to?.x ?? 0) + 20, (to?.y ?? 0) + 6, { steps: 12 });
    await page.mouse.up();
    await expect.poll(order).not.toBe(before);
    // As when the browser was closed: the tab does not ask whether somebody wants to stay.
    const context = page.context();
    await page.close();
    page = await context.newPage();
    listen(page);
    await page.goto(`${url()}/console/messages/${place.messageId}?lang=en`);
    await page.getByRole('button', { name: 'Bring it back' }).click();
    await page.locator('[name="k4.en.text"]').waitFor();
    expect(await page.locator('[name="k4.en.text"]').inputValue()).toBe('A sentence only here');
    await page.locator('[name="k4.ml.text"]').fill('ഇവിടെ മാത്രം');
    await page.getByRole('button', { name: 'Save as a new version' }).click();
    await page.getByText('Saved as a new version.').waitFor();
    expect((await readContents(ground, place.messageId)).version).toBe(2);
    expect(said).toEqual([]);
    await page.context().close();
  });

  // Every corner of every page is walked by console.browser.test.ts; here are the states it does not meet.
  it.each(['en', 'ml'])('every page is accessible, %s', async (language) => {
    const { messageId, campaignId } = place;
    const message = `/console/messages/${messageId}`;
    const addresses = [
      message,
      `${message}/versions`,
      `${message}/versions/1`,
      `${message}/test`,
      `${message}/files`,
    ]
      .concat([
        `/console/campaigns/${campaignId}/messages/new`,
        '/console/templates',
        '/console/templates/thanks',
      ])
      .concat(['/console/media', `/console/media/${picture}`, `/console/media/${picture}/removal`])
      .map((address) => `${url()}${address}?lang=${language}`);
    const page = await signedInPage({ viewport: desk, bypassCSP: true });
    // The mails inside are another matter, and take a while to be made.
    await page.route('**/*', (route) =>
      route.request().frame().parentFrame() ? route.abort() : route.continue(),
    );
    const faults: string[] = [];
    for (const address of addresses) {
      await page.goto(address, { waitUntil: 'domcontentloaded' });
      faults.push(...(await faultsIn(page, twoLooks)));
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
