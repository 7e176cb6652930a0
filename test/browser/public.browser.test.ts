import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/server.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { faultsIn } from '../support/faults.ts';
import { seedMailed } from '../support/mailed.ts';
import { publicLists } from '../support/subscribing.ts';
import { testWeb } from '../support/web.ts';

const { ground, url } = testWeb({
  SANDBOX_PORT: '0',
  SANDBOX_SMTP_PORT: '0',
  HELP_ADDRESS: 'help@wecare.example',
});
const openPage = testBrowser();
const phone = { width: 360, height: 740 };
const desk = { width: 1280, height: 900 };
let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox(ground);
  for (const subject of ['വീട്ടിൽ പരിചരണം', 'Care at home']) {
    const source = Buffer.from(
      `Subject: ${subject}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>നന്ദി</p>`,
    );
    sandbox.inbox.add({
      at: ground.clock.now(),
      from: 'a@b.example',
      to: ['c@d.example'],
      cut: true,
      source,
    });
  }
});
afterAll(() => sandbox.close());

describe.skipIf(!browserPath)('in a browser', { timeout: 120_000 }, () => {
  it('a person unsubscribes in Malayalam on a small phone without JavaScript, and takes it back', async () => {
    const { contactId, token } = await seedMailed(ground, { language: 'ml' });
    const key = { contactId, channel: 'email', purpose: 'appeals' };
    const given = async () =>
      (await ground.db.consent.findUniqueOrThrow({ where: { contactId_channel_purpose: key } })).given;
    const page = await openPage({ viewport: phone, javaScriptEnabled: false });
    await page.goto(`${url()}/u/${token}`);
    const button = page.getByRole('button', { name: 'ഇനി വേണ്ട' });
    const box = await button.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
    expect((box?.y ?? 999) + (box?.height ?? 999)).toBeLessThan(phone.height);
    await button.click();
    await page.getByRole('heading', { name: 'ഇനി ഈ ഇമെയിലുകൾ ലഭിക്കില്ല.' }).waitFor();
    expect(await given()).toBe(false);
    await page.getByRole('button').click();
    await page.getByRole('heading', { name: 'ഞങ്ങളുടെ ഇമെയിലുകൾ വീണ്ടും ലഭിക്കും.' }).waitFor();
    expect(await given()).toBe(true);
    await page.context().close();
  });

  it.each(['en', 'ml'])('every page is accessible in every look, %s', async (language) => {
    const { token } = await seedMailed(ground);
    const inbox = sandbox.url;
    await publicLists(ground);
    const addresses = [`${url()}/`, `${url()}/u/${token}`, `${url()}/u/broken`, `${url()}/nothing`]
      .concat([`${url()}/p/${token}`, `${url()}/subscribe`, `${url()}/subscribe/embed`])
      .concat([`${url()}/subscribe/confirm/broken`])
      .concat([inbox, `${inbox}?q=zzz`, `${inbox}/1`, `${inbox}/1?view=headers`, `${inbox}/2?view=source`])
      .map((address) => `${address}${address.includes('?') ? '&' : '?'}lang=${language}`);
    const page = await openPage({ viewport: desk, bypassCSP: true });
    const faults: string[] = [];
    const open = async (address: string) => {
      await page.goto(address);
      faults.push(...(await faultsIn(page)));
    };
    for (const address of addresses) await open(address);
    for (const form of [`${url()}/subscribe`, `${url()}/u/${token}`]) {
      await page.goto(`${form}?lang=${language}`);
      await page.getByRole('button').click();
      faults.push(...(await faultsIn(page)));
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
