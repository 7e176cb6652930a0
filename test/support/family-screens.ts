import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Ground } from '../../src/ground.ts';
import { drawWaitingPhoto, waitingPhotos } from '../../src/pages/occasions/photos.ts';
import { photograph } from './pictures.ts';

/** What is done with each screen before it is left; it is called by its name. */
export type Look = (page: Page, name: string) => Promise<unknown>;
const nothing: Look = async () => undefined;

export interface Making {
  kind: 'wedding' | 'death-anniversary';
  /** A telephone, and nothing else. */
  number: string;
  look?: Look;
  script?: boolean;
}

interface Place {
  ground: Ground;
  url: string;
  /** The code that came to a telephone last. */
  code(number: string): Promise<string>;
}

const next = (page: Page) => page.getByRole('button', { name: 'തുടരുക' }).click();

/** All screens on a small phone, in Malayalam, until the page waits for a look. @returns the page's id */
export async function makeByPhone(page: Page, place: Place, making: Making): Promise<string> {
  const { kind, look = nothing } = making;
  await page.goto(`${place.url}/occasions?lang=ml`);
  await look(page, 'start');
  await page.locator(`button[value="${kind}"]`).click();
  await sayWho(page, making);
  await sayWords(page, making);
  await addPicture(page, place.ground, making);
  await look(page, 'for');
  await next(page);
  await chooseLook(page, look);
  await prove(page, place, making);
  const { rows } = await place.ground.sql.query('SELECT id FROM occasion ORDER BY id DESC LIMIT 1');
  return rows[0].id;
}

async function sayWho(page: Page, { kind, look = nothing }: Making): Promise<void> {
  await look(page, 'who');
  if (kind === 'wedding') {
    await page.getByLabel('ഒരാളുടെ പേര്').fill('അഞ്ജു');
    await page.getByLabel('മറ്റേയാളുടെ പേര്').fill('ബിജു');
  } else await page.getByLabel('പേര്', { exact: true }).fill('മേരി തോമസ്');
  await page.getByLabel('ദിവസം', { exact: true }).fill('2026-12-05');
  await next(page);
}

async function sayWords(page: Page, { kind, look = nothing }: Making): Promise<void> {
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
}

async function addPicture(page: Page, ground: Ground, { look = nothing, script = true }: Making) {
  await look(page, 'photo');
  const file = { name: 'IMG_1.jpg', mimeType: 'image/jpeg', buffer: await photograph(1200, 900) };
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

async function chooseLook(page: Page, look: Look): Promise<void> {
  await look(page, 'look');
  await page.locator('.look').nth(1).click();
  await page.getByRole('button', { name: 'ഈ രൂപത്തിൽ കാണിക്കുക' }).click();
  await page.waitForURL(/#preview$/);
  await page.frameLocator('.make__frame').getByRole('heading', { level: 1 }).waitFor();
  await next(page);
}

async function prove(page: Page, { code }: Place, { number, look = nothing }: Making): Promise<void> {
  await page.getByLabel('നിങ്ങളുടെ പേര്').fill('ജോസ്');
  await page.getByLabel('മൊബൈൽ നമ്പറോ ഇമെയിലോ').fill(number);
  await page.getByText('എനിക്ക് 18 വയസ്സായി').click();
  await look(page, 'contact');
  await page.getByRole('button', { name: 'കോഡ് അയയ്ക്കുക' }).click();
  await page.getByLabel('കോഡ്', { exact: true }).waitFor();
  await look(page, 'code');
  await page.getByLabel('കോഡ്', { exact: true }).fill(await code(number));
  await page.getByRole('button', { name: 'പൂർത്തിയാക്കുക' }).click();
  await page.getByRole('heading', { name: 'പൂർത്തിയായി. ഞങ്ങൾ പേജ് നോക്കുകയാണ്.' }).waitFor();
  await look(page, 'done');
}
