import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tellGifts } from '../../../../src/campaigns/gift-mails.ts';
import { accountOf } from '../../../../src/giving/accounts.ts';
import { applyPayment } from '../../../../src/giving/apply.ts';
import { donorToken } from '../../../../src/giving/donor-link.ts';
import { accounts, balance } from '../../../../src/giving/journal.ts';
import { askMonthly } from '../../../../src/giving/monthly-follow.ts';
import { makeGift, openTill, SREEJA, sendForm } from '../../../support/giving.ts';
import { liveProject, offerFor } from '../../../support/projects.ts';
import { testStandIn } from '../../../support/stand-in.ts';
import { testWeb } from '../../../support/web.ts';

const { ground, ask } = testWeb({ PUBLIC_URL: 'https://wecare.example' });
const vendor = testStandIn({ clock: { now: () => ground.clock.now() } });
beforeAll(() => openTill(ground, vendor.url()));
// Each test is another caller.
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

const html = async (path: string) => (await ask(path)).text();
const plain = (page: string) => page.replace(/<[^>]+>/g, '').replace(/\s+/g, ' ');
/** What stands under the heading of a page. */
const ledeOf = (page: string) => plain(/<p class="lede[^>]*>(.*?)<\/p>/s.exec(page)?.[1] ?? '');
const apply = async (paymentId: string) =>
  applyPayment(ground, await accountOf(ground, 'domestic'), paymentId);

async function mailTo(address: string): Promise<string> {
  await tellGifts(ground);
  const [mail] = await ground.db.notice.findMany({ where: { address } });
  return `${mail?.text.replace(/\s+/g, ' ')}`;
}

interface Wish extends Record<string, string> {
  project: string;
}

/** A gift that waits for its payment, by somebody who wants the receipt by mail. */
async function begun(wish: Wish) {
  const email = `${crypto.randomUUID()}@give.example`;
  const gift = await makeGift(ground, ask, { ...wish, email, receipt: 'yes' });
  return { ...gift, email };
}

async function paid(wish: Wish) {
  const gift = await begun(wish);
  await apply(vendor.pay(gift.order).paymentId);
  return gift;
}

describe('What a gift for a project says', () => {
  it('names the project where it is paid, in the language of the page and for the gateway', async () => {
    const { slug } = await liveProject(ground, { goal: 1_000_000n });
    const { path } = await begun({ project: slug });
    const page = await html(`${path}?lang=en`);
    expect(ledeOf(page)).toBe('₹1,500 to “Care at home”, from Sreeja Nair.');
    expect(page).toContain('<input type="hidden" name="description" value="Care at home">');
    expect(page).toContain('<h2>Care at home</h2>');
    const malayalam = await html(`${path}?lang=ml`);
    expect(ledeOf(malayalam)).toBe('“വീട്ടിൽ പരിചരണം” എന്ന പദ്ധതിക്ക് Sreeja Nair നൽകുന്ന ₹1,500.');
    expect(malayalam).toContain('name="description" value="വീട്ടിൽ പരിചരണം"');
    expect(plain(page + malayalam)).not.toMatch(/to the We Care fund|വി കെയർ നിധി/);
  });

  it('names it to the app that scans its code', async () => {
    const { slug } = await liveProject(ground);
    const { path } = await begun({ project: slug });
    await ask(`${path}/code?lang=en`, { method: 'POST' });
    expect(vendor.counter().store.of('qr', vendor.counter().account.keyId).at(-1)?.entity.description).toBe(
      'Care at home',
    );
  });

  it('names it in the thanks, on the page and in the mail', async () => {
    const { slug } = await liveProject(ground, { goal: 1_000_000n });
    const { path, email } = await paid({ project: slug, language: 'ml' });
    expect(ledeOf(await html(`${path}?lang=en`))).toBe('Your ₹1,500 has reached “Care at home”.');
    const said = 'നിങ്ങളുടെ ₹1,500 “വീട്ടിൽ പരിചരണം” എന്ന പദ്ധതിയിലെത്തി.';
    expect(ledeOf(await html(`${path}?lang=ml`))).toBe(said);
    const mail = await mailTo(email);
    expect(mail).toContain(said);
    expect(mail).not.toContain('വി കെയർ നിധി');
    const other = await paid({ project: slug });
    expect(await mailTo(other.email)).toContain('your ₹1,500 has reached “Care at home”.');
  });

  it('says of one that passed a goal how it was divided, and what a sponsor adds', async () => {
    const { id, slug } = await liveProject(ground, { goal: 100_000n, capped: true });
    await offerFor(ground, id, { amount: 50_000n });
    const { path, email, order } = await begun({ project: slug });
    const before = await html(`${path}?lang=en`);
    expect(ledeOf(before)).toBe('₹1,500 to “Care at home” and the We Care fund, from Sreeja Nair.');
    expect(before).toContain('name="description" value="Care at home · We Care fund"');
    expect(plain(before)).toContain('A sponsor adds ₹500.');
    expect(plain(before)).not.toContain('kept in the project’s own books');
    await apply(vendor.pay(order).paymentId);
    const divided = '₹1,000 for “Care at home”, and ₹500 for the We Care fund, because the goal is reached.';
    const page = await html(`${path}?lang=en`);
    expect(ledeOf(page)).toBe(`Your ₹1,500 has arrived: ${divided}`);
    expect(plain(page)).toContain('A sponsor adds ₹500.');
    const mail = await mailTo(email);
    expect(mail).toContain(`your ₹1,500 has arrived: ${divided} A sponsor adds ₹500.`);
  });

  it('says the fund, and why, where nothing of it is left for the project', async () => {
    const { slug } = await liveProject(ground, { goal: 100_000n, capped: true });
    await paid({ project: slug });
    const { path, email, order } = await begun({ project: slug });
    expect(ledeOf(await html(`${path}?lang=en`))).toBe('₹1,500 to the We Care fund, from Sreeja Nair.');
    await apply(vendor.pay(order).paymentId);
    const said = 'has reached the We Care fund, because “Care at home” takes no more gifts.';
    expect(ledeOf(await html(`${path}?lang=en`))).toBe(`Your ₹1,500 ${said}`);
    expect(await mailTo(email)).toContain(`your ₹1,500 ${said}`);
  });

  it('names it on the card to somebody, without an amount', async () => {
    const { slug } = await liveProject(ground);
    const cardEmail = 'lali@cards.example';
    const card = { dedication: 'memory', honoured: 'Kunju', cardName: 'Lali', cardEmail };
    await paid({ project: slug, ...card });
    const mail = await mailTo(cardEmail);
    expect(mail).toContain('The gift is for “Care at home”.');
    expect(mail).not.toMatch(/₹|stands by children/);
  });

  it('of the fund itself is as before', async () => {
    const { path, email } = await paid({ project: '' });
    expect(ledeOf(await html(`${path}?lang=en`))).toBe('Your ₹1,500 has reached the We Care fund.');
    expect(await mailTo(email)).toContain('your ₹1,500 has reached the We Care fund.');
  });
});

describe('A monthly gift for a project', () => {
  it('names it, and never fills it beyond a goal that was capped since', async () => {
    const { id, slug } = await liveProject(ground, { goal: 200_000n });
    const email = 'monthly@give.example';
    const wish = { ...SREEJA, email, key: crypto.randomUUID(), project: slug, often: 'monthly' };
    const answer = await sendForm(ask, wish);
    const page = await html(String(answer.headers.get('location')));
    expect(ledeOf(page)).toContain('₹1,500 every month to “Care at home”, from Sreeja Nair.');
    const { rows } = await ground.sql.query('SELECT id FROM monthly_gift ORDER BY created_at DESC LIMIT 1');
    const named = async () =>
      (await ground.sql.query('SELECT gateway_id FROM monthly_gift WHERE id = $1', [rows[0].id])).rows[0]
        .gateway_id as string;
    await apply(vendor.mandate(await named(), { method: 'card' }).paymentId);
    await askMonthly(ground, rows[0].id);
    await ground.sql.query('UPDATE goal SET capped = true WHERE project_id = $1', [id]);
    await apply(vendor.charge(await named()).paymentId);
    expect(-(await balance(ground.sql, accounts.project(id, 'domestic')))).toBe(200_000n);
    const gifts = await ground.sql.query(
      'SELECT beyond::int FROM donation WHERE project_id = $1 ORDER BY beyond',
      [id],
    );
    expect(gifts.rows).toEqual([{ beyond: 0 }, { beyond: 100_000 }]);
  });

  it('says what becomes of it when the project ends; then its donor chooses anew', async () => {
    const [{ id, slug }, next] = [await liveProject(ground), await liveProject(ground)];
    const email = 'over@give.example';
    const wish = { ...SREEJA, email, project: slug, often: 'monthly' };
    expect(
      plain(await (await sendForm(ask, { ...wish, key: crypto.randomUUID() }, 'check')).text()),
    ).toContain('The months after that go to the We Care fund');
    await sendForm(ask, { ...wish, key: crypto.randomUUID() });
    const { rows } = await ground.sql.query(
      `SELECT m.id, m.gateway_id AS at, m.donor_id AS donor FROM monthly_gift m JOIN donor w ON w.id = m.donor_id
        WHERE w.email = $1`,
      [email],
    );
    const [gift] = rows;
    await apply(vendor.mandate(gift.at, { method: 'upi' }).paymentId);
    await askMonthly(ground, gift.id);
    await ground.sql.query('UPDATE goal SET open = false WHERE project_id = $1', [id]);
    const home = `/my/${donorToken(ground, gift.donor, 24)}`;
    const page = plain(await html(`${home}?lang=en`));
    expect(page).toContain(
      '“Care at home” takes no more gifts. What you give each month goes to the We Care fund now.',
    );
    const chosen = await ask(`${home}/monthly/${gift.id}/purpose?lang=en`, {
      ...{ method: 'POST', body: new URLSearchParams({ project: next.id }) },
    });
    const after = plain(await html(String(chosen.headers.get('location'))));
    expect(after).toContain('Your choice holds from the next month on.');
    expect(after).not.toContain('takes no more gifts');
    await apply(vendor.charge(gift.at).paymentId);
    expect(-(await balance(ground.sql, accounts.project(next.id, 'domestic')))).toBe(150_000n);
  });
});
