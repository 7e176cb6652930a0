import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tellFamilies } from '../../src/campaigns/occasions/told.ts';
import { formatAmount } from '../../src/i18n.ts';
import { readOccasion } from '../../src/pages/occasions/make.ts';
import { drawPapers } from '../../src/pages/occasions/papers/papers.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { familyTelephones } from '../support/families.ts';
import { makeByPhone } from '../support/family-screens.ts';
import { faultsOf } from '../support/faults.ts';
import { openTill } from '../support/giving.ts';
import { readsPdf, textOf } from '../support/pdf-text.ts';
import { PASSWORD, staffMember } from '../support/staff.ts';
import { testStandIn } from '../support/stand-in.ts';
import { testWeb } from '../support/web.ts';

const { ground, url } = testWeb({ HELP_ADDRESS: 'help@wecare.example' });
const vendor = testStandIn({ clock: { now: () => ground.clock.now() } });
// Before the telephones are connected: addresses in an SMS are registered.
beforeAll(() => void Object.assign(ground.config, { publicUrl: url() }));
const telephones = familyTelephones(ground);
const openPage = testBrowser();
const viewport = { width: 360, height: 740 };

beforeAll(() => openTill(ground, vendor.url()));
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

/** The look of whoever approves: from the queue to the page, and the button. */
async function approveInConsole(page: Page, id: string, look: (page: Page) => Promise<void>): Promise<void> {
  const { email } = await staffMember(ground, ['approver']);
  await page.goto(`${url()}/console/sign-in?lang=en`);
  await page.fill('[name=email]', email);
  await page.fill('[name=password]', PASSWORD);
  await page.locator('[name=password]').press('Enter');
  await page.waitForURL((at) => at.pathname === '/console');
  await page.goto(`${url()}/console/occasions/waiting`);
  await page.locator(`a[href*="${id}"]`).first().click();
  await look(page);
  await page.getByRole('button', { name: 'Show it to guests' }).click();
  await page.getByText('Guests see it now').waitFor();
}

interface Guest {
  rupees: number;
  name: string;
  words: string;
  /** Whether guests may see the name. */
  named: boolean;
  script?: boolean;
}

/** From the shared address through the three screens to the thanks. */
async function give(page: Page, address: string, { rupees, name, words, named, script }: Guest, look: Look) {
  const amount = formatAmount(BigInt(rupees) * 100n);
  await page.goto(`${address}?lang=ml`);
  await look(page);
  await page.locator('.dock a').click();
  await look(page);
  await page.getByText('മറ്റൊരു തുക').click();
  await page.getByLabel('തുക രൂപയിൽ എഴുതുക').fill(String(rupees));
  await page.getByText('അതെ, ഇന്ത്യയിൽ താമസിക്കുന്നു').click();
  await page.getByRole('button', { name: 'തുടരുക' }).click();
  await page.getByLabel('പേര്', { exact: true }).fill(name);
  await page.getByLabel('മൊബൈൽ നമ്പർ').fill('9876543210');
  await page.locator('#message').fill(words);
  if (named) await page.locator('[name=wall]').check({ force: true });
  await look(page);
  await page.getByRole('button', { name: 'ഒത്തുനോക്കി പണമടയ്ക്കാം' }).click();
  await look(page);
  await page.getByRole('button', { name: `${amount} അടയ്ക്കുക` }).click();
  await page.getByRole('heading', { name: 'എങ്ങനെ പണമടയ്ക്കണം?' }).waitFor();
  await look(page);
  await (script ? payInWindow(page, amount) : payAtCompany(page, amount));
  await page.getByRole('heading', { name: `നന്ദി, ${name}.` }).waitFor();
  await look(page);
}

type Look = (page: Page) => Promise<void>;

/** The company's window, by UPI. */
async function payInWindow(page: Page, amount: string): Promise<void> {
  await page.getByRole('button', { name: 'UPI, കാർഡ്, ബാങ്ക് വഴി അടയ്ക്കുക' }).click();
  const frame = page.frameLocator('iframe');
  await frame.getByRole('button', { name: `${amount} അടയ്ക്കുക` }).click();
  await frame.getByRole('link', { name: 'പരിശീലന ആപ്പ് തുറക്കുക' }).click();
  await frame.getByRole('button', { name: `അതെ, ${amount} അടയ്ക്കുക` }).click();
}

/** The company's own page, which needs no script. */
async function payAtCompany(page: Page, amount: string): Promise<void> {
  await page.getByRole('button', { name: 'കാർഡ്, നെറ്റ് ബാങ്കിങ് വഴി അടയ്ക്കുക' }).click();
  await page.getByRole('button', { name: `${amount} അടയ്ക്കുക` }).click();
  await page.getByRole('button', { name: `അതെ, ${amount} അടയ്ക്കുക` }).click();
}

/** What the journal says of the gifts of a page, by postings alone. */
async function journalSum(id: string): Promise<bigint> {
  const { rows } = await ground.sql.query<{ sum: string }>(
    `SELECT -sum(p.amount) AS sum FROM journal j JOIN posting p ON p.journal = j.id
       JOIN ledger_account a ON a.code = p.account AND a.kind = 'fund'
      WHERE j.subject IN (SELECT 'payment:' || payment_id FROM donation WHERE occasion_id = $1)`,
    [id],
  );
  return BigInt(rows[0]?.sum ?? 0);
}

