import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { askTwins } from '../../../../src/campaigns/donor-mails.ts';
import { eraseAsAsked } from '../../../../src/campaigns/persons.ts';
import { accountOf } from '../../../../src/giving/accounts.ts';
import { donorToken } from '../../../../src/giving/donor-link.ts';
import { fieldsIn, makeGift, openTill, SREEJA, sendForm } from '../../../support/giving.ts';
import { testStandIn } from '../../../support/stand-in.ts';
import { testWeb } from '../../../support/web.ts';
import { newProject } from '../../pages/support.ts';

const PUBLIC_URL = 'https://wecare.example';
const { ground, ask } = testWeb({ PUBLIC_URL });
const vendor = testStandIn({ clock: { now: () => ground.clock.now() } });
beforeAll(() => openTill(ground, vendor.url()));
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

const html = async (path: string) => (await ask(path)).text();
const post = (path: string, fields: Record<string, string> = {}) =>
  ask(path, { method: 'POST', body: new URLSearchParams(fields) });
const address = () => `donor-${crypto.randomUUID()}@people.example`;

/** Nobody else’s, since a number tells equal donors as a mailbox does. */
let number = 9_876_500_000;
async function paid(email: string, fields: Record<string, string> = {}) {
  number += 1;
  const gift = await makeGift(ground, ask, { email, phone: String(number), receipt: 'yes', ...fields });
  const { paymentId, callback } = vendor.pay(gift.order);
  await post(`${gift.path}/return`, callback);
  return { ...gift, paymentId };
}
/** A monthly gift whose mandate was given. */
async function monthly(email: string, method: 'upi' | 'card' = 'card') {
  const key = crypto.randomUUID();
  const answer = await sendForm(ask, { ...SREEJA, email, key, often: 'monthly' });
  const path = String(answer.headers.get('location')).replace(/\?.*$/, '');
  const { rows } = await ground.sql.query(
    'SELECT m.id, m.gateway_id FROM monthly_gift m JOIN gift_order o ON o.monthly_id = m.id WHERE o.form_key LIKE $1',
    [`${key}.%`],
  );
  const { callback } = vendor.mandate(rows[0].gateway_id, { method });
  await post(`${path}/return`, callback);
  return { path, id: rows[0].id as string };
}
async function linkOf(email: string, hours = 24): Promise<string> {
  const { rows } = await ground.sql.query('SELECT id FROM donor WHERE email = $1 LIMIT 1', [email]);
  return `/my/${donorToken(ground, rows[0].id, hours)}`;
}
const notices = (to: string, kind: string) => ground.db.notice.findMany({ where: { address: to, kind } });
const later = (hours: number) => ground.clock.set(ground.clock.now().getTime() + hours * 3_600_000);

