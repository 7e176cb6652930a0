import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readGoal } from '../../../../src/giving/goals.ts';
import { fieldsIn, makeGift, openTill, SREEJA, sendForm } from '../../../support/giving.ts';
import { liveProject, offerFor } from '../../../support/projects.ts';
import { testStandIn } from '../../../support/stand-in.ts';
import { later } from '../../../support/subscribing.ts';
import { testWeb } from '../../../support/web.ts';

const { ground, ask } = testWeb({ PUBLIC_URL: 'https://wecare.example' });
const vendor = testStandIn({ clock: { now: () => ground.clock.now() } });
beforeAll(() => openTill(ground, vendor.url()));
// Each test is another caller.
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

const html = async (answer: Promise<Response>) => (await answer).text();
const lastScreen = (project: string, sum: string) =>
  html(sendForm(ask, { ...SREEJA, key: crypto.randomUUID(), project, sum }, 'check'));

describe('The form for a project', () => {
  it('says what it is for, and gives to its fund', async () => {
    const { id, slug } = await liveProject(ground, { goal: 1_000_000n });
    const first = await html(ask(`/give?project=${slug}&lang=en`));
    expect(first).toContain('Care at home');
    expect(await html(ask(`/give?project=${slug}&lang=ml`))).toContain('വീട്ടിൽ പരിചരണം');
    const third = await html(sendForm(ask, { ...fieldsIn(first), ...SREEJA }, 'check'));
    const answer = await sendForm(ask, fieldsIn(third));
    const { order } = await makeGift(ground, ask, { project: slug });
    expect(answer.status).toBe(303);
    vendor.pay(order);
    const { rows } = await ground.sql.query('SELECT fund FROM gift_order WHERE project_id = $1', [id]);
    expect(rows).toEqual([{ fund: `fund.project.${id}.domestic` }, { fund: `fund.project.${id}.domestic` }]);
  });

  it('says how a gift is divided where the goal is near, and what a sponsor adds', async () => {
    const { id, slug } = await liveProject(ground, { goal: 100_000n, capped: true });
    await offerFor(ground, id, { amount: 50_000n });
    const page = await lastScreen(slug, '1,500');
    expect(page).toContain('₹1,000 to the project and ₹500 to the We Care fund');
    expect(page).toContain('+ ₹500');
    expect((await sendForm(ask, fieldsIn(page))).status).toBe(303);
    expect(await readGoal(ground.sql, id)).toMatchObject({ held: 100_000n });
  });

  it('asks again when somebody was faster, and pays what it then says', async () => {
    const { id, slug } = await liveProject(ground, { goal: 100_000n, capped: true });
    const page = await lastScreen(slug, '800');
    await makeGift(ground, ask, { project: slug, sum: '600' });
    const again = await sendForm(ask, fieldsIn(page));
    expect(again.status).toBe(409);
    const text = await again.text();
    expect(text).toContain('Somebody else gave meanwhile');
    expect(text).toContain('₹400 to the project and ₹400 to the We Care fund');
    expect((await sendForm(ask, fieldsIn(text))).status).toBe(303);
    expect(await readGoal(ground.sql, id)).toMatchObject({ held: 100_000n });
  });

  it('keeps the place again for who comes back in time, and says so when it is gone', async () => {
    const { id, slug } = await liveProject(ground, { goal: 100_000n, capped: true });
    const { path } = await makeGift(ground, ask, { project: slug, sum: '800' });
    await later(ground, 31);
    await ground.sql.query(`UPDATE gift_hold SET state = 'released'`);
    await ground.sql.query('UPDATE goal SET held = 0 WHERE project_id = $1', [id]);
    await html(ask(`${path}?lang=en`));
    expect(await readGoal(ground.sql, id)).toMatchObject({ held: 80_000n });
    await ground.sql.query(`UPDATE gift_hold SET state = 'released'`);
    await ground.sql.query('UPDATE goal SET held = 0 WHERE project_id = $1', [id]);
    await makeGift(ground, ask, { project: slug, sum: '700' });
    expect(await html(ask(`${path}?lang=en`))).toContain('₹300 to the project and ₹500 to the We Care fund');
  });

  it('of a project that is closed says so, and offers the fund', async () => {
    const { id, slug } = await liveProject(ground);
    await ground.sql.query('UPDATE goal SET open = false WHERE project_id = $1', [id]);
    const page = await html(ask(`/give?project=${slug}&lang=en`));
    expect(page).toContain('takes no gifts any more');
    expect(page).not.toContain(`value="${slug}"`);
    expect(await lastScreen(slug, '800')).toContain('takes no gifts any more');
  });
});
