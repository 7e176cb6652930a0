import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Ground } from '../../src/ground.ts';
import { PASSWORD, staffMember } from './staff.ts';

interface Office {
  ground: Ground;
  /** Where the web runs, known once it does. */
  url(): string;
  openPage(options: BrowserContextOptions): Promise<Page>;
  look?: BrowserContextOptions;
}

/** Seats somebody of the staff at a browser of their own, signed in at the console's first page. */
export const desksIn =
  ({ ground, url, openPage, look = { viewport: { width: 1280, height: 900 } } }: Office) =>
  async (role: 'author' | 'approver', name: string): Promise<Page> => {
    const { email } = await staffMember(ground, [role], name);
    const page = await openPage(look);
    await page.goto(`${url()}/console`);
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(/\/console(\?|$)/);
    return page;
  };