describe('The link to a donor’s own page', () => {
  it('is mailed to whoever gave, once in ten minutes; the answer tells strangers nothing', async () => {
    const email = address();
    await paid(email);
    const known = await (await post('/my?lang=en', { email: ` ${email.toUpperCase()} ` })).text();
    const unknown = await (await post('/my?lang=en', { email: 'nobody@people.example' })).text();
    expect(known.replaceAll(email, 'X')).toBe(unknown.replaceAll('nobody@people.example', 'X'));
    await post('/my?lang=en', { email });
    const [mail, ...more] = await notices(email, 'donor-link');
    expect(more).toEqual([]);
    expect(await notices('nobody@people.example', 'donor-link')).toEqual([]);
    const [, path = ''] = /https:\/\/wecare\.example(\/my\/[\w-]{50})\?lang=en/.exec(mail?.text ?? '') ?? [];
    expect(await html(`${path}?lang=en`)).toContain('₹1,500');
    expect(path).not.toContain('donor-');
  });

  it('opens for its time only, and never after it was changed or signed out', async () => {
    const email = address();
    await paid(email);
    const path = await linkOf(email);
    expect((await ask(path)).status).toBe(200);
    expect((await ask(`${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`)).status).toBe(404);
    expect((await ask('/my/short')).status).toBe(404);
    later(23);
    expect((await ask(path)).status).toBe(200);
    later(2);
    expect((await ask(path)).status).toBe(404);
    const [asked, thanks] = [await linkOf(email), await linkOf(email, 720)];
    expect((await post(`${asked}/sign-out`)).status).toBe(200);
    for (const gone of [asked, thanks]) expect((await ask(gone)).status).toBe(404);
    later(1);
    expect((await ask(await linkOf(email))).status).toBe(200);
  });

  it('names the project that a gift was for', async () => {
    const email = address();
    await paid(email);
    const project = await newProject(ground);
    await ground.sql.query(
      'UPDATE donation SET project_id = $2 WHERE donor_id IN (SELECT id FROM donor WHERE email = $1)',
      [email, project],
    );
    const path = await linkOf(email);
    expect(await html(`${path}?lang=en`)).toMatch(/2026 · Wheels · UPI/);
    expect(await html(`${path}?lang=ml`)).toContain(' · ചക്രങ്ങൾ · ');
  });

  it('shows what came by that mailbox and by no other', async () => {
    const [mine, theirs] = [address(), address()];
    await paid(mine, { sum: '1,111' });
    await paid(theirs, { sum: '2,222' });
    const page = await html(`${await linkOf(mine)}?lang=en`);
    expect(page).toContain('₹1,111');
    expect(page).not.toContain('₹2,222');
    const [, receipt = ''] = /(\/my\/[\w-]+\/receipts\/[\w-]+\.pdf)/.exec(page) ?? [];
    expect((await ask(receipt)).headers.get('content-type')).toBe('application/pdf');
    const other = receipt.replace(/^\/my\/[\w-]+/, await linkOf(theirs));
    expect((await ask(other)).status).toBe(404);
    const year = /statements\/(domestic-\d{4}-\d{2})\.pdf/.exec(page)?.[1];
    const statement = await ask(`${await linkOf(mine)}/statements/${year}.pdf`);
    expect(
      Buffer.from(await statement.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    expect((await ask(`${await linkOf(mine)}/statements/domestic-2020-21.pdf`)).status).toBe(404);
  });
});

describe('On their page a donor', () => {
  it('pauses, changes and ends a monthly gift, and nobody else’s', async () => {
    const [mine, theirs] = [address(), address()];
    const [own, other] = [await monthly(mine), await monthly(theirs)];
    const path = await linkOf(mine);
    const paused = await post(`${path}/monthly/${own.id}/pause?lang=en`);
    expect(paused.status).toBe(303);
    expect(await html(String(paused.headers.get('location')))).toContain('Nothing is taken until you go on.');
    await post(`${path}/monthly/${own.id}/resume`);
    await post(`${path}/monthly/${own.id}/amount`, { sum: '2,500' });
    expect(await html(`${path}?lang=en`)).toContain('From the next month on: ₹2,500');
    const wrong = await post(`${path}/monthly/${own.id}/amount?lang=ml`, { sum: '25,000' });
    expect(wrong.status).toBe(400);
    expect(await wrong.text()).toContain('₹10-നും ₹15,000-നും');
    for (const step of ['pause', 'cancel', 'amount', 'nothing'])
      expect((await post(`${path}/monthly/${other.id}/${step}`, { sum: '500' })).status).toBe(404);
    const { rows } = await ground.sql.query('SELECT state FROM monthly_gift WHERE id = $1', [other.id]);
    expect(rows[0].state).toBe('active');
    await post(`${path}/monthly/${own.id}/cancel`);
    const page = await html(`${path}?lang=en`);
    expect(page).toContain('Ended');
    expect(page).not.toContain('/pause');
  });

  it('chooses what we may do, which holds at once and is proven by the words shown', async () => {
    const email = address();
    await paid(email, { wall: '' });
    const path = await linkOf(email);
    const shown = fieldsIn(await html(`${path}?lang=en`));
    expect(shown).not.toHaveProperty('newsletter');
    await post(`${path}/agreements?lang=en`, { shown: 'yes', newsletter: 'yes', wall: 'yes' });
    const holds = async () =>
      (
        await ground.sql.query(
          `SELECT k.channel, k.purpose, k.given, k.proof FROM consent k JOIN donor d ON d.contact_id = k.contact_id WHERE d.email = $1`,
          [email],
        )
      ).rows;
    expect(await holds()).toMatchObject([{ channel: 'email', purpose: 'newsletter', given: true }]);
    expect(JSON.stringify(await holds())).toContain('Send me the newsletter by email.');
    await post(`${path}/agreements?lang=en`, { shown: 'yes' });
    expect(await holds()).toMatchObject([{ given: false }]);
    expect((await post(`${path}/agreements`, {})).status).toBe(400);
  });

  it('reads all that is kept, takes it as a file, and asks to be erased', async () => {
    const email = address();
    const gift = await paid(email, { message: 'വളരെ നന്ദി' });
    const path = await linkOf(email);
    expect(await html(`${path}/data?lang=en`)).toContain('വളരെ നന്ദി');
    const file = await ask(`${path}/data.json`);
    expect(file.headers.get('content-disposition')).toContain('attachment');
    expect(await file.json()).toMatchObject({ gifts: [{ email, paise: '150000' }], monthly_gifts: [] });
    for (const _ of [1, 2]) await post(`${path}/erasure?lang=en`);
    expect(await html(`${path}?lang=en`)).toContain('You asked on');
    const { rows } = await ground.sql.query('SELECT id FROM erasure_request WHERE email = $1', [email]);
    expect(rows).toHaveLength(1);
    await eraseAsAsked(ground, rows[0].id, 'cli:test');
    expect((await ask(path)).status).toBe(404);
    const kept = await ground.sql.query(
      'SELECT d.name, d.email, d.phone, g.message FROM donor d JOIN donation g ON g.donor_id = d.id WHERE g.payment_id = $1',
      [gift.paymentId],
    );
    // The receipt says the name, and the law wants it kept.
    expect(kept.rows).toEqual([{ name: 'Sreeja Nair', email: null, phone: null, message: null }]);
    await expect(eraseAsAsked(ground, rows[0].id, 'cli:test')).rejects.toThrow('No such wish');
  });

  it('is not erased while a monthly gift goes on', async () => {
    const email = address();
    const { id } = await monthly(email);
    const path = await linkOf(email);
    await post(`${path}/erasure`);
    const { rows } = await ground.sql.query('SELECT id FROM erasure_request WHERE email = $1', [email]);
    await expect(eraseAsAsked(ground, rows[0].id, 'cli:test')).rejects.toThrow('Stop it first');
    await post(`${path}/monthly/${id}/cancel`);
    await eraseAsAsked(ground, rows[0].id, 'cli:test');
    expect((await ask(path)).status).toBe(404);
  });
});

describe('Two equal gifts within a day', () => {
  const asked = (payment: string) =>
    ground.sql
      .query('SELECT state, asked_by, amount::int, gateway_id FROM refund WHERE payment_id = $1', [payment])
      .then(({ rows }) => rows);

  it('are asked about once, and a refund is a wish that waits for finance', async () => {
    const email = address();
    const first = await paid(email);
    later(3);
    const second = await paid(email);
    for (const _ of [1, 2]) await askTwins(ground);
    const mails = await notices(email, 'gift-twin');
    expect(mails).toHaveLength(1);
    expect(mails[0]?.html).toContain(`${PUBLIC_URL}${second.path}`);
    expect(await html(`${first.path}?lang=en`)).not.toContain('Did you mean both?');
    expect(await html(`${second.path}?lang=en`)).toContain('Did you mean both?');
    const path = await linkOf(email);
    const page = await html(`${path}?lang=en`);
    const [, action = ''] = /action="(\/my\/[^"]*\/twin)/.exec(page) ?? [];
    expect((await post(`${action}?lang=en`, { answer: 'refund' })).status).toBe(303);
    expect((await post(`${action}?lang=en`, { answer: 'refund' })).status).toBe(409);
    expect(await asked(second.paymentId)).toEqual([
      { state: 'asked', asked_by: 'donor', amount: 150_000, gateway_id: null },
    ]);
    expect(await asked(first.paymentId)).toEqual([]);
    const account = await accountOf(ground, 'domestic');
    expect(await account.gateway.fetchRefunds(second.paymentId)).toEqual([]);
    expect(await html(`${path}?lang=en`)).toContain('Refund asked for');
  });

  it('that were both meant stay, and are not asked about again', async () => {
    const email = address();
    await paid(email);
    const second = await paid(email);
    await askTwins(ground);
    const answer = await post(`${second.path}/twin?lang=en`, { answer: 'both' });
    expect(await html(String(answer.headers.get('location')))).toContain('both gifts were meant');
    expect(await asked(second.paymentId)).toEqual([]);
    await post(`${second.path}/twin?lang=en`, { answer: 'refund' });
    expect(await asked(second.paymentId)).toEqual([]);
  });

  it('are not seen in months of a monthly gift, other sums, other people or other days', async () => {
    const [email, other] = [address(), address()];
    const { path } = await monthly(email);
    await paid(email);
    await paid(email, { sum: '1,501' });
    await paid(other);
    later(30);
    await paid(email, { sum: '1,501' });
    await askTwins(ground);
    expect(await notices(email, 'gift-twin')).toEqual([]);
    expect(await html(`${path}?lang=en`)).not.toContain('Did you mean both?');
  });
});

