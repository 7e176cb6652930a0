import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginImport, htmlAmong, patternsOf, type SamplePage, sampleFor } from '../../scripts/lib/pages.ts';
import { plantBooks } from '../../scripts/screenshots/books.ts';
import { plantGift } from '../../scripts/screenshots/gift.ts';
import { plantOccasions } from '../../scripts/screenshots/occasions.ts';
import { createKey } from '../../src/access/api-keys.ts';
import { planRuns } from '../../src/campaigns/planner.ts';
import { addPost } from '../../src/campaigns/posts/posts.ts';
import { createSegment } from '../../src/contacts/segments/segments.ts';
import { suppressAddress } from '../../src/contacts/suppress-one.ts';
import { saveAccount } from '../../src/deliveries/accounts.ts';
import { saveSocialAccount } from '../../src/deliveries/publications/accounts.ts';
import { startPublications } from '../../src/deliveries/publications/plant.ts';
import { addEndpoint } from '../../src/deliveries/webhooks/endpoints.ts';
import { addAsset } from '../../src/media/add.ts';
import { recordConsent, sayPersons } from '../../src/pages/consents.ts';
import { writeUpdate } from '../../src/pages/updates.ts';
import { addStory, newNewsletter, sendEdition } from '../src/campaigns/newsletters/support.ts';
import { people, readyCampaign } from '../src/campaigns/support.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { faultsIn } from '../support/faults.ts';
import { NOON } from '../support/ground.ts';
import { plannedRun } from '../support/people.ts';
import {
  connectPhones,
  openPhones,
  type Phones,
  phonePeople,
  plantPhoneCampaign,
  telephones,
} from '../support/phones.ts';
import { picture } from '../support/pictures.ts';
import { liveProject } from '../support/projects.ts';
import { PASSWORD, staffMember } from '../support/staff.ts';
import { testWeb } from '../support/web.ts';

const { ground, url } = testWeb();
const staff = people(ground);
const openPage = testBrowser();
let address: string;
let gateway: Awaited<ReturnType<typeof plantGift>> | undefined;
let phones: Phones | undefined;

/** Something of everything, so that each page has something to show. */
beforeAll(async () => {
  const newsletter = await newNewsletter(ground, staff);
  await addStory(ground, newsletter, staff);
  await sendEdition(ground, newsletter, staff);
  ground.clock.set(NOON);
  const { email } = await staffMember(ground, ['administrator', 'finance'], 'ആശ');
  address = email;
  await plantBooks(ground, email);
  await readyCampaign(ground, staff, { schedule: { kind: 'once', at: '2026-11-22T09:00' } });
  // Today's line has a long name to show on a small phone.
  const today = await readyCampaign(ground, staff, { schedule: { kind: 'once', at: '2026-11-21T18:00' } });
  await ground.sql.query(
    "UPDATE message SET name = 'Care that comes home, everywhere in Kerala' WHERE id = $1",
    [today.messageId],
  );
  await planRuns(ground);
  await saveAccount(ground, {
    ...{ name: 'relay', domains: ['kssm.example'], settings: { host: 'smtp.kssm.example', port: 587 } },
  });
  const key = { name: 'Dashboard', scopes: ['campaigns:read'], user: staff.chief };
  await createKey(ground, { ...key, expiresAt: new Date('2026-11-25T00:00:00Z') }, 'cli:test');
  await addEndpoint(ground, { url: 'https://crm.example/hooks', events: ['link.clicked'] }, 'cli:test');
  await createSegment(ground, { name: 'Donors', rules: { all: [{ list: 'donors' }] } }, 'cli:test');
  await suppressAddress(ground, { address: 'gone@sample.example', reason: 'manual' }, 'cli:test');
  const bytes = await picture(600, 400).jpeg().toBuffer();
  const alt = { en: 'A boat', ml: 'വള്ളം' };
  const { asset } = await addAsset(ground, { name: 'boat.jpg', bytes, alt }, staff.author);
  await plantProject(asset.id);
  await plantPosts(asset.id);
  await plantPhones();
  gateway = await plantGift(ground);
  await plantOccasions(ground);
}, 180_000);
afterAll(() => gateway?.end());
afterAll(() => phones?.close());

