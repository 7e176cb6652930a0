import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decideOccasion } from '../../src/pages/occasions/decide.ts';
import { readOccasion } from '../../src/pages/occasions/make.ts';
import { drawWaitingPhoto, waitingPhotos } from '../../src/pages/occasions/photos.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { familyTelephones, pass } from '../support/families.ts';
import { faultsOf } from '../support/faults.ts';
import { openTill, paidGift } from '../support/giving.ts';
import { photograph } from '../support/pictures.ts';
import { staffMember } from '../support/staff.ts';
import { testStandIn } from '../support/stand-in.ts';
import { testWeb } from '../support/web.ts';

const { ground, url } = testWeb({ HELP_ADDRESS: 'help@wecare.example' });
const vendor = testStandIn({ clock: { now: () => ground.clock.now() } });
const telephones = familyTelephones(ground);
const openPage = testBrowser();
const phone = { width: 360, height: 740 };
const desk = { width: 1280, height: 900 };
let jpeg: Buffer;

beforeAll(async () => {
  Object.assign(ground.config, { publicUrl: url() });
  jpeg = await photograph(1200, 900);
  await openTill(ground, vendor.url());
});
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

type Look = (page: Page, name: string) => Promise<unknown>;
const nothing: Look = async () => undefined;

interface Making {
  kind: 'wedding' | 'death-anniversary';
  number: string;
  look?: Look;
  script?: boolean;
}

const next = (page: Page) => page.getByRole('button', { name: 'തുടരുക' }).click();

