import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectNetworks } from '../../scripts/demonstration/networks.ts';
import { connectPhones } from '../../scripts/demonstration/phones.ts';
import { addAsset } from '../../src/media/add.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/server.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { desksIn } from '../support/desk.ts';
import { accountAt } from '../support/people.ts';
import { picture } from '../support/pictures.ts';
import { staffMember } from '../support/staff.ts';
import { until } from '../support/until.ts';
import { testWeb } from '../support/web.ts';
import { workers } from '../support/workers.ts';

const { ground, url } = testWeb({
  ...{ SANDBOX_PORT: '0', SANDBOX_SMTP_PORT: '0', LEASE_SECONDS: '3', NETWORK_TIMEOUT_SECONDS: '10' },
});
// Networks fetch pictures from us, and addresses in an SMS are registered.
beforeAll(() => void Object.assign(ground.config, { publicUrl: url() }));
const openPage = testBrowser();
const crew = workers(ground);
let sandbox: RunningSandbox;

const NETWORKS = ['X', 'Facebook', 'Instagram', 'Telegram', 'Mastodon'] as const;
const TEXTS = { en: 'Ramps for every school', ml: 'എല്ലാ സ്കൂളിലും റാമ്പ്' };
const PEOPLE = [
  { name: 'Anu', language: 'en', phone: '+919800010007' },
  { name: 'രവി', language: 'ml', phone: '+919800020008' },
];

beforeAll(async () => {
  sandbox = await startSandbox(ground);
  await accountAt(ground, sandbox.smtpPort);
  await connectNetworks(ground, sandbox.social);
  await connectPhones(ground, { phones: sandbox.phones, origin: sandbox.origin });
  const bytes = await picture(1080, 1080).jpeg().toBuffer();
  const user = await staffMember(ground, ['author'], 'Devi');
  await addAsset(ground, { name: 'ramp.jpg', bytes, alt: { en: 'A ramp', ml: 'റാമ്പ്' } }, user);
  const list = await ground.db.list.create({ data: { name: 'Friends' } });
  for (const [n, { name, language, phone }] of PEOPLE.entries())
    await addFriend(list.id, { name, language, phone, email: `friend${n}@people.example` });
}, 120_000);
afterAll(async () => {
  await crew.stopAll();
  await sandbox.close();
});

interface Friend {
  name: string;
  language: string;
  phone: string;
  email: string;
}

/** Somebody who wants appeals by mail and by SMS, and said so. */
async function addFriend(listId: string, { name, language, phone, email }: Friend): Promise<void> {
  const { id: contactId } = await ground.db.contact.create({ data: { name, language } });
  await ground.db.membership.create({ data: { listId, contactId } });
  for (const [channel, value] of [
    ['email', email],
    ['sms', phone],
  ] as const) {
    await ground.db.address.create({ data: { contactId, channel, value } });
    await ground.sql.query(
      `INSERT INTO consent (contact_id, channel, purpose, given, basis, proof)
       VALUES ($1, $2, 'appeals', true, 'paper form', '{"form": 1}')`,
      [contactId, channel],
    );
  }
}

/** Somebody of the staff at a browser of their own. */
const atDesk = desksIn({
  ground,
  url,
  openPage,
  look: { viewport: { width: 1280, height: 1400 }, reducedMotion: 'reduce' },
});

describe.skipIf(!browserPath)('in a browser', { timeout: 300_000 }, () => {
  it('one campaign goes out on every channel at its minute in two languages, and each shows it once', async () => {
    const author = await atDesk('author', 'Priya');
    await author.goto(`${url()}/console/campaigns/new`);
    await author.locator('#name').fill('Ramps');
    await author.getByRole('button', { name: 'Make the campaign' }).click();
    await author.getByRole('link', { name: 'Write a post' }).first().waitFor();
    const campaign = author.url().replace(/\?.*$/, '');
    const mail = await plans(author, await writesMail(author, campaign), '2026-11-21T12:30');
    const post = await plans(author, await writesPost(author, campaign), '2026-11-21T12:35');
    const sms = await plans(author, await writesSms(author, campaign), '2026-11-24T12:40');
    await moves(author, { name: 'Thanks by SMS', day: '2026-11-21' });
    await expect.poll(() => timeOf(sms)).toBe('2026-11-21T12:40');

    const approver = await atDesk('approver', 'Jose');
    for (const id of [mail, post, sms]) await approves(approver, id);
    await crew.start();

    ground.clock.set('2026-11-21T07:00:10Z');
    await until(async () => (await sandbox.inbox.find('')).length === 2, 'both have their mail');
    expect([posted(), sandbox.phones.sms.messages().length]).toEqual([0, 0]);
    ground.clock.set('2026-11-21T07:05:10Z');
    await until(() => posted() === 2 * NETWORKS.length, 'every network shows both languages');
    expect(sandbox.phones.sms.messages()).toEqual([]);
    ground.clock.set('2026-11-21T07:10:10Z');
    await until(() => sandbox.phones.sms.messages().length === 2, 'both telephones have their SMS');

    await finished();
    await seesTimelines(await openPage({ viewport: { width: 1280, height: 1000 } }));
  });
});

const posted = () => NETWORKS.reduce((sum, title) => sum + (standIn(title)?.timeline().length ?? 0), 0);
const standIn = (title: (typeof NETWORKS)[number]) =>
  [...sandbox.social.standIns.values()].find(({ network }) => network === title.toLowerCase());
