import { beforeAll, expect, it } from 'vitest';
import { MONTHLY_DONOR, plantMonthlyGift } from '../../scripts/demonstration/monthly-gift.ts';
import { tellGifts } from '../../src/campaigns/gift-mails.ts';
import { openTill } from '../support/giving.ts';
import { liveProject } from '../support/projects.ts';
import { testStandIn } from '../support/stand-in.ts';
import { testWeb } from '../support/web.ts';

const { ground, ask } = testWeb({ PUBLIC_URL: 'https://wecare.example' });
const vendor = testStandIn({ clock: { now: () => ground.clock.now() } });
beforeAll(() => openTill(ground, vendor.url()));

it('the demonstration has a monthly gift that its donor pauses, changes and ends on their own page', async () => {
  const { id } = await liveProject(ground);
  await plantMonthlyGift(ground, id, vendor.url());
  const { rows } = await ground.sql.query('SELECT state, paid FROM monthly_gift');
  expect(rows).toEqual([{ state: 'active', paid: 2 }]);
  await tellGifts(ground);
  const mails = await ground.db.notice.findMany({ where: { address: MONTHLY_DONOR } });
  expect(mails).toHaveLength(2);
  const [link] = /https:\/\/wecare\.example\/my\/\S+/.exec(mails[0]?.text ?? '') ?? [];
  const page = await (await ask(String(link).replace('https://wecare.example', ''))).text();
  for (const act of ['താൽക്കാലികമായി നിർത്തുക', 'തുക മാറ്റുക']) expect(page).toContain(act);
});
