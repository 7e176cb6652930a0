import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { revokeSessions } from '../../src/access/sessions.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { PASSWORD, staffMember } from '../support/staff.ts';
import { testWeb } from '../support/web.ts';

const { ground, url } = testWeb();
const openPage = testBrowser();
let user: Awaited<ReturnType<typeof staffMember>>;

beforeAll(async () => {
  user = await staffMember(ground, ['author']);
});

async function signIn(page: Page): Promise<void> {
  await page.goto(`${url()}/console/sign-in`);
  await page.fill('[name=email]', user.email);
  await page.fill('[name=password]', PASSWORD);
  await page.locator('[name=password]').press('Enter');
  await page.waitForURL((at) => at.pathname === '/console');
}

const NEW = '/console/campaigns/new';
const send = (page: Page) => page.locator('main form .btn--primary').click();
const isOffered = (page: Page) => page.getByRole('button', { name: 'Bring it back' }).count();

describe.skipIf(!browserPath)('in a browser', { timeout: 120_000 }, () => {
  it('what was typed when a session ended is offered again, and nothing once it was taken', async () => {
    const page = await openPage({ viewport: { width: 1280, height: 900 } });
    await signIn(page);
    await page.goto(`${url()}${NEW}`);
    await page.fill('#name', 'Typed for long');
    await revokeSessions(ground.sql, { userId: user.id, why: 'test' }, 'cli:test');
    await send(page);
    await page.getByText('What you typed is not lost').waitFor();
    await signIn(page);
    await page.goto(`${url()}${NEW}`);
    await page.getByRole('button', { name: 'Bring it back' }).click();
    expect(await page.inputValue('#name')).toBe('Typed for long');
    // Refused, it is shown at the address where it was sent.
    await page.selectOption('#beneficiaryKind', { index: 1 });
    await send(page);
    await page.locator('[aria-invalid="true"]').first().waitFor();
    await page.selectOption('#beneficiaryKind', { index: 0 });
    await send(page);
    await page.waitForURL(/campaigns\/[\da-f-]{36}/);
    await page.goto(`${url()}${NEW}`);
    expect(await isOffered(page)).toBe(0);
  });

  it('what a browser itself finds wrong is said in the language of the page', async () => {
    const page = await openPage({ viewport: { width: 1280, height: 900 }, locale: 'en-IN' });
    await signIn(page);
    await page.goto(`${url()}${NEW}?lang=ml`);
    await send(page);
    const said = () => page.evaluate("document.getElementById('name').validationMessage");
    expect(await said()).toBe('ഇത് ആവശ്യമാണ്.');
    await page.fill('#name', 'ഓണം');
    expect(await said()).toBe('');
  });
});