it('The form offers monthly gifts, never chosen beforehand, and says what each mandate means', async () => {
  const first = await html('/give?lang=en');
  expect(fieldsIn(first).often).toBe('once');
  expect(fieldsIn(await html('/give?lang=en&often=monthly')).often).toBe('once');
  const form = { ...SREEJA, often: 'monthly', key: crypto.randomUUID() };
  const noMail = await sendForm(ask, form, 'check');
  expect(noMail.status).toBe(422);
  expect(await noMail.text()).toContain('A monthly gift needs an email address');
  const large = await sendForm(ask, { ...form, sum: '15,001' }, 'who');
  expect(await large.text()).toContain('Each month ₹15,000 at most');
  const check = await (await sendForm(ask, { ...form, email: address() }, 'check')).text();
  expect(check).toContain('Give ₹1,500 every month');
  const pay = await html((await sendForm(ask, { ...form, email: address() })).headers.get('location') ?? '');
  expect(pay).toContain('&quot;subscription_id&quot;');
  expect(pay).not.toContain('order_id');
  expect(pay).toMatch(/<a [^>]*href="http[^"]*\/mandate\/sub_\w+">/);
});

it('A mandate that nobody gave in time can be given no more, and its page says so', async () => {
  const form = { ...SREEJA, often: 'monthly', key: crypto.randomUUID(), email: address() };
  const answer = await sendForm(ask, form);
  const path = String(answer.headers.get('location'));
  expect((await ask(path)).status).toBe(200);
  later(73);
  expect((await ask(path)).status).toBe(404);
});

it('An account that may take no subscriptions offers none, and follows those that were begun', async () => {
  const email = address();
  const { id } = await monthly(email);
  await ground.sql.query(`UPDATE gateway_account SET settings = settings || '{"monthly": false}'`);
  expect(await html('/give?lang=en')).not.toContain('Every month');
  const answer = await sendForm(ask, { ...SREEJA, often: 'monthly', key: crypto.randomUUID(), email });
  expect(answer.status).toBe(409);
  expect((await post(`${await linkOf(email)}/monthly/${id}/pause`)).status).toBe(303);
});
