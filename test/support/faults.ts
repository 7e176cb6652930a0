import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe finds on a page as it stands, frames apart, and whether it is wider than its window. */
export async function faultsOf(page: Page): Promise<string[]> {
  // What is being fetched anew stands faded until it is there.
  await page.locator('.htmx-request').waitFor({ state: 'detached' });
  await page.evaluate(axe.source);
  const found = (await page.evaluate('axe.run(document, { iframes: false })')) as axe.AxeResults;
  const wide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
  return [
    ...found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
    ...(wide ? [`${page.url()} is wider than its window`] : []),
  ];
}
