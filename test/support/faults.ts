import axe from 'axe-core';
import type { Page } from 'playwright-core';

const EVERYTHING = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What another theme can break; the rest of a page is the same in both. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

interface Look {
  width: number;
  colorScheme: 'light' | 'dark';
  rules: string[];
}

/** Either width and either theme once, with all rules: for states of pages that are seen in all looks elsewhere. */
export const twoLooks: Look[] = [
  { width: 1280, colorScheme: 'light', rules: EVERYTHING },
  { width: 360, colorScheme: 'dark', rules: EVERYTHING },
];
/** All rules at both widths, once in each theme; of the other theme its colours. */
const allLooks: Look[] = [
  ...twoLooks,
  { width: 360, colorScheme: 'light', rules: COLOURS },
  { width: 1280, colorScheme: 'dark', rules: COLOURS },
];

/** What axe finds on a page as it stands, and what reaches out of its window. */
export async function faultsOf(page: Page): Promise<string[]> {
  await bringAxe(page);
  return lookAt(page, EVERYTHING);
}

/** The same in each look, of a page that is opened once and dressed anew for each; its window stays as the last. */
export async function faultsIn(page: Page, looks = allLooks): Promise<string[]> {
  await bringAxe(page);
  const faults: string[] = [];
  for (const { width, colorScheme, rules } of looks) {
    await page.setViewportSize({ width, height: width < 600 ? 740 : 900 });
    // Without the moment in which a colour turns into the next one.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    faults.push(...(await lookAt(page, rules)).map((fault) => `${width} ${colorScheme} ${fault}`));
  }
  return faults;
}

/** By the debugging protocol, which the policy of the page does not concern. */
async function bringAxe(page: Page): Promise<void> {
  // What is being fetched anew stands faded until it is there.
  await page.locator('.htmx-request').first().waitFor({ state: 'detached' });
  await page.evaluate(axe.source);
}

/** Frames are pages of their own. Only what is wrong is described: the rest would take as long again. */
async function lookAt(page: Page, runOnly: string[]): Promise<string[]> {
  const options = JSON.stringify({ runOnly, iframes: false, resultTypes: ['violations'] });
  const { violations, wide } = (await page.evaluate(
    `axe.run(document, ${options}).then(({ violations }) => ({ violations, wide: ${WIDE} }))`,
  )) as { violations: axe.Result[]; wide: string };
  const here = new URL(page.url()).pathname;
  return [
    ...violations.map(({ id, nodes }) => `${here} ${id}: ${nodes.map(({ html }) => html).join(' | ')}`),
    ...(wide ? [`${here} is wider than its window: ${wide}`] : []),
  ];
}

/** What reaches out of the window, so that it can be found. */
const WIDE = `document.documentElement.scrollWidth > document.documentElement.clientWidth
  ? document.documentElement.scrollWidth + ' px, ' + [...document.querySelectorAll('main *, header *')]
      .filter((one) => !one.closest('.scroll') && one.getBoundingClientRect().right > innerWidth + 1)
      .slice(0, 4).map((one) => one.outerHTML.slice(0, 120)).join(' | ')
  : ''`;