/** A post on an account, a task of one that a person serves, an account that is lost. */
async function plantPosts(asset: string): Promise<void> {
  const hand = { network: 'hand', mode: 'hand', settings: { kind: 'notice-board' } } as const;
  const { id: board } = await saveSocialAccount(ground, staff.chief, { ...hand, name: 'Notice board' });
  const { id: page } = await saveSocialAccount(ground, staff.chief, {
    ...hand,
    network: 'mastodon',
    name: 'We Care',
  });
  const { rows } = await ground.sql.query('SELECT id FROM campaign ORDER BY created_at LIMIT 1');
  const contents = { en: { text: 'Ramps for schools', media: [{ asset }] }, ml: { text: 'റാമ്പുകൾ' } };
  const accounts = [board, page].flatMap((account) => [
    { account, language: 'en' },
    { account, language: 'ml' },
  ]);
  const place = { campaignId: rows[0].id, user: staff.author };
  const messageId = await addPost(ground, place, { name: 'Ramps', contents, accounts });
  const run = await plannedRun(ground, {});
  await ground.sql.query('UPDATE run SET message_id = $2 WHERE id = $1', [run, messageId]);
  const draft = { language: 'en', part: 1, kind: 'post' as const, content: { text: 'Ramps', media: [] } };
  await startPublications(ground, run, [
    { ...draft, accountId: board },
    { ...draft, accountId: page },
  ]);
  await ground.sql.query("UPDATE publication SET state = 'waiting' WHERE account_id = $1", [board]);
  await ground.sql.query(
    "UPDATE publication SET state = 'unknown', looks = 4, looked_at = now() WHERE account_id = $1",
    [page],
  );
  await ground.sql.query(
    "UPDATE account SET mode = 'program', lost_at = now(), trouble = 'token' WHERE id = $1",
    [page],
  );
}

/** An account for SMS and one for WhatsApp, with texts that are registered, and a message made from one. */
async function plantPhones(): Promise<void> {
  phones = await openPhones(ground);
  await connectPhones(ground, phones, 'whatsapp', { costs: { perMessage: 79, bearer: 'a sponsor' } });
  await connectPhones(ground, phones, 'sms', { costs: { perMessage: 18, monthlyCap: 500_000 } });
  const list = await phonePeople(ground, telephones([7100, 7101]), 'sms');
  await plantPhoneCampaign(ground, { network: 'sms', list });
}

/** A project with news, and who agreed to be on a picture. */
async function plantProject(asset: string): Promise<void> {
  const { id: projectId } = await liveProject(ground, { goal: 1_000_000n });
  const words = { title: 'Forty beds', text: 'They are with **forty** families.' };
  const content = { kind: 'news', en: words, ml: words, asset: null, milestone: null, files: [] };
  await writeUpdate(ground, { projectId, content }, staff.author);
  const paper = { givenOn: '2026-10-02', paper: 'File 12/2026, page 4' };
  const said = { kind: 'guardian', who: 'A child', guardian: 'Her aunt', covers: ['picture'] };
  const consent = await recordConsent(ground, { ...said, ...paper }, staff.chief);
  await sayPersons(ground, { asset, persons: true, consents: [consent] }, staff.chief);
}

async function signIn(page: Page): Promise<string> {
  await page.goto(`${url()}/console/sign-in`);
  await page.fill('[name=email]', address);
  await page.fill('[name=password]', PASSWORD);
  await page.locator('[name=password]').press('Enter');
  await page.waitForURL((at) => at.pathname === '/console');
  return (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
}

describe.skipIf(!browserPath)('in a browser', { timeout: 180_000 }, () => {
  let page: Page;
  let browser: { url: string; cookie: string; agent: string };
  const said: string[] = [];

  beforeAll(async () => {
    page = await openPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
    // A page that renews itself is looked at as it came.
    await page.route('**/console/runs/*/live', (route) => route.abort());
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) said.push(`${page.url()}: ${message.text()}`);
    });
    const cookie = await signIn(page);
    browser = { url: url(), cookie, agent: (await page.evaluate('navigator.userAgent')) as string };
    await beginImport(page, url());
  }, 180_000);

  it.each(patternsOf('console'))(
    '%s is accessible, fits its window and keeps its policy',
    async (pattern) => {
      const sample = await sampleFor(ground, pattern);
      // A new route with a parameter needs a line in scripts/lib/pages.ts, or data above.
      expect(sample.path).not.toBeNull();
      const [shown] = await htmlAmong([sample], browser);
      if (!shown) return; // a download, or a stream of events
      const faults = [...(await faultsOf(page, shown, 'en')), ...(await faultsOf(page, shown, 'ml'))];
      expect(faults.concat(said.splice(0))).toEqual([]);
    },
  );
});

/** Opens a page once, and looks at it at both widths and in both themes. */
async function faultsOf(page: Page, { path }: SamplePage, language: string): Promise<string[]> {
  const where = `${path}${path?.includes('?') ? '&' : '?'}lang=${language}`;
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
  const answer = await page.goto(`${url()}${where}`);
  if (!answer?.ok()) return [`${where}: HTTP ${answer?.status()}`];
  return (await faultsIn(page)).map((fault) => `${language} ${fault}`);
}
