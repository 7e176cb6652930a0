import { catchUp } from '../../src/giving/gift.ts';
import { quoteShare } from '../../src/giving/holds.ts';
import { accounts } from '../../src/giving/journal.ts';
import { placeOrder } from '../../src/giving/orders.ts';
import type { Ground } from '../../src/ground.ts';

interface PracticeGift {
  name: string;
  /** Rupees. */
  sum: number;
  kind?: string;
  message?: string;
  anonymous?: boolean;
}

/** What donors gave in practice, by the order in which the projects were made. */
const GIFTS: PracticeGift[][] = [
  [
    { name: '1998 ബാച്ച് കൂട്ടുകാർ', sum: 125_000, kind: 'society', message: 'പഴയ ക്ലാസിൽ നിന്ന് സ്നേഹത്തോടെ.' },
    { name: 'Malabar Tyres', sum: 90_000, kind: 'corporate', message: 'For every child’s way.' },
    { name: 'Anil Kumar', sum: 15_000 },
    { name: 'Rahul M', sum: 1500, anonymous: true },
  ],
  [
    { name: 'ശ്രീജ നായർ', sum: 5000, message: 'അമ്മയ്ക്കു വേണ്ടി.' },
    { name: 'Fathima B', sum: 100_000, anonymous: true },
    { name: 'ഒരുമ സഹകരണ സംഘം', sum: 160_000, kind: 'society', message: 'നല്ല പ്രവൃത്തി. ആശംസകൾ.' },
  ],
  [
    { name: 'Thomas Varghese', sum: 30_000, message: 'Well done.' },
    { name: 'ദേവിക', sum: 4500 },
    { name: 'ലതിക ടീച്ചർ', sum: 1500, message: 'എന്റെ ശിഷ്യർക്കുവേണ്ടി.' },
  ],
];

/** Gifts to the projects of the demonstration, paid at the gateway that this computer plays; no money moves. */
export async function plantProjectGifts(ground: Ground, projects: string[], url: string): Promise<void> {
  for (const [at, gifts] of GIFTS.entries())
    for (const [n, gift] of gifts.entries())
      await give(ground, { project: projects[at] as string, gift, n, url });
  // The company settles it at once, so that there is something to reconcile.
  await fetch(`${url}/settlement`, { method: 'POST' });
}

async function give(
  ground: Ground,
  { project, gift, n, url }: { project: string; gift: PracticeGift; n: number; url: string },
): Promise<void> {
  const { name, sum, kind = 'individual', message = null, anonymous = false } = gift;
  const amount = BigInt(sum) * 100n;
  const shown = await quoteShare(ground.sql, { projectId: project, amount, now: ground.clock.now() });
  const { order, gateway } = await placeOrder(ground, {
    ...{ formKey: `demonstration.${project}.${n}`, stream: 'domestic', amount },
    ...{ fund: accounts.project(project, 'domestic'), project: { id: project, shown } },
    ...{ language: 'ml', anonymous, message, dedication: null, touch: null, consents: [] },
    donor: {
      ...{ kind, name, email: null, phone: null, address: null, language: 'ml', identity: null },
      source: { answer: 'india' },
    },
  });
  await fetch(`${url}/donors`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ order_id: gateway.id }),
  });
  await catchUp(ground, order.id, 0);
}