/** The newest address of the family's page that came by SMS. */
async function linkOnTelephone(number: string): Promise<string> {
  await tellFamilies(ground);
  const links = (await telephones.texts(number)).flatMap(
    (text) => /http\S+\/family\/[\w-]{50}/.exec(text) ?? [],
  );
  return links.at(-1) ?? '';
}

const GUESTS: Guest[] = [
  { rupees: 1234, name: 'ശ്രീജ നായർ', words: 'എന്നും ഓർക്കുന്നു', named: true },
  { rupees: 501, name: 'അബ്ദുൾ റഹ്മാൻ', words: 'ഒരു ചെറിയ കൈത്താങ്ങ്', named: false },
];

describe.skipIf(!browserPath || !readsPdf)('in a browser', { timeout: 240_000 }, () => {
  it.each([
    { kind: 'wedding', script: true, number: '9847012401' },
    { kind: 'wedding', script: false, number: '9847012402' },
    { kind: 'death-anniversary', script: true, number: '9847012403' },
    { kind: 'death-anniversary', script: false, number: '9847012404' },
  ] as const)(
    'the day of a family from the first screen to the certificate: $kind, script $script',
    async (one) => {
      const { kind, number, script } = one;
      const faults: string[] = [];
      // Axe is a script of its own: where there is none, the pages are those that were looked at with it.
      const look = async (page: Page, name = page.url()) => {
        if (scripts.has(page)) faults.push(...(await faultsOf(page)).map((fault) => `${name}: ${fault}`));
      };
      /** Axe is a script of its own, so it looks where there are scripts. */
      const scripts = new Set<Page>();
      const open = async (more: Parameters<typeof openPage>[0] = {}) => {
        const javaScriptEnabled = more.javaScriptEnabled ?? script;
        const own = { viewport, locale: 'ml-IN', reducedMotion: 'reduce', bypassCSP: script } as const;
        const page = await openPage({ ...own, javaScriptEnabled, ...more });
        if (javaScriptEnabled) scripts.add(page);
        return page;
      };
      const family = await open();
      const id = await makeByPhone(
        family,
        { ground, url: url(), code: telephones.code },
        { kind, number, script, look },
      );
      const staff = await open({ viewport: { width: 1280, height: 900 } });
      await approveInConsole(staff, id, look);

      await family.goto(await linkOnTelephone(number));
      await look(family);
      const share = await family.getByRole('link', { name: 'വാട്സാപ്പിൽ പങ്കുവെക്കുക' }).getAttribute('href');
      const address = /http\S+\/o\/[0-9a-z]{8}/.exec(
        new URL(String(share)).searchParams.get('text') ?? '',
      )?.[0];
      for (const guest of GUESTS) {
        // Whoever is not named pays at the company's own page, as a telephone without scripts does.
        const by = { script: script && guest.named };
        const page = await open({ javaScriptEnabled: by.script });
        await give(page, String(address), { ...guest, ...by }, look);
        await page.context().close();
      }
      const wall = await open();
      await wall.goto(`${address}?lang=ml`);
      const seen = String(await wall.locator('#wall').textContent());
      expect(seen).toContain('ശ്രീജ നായർ');
      expect(seen).toContain('ഒരു ചെറിയ കൈത്താങ്ങ്');
      expect(seen).not.toContain('അബ്ദുൾ');

      await family.reload();
      await family.getByText('₹1,735').waitFor();
      await family.locator('summary').filter({ hasText: 'എല്ലാവർക്കും നന്ദി അറിയിക്കുക' }).click();
      await family.locator('.family__thank .hint').first().click();
      await family.getByText('നിങ്ങളുടെ നന്ദി അയയ്ക്കുന്നു.').waitFor();
      await look(family);
      const { rows } = await ground.sql.query('SELECT thanked_at FROM occasion_gift WHERE occasion_id = $1', [
        id,
      ]);
      expect(rows.filter((row) => row.thanked_at)).toHaveLength(2);
      expect(await family.locator('main').textContent()).not.toMatch(/98765|9876543210|അബ്ദുൾ/);

      await drawPapers(ground, id);
      const link = await family.getByRole('link', { name: 'സർട്ടിഫിക്കറ്റ് (PDF)' }).getAttribute('href');
      const pdf = await (await family.context().request.get(url() + link)).body();
      const sum = await journalSum(id);
      expect(sum).toBe(173_500n);
      expect(await textOf(pdf)).toContain(formatAmount(sum));
      const text = `${await family.locator('main').textContent()} ${seen} ${await textOf(pdf)}`;
      if (kind === 'death-anniversary') expect(text).not.toMatch(/ആഘോഷ|celebrat|appreciat/i);
      expect((await readOccasion(ground, id)).state).toBe('live');
      expect([...new Set(faults)].join('\n')).toBe('');
      for (const page of [family, staff, wall]) await page.context().close();
    },
  );
});
