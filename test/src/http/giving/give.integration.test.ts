import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fieldsIn, makeGift, openTill, SREEJA, sendForm } from '../../../support/giving.ts';
import { account, testStandIn } from '../../../support/stand-in.ts';
import { later } from '../../../support/subscribing.ts';
import { testWeb } from '../../../support/web.ts';

const { ground, ask } = testWeb({
  HELP_ADDRESS: 'help@wecare.example',
  PUBLIC_URL: 'https://wecare.example',
});
const vendor = testStandIn({ clock: { now: () => ground.clock.now() } });
beforeAll(() => openTill(ground, vendor.url()));
// Each test is another caller.
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

const orders = () =>
  ground.sql.query('SELECT * FROM gift_order ORDER BY created_at, id').then(({ rows }) => rows);
const send = (fields: Record<string, string>, to?: string) => sendForm(ask, fields, to);
const html = async (answer: Promise<Response>) => (await answer).text();

describe('The form to give', () => {
  it('asks amount, donor and a last look, and makes one order', async () => {
    const first = await html(ask('/give?lang=en'));
    expect(first).toContain('Are you a citizen of India?');
    expect(first).toContain('One person’s food for a month');
    const second = await html(send({ ...fieldsIn(first), ...SREEJA, sum: '₹ 1,500.50' }, 'who'));
    expect(second).toContain('Who is giving?');
    const posted = { ...fieldsIn(second), name: 'Sreeja Nair', phone: '98765 43210', pan: 'abcpk 1234 l' };
    const third = await html(send({ ...posted, receipt: 'yes', email: 'Sreeja@Give.example' }, 'check'));
    expect(third).toContain('₹1,500.50');
    expect(third).toContain('Send me the receipt by email.');
    expect(third).not.toContain('ABCPK1234L'); // in the page's text only its end
    const answer = await send(fieldsIn(third), 'give');
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toMatch(/^\/give\/gift\/[\w-]{39}\?lang=en$/);
    const [order] = await orders();
    expect(order).toMatchObject({
      ...{ stream: 'domestic', amount: '150050', fund: 'fund.general.domestic', anonymous: true },
      ...{ gateway_id: expect.stringMatching(/^order_/), touch: null },
      consents: [{ use: 'receipt', words: 'Send me the receipt by email.' }],
    });
    const { rows } = await ground.sql.query('SELECT * FROM donor WHERE id = $1', [order.donor_id]);
    expect(rows[0]).toMatchObject({
      ...{ kind: 'individual', name: 'Sreeja Nair', email: 'sreeja@give.example', phone: '+919876543210' },
      source: { question: 'person', answer: 'india' },
    });
    const identity = JSON.parse(ground.keys.open('donor-identity', rows[0].identity));
    expect(identity).toEqual({ kind: 'pan', number: 'ABCPK1234L' });
  });

  it('sent twice at once is one gift; changed in between it is another', async () => {
    const before = (await orders()).length;
    const form = { ...SREEJA, key: crypto.randomUUID() };
    const answers = await Promise.all([send(form), send(form), send(form)]);
    expect(new Set(answers.map(({ headers }) => headers.get('location'))).size).toBe(1);
    const changed = await send({ ...form, sum: '2,000' });
    expect(changed.headers.get('location')).not.toBe(answers[0]?.headers.get('location'));
    const made = (await orders()).slice(before);
    expect(made.map(({ amount }) => amount)).toEqual(['150000', '200000']);
  });

  it('keeps what was typed through an error, going back and another language', async () => {
    const message = '<b>“എല്ലാവർക്കും”</b> & more';
    const wrong = await send(
      { ...SREEJA, message, phone: '12', honoured: 'Ammini', dedication: 'memory' },
      'check',
    );
    expect(wrong.status).toBe(422);
    const shown = await wrong.text();
    expect(shown).toContain('This number does not exist');
    expect(shown).toContain('&lt;b&gt;“എല്ലാവർക്കും”&lt;/b&gt; &amp; more');
    const back = await html(send({ ...SREEJA, message, email: 'no address' }, 'amount'));
    expect(back).not.toContain('class="error"');
    expect(fieldsIn(back)).toMatchObject({ message, email: 'no address', sum: '1,500' });
    const other = await html(sendForm(ask, { ...SREEJA, message }, 'who', 'ml'));
    expect(other).toContain('ആരാണ് നൽകുന്നത്?');
    expect(other).toContain('value="Sreeja Nair"');
  });

  it.each([
    ['12.345', 'There is nothing smaller than a paisa'],
    ['-500', 'without a minus sign'],
    ['1000000000000000', 'please write to us'],
    ['10,000,001', 'This is more than ₹1,00,00,000.'],
    ['9.99', 'The least is ₹10.'],
    ['all of it', 'in figures, such as 500'],
    ['', 'choose an amount or write one'],
  ])('refuses ₹%s with a sentence, whichever screen it is posted from', async (sum, sentence) => {
    const before = (await orders()).length;
    for (const to of ['who', 'check', 'give']) {
      const answer = await send({ ...SREEJA, sum }, to);
      expect(answer.status).toBe(422);
      expect(await answer.text()).toContain(sentence);
    }
    expect(await orders()).toHaveLength(before);
  });

  it('takes a suggestion that it did not make for a typed amount, with its bounds', async () => {
    const answer = await send({ ...SREEJA, amount: '7', sum: '' });
    expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('id="amount-error"')]);
  });

  it('refuses foreign and undecided money kindly, and says how else', async () => {
    const foreign = await send({ ...SREEJA, source: 'person.foreign' }, 'who');
    expect(foreign.status).toBe(422);
    expect(await foreign.text()).toContain('We cannot take gifts from a foreign source on this page.');
    const unsure = await html(send({ ...SREEJA, source: 'person.unsure' }, 'give'));
    expect(unsure).toContain('which bank account is the right one');
    expect(unsure).toContain('help@wecare.example');
    // An answer given before the kind was changed answers nothing.
    expect(await html(send({ ...SREEJA, kind: 'corporate' }))).toContain('Please choose one answer.');
  });

  it('keeps the passport of an Indian abroad, sealed, and wants their address', async () => {
    const abroad = { ...SREEJA, source: 'person.nri', passport: 'm 1234567' };
    expect(await html(send(abroad))).toContain('Please write the whole address');
    const answer = await send({ ...abroad, address: '12 Corniche Road, Abu Dhabi' });
    expect(answer.status).toBe(303);
    const { rows } = await ground.sql.query(
      'SELECT identity FROM donor ORDER BY created_at DESC, id DESC LIMIT 1',
    );
    expect(JSON.parse(ground.keys.open('donor-identity', rows[0].identity))).toEqual({
      ...{ kind: 'passport', number: 'M1234567' },
    });
  });

  it('keeps the gift when the gateway does not answer, and asks again from its page', async () => {
    vendor.set({ fault: { kind: 'status', status: 503, times: 1000 } });
    const key = crypto.randomUUID();
    const answer = await send({ ...SREEJA, key });
    expect(answer.status).toBe(303);
    const page = String(answer.headers.get('location'));
    const away = await ask(page);
    expect(away.headers.get('refresh')).toBe('8');
    expect(await away.text()).toContain('The payment service does not answer');
    vendor.set({ fault: null });
    later(ground, 10);
    expect(await html(ask(page))).toContain('How would you like to pay?');
  });

  it('whatever is posted, nothing breaks and no order has an amount that was not asked for', {
    timeout: 120_000,
  }, async () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', 'other', '500', '<script>', '\u0000', '𝒳'),
    );
    const field = (usual: string) => fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, word);
    const sum = fc.oneof(
      fc.nat({ max: 3_000_000 }).map((n) => String(n / 100)),
      word,
    );
    const form = fc.record({
      ...{ kind: field('individual'), source: field('person.india'), amount: field('other'), sum },
      ...{
        name: field('Sreeja'),
        email: field('a@b.example'),
        phone: field(''),
        address: field(''),
        pan: field(''),
      },
      ...{
        message: word,
        dedication: field('none'),
        honoured: word,
        cardName: field(''),
        cardEmail: field(''),
      },
      ...{ touch: word, passport: word, wall: word, key: word, to: field('give') },
    });
    await fc.assert(
      fc.asyncProperty(form, async ({ to, ...fields }) => {
        await ground.sql.query(
          "DELETE FROM rate_limit; DELETE FROM gift_order WHERE created_at < now() + interval '1 day' AND paid_at IS NULL",
        );
        const answer = await send(fields, to);
        expect([200, 303, 422]).toContain(answer.status);
        const made = await orders();
        expect(made).toHaveLength(answer.status === 303 ? 1 : 0);
        const typed =
          fields.amount === 'other' ? Number(fields.sum.replace(/[^\d.]/g, '')) : Number(fields.amount);
        for (const { amount } of made) expect(Number(amount)).toBe(Math.round(typed * 100));
      }),
      { numRuns: 150 },
    );
  });
});

