import { quoteShare } from '../../src/giving/holds.ts';
import { accounts } from '../../src/giving/journal.ts';
import { beginMonthly } from '../../src/giving/monthly.ts';
import { askMonthly } from '../../src/giving/monthly-follow.ts';
import { findOrder, recordGift } from '../../src/giving/orders.ts';
import type { Ground } from '../../src/ground.ts';
import { translate } from '../../src/i18n.ts';

/** Whose thanks in the practice inbox lead to a donor's own page with a gift of every month. */
export const MONTHLY_DONOR = 'lathika@donors.example';
const AMOUNT = 150_000n;

/**
 * A gift of every month by card, of which two months are paid, at the gateway that this computer plays; its
 * donor can pause, change and end it.
 */
export async function plantMonthlyGift(ground: Ground, project: string, url: string): Promise<void> {
  const shown = await quoteShare(ground.sql, { projectId: project, amount: AMOUNT, now: ground.clock.now() });
  const order = await recordGift(ground, {
    ...{ formKey: `demonstration.monthly.${project}`, stream: 'domestic', amount: AMOUNT, monthly: true },
    ...{ fund: accounts.project(project, 'domestic'), project: { id: project, shown } },
    ...{ language: 'ml', anonymous: false, message: null, dedication: null, touch: null },
    consents: [{ use: 'receipt', words: translate('ml', 'give.agree.receipt') }],
    donor: {
      ...{ kind: 'individual', name: 'ലതിക ടീച്ചർ', email: MONTHLY_DONOR, phone: null, language: 'ml' },
      ...{ address: 'Kottarakkara, Kollam 691506', identity: null, source: { answer: 'india' } },
    },
  });
  const { monthlyId } = (await findOrder(ground, order)) as { monthlyId: string };
  const mandate = { subscription_id: await beginMonthly(ground, monthlyId) };
  await play(`${url}/donors`, { ...mandate, method: 'card' });
  await askMonthly(ground, monthlyId);
  await play(`${url}/charges`, mandate);
  await askMonthly(ground, monthlyId);
}

const play = (address: string, body: object) =>
  fetch(address, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify(body),
  });
