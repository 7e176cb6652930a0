import { constants, inflateSync } from 'node:zlib';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tellGifts } from '../../../../src/campaigns/gift-mails.ts';
import { accountOf } from '../../../../src/giving/accounts.ts';
import { applyPayment } from '../../../../src/giving/apply.ts';
import { receiptToken } from '../../../../src/giving/gift-token.ts';
import { saveReceiptSettings } from '../../../../src/giving/issuer.ts';
import { makeGift, openTill } from '../../../support/giving.ts';
import { testStandIn } from '../../../support/stand-in.ts';
import { testWeb } from '../../../support/web.ts';

const { ground, ask } = testWeb({ PUBLIC_URL: 'https://wecare.example' });
const vendor = testStandIn({ clock: { now: () => ground.clock.now() } });
beforeAll(() => openTill(ground, vendor.url()));
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

/** A gift that was paid. */
async function paidGift(fields: Record<string, string> = {}) {
  const gift = await makeGift(ground, ask, fields);
  const { paymentId, callback } = vendor.pay(gift.order);
  await ask(`${gift.path}/return`, { method: 'POST', body: new URLSearchParams(callback) });
  return { ...gift, paymentId };
}

const html = async (path: string) => (await ask(path)).text();
const paper = async (path: string) => Buffer.from(await (await ask(`${path}/receipt.pdf`)).arrayBuffer());
const numberOn = async (path: string) => /WC\/[\d-]+\/\d{6}/.exec(await html(path))?.[0] ?? '';
const notices = (address: string) =>
  ground.db.notice.findMany({ where: { address }, orderBy: { id: 'asc' } });

/** Drawn pages of a PDF, inflated; glyphs are numbers there, so only colours and shapes can be told. */
const CUT = { finishFlush: constants.Z_SYNC_FLUSH };
const drawn = (pdf: Buffer) =>
  [...pdf.toString('latin1').matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)]
    .map(([, body = '']) => {
      try {
        // The last byte of a body may look like the line's end that follows it.
        return inflateSync(Buffer.from(body, 'latin1'), CUT).toString('latin1');
      } catch {
        return '';
      }
    })
    .join('\n');

/** Where the code on a paper leads; made as the paper's own is. */
async function verifyPath(order: string): Promise<string> {
  const { rows } = await ground.sql.query(
    `SELECT r.id FROM receipt r JOIN donation g ON g.id = r.donation_id JOIN payment p ON p.id = g.payment_id
       JOIN gift_order o ON o.id = p.order_id WHERE o.gateway_id = $1 ORDER BY r.issued_at, r.number LIMIT 1`,
    [order],
  );
  return `/receipts/verify/${receiptToken(ground.keys, rows[0].id)}`;
}

describe('A receipt', () => {
  it('is downloaded by whoever holds the gift, the same to the byte each time', async () => {
    const { path } = await paidGift({ pan: 'ABCPK1234L', name: 'ശ്രീജ നായർ', address: 'പൂജപ്പുര, തിരുവനന്തപുരം' });
    const answer = await ask(`${path}/receipt.pdf`);
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    const number = (await numberOn(path)).replaceAll('/', '-');
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="receipt-${number}.pdf"`);
    const first = Buffer.from(await answer.arrayBuffer());
    expect(first.subarray(0, 5).toString()).toBe('%PDF-');
    await saveReceiptSettings(ground, { registration: 'Reg. 2', deduction: null }, 'cli:test');
    expect((await paper(path)).equals(first)).toBe(true);
    expect((await ask(`${path}x/receipt.pdf`)).status).toBe(404);
  });

  it('is not there before the gift is paid', async () => {
    const { path } = await makeGift(ground, ask);
    expect((await ask(`${path}/receipt.pdf`)).status).toBe(404);
  });

  it('is verified by its code, which tells number, day, amount and nothing of the donor', async () => {
    const gift = await paidGift({ sum: '1,23,456.78', pan: 'ABCPK1234L' });
    const page = await html(`${await verifyPath(gift.order)}?lang=en`);
    expect(page).toContain('This receipt is genuine');
    for (const said of [await numberOn(gift.path), '21 November 2026', '₹1,23,456.78'])
      expect(page).toContain(said);
    expect(page).not.toMatch(/Sreeja|ABCPK|98765/);
    // A page that looks like it has another address.
    expect(page).toContain(`must begin with ${ground.config.publicUrl}/.`);
    const forged = await ask('/receipts/verify/AaIb1nf6clGCpHfkA4tGlQF6i1JRVzixR6145es?lang=en');
    expect([forged.status, await forged.text()]).toEqual([
      404,
      expect.stringContaining('We know no such receipt'),
    ]);
  });

  it('says that it was cancelled when the gift went back, on its paper, its page and by its code', async () => {
    const gift = await paidGift();
    const before = await paper(gift.path);
    const { gateway, ...account } = await accountOf(ground, 'domestic');
    await gateway.refund({ paymentId: gift.paymentId, amount: 150_000n, key: 'refund-key-1', notes: {} });
    await applyPayment(ground, { ...account, gateway }, gift.paymentId);
    expect(await html(`${gift.path}?lang=en`)).toContain('This gift was paid back');
    expect(await html(`${await verifyPath(gift.order)}?lang=en`)).toContain('This receipt was cancelled');
    const RED = '0.678431372549';
    expect([drawn(before).includes(RED), drawn(await paper(gift.path)).includes(RED)]).toEqual([false, true]);
  });
});

describe('After a gift', () => {
  it('the receipt is mailed once, where its donor asked for it', async () => {
    const email = 'thanks@give.example';
    const { path } = await paidGift({ email, receipt: 'yes', language: 'ml' });
    await Promise.all([tellGifts(ground), tellGifts(ground)]);
    await tellGifts(ground);
    const [mail, ...more] = await notices(email);
    expect(more).toEqual([]);
    expect(mail?.subject).toBe(`നന്ദി. രസീത് ${await numberOn(path)}`);
    expect(mail?.text).toContain(`https://wecare.example${path}?lang=ml`);
    const files = mail?.files as { name: string; content: string }[];
    expect(Buffer.from(files[0]?.content ?? '', 'base64').equals(await paper(path))).toBe(true);
    const { rows } = await ground.sql.query(
      `SELECT count(*)::int AS n FROM outbox o WHERE event = 'gift.paid'
          AND NOT EXISTS (SELECT FROM outbox_handled h WHERE h.outbox_id = o.id AND h.handler = 'thanks')`,
    );
    expect(rows[0].n).toBe(0);
  });

  it('nothing is mailed without that consent', async () => {
    await paidGift({ email: 'silent@give.example', newsletter: 'yes' });
    await tellGifts(ground);
    expect(await notices('silent@give.example')).toEqual([]);
  });

  it('a card tells of the gift and whom it remembers, never of its amount', async () => {
    const card = { cardName: 'Ravi', cardEmail: 'ravi@give.example' };
    await paidGift({ dedication: 'memory', honoured: 'Ammini Amma', ...card });
    await tellGifts(ground);
    const [mail] = await notices('ravi@give.example');
    expect(mail?.subject).toBe('In memory of Ammini Amma');
    expect(mail?.text).toContain('Sreeja Nair has given to We Care');
    expect(`${mail?.html}${mail?.text}`).not.toContain('1,500');
  });
});