describe('The page of a gift', () => {
  it('offers every way to pay and lets the gateway in on this page alone', async () => {
    const { path, order } = await makeGift(ground, ask);
    const answer = await ask(path);
    const page = await answer.text();
    const gateway = new URL(vendor.url()).origin;
    expect(page).toContain(`action="${vendor.url()}/v1/checkout/embedded"`);
    expect(fieldsIn(page)).toMatchObject({
      ...{ order_id: order, amount: '150000', key_id: account.keyId },
      callback_url: `https://wecare.example${path}/return?lang=en`,
    });
    expect(page).toContain(`<script src="${vendor.url()}/v1/checkout.js" defer>`);
    expect(page).toContain('It needs no JavaScript and opens no UPI app.');
    expect(page).toContain('<b>Kerala Social Security Mission</b>');
    const policy = String(answer.headers.get('content-security-policy'));
    expect(policy).toContain(`script-src 'self' ${gateway}`);
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(answer.headers.get('permissions-policy')).toContain(`payment=(self "${gateway}")`);
    expect((await ask('/give')).headers.get('content-security-policy')).not.toContain(gateway);
  });

  it('is found by its signed address only', async () => {
    const { path } = await makeGift(ground, ask);
    for (const wrong of [
      `${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`,
      '/give/gift/x',
      `${path}x`,
    ]) {
      for (const [method, end] of [
        ['GET', ''],
        ['POST', '/return'],
        ['POST', '/code'],
      ] as const)
        expect((await ask(wrong + end, { method })).status).toBe(404);
    }
  });

  it('thanks after the gateway’s signed return, with a receipt', async () => {
    const { path, order } = await makeGift(ground, ask);
    const { callback } = vendor.pay(order, { method: 'card' });
    const answer = await ask(`${path}/return?lang=en`, {
      method: 'POST',
      body: new URLSearchParams(callback),
      headers: { origin: 'https://gateway.example', 'sec-fetch-site': 'cross-site' },
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `${path}?lang=en`]);
    const page = await html(ask(`${path}?lang=en`));
    expect(page).toContain('Thank you, Sreeja Nair.');
    expect(page).toMatch(/WC\/2026-27\/\d{6}/);
  });

  it('believes no return that is forged, of another order, or of a failure', async () => {
    const { path, order } = await makeGift(ground, ask);
    const other = await makeGift(ground, ask, { sum: '10' });
    const { callback } = vendor.pay(other.order);
    const failed = { 'error[code]': 'BAD_REQUEST_ERROR', 'error[reason]': 'payment_failed' };
    for (const fields of [callback, { ...callback, razorpay_order_id: order }, failed, {}]) {
      const body = new URLSearchParams(fields as Record<string, string>);
      expect((await ask(`${path}/return`, { method: 'POST', body })).status).toBe(303);
      expect(await html(ask(`${path}?lang=en`))).toContain('How would you like to pay?');
    }
    const { rows } = await ground.sql.query('SELECT paid_at FROM gift_order WHERE gateway_id = $1', [order]);
    expect(rows[0].paid_at).toBeNull();
  });

  it('says that it failed, and lets the same order be paid', async () => {
    const { path, order } = await makeGift(ground, ask);
    vendor.pay(order, { fails: true });
    await ask(`${path}/return`, { method: 'POST', body: new URLSearchParams({ 'error[code]': 'X' }) });
    const page = await html(ask(`${path}?lang=en`));
    expect(page).toContain('It did not work. No gift was made.');
    expect(fieldsIn(page)).toMatchObject({ order_id: order });
  });

  it('asks the gateway itself when every return and webhook was lost, and not at each look', async () => {
    const { path, order } = await makeGift(ground, ask);
    await ask(path);
    vendor.pay(order);
    expect(await html(ask(`${path}?lang=en`))).toContain('How would you like to pay?');
    later(ground, 5);
    expect(await html(ask(`${path}?lang=en`))).toContain('Thank you');
  });

  it('tells a donor whose bank is silent not to pay again, in both languages', async () => {
    const { path, order } = await makeGift(ground, ask);
    vendor.begin(order);
    later(ground, 5);
    const answer = await ask(`${path}?lang=en`);
    expect(answer.headers.get('refresh')).toBe('8');
    const page = await answer.text();
    expect(page).toContain('Please do not pay again.');
    expect(page).not.toContain('/v1/checkout');
    expect(await html(ask(`${path}?lang=ml`))).toContain('ദയവായി വീണ്ടും പണമടയ്ക്കരുത്.');
    expect(await html(ask(`${path}?lang=en&again=1`))).toContain('the second goes back to you');
  });

  it('makes one code for UPI apps, and knows what was paid by it', async () => {
    const { path } = await makeGift(ground, ask);
    const press = () => ask(`${path}/code?lang=en`, { method: 'POST' });
    await Promise.all([press(), press()]);
    await press();
    const id = new URL(path, 'http://x').pathname;
    const page = await html(ask(`${path}?lang=en`));
    const code = /codes\/(qr_\w+)\.png/.exec(page)?.[1] ?? '';
    expect(page).toContain('good for one payment');
    const { rows } = await ground.sql.query('SELECT count(*)::int AS n FROM gift_order WHERE qr_id = $1', [
      code,
    ]);
    expect([id, rows[0].n]).toEqual([path, 1]);
    vendor.scan(code);
    later(ground, 5);
    expect(await html(ask(`${path}?lang=en`))).toContain('Thank you');
  });

  it('says so when no code can be made', async () => {
    const { path } = await makeGift(ground, ask);
    vendor.set({ fault: { kind: 'status', status: 503, times: 1000 } });
    const answer = await ask(`${path}/code?lang=en`, { method: 'POST' });
    vendor.set({ fault: null });
    expect(await html(ask(String(answer.headers.get('location'))))).toContain('The code could not be made');
  });
});
