import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decideOccasion } from '../../src/pages/occasions/decide.ts';
import { readOccasion } from '../../src/pages/occasions/make.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { familyTelephones, pass } from '../support/families.ts';
import { type Look, makeByPhone } from '../support/family-screens.ts';
import { faultsIn } from '../support/faults.ts';
import { openTill, paidGift } from '../support/giving.ts';
import { staffMember } from '../support/staff.ts';
import { testStandIn } from '../support/stand-in.ts';
import { testWeb } from '../support/web.ts';

const { ground, url } = testWeb({ HELP_ADDRESS: 'help@wecare.example' });
const vendor = testStandIn({ clock: { now: () => ground.clock.now() } });
const telephones = familyTelephones(ground);
const openPage = testBrowser();
const phone = { width: 360, height: 740 };
const desk = { width: 1280, height: 900 };
/** Where the screens are walked through. */
const place = () => ({ ground, url: url(), code: telephones.code });

beforeAll(async () => {
  Object.assign(ground.config, { publicUrl: url() });
  await openTill(ground, vendor.url());
});
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

async function approve(id: string): Promise<void> {
  const { edition } = await readOccasion(ground, id);
  await decideOccasion(ground, { id, decision: 'approve', edition }, await staffMember(ground, ['approver']));
}

/** Two guests, one of whom does not want to be named. */
async function twoGifts(id: string): Promise<void> {
  const occasion = { id, showAmount: false };
  await paidGift(ground, vendor, { amount: 150_000n, occasion, message: 'എല്ലാ ആശംസകളും' });
  await paidGift(ground, vendor, { amount: 50_000n, occasion, anonymous: true, message: 'ഓർക്കുന്നു' });
}

async function thank(page: Page, look: Look = async () => undefined): Promise<void> {
  await page.getByRole('link', { name: 'നിങ്ങളുടെ പേജ് തുറക്കുക' }).click();
  await page.getByText('₹2,000').waitFor();
  await look(page, 'family');
  await page.locator('summary').filter({ hasText: 'എല്ലാവർക്കും നന്ദി അറിയിക്കുക' }).click();
  await look(page, 'family-thanks');
  await page.locator('.family__thank .hint').first().click();
  await page.getByText('നിങ്ങളുടെ നന്ദി അയയ്ക്കുന്നു.').waitFor();
}

/** A number that was proven long ago: the code, then the day of the page, which is wrong first. */
async function openOld(page: Page, number: string, look: Look): Promise<void> {
  await page.getByRole('button', { name: 'കോഡ് അയയ്ക്കുക' }).click();
  await look(page, 'code');
  const open = page.getByRole('button', { name: 'പേജ് തുറക്കുക' });
  await page.locator('#code').fill(await telephones.code(number));
  await open.click();
  const day = page.getByLabel('നിങ്ങളുടെ പേജിലെ തീയതി');
  await look(page, 'day');
  await day.fill('2026-12-06');
  await open.click();
  await page.getByText('പേജിലെ തീയതി അതല്ല').waitFor();
  await look(page, 'day');
  await day.fill('2026-12-05');
  await open.click();
  await page.getByText('₹2,000').waitFor();
}

/** Where something is typed or opened that another address would lose. */
const STANDS = ['contact', 'photo-ready', 'family-thanks', 'code', 'old', 'broken', 'day'];

describe.skipIf(!browserPath)('in a browser', { timeout: 180_000 }, () => {
  it.each([
    { kind: 'wedding', script: true, number: '9847012301' },
    { kind: 'wedding', script: false, number: '9847012302' },
    { kind: 'death-anniversary', script: true, number: '9847012303' },
    { kind: 'death-anniversary', script: false, number: '9847012304' },
  ] as const)('a family makes a page by phone and thanks two guests: $kind, script $script', async (one) => {
    const page = await openPage({ viewport: phone, locale: 'ml-IN', javaScriptEnabled: one.script });
    const refused: string[] = [];
    page.on('console', (told) => /Security Policy/.test(told.text()) && refused.push(told.text()));
    const began = performance.now();
    const id = await makeByPhone(page, place(), one);
    expect(performance.now() - began).toBeLessThan(180_000);
    expect(await readOccasion(ground, id)).toMatchObject({
      state: 'waiting',
      content: { photos: [{ x: 15, y: 15 }] },
    });
    await approve(id);
    await twoGifts(id);
    await thank(page);
    const share = await page.getByRole('link', { name: 'വാട്സാപ്പിൽ പങ്കുവെക്കുക' }).getAttribute('href');
    expect(decodeURIComponent(share ?? '')).toMatch(/\/o\/[0-9a-z]{8}$/);
    if (one.kind === 'death-anniversary') {
      const words = `${await page.locator('main').textContent()} ${decodeURIComponent(share ?? '')}`;
      expect(words).not.toMatch(/ആഘോഷ|celebrat|സമ്മാന/i);
    }
    const { rows } = await ground.sql.query(
      'SELECT count(*)::int FROM occasion_gift WHERE occasion_id = $1',
      [id],
    );
    expect(rows[0].count).toBe(2);
    expect(refused).toEqual([]);
    await page.context().close();
  });

  it.each([
    { viewport: phone, kind: 'wedding', number: '9847012311' },
    { viewport: desk, kind: 'death-anniversary', number: '9847012312' },
  ] as const)('every screen fits and axe has nothing to say in any look, $kind', async (one) => {
    const { viewport, kind, number } = one;
    const page = await openPage({ viewport, reducedMotion: 'reduce', bypassCSP: true });
    const faults: string[] = [];
    const lookAt = async (at: Page, name: string) => {
      faults.push(...(await faultsIn(at)).map((fault) => `${name}: ${fault}`));
      await at.setViewportSize(viewport);
    };
    const look: Look = async (at, name) => {
      await lookAt(at, name);
      if (STANDS.includes(name)) return;
      const here = at.url();
      const english = new URL(here);
      english.searchParams.set('lang', 'en');
      await at.goto(english.href);
      await lookAt(at, `${name} in English`);
      await at.goto(here);
    };
    const id = await makeByPhone(page, place(), { kind, number, look });
    await approve(id);
    await twoGifts(id);
    await thank(page, look);
    const home = page.url().replace(/\?.*$/, '');
    for (const summary of await page.locator('details > summary').all()) await summary.click();
    await lookAt(page, 'all that unfolds');
    for (const screen of ['edit/who', 'edit/photo', 'edit/for', 'edit/look', 'removal', 'broken']) {
      await page.goto(`${home.replace(screen === 'broken' ? /\/[^/]+$/ : /$/, '')}/${screen}?lang=ml`);
      await look(page, screen);
    }
    pass(ground, { days: 121 });
    await page.goto(`${home}?lang=ml`);
    await look(page, 'old');
    await openOld(page, number, look);
    await page.goto(`${url()}/occasions/lost?lang=ml`);
    await look(page, 'lost');
    await page.getByLabel('മൊബൈൽ നമ്പറോ ഇമെയിലോ').fill('9000000000');
    await page.getByRole('button', { name: 'കോഡ് അയയ്ക്കുക' }).click();
    await lookAt(page, 'lost number');
    expect([...new Set(faults)].join('\n')).toBe('');
    await page.context().close();
  });
});
