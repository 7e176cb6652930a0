import { beforeAll, describe, expect, it } from 'vitest';
import { type Design, designs, quietDesigns } from '../../src/pages/occasions/designs.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { faultsIn } from '../support/faults.ts';
import { openTill, paidGift } from '../support/giving.ts';
import { type LiveOccasion, liveOccasion } from '../support/live-occasions.ts';
import { testStandIn } from '../support/stand-in.ts';
import { testWeb } from '../support/web.ts';

const { ground, url } = testWeb({ HELP_ADDRESS: 'help@wecare.example' });
const vendor = testStandIn({ clock: { now: () => ground.clock.now() } });
const openPage = testBrowser();
const phone = { width: 360, height: 740 };
const desk = { width: 1280, height: 900 };
/** Every design, and each quiet one in remembrance. */
const pages: (LiveOccasion & { name: string })[] = [];
let guests: LiveOccasion;

beforeAll(async () => {
  if (!browserPath) return;
  Object.assign(ground.config, { publicUrl: url() });
  await openTill(ground, vendor.url());
  const add = async (name: string, wish: Parameters<typeof liveOccasion>[1]) => {
    const page = await liveOccasion(ground, { pictures: 2, ...wish });
    await paidGift(ground, vendor, {
      ...{ amount: 250_000n, occasion: { id: page.id, showAmount: true } },
      message: 'എന്നും സന്തോഷമുണ്ടാകട്ടെ.',
    });
    pages.push({ ...page, name });
  };
  for (const design of designs) await add(design, { design });
  for (const design of quietDesigns) await add(`${design}, in memory`, { kind: 'death-anniversary', design });
  guests = await liveOccasion(ground, { visibility: 'guests' });
}, 120_000);

describe.skipIf(!browserPath)('in a browser', { timeout: 240_000 }, () => {
  it.each(['en', 'ml'])('every design fits and axe has nothing to say in any look, %s', async (language) => {
    const first = pages[0] as LiveOccasion;
    const others = ['wall', 'report', 'embed'].map((part) => ({
      name: part,
      path: `/o/${first.code}/${part}`,
    }));
    const gone = [
      { name: 'none', path: '/o/00000000' },
      { name: 'door', path: `/o/${guests.code}` },
    ];
    const shown = pages.map(({ name, code }) => ({ name, path: `/o/${code}` }));
    const page = await openPage({ viewport: desk, bypassCSP: true });
    const faults: string[] = [];
    for (const { name, path } of [...shown, ...others, ...gone]) {
      await page.goto(`${url()}${path}?lang=${language}`);
      faults.push(...(await faultsIn(page)).map((fault) => `${name} ${fault}`));
    }
    await page.goto(`${url()}/o/${first.code}?lang=${language}`);
    await page.locator('summary').click();
    faults.push(...(await faultsIn(page)).map((fault) => `shares ${fault}`));
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('shows names, day and the button to give on the first screen of a phone, without JavaScript', async () => {
    const page = await openPage({ viewport: phone, javaScriptEnabled: false, locale: 'en-IN' });
    const refused: string[] = [];
    page.on('console', (told) => told.type() === 'error' && refused.push(told.text()));
    const { code } = pages.find(({ name }) => name === ('jasmine' satisfies Design)) as LiveOccasion;
    await page.goto(`${url()}/o/${code}`);
    const button = page.locator('.dock a');
    await button.waitFor();
    const box = await button.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
    expect((box?.y ?? 999) + (box?.height ?? 999)).toBeLessThanOrEqual(phone.height);
    expect(await page.locator('html').getAttribute('lang')).toBe('ml');
    await button.click();
    expect(page.url()).toContain(`/give?occasion=${code}`);
    await page.getByText('അനു & മനു').waitFor();
    expect(refused).toEqual([]);
  });

  it('lets a guest in with the code, without JavaScript', async () => {
    const page = await openPage({ viewport: phone, javaScriptEnabled: false });
    await page.goto(`${url()}/o/${guests.code}?lang=ml`);
    const { guestCode } = await ground.db.occasion
      .findUniqueOrThrow({ where: { id: guests.id } })
      .then((row) => ({ guestCode: ground.keys.open('occasion-contact', row.guestCode as Uint8Array) }));
    await page.getByLabel('അതിഥികളുടെ കോഡ്').fill(guestCode.toUpperCase());
    await page.getByRole('button', { name: 'പേജ് തുറക്കുക' }).click();
    await page.getByRole('heading', { name: 'അനു' }).waitFor();
  });
});
