import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stepFamily } from '../../../../src/pages/occasions/family.ts';
import { readGuestWall } from '../../../../src/pages/occasions/gifts.ts';
import { readOccasion } from '../../../../src/pages/occasions/make.ts';
import { fieldsIn, makeGift, openTill, SREEJA, sendForm } from '../../../support/giving.ts';
import { liveOccasion } from '../../../support/live-occasions.ts';
import { liveProject } from '../../../support/projects.ts';
import { testStandIn } from '../../../support/stand-in.ts';
import { testWeb } from '../../../support/web.ts';

const { ground, ask } = testWeb({ PUBLIC_URL: 'https://wecare.example' });
const vendor = testStandIn({ clock: { now: () => ground.clock.now() } });
beforeAll(() => openTill(ground, vendor.url()));
// Each test is another caller.
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

const html = async (answer: Promise<Response>) => (await (await answer).text()).replaceAll('&#x3D;', '=');
const ordersAt = async (id: string) =>
  (
    await ground.sql.query(
      `SELECT fund, project_id AS project, show_amount AS shows, anonymous, message, touch, consents
         FROM gift_order WHERE occasion_id = $1 ORDER BY created_at`,
      [id],
    )
  ).rows;

describe('The form at a family’s page', () => {
  it('carries the page through its screens, to the gift and back to the page', async () => {
    const { id, code } = await liveOccasion(ground);
    const first = await html(ask(`/give?occasion=${code}&amount=1500&lang=en`));
    expect(first).toContain('അനു &amp; മനു');
    expect(fieldsIn(first)).toMatchObject({ occasion: code });
    const second = await html(sendForm(ask, { ...fieldsIn(first), ...SREEJA }, 'who'));
    expect(second).toContain('Your good wishes');
    expect(second).toContain('Guests may see how much I gave.');
    const said = {
      ...fieldsIn(second),
      message: 'ആശംസകൾ',
      showAmount: 'yes',
      wall: 'yes',
      name: 'Sreeja Nair',
    };
    const third = await html(sendForm(ask, { ...said, phone: SREEJA.phone }, 'check'));
    expect(third).toContain('Guests see it');
    const answer = await sendForm(ask, fieldsIn(third));
    expect(answer.status).toBe(303);
    const [order] = await ordersAt(id);
    expect(order).toMatchObject({ shows: true, anonymous: false, message: 'ആശംസകൾ', project: null });
    expect(order?.consents).toContainEqual({
      use: 'wall',
      words: 'Show my name with my message on the page. Otherwise it stands there without a name.',
    });
    const path = String(answer.headers.get('location'));
    const { rows } = await ground.sql.query('SELECT gateway_id FROM gift_order WHERE occasion_id = $1', [id]);
    vendor.pay(rows[0].gateway_id);
    const paid = await html(ask(path));
    expect(paid).toContain(`href="/o/${code}?lang=en"`);
    const [gift] = await readGuestWall(ground.sql, id, { most: 5 });
    expect(gift).toMatchObject({ name: 'Sreeja Nair', message: 'ആശംസകൾ', amount: 150_000n });
  });

  it('gives to the page’s project, whatever came along hidden', async () => {
    const { id: project, slug } = await liveProject(ground, { goal: 10_000_000n });
    const other = await liveProject(ground, { goal: 10_000_000n });
    const { id, code } = await liveOccasion(ground, { project });
    expect(await html(ask(`/give?occasion=${code}&lang=en`))).toContain('Care at home');
    await makeGift(ground, ask, { occasion: code, project: other.slug });
    expect(await ordersAt(id)).toMatchObject([{ project, fund: `fund.project.${project}.domestic` }]);
    expect(slug).not.toBe(other.slug);
  });

  it('sent twice is one gift; the same for another page is another', async () => {
    const [one, other] = [await liveOccasion(ground), await liveOccasion(ground)];
    const form = { ...SREEJA, key: crypto.randomUUID() };
    for (const code of [one.code, one.code, other.code]) await sendForm(ask, { ...form, occasion: code });
    expect([await ordersAt(one.id), await ordersAt(other.id)].map((orders) => orders.length)).toEqual([1, 1]);
  });

  it('follows nobody who gives at a child’s page, and elsewhere whose invitation it came by', async () => {
    const child = await liveOccasion(ground, {
      kind: 'birthday',
      names: ['അമ്മു'],
      child: true,
      touch: 'of-campaign',
    });
    await makeGift(ground, ask, { occasion: child.code, touch: 'from-a-link' });
    expect(await ordersAt(child.id)).toMatchObject([{ touch: null }]);
    const { id, code } = await liveOccasion(ground, { touch: 'of-campaign' });
    await makeGift(ground, ask, { occasion: code });
    expect(await ordersAt(id)).toMatchObject([{ touch: 'of-campaign' }]);
  });

  it('stays quiet for a gift in remembrance, from the form to the thanks, and asks for no other dedication', async () => {
    const { id, code } = await liveOccasion(ground, { kind: 'death-anniversary' });
    const form = { ...SREEJA, key: crypto.randomUUID(), occasion: code };
    const who = await html(sendForm(ask, { ...form, dedication: 'honour', honoured: 'Somebody' }, 'who'));
    expect(who).toContain('data-mood="mourning"');
    expect(who).not.toContain('name="dedication" value="honour"');
    const made = await sendForm(ask, { ...form, dedication: 'honour', honoured: 'Somebody' });
    const path = String(made.headers.get('location'));
    const { rows } = await ground.sql.query(
      'SELECT gateway_id, to_jsonb(g)::text AS all FROM gift_order g WHERE occasion_id = $1',
      [id],
    );
    expect(rows[0].all).not.toContain('Somebody');
    vendor.pay(rows[0].gateway_id);
    const thanks = await html(ask(path));
    expect(thanks).toContain('Thank you');
    expect(thanks).toContain('data-mood="mourning"');
    const unpaid = await sendForm(ask, { ...form, key: crypto.randomUUID() });
    expect(await html(ask(String(unpaid.headers.get('location'))))).toContain('data-mood="mourning"');
  });

  it('offers no monthly gift, because a day is a day', async () => {
    const { id, code } = await liveOccasion(ground);
    expect(await html(ask(`/give?occasion=${code}&lang=en`))).not.toContain('value="monthly"');
    const forged = await sendForm(ask, {
      ...SREEJA,
      key: crypto.randomUUID(),
      occasion: code,
      often: 'monthly',
    });
    expect(forged.status).toBe(200);
    expect(await ordersAt(id)).toEqual([]);
  });

  it('of a page that is closed says so and offers the fund, even on the last screen', async () => {
    const { id, code } = await liveOccasion(ground);
    const third = await html(sendForm(ask, { ...SREEJA, key: crypto.randomUUID(), occasion: code }, 'check'));
    await stepFamily(ground, { occasionId: id, step: 'close' });
    const late = await html(sendForm(ask, fieldsIn(third)));
    expect(late).toContain('The page you came for takes no gifts any more');
    expect(late).not.toContain(`value="${code}"`);
    expect(await html(ask(`/give?occasion=${code}&lang=en`))).toContain('takes no gifts any more');
    expect(await ordersAt(id)).toEqual([]);
  });

  it('of a page for guests is for guests too', async () => {
    const { id, code } = await liveOccasion(ground, { visibility: 'guests' });
    const { guestCode } = await readOccasion(ground, id);
    const body = new URLSearchParams({ code: String(guestCode) });
    const came = await ask(`/o/${code}/door`, { method: 'POST', body });
    const cookie = String(came.headers.get('set-cookie')).split(';')[0] as string;
    expect(await html(ask(`/give?occasion=${code}`, { headers: { cookie } }))).toContain('അനു');
    expect(await html(ask(`/give?occasion=${code}`))).not.toContain('അനു');
  });
});
