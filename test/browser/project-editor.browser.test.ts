import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { User } from '../../src/access/users.ts';
import { recordConsent } from '../../src/pages/consents.ts';
import { readDesk } from '../../src/pages/desk.ts';
import { writeUpdate } from '../../src/pages/updates.ts';
import { liveProject } from '../src/pages/support.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { faultsOf } from '../support/faults.ts';
import { PASSWORD, staffMember } from '../support/staff.ts';
import { testWeb } from '../support/web.ts';

const { ground, url } = testWeb();
const openPage = testBrowser();
let author: User;
let approver: User;
let chief: User;

beforeAll(async () => {
  author = await staffMember(ground, ['author']);
  approver = await staffMember(ground, ['approver']);
  chief = await staffMember(ground, ['administrator']);
});

async function enter(email: string, options: Parameters<typeof openPage>[0]): Promise<Page> {
  const page = await openPage(options);
  await page.goto(`${url()}/console/sign-in`);
  await page.fill('[name="email"]', email);
  await page.fill('[name="password"]', PASSWORD);
  await page.click('form button:not([lang])');
  await page.waitForURL(/\/console(?!\/sign-in)/);
  return page;
}

/** Goes to a field by its label and types, as somebody without a mouse does. */
async function type(page: Page, name: string, text: string): Promise<void> {
  await page.locator(`[name="${name}"]`).focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).first().focus();
  await page.keyboard.press('Enter');
}

describe.skipIf(!browserPath)('in a browser', { timeout: 180_000 }, () => {
  it('a project goes from its title to the public by keyboard, and by two people', async () => {
    const faults: string[] = [];
    const page = await enter(author.email, { viewport: { width: 1280, height: 900 } });
    page.on('pageerror', (error) => void faults.push(error.message));
    await page.goto(`${url()}/console/projects/new?lang=en`);
    await type(page, 'en', 'Boats for the old');
    await type(page, 'ml', 'വയോജനങ്ങൾക്ക് വഞ്ചി');
    await page.selectOption('[name="theme"]', 'elderly');
    await press(page, 'Make the project and write its page');
    await page.waitForURL(/\/page/);
    const id = /projects\/([\da-f-]+)\/page/.exec(page.url())?.[1] as string;
    await type(page, 'en.preheader', 'A boat for each ward.');
    await type(page, 'ml.preheader', 'ഓരോ വാർഡിനും ഒരു വഞ്ചി.');
    await press(page, 'Text');
    await page.locator('[name="k0.en.text"]').waitFor();
    await type(page, 'k0.en.text', 'The clinic is across the water.');
    await type(page, 'k0.ml.text', 'ചികിത്സാകേന്ദ്രം അക്കരെയാണ്.');
    await press(page, 'Heading');
    await page.locator('[name="k1.en.text"]').waitFor();
    await type(page, 'k1.en.text', 'Across');
    await type(page, 'k1.ml.text', 'അക്കരെ');
    await page.locator('[name="op"][value="up:k1"]').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#rows > li').first().getAttribute('id')).toBe('row-k1');
    await page.locator('[name="goal.kind"][value="rupees"]').check();
    await type(page, 'goal.amount', '1,00,000');
    await type(page, 'costs.0.amount', '1,00,000');
    await type(page, 'costs.0.en', 'Two boats');
    await type(page, 'costs.0.ml', 'രണ്ടു വഞ്ചികൾ');
    await type(page, 'en.unreached', 'One boat.');
    await type(page, 'ml.unreached', 'ഒരു വഞ്ചി.');
    await page.getByText('₹1,00,000 of costs, ₹1,00,000 of goal').waitFor();
    const preview = page.frameLocator('.preview__stage iframe:last-child');
    await preview.getByText('The clinic is across the water.').waitFor();
    const display = await preview.locator('.skip').evaluate('(one) => getComputedStyle(one).position');
    expect(display).not.toBe('static');
    await page.keyboard.press('Control+s');
    await page.getByText('Saved as a new version.').waitFor();
    expect((await readDesk(ground, id)).content.en.story.map((block) => block.type)).toEqual([
      'heading',
      'text',
    ]);
    await page.goto(`${url()}/console/projects/${id}?lang=en`);
    await press(page, 'Ask for a review');
    await page.getByText('Somebody else reads it').waitFor();
    const other = await enter(approver.email, { viewport: { width: 360, height: 740 } });
    await other.goto(`${url()}/console/projects/${id}?lang=en`);
    await press(other, 'Approve version 2');
    await press(other, 'Publish version 2');
    await other.getByText('It is public.').waitFor();
    expect((await readDesk(ground, id)).project).toMatchObject({ state: 'live', published: 2 });
    expect(faults).toEqual([]);
    await page.context().close();
    await other.context().close();
  });

  const looks = [
    { colorScheme: 'light', language: 'en', width: 1280 },
    { colorScheme: 'dark', language: 'ml', width: 360 },
  ] as const;
  it.each(looks)('every page is accessible, $colorScheme, $language, $width', async (look) => {
    const { colorScheme, language, width } = look;
    const id = await liveProject(ground, { author, approver });
    const told = { title: 'News', text: 'It folds.' };
    await writeUpdate(ground, { projectId: id, content: { en: told, ml: told } }, author);
    const paper = { givenOn: '2026-11-01', paper: 'File 1', covers: ['name'], kind: 'self', who: 'Somebody' };
    const consent = await recordConsent(ground, paper, author);
    const project = `/console/projects/${id}`;
    const addresses = ['/console/projects', '/console/projects/new', project, `${project}/page`]
      .concat([`${project}/updates`, `${project}/updates/new`, `${project}/partners`, `${project}/versions`])
      .concat([
        `${project}/versions/1`,
        '/console/consents',
        '/console/consents/new',
        `/console/consents/${consent}`,
      ]);
    const page = await enter(chief.email, { viewport: { width, height: 800 }, colorScheme, bypassCSP: true });
    // What is within the frame of the preview is another page, with a test of its own.
    await page.route('**/*', (route) =>
      route.request().frame().parentFrame() ? route.abort() : route.continue(),
    );
    for (const address of addresses) {
      await page.goto(`${url()}${address}?lang=${language}`);
      expect([address, await faultsOf(page)]).toEqual([address, []]);
    }
    await page.context().close();
  });
});
