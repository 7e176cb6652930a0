import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { linkFor } from '../../src/access/manage-users.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { faultsIn, twoLooks } from '../support/faults.ts';
import { PASSWORD, staffMember } from '../support/staff.ts';
import { testWeb } from '../support/web.ts';

const { ground, url } = testWeb();
const openPage = testBrowser();
const phone = { width: 360, height: 740 };
const desk = { width: 1280, height: 900 };

/** Presses what sends the form of the page, and waits for the next one. */
const send = async (page: Page, name: string | RegExp) => {
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name }).first().click()]);
};

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto(`${url()}/console/sign-in?lang=en`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await send(page, 'Sign in');
}

describe.skipIf(!browserPath)('in a browser', { timeout: 120_000 }, () => {
  it('a person sets up a second factor on a small phone without JavaScript, and comes in by it', async () => {
    const user = await staffMember(ground, ['author']);
    const page = await openPage({ viewport: phone, javaScriptEnabled: false });
    await signIn(page, user.email);
    await page.goto(`${url()}/console/account/second-factor`);
    const secret = (await page.locator('.enrol__secret').textContent())?.replaceAll(' ', '') ?? '';
    const code = () =>
      new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: ground.clock.now().getTime() });
    await page.getByLabel('The six digits').fill(code());
    await send(page, 'Turn it on');
    expect(await page.locator('.codes li').count()).toBe(10);
    await page.goto(`${url()}/console/account`);
    await send(page, 'Sign out');
    await signIn(page, user.email);
    await page.getByRole('heading', { name: 'The code of your app' }).waitFor();
    ground.clock.set(new Date(ground.clock.now().getTime() + 30_000));
    await page.getByLabel('Code').fill(code());
    await send(page, 'Go on');
    await page.goto(`${url()}/console/account`);
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await page.context().close();
  });

  it.each(['en', 'ml'])('every page is accessible, %s', async (language) => {
    const user = await staffMember(ground, ['administrator'], 'ആശ');
    const { token } = await linkFor(ground, user.id, 'cli:test');
    const open = ['sign-in', 'sign-in?why=stolen', 'forgot', `reset/${token}`, 'welcome/none'];
    const own = ['account', 'account/second-factor', 'users', `users/${user.id}`, 'audit', 'audit?actor=zz'];
    const page = await openPage({ viewport: desk, bypassCSP: true });
    const faults: string[] = [];
    const look = async (path: string) => {
      await page.goto(`${url()}/console/${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
      faults.push(...(await faultsIn(page, twoLooks)));
    };
    for (const path of open) await look(path);
    await signIn(page, user.email);
    for (const path of own) await look(path);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
