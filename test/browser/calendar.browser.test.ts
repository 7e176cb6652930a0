import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { approveMessage } from '../../src/campaigns/approvals.ts';
import { scheduleMessage } from '../../src/campaigns/campaigns.ts';
import { editorOf, newCampaign, people } from '../src/campaigns/support.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { PASSWORD, staffMember } from '../support/staff.ts';
import { testWeb } from '../support/web.ts';

const { ground, url } = testWeb();
const staff = people(ground);
const openPage = testBrowser();

async function scheduled(name: string, approved: boolean): Promise<string> {
  const { messageId } = await newCampaign(ground, staff.author, { name });
  const schedule = { kind: 'once', at: '2026-12-15T10:00' };
  await scheduleMessage(ground, { messageId, editor: editorOf(staff.author) }, { schedule });
  if (approved) await approveMessage(ground, { messageId, user: staff.approver });
  return messageId;
}

const dayOf = async (id: string) =>
  (await ground.sql.query("SELECT schedule ->> 'at' AS at FROM message WHERE id = $1", [id])).rows[0].at;

describe.skipIf(!browserPath)('dragging in the calendar', () => {
  let page: Page;

  beforeAll(async () => {
    const { email } = await staffMember(ground, ['author']);
    page = await openPage({ viewport: { width: 1280, height: 1400 }, reducedMotion: 'reduce' });
    await page.goto(`${url()}/console/sign-in`);
    await page.fill('[name=email]', email);
    await page.fill('[name=password]', PASSWORD);
    await page.locator('[name=password]').press('Enter');
    await page.waitForURL((at) => at.pathname === '/console');
  });

  /** Drags by a part of an entry, as a person would, to another day. */
  async function drag(name: string, day: string, hold = 'time'): Promise<void> {
    await page.goto(`${url()}/console/calendar?view=month&day=2026-12-01`);
    const entry = page.locator('.cev', { hasText: name });
    await entry.locator(hold).dragTo(page.locator(`[data-day="${day}"]`));
  }

  it('moves an entry to the day on which it is dropped', async () => {
    const id = await scheduled('Still open', false);
    await drag('Still open', '2026-12-17');
    await page.waitForURL(
      (at) => at.pathname === '/console/calendar' && at.search.includes('day=2026-12-01'),
    );
    await expect.poll(() => dayOf(id)).toBe('2026-12-17T10:00');
    expect(await page.locator('[data-day="2026-12-17"]').textContent()).toContain('Still open');
  });

  it('asks first where an approval would go', async () => {
    const id = await scheduled('Approved word', true);
    await drag('Approved word', '2026-12-18', '.cev__name');
    await page.waitForURL((at) => at.pathname.endsWith('/move'));
    expect(await dayOf(id)).toBe('2026-12-15T10:00');
    expect(await page.locator('main').textContent()).toContain('takes that approval back');
    await page.locator('main form button').click();
    await page.waitForURL((at) => at.pathname === '/console/calendar');
    expect(await dayOf(id)).toBe('2026-12-18T10:00');
  });
});