const timeOf = async (id: string) =>
  (await ground.sql.query("SELECT schedule ->> 'at' AS at FROM message WHERE id = $1", [id])).rows[0].at;
const idIn = (page: Page): string => /(?:messages|posts)\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? '';

/** Presses a button whose page says what was done; it takes that word out of its address at once. */
async function done(page: Page, button: string): Promise<void> {
  const said = page.waitForURL(/done=/, { waitUntil: 'commit' });
  await page.getByRole('button', { name: button }).click();
  await said;
}

async function writesMail(page: Page, campaign: string): Promise<string> {
  await page.goto(campaign);
  await page.getByRole('link', { name: 'Write a message' }).first().click();
  await page.locator('input[name=template][value=notice]').check();
  await page.locator('#name').fill('Ramps by mail');
  await page.locator('#from').fill('We Care <care@kssm.example>');
  await page.locator('#purpose').fill('appeals');
  await page.locator('input[name=lists][value=Friends]').check();
  await page.getByRole('button', { name: 'Make it and write' }).click();
  await page.locator('[id="en.subject"]').fill('Ramps for {{name}}');
  await page.locator('[id="ml.subject"]').fill('{{name}}, റാമ്പുകൾ');
  await done(page, 'Save as a new version');
  return idIn(page);
}

async function writesPost(page: Page, campaign: string): Promise<string> {
  await page.goto(campaign);
  await page.getByRole('link', { name: 'Write a post' }).first().click();
  await page.locator('#name').fill('Ramps on networks');
  await page.locator('[id="en.text"]').fill(TEXTS.en);
  await page.locator('[id="ml.text"]').fill(TEXTS.ml);
  await page.getByText('Choose from the library').click();
  await page.locator('input[name=pick]').first().check();
  for (const network of NETWORKS)
    for (const language of ['English', 'Malayalam'])
      await page.getByLabel(new RegExp(`^${network}: .*: ${language}$`)).check();
  await page
    .locator('#look .look')
    .nth(2 * NETWORKS.length - 1)
    .waitFor();
  await page.getByText('Every network would take it.').waitFor();
  await done(page, 'Save as a new version');
  return idIn(page);
}

async function writesSms(page: Page, campaign: string): Promise<string> {
  await page.goto(campaign);
  await page.getByRole('link', { name: 'Write to telephones' }).first().click();
  await page.getByRole('link', { name: 'Write with this text thanks, SMS' }).click();
  await page.locator('#name').fill('Thanks by SMS');
  await page.locator('#purpose').fill('appeals');
  await page.locator('input[name=lists][value=Friends]').check();
  for (const language of ['en', 'ml']) await page.locator(`[id="value.${language}.1"]`).fill('{{name}}');
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByText('The network would take it.').waitFor();
  await done(page, 'Make the message');
  return idIn(page);
}

/** @returns the same id */
async function plans(page: Page, id: string, at: string): Promise<string> {
  await page.goto(`${url()}/console/messages/${id}/plan`);
  await page.getByRole('radio', { name: 'Once', exact: true }).check();
  await page.locator('#at').fill(at);
  await done(page, 'Save the plan');
  return id;
}

/** Drags an entry of the calendar to another day, as a person would. */
async function moves(page: Page, { name, day }: { name: string; day: string }): Promise<void> {
  await page.goto(`${url()}/console/calendar?view=month&day=2026-11-01`);
  const entry = page.locator('.cev', { hasText: name });
  await entry.locator('time').dragTo(page.locator(`[data-day="${day}"]`));
  await page.locator(`[data-day="${day}"] .cev`, { hasText: name }).waitFor();
}

async function approves(page: Page, id: string): Promise<void> {
  await page.goto(`${url()}/console/messages/${id}/approval`);
  await page
    .getByLabel(/e-Office/)
    .first()
    .fill('SJD/A1/221/2026');
  await done(page, 'Approve it');
}

/** Nothing is left to be sent, so what is to be seen now is all there will be. */
const finished = () =>
  until(async () => {
    const { rows } = await ground.sql.query(
      "SELECT count(*)::int AS open FROM run WHERE state <> 'finished'",
    );
    return rows[0].open === 0;
  }, 'every run is finished');

async function seesTimelines(page: Page): Promise<void> {
  for (const network of NETWORKS) {
    await page.goto(`${sandbox.social.pageUrl}?network=${network.toLowerCase()}&still=yes&lang=en`);
    const posts = page.locator('.netline .strand');
    expect([network, await posts.count()]).toEqual([network, 2]);
    for (const text of Object.values(TEXTS))
      expect([network, await posts.filter({ hasText: text }).count()]).toEqual([network, 1]);
    expect([network, await posts.locator('img').count()]).toEqual([network, 2]);
  }
  await page.goto(`${sandbox.origin}/sandbox/sms?lang=en`);
  const texts = page.locator('.phones__message');
  expect(await texts.count()).toBe(2);
  expect(await texts.filter({ hasText: 'Dear Anu, care reached 412 homes' }).count()).toBe(1);
  expect(await texts.filter({ hasText: 'പ്രിയ രവി, നിങ്ങൾ കാരണം' }).count()).toBe(1);
  await page.goto(`${sandbox.url}?lang=en`);
  const mails = page.locator('.mails li');
  expect(await mails.count()).toBe(2);
  expect(await mails.filter({ hasText: 'Ramps for Anu' }).count()).toBe(1);
  expect(await mails.filter({ hasText: 'രവി, റാമ്പുകൾ' }).count()).toBe(1);
}
