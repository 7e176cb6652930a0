import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { approveMessage } from '../../src/campaigns/approvals.ts';
import { scheduleMessage } from '../../src/campaigns/campaigns.ts';
import { addComment } from '../../src/campaigns/comments.ts';
import { requestApproval } from '../../src/campaigns/requests.ts';
import { recordTouch } from '../../src/links/links.ts';
import { editorOf, newCampaign, people } from '../src/campaigns/support.ts';
import { launchedRun } from '../src/http/console/campaigns/support.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { faultsIn, twoLooks } from '../support/faults.ts';
import { PASSWORD, staffMember } from '../support/staff.ts';
import { testWeb } from '../support/web.ts';

const { ground, url } = testWeb();
const staff = people(ground);
const openPage = testBrowser();
let email: string;
let run: string;
let paths: string[];
let planned: string;

beforeAll(async () => {
  email = (await staffMember(ground, ['administrator'], 'ആശ')).email;
  const { campaignId, messageId } = await newCampaign(ground, staff.author);
  planned = messageId;
  const editor = editorOf(staff.author);
  const weekly = { kind: 'cron', expression: '0 9 * * MON', zone: 'Asia/Kolkata' };
  await scheduleMessage(ground, { messageId, editor }, { schedule: weekly, window: '09:00-20:00' });
  const wish = {
    reference: 'SJD/KSSM/1187/2026',
    note: 'അംഗീകരിക്കുന്നതിനുമുമ്പ് വായിക്കുക.',
    approverId: null,
    deputyId: null,
  };
  await requestApproval(ground, { messageId, user: staff.author }, wish);
  await addComment(ground, { messageId, user: staff.approver }, 'രണ്ടാമത്തെ വരി നന്നായി.');
  const launched = await launchedRun(ground, staff);
  run = launched.run;
  await ground.sql.query(
    `UPDATE delivery SET attempts = 1, at = now(), reply = '452 4.2.2 The mailbox is full and will stay so',
            state = (CASE seq WHEN 1 THEN 'unknown' ELSE 'sent' END)::delivery_state, reason = 'dropped' WHERE run = $1`,
    [run],
  );
  await recordTouch(ground, { kind: 'open', recipient: { run: BigInt(run), seq: 2 }, machine: false });
  paths = [
    ...['campaigns', 'campaigns?archived=1', 'campaigns/new', `campaigns/${campaignId}`],
    ...[
      `campaigns/${campaignId}/edit`,
      `messages/${messageId}/plan`,
      `messages/${messageId}/approval`,
      'approvals',
    ],
    ...[
      `runs/${run}`,
      `runs/${run}/cancel`,
      `runs/${run}/links`,
      `runs/${run}/domains`,
      `runs/${run}/report`,
    ],
    ...[`runs/${run}/correction`, `campaigns/${launched.campaignId}/report`],
  ];
}, 60_000);

async function signIn(page: Page, address: string): Promise<void> {
  await page.goto(`${url()}/console/sign-in?lang=en`);
  await page.getByLabel('E-mail address').fill(address);
  await page.getByLabel('Password').fill(PASSWORD);
  await Promise.all([
    page.waitForEvent('load'),
    page.getByRole('button', { name: 'Sign in' }).first().click(),
  ]);
}

describe.skipIf(!browserPath)('campaigns in a browser', { timeout: 180_000 }, () => {
  // Every corner of every page is walked by console.browser.test.ts; here are the states it does not meet.
  it.each(['en', 'ml'])('every page is accessible and fits, %s', async (language) => {
    const page = await openPage({ viewport: { width: 1280, height: 900 }, bypassCSP: true });
    await signIn(page, email);
    const faults: string[] = [];
    for (const path of paths) {
      const lang = `${path.includes('?') ? '&' : '?'}lang=${language}`;
      await page.goto(`${url()}/console/${path}${lang}`, { waitUntil: 'domcontentloaded' });
      faults.push(...(await faultsIn(page, twoLooks)));
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('a plan counts and says itself while it is made, and a run moves while it is watched, without a word from the policy', async () => {
    const page = await openPage({ viewport: { width: 1280, height: 900 } });
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await signIn(page, email);
    await page.goto(`${url()}/console/messages/${planned}/plan`);
    await page.locator('#count b').filter({ hasText: '2' }).waitFor();
    await page.getByLabel('How often').selectOption('month-end');
    await page.locator('#when').getByText('on the last day of the month').waitFor();
    await page.goto(`${url()}/console/runs/${run}`);
    await page.locator('#domains table').waitFor();
    await ground.sql.query("UPDATE delivery SET state = 'sent' WHERE run = $1 AND seq = 1", [run]);
    await page.locator('.states [data-state="sent"] b').filter({ hasText: '2' }).waitFor();
    // The table beside it follows.
    await page.locator('#domains tbody td:nth-child(2)').filter({ hasText: '2' }).waitFor();
    await Promise.all([
      page.waitForEvent('load'),
      page.getByRole('button', { name: 'Pause this run' }).click(),
    ]);
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    expect(said).toEqual([]);
    await page.context().close();
  });

  it('a message is approved on a phone without JavaScript', async () => {
    const approver = await staffMember(ground, ['approver']);
    const page = await openPage({ viewport: { width: 360, height: 740 }, javaScriptEnabled: false });
    await signIn(page, approver.email);
    await page.goto(`${url()}/console/approvals`);
    await page.getByRole('link', { name: 'Read and decide' }).click();
    await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Approve it' }).click()]);
    await page.getByText('Approved. It goes at its time.').waitFor();
    await expect(approveMessage(ground, { messageId: planned, user: staff.approver })).rejects.toMatchObject({
      status: 409,
    });
    await page.context().close();
  });
});