/** All screens on a small phone, in Malayalam, with a telephone number and nothing else. @returns the page's id */
async function make(page: Page, { kind, number, look = nothing, script = true }: Making): Promise<string> {
  await page.goto(`${url()}/occasions?lang=ml`);
  await look(page, 'start');
  await page.locator(`button[value="${kind}"]`).click();
  await look(page, 'who');
  if (kind === 'wedding') {
    await page.getByLabel('ഒരാളുടെ പേര്').fill('അഞ്ജു');
    await page.getByLabel('മറ്റേയാളുടെ പേര്').fill('ബിജു');
  } else await page.getByLabel('പേര്', { exact: true }).fill('മേരി തോമസ്');
  await page.getByLabel('ദിവസം', { exact: true }).fill('2026-12-05');
  await next(page);
  await look(page, 'words');
  if (kind === 'wedding') {
    await page.getByRole('button', { name: 'സമ്മാനങ്ങൾ വേണ്ട. പകരം' }).click();
    await page.waitForURL(/#line$/);
  } else {
    // Nothing is put into anybody's mouth on such a day.
    expect(await page.locator('[name=use]').count()).toBe(0);
    await page.getByLabel('ഒരു കുറിപ്പ്').fill('വീട്ടിൽ വരുന്നവർക്കെല്ലാം അമ്മ ചോറു വിളമ്പി.');
  }
  await next(page);
  await addPicture(page, { look, script });
  await look(page, 'for');
  await next(page);
  await look(page, 'look');
  await page.locator('.look').nth(1).click();
  await page.getByRole('button', { name: 'ഈ രൂപത്തിൽ കാണിക്കുക' }).click();
  await page.waitForURL(/#preview$/);
  const preview = page.frameLocator('iframe');
  await preview.getByRole('heading', { level: 1 }).waitFor();
  await next(page);
  await page.getByLabel('നിങ്ങളുടെ പേര്').fill('ജോസ്');
  await page.getByLabel('മൊബൈൽ നമ്പറോ ഇമെയിലോ').fill(number);
  await page.getByText('എനിക്ക് 18 വയസ്സായി').click();
  await look(page, 'contact');
  await page.getByRole('button', { name: 'കോഡ് അയയ്ക്കുക' }).click();
  await page.getByLabel('കോഡ്', { exact: true }).waitFor();
  await look(page, 'code');
  await page.getByLabel('കോഡ്', { exact: true }).fill(await telephones.code(number));
  await page.getByRole('button', { name: 'പൂർത്തിയാക്കുക' }).click();
  await page.getByRole('heading', { name: 'പൂർത്തിയായി. ഞങ്ങൾ പേജ് നോക്കുകയാണ്.' }).waitFor();
  await look(page, 'done');
  const { rows } = await ground.sql.query('SELECT id FROM occasion ORDER BY id DESC LIMIT 1');
  return rows[0].id;
}

async function addPicture(page: Page, { look = nothing, script = true }: Pick<Making, 'look' | 'script'>) {
  await look(page, 'photo');
  const file = { name: 'IMG_1.jpg', mimeType: 'image/jpeg', buffer: jpeg };
  await page.getByLabel('ഒരു ഫോട്ടോ തിരഞ്ഞെടുക്കുക').setInputFiles(file);
  if (!script) await page.getByRole('button', { name: 'ചേർക്കുക', exact: true }).click();
  await page.getByText('തയ്യാറാകുന്നു …').waitFor();
  for (const { photo } of await waitingPhotos(ground)) await drawWaitingPhoto(ground, photo);
  await page.getByRole('img', { name: 'ഫോട്ടോ 1' }).waitFor();
  for (const summary of await page.locator('details > summary').all()) await summary.click();
  await look(page, 'photo-ready');
  await page.getByRole('radio', { name: 'മുകളിൽ ഇടത്ത്' }).check();
  await page.getByRole('button', { name: 'സൂക്ഷിക്കുക' }).click();
  await page.getByRole('link', { name: 'തുടരുക' }).click();
}

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

async function thank(page: Page, look: Look = nothing): Promise<void> {
  await page.getByRole('link', { name: 'നിങ്ങളുടെ പേജ് തുറക്കുക' }).click();
  await page.getByText('₹2,000').waitFor();
  await look(page, 'family');
  await page.locator('summary').filter({ hasText: 'എല്ലാവർക്കും നന്ദി അറിയിക്കുക' }).click();
  await look(page, 'family-thanks');
  await page.locator('.family__thank .hint').first().click();
  await page.getByText('നിങ്ങളുടെ നന്ദി അയയ്ക്കുന്നു.').waitFor();
}

/** Where something is typed or opened that another address would lose. */
const STANDS = ['contact', 'photo-ready', 'family-thanks', 'code', 'old', 'broken'];

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
    const id = await make(page, one);
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
    { viewport: phone, colorScheme: 'light', kind: 'wedding', number: '9847012311' },
    { viewport: desk, colorScheme: 'dark', kind: 'death-anniversary', number: '9847012312' },
    { viewport: phone, colorScheme: 'dark', kind: 'death-anniversary', number: '9847012313' },
    { viewport: desk, colorScheme: 'light', kind: 'wedding', number: '9847012314' },
  ] as const)('every screen fits and axe has nothing to say, $viewport.width $colorScheme', async (one) => {
    const { viewport, colorScheme, kind, number } = one;
    const page = await openPage({ viewport, colorScheme, reducedMotion: 'reduce', bypassCSP: true });
    const faults: string[] = [];
    const look: Look = async (at, name) => {
      faults.push(...(await faultsOf(at)).map((fault) => `${name}: ${fault}`));
      if (STANDS.includes(name)) return;
      const here = at.url();
      const english = new URL(here);
      english.searchParams.set('lang', 'en');
      await at.goto(english.href);
      faults.push(...(await faultsOf(at)).map((fault) => `${name} in English: ${fault}`));
      await at.goto(here);
    };
    const id = await make(page, { kind, number, look });
    await approve(id);
    await twoGifts(id);
    await thank(page, look);
    const home = page.url().replace(/\?.*$/, '');
    for (const summary of await page.locator('details > summary').all()) await summary.click();
    faults.push(...(await faultsOf(page)));
    for (const screen of ['edit/who', 'edit/photo', 'edit/for', 'edit/look', 'removal', 'broken']) {
      await page.goto(`${home.replace(screen === 'broken' ? /\/[^/]+$/ : /$/, '')}/${screen}?lang=ml`);
      await look(page, screen);
    }
    pass(ground, { days: 121 });
    await page.goto(`${home}?lang=ml`);
    await look(page, 'old');
    await page.goto(`${url()}/occasions/lost?lang=ml`);
    await look(page, 'lost');
    await page.getByLabel('മൊബൈൽ നമ്പറോ ഇമെയിലോ').fill('9000000000');
    await page.getByRole('button', { name: 'കോഡ് അയയ്ക്കുക' }).click();
    faults.push(...(await faultsOf(page)));
    expect([...new Set(faults)].join('\n')).toBe('');
    await page.context().close();
  });
});
