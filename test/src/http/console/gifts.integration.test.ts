import { beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../../../src/access/users.ts';
import { tellGifts } from '../../../../src/campaigns/gift-mails.ts';
import { accountOf } from '../../../../src/giving/accounts.ts';
import { findDifferences } from '../../../../src/giving/differences.ts';
import { applyDispute } from '../../../../src/giving/disputes.ts';
import { reconcileSettlements } from '../../../../src/giving/reconciling.ts';
import { sendRefunds } from '../../../../src/giving/refund-sending.ts';
import { raiseDispute } from '../../../../src/sandbox/razorpay/disputing.ts';
import { settle } from '../../../../src/sandbox/razorpay/settling.ts';
import { giftOf, openTill, paidGift, parkedPayment } from '../../../support/giving.ts';
import { formOf, signedIn } from '../../../support/staff.ts';
import { testStandIn } from '../../../support/stand-in.ts';
import { testWeb } from '../../../support/web.ts';

const web = testWeb();
const { ground } = web;
const till = testStandIn({
  settings: { webhooks: { delayMs: 3_600_000 } },
  clock: { now: () => ground.clock.now() },
});
const cookies = {} as Record<Role, string>;
let whole: string;
let card: string;
let parked: string;
beforeAll(async () => {
  await openTill(ground, till.url());
  for (const role of ['finance', 'approver', 'auditor', 'administrator', 'author'] as const)
    cookies[role] = (await signedIn(web, [role])).cookie;
  whole = await paidGift(ground, till, { amount: 1_50_000n });
  const donor = { ...giftOf(1n).donor, name: 'Thomas 100%', kind: 'corporate' };
  card = await paidGift(ground, till, { amount: 5_00_000n, method: 'card', donor });
  parked = await parkedPayment(ground, till);
});

const read = async (path: string, role: Role = 'finance') => {
  const answer = await web.ask(path, { headers: { cookie: cookies[role] } });
  return { status: answer.status, page: await answer.text(), headers: answer.headers };
};
const post = async (path: string, fields: Record<string, string>, role: Role = 'finance') => {
  const answer = await formOf(web)(path, fields, cookies[role]);
  return { status: answer.status, to: answer.headers.get('location'), page: await answer.text() };
};

describe('The list of gifts', () => {
  it('finds by name, receipt, payment, mode, state, fund and day, with what they came to', async () => {
    const all = (await read('/console/gifts')).page;
    for (const id of [whole, card, parked]) expect(all).toContain(`/console/gifts/${id}`);
    expect(all).toContain('₹7,200');
    const receipt = /WC\/2026-27\/\d{6}/.exec((await read(`/console/gifts/${whole}`)).page)?.[0] ?? '';
    const only = async (query: Record<string, string>, ids: string[]) => {
      const { page } = await read(`/console/gifts?${new URLSearchParams(query)}`);
      expect([...page.matchAll(/href="\/console\/gifts\/([^"]+)"/g)].map(([, id]) => id).sort()).toEqual(
        [...ids].sort(),
      );
    };
    await only({ q: receipt }, [whole]);
    await only({ q: card }, [card]);
    await only({ q: 'sreeja' }, [whole]);
    await only({ q: '100%' }, [card]);
    await only({ q: '100_' }, []);
    await only({ mode: 'card' }, [card]);
    await only({ state: 'parked' }, [parked]);
    await only({ stream: 'fcra' }, []);
    await only({ fund: 'fund.general.domestic', state: 'paid' }, [whole, card]);
    await only({ from: '2026-11-21', to: '2026-11-21' }, [whole, card, parked]);
    await only({ from: '2026-11-22' }, []);
  });

  it('pages by a cursor and keeps the filter', async () => {
    const donor = { ...giftOf(1n).donor, name: 'Many' };
    await Promise.all(Array.from({ length: 52 }, () => paidGift(ground, till, { amount: 100n, donor })));
    const first = (await read('/console/gifts?q=many')).page;
    const link = /href="([^"]+)" rel="next"/.exec(first)?.[1] ?? '';
    const next = link.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');
    expect(next).toContain('q=many');
    const rest = (await read(next)).page;
    const ids = (page: string) =>
      [...page.matchAll(/href="\/console\/gifts\/(pay_\w+)"/g)].map(([, id]) => id);
    expect(ids(first)).toHaveLength(50);
    expect(new Set([...ids(first), ...ids(rest)]).size).toBe(52);
  });

  it('is not for those who do not look after the money', async () => {
    for (const role of ['author', 'approver'] as const)
      expect((await read('/console/gifts', role)).status).toBe(403);
    for (const role of ['auditor', 'administrator'] as const)
      expect((await read('/console/gifts', role)).status).toBe(200);
  });
});

describe('The page of a gift', () => {
  it('tells donor, payment, receipts, postings and mails, and never the whole of a PAN', async () => {
    await tellGifts(ground);
    const { page } = await read(`/console/gifts/${whole}`);
    for (const part of [
      'Sreeja Nair',
      '••••••234A',
      'Thanks with the receipt',
      'General fund',
      'At the gateway',
      whole,
    ])
      expect(page).toContain(part);
    expect(page).not.toContain('AAAPA1234A');
    const paper = /href="(\/console\/gifts\/[^"]+\.pdf)"/.exec(page)?.[1] ?? '';
    const { status, headers } = await read(paper);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/pdf']);
  });

  it('offers an auditor nothing to press', async () => {
    const { page } = await read(`/console/gifts/${whole}`, 'auditor');
    expect(page).not.toMatch(/action="\/console\/gifts/);
    expect((await post(`/console/gifts/${whole}/refunds`, { reason: 'x' }, 'auditor')).status).toBe(403);
  });

  it('of one that is not there is 404', async () => {
    expect((await read('/console/gifts/pay_nothinglikeit')).status).toBe(404);
  });
});

describe('A refund', () => {
  let id: string;

  it('is asked for on the gift’s page; what will not do is said beside what was typed', async () => {
    for (const [amount, said] of [
      ['1500.001', 'Write the amount as'],
      ['1501', 'Give back between ₹1 and ₹1,500'],
    ] as const) {
      const { status, page } = await post(`/console/gifts/${whole}/refunds`, {
        amount,
        reason: 'Paid twice',
      });
      expect(status).toBe(422);
      expect(page).toContain(said);
      expect(page).toContain(`value="${amount}"`);
    }
    const { to } = await post(`/console/gifts/${whole}/refunds`, { amount: '500', reason: 'Paid twice' });
    expect(to).toBe(`/console/gifts/${whole}?done=refund-asked`);
    const { rows } = await ground.sql.query('SELECT id FROM refund WHERE payment_id = $1', [whole]);
    id = rows[0].id;
  });

  it('waits on the first page of those who decide, and tells them no name', async () => {
    const home = await read('/console', 'approver');
    expect(home.page).toContain('Refund of ₹500');
    expect(home.page).toContain(`href="/console/refunds/${id}"`);
    expect((await read('/console', 'finance')).page).toContain('another person must decide');
    expect((await read('/console', 'author')).page).not.toContain('Refund of ₹500');
    const { page } = await read(`/console/refunds/${id}`, 'approver');
    expect(page).toContain('Give back ₹500');
    expect(page).not.toMatch(/Sreeja|\/console\/gifts/);
  });

  it('is not approved by whoever asked, and by another it is sent', async () => {
    expect((await read(`/console/refunds/${id}`)).page).not.toContain('Give back ₹500');
    expect((await post(`/console/refunds/${id}/approval`, {})).status).toBe(422);
    const { status, page } = await post(`/console/refunds/${id}/refusal`, { answer: '' }, 'approver');
    expect([status, page.includes('why the money stays')]).toEqual([422, true]);
    const { to } = await post(`/console/refunds/${id}/approval`, {}, 'approver');
    expect(to).toBe(`/console/refunds/${id}?done=refund-approved`);
    await sendRefunds(ground);
    expect((await read(`/console/refunds?state=processed`)).page).toContain(`/console/refunds/${id}`);
    expect((await read(`/console/gifts/${whole}`)).page).toContain('₹1,000 of it stays with the fund');
    expect((await post(`/console/refunds/${id}/approval`, {}, 'approver')).page).toContain('decided already');
  });
});

describe('Disputes', () => {
  it('stand with their deadline on their page, on the gift’s and on the first one', async () => {
    const account = await accountOf(ground, 'domestic');
    await applyDispute(ground, account, raiseDispute(till.counter(), card, { amount: 100_000 }).id);
    for (const path of ['/console/disputes', `/console/gifts/${card}`]) {
      const { page } = await read(path);
      expect(page).toContain('28 November 2026');
      expect(page).toContain('The payer says that what was promised did not come');
      expect(page).toContain('goods_or_services_not_received_or_partially_received');
    }
    expect((await read('/console')).page).toContain('A payment of ₹1,000 is disputed');
    expect((await read('/console', 'approver')).page).not.toContain('is disputed');
    const { page } = await post(`/console/gifts/${card}/refunds`, { reason: 'Paid twice' });
    expect(page).toContain('Answer the dispute first');
  });
});

describe('Reconciliation', () => {
  it('lists money in suspense, which finance gives to a fund', async () => {
    expect((await read('/console/reconciliation')).page).toContain(`/console/gifts/${parked}`);
    expect((await read(`/console/gifts/${parked}`)).page).toContain('What is this money for?');
    const wish = { fund: 'fund.general.domestic', name: '', address: 'Aluva', note: 'He wrote to us' };
    const refused = await post(`/console/gifts/${parked}/assignment`, wish);
    expect(refused.status).toBe(422);
    expect(refused.page).toContain('value="Aluva"');
    const { to } = await post(`/console/gifts/${parked}/assignment`, { ...wish, name: 'Thomas Kurian' });
    expect(to).toBe(`/console/gifts/${parked}?done=payment-assigned`);
    expect((await read('/console/reconciliation')).page).not.toContain(`/console/gifts/${parked}`);
  });

  it('compares now, lists what differs, and resolves it with a note only', async () => {
    settle(till.counter(), { all: true });
    expect((await post('/console/reconciliation', {})).to).toBe('/console/reconciliation?done=reconciled');
    await ground.sql.query('UPDATE settlement_line SET fee = fee + 118 WHERE entity_id = $1', [card]);
    await findDifferences(ground);
    const { page } = await read('/console/reconciliation');
    expect(page).toContain('and ₹119.18 in the settlement');
    const action = /action="(\/console\/reconciliation\/[0-9a-f-]{36})"/.exec(page)?.[1] ?? '';
    const refused = await post(action, { note: ' ' });
    expect([refused.status, refused.page.includes('what was found and done')]).toEqual([422, true]);
    expect((await read('/console')).page).toContain('One difference between the books and the gateway');
    expect((await post(action, { note: 'New price since Monday' })).to).toBe(
      '/console/reconciliation?done=difference-resolved',
    );
    expect((await read('/console/reconciliation?over=1')).page).toContain('New price since Monday');
    expect((await read('/console/reconciliation', 'auditor')).page).not.toContain(
      '<form class="diffs__form"',
    );
    await reconcileSettlements(ground);
    expect((await read('/console/reconciliation')).page).toContain('Books, gateway and bank agree');
  });
});

describe('The books', () => {
  it('balance on the page, by stream, for the year or the days that are asked for', async () => {
    const { page } = await read('/console/books', 'auditor');
    expect(page).toContain('Trial balance, from India');
    expect(page).toMatch(/<tfoot><tr><td>Total<\/td><td class="r">₹0<\/td>/);
    expect((await read('/console/books?from=2020-01-01&to=2020-12-31')).page).toContain(
      'Nothing was posted until then',
    );
    const wrong = await read('/console/books?from=2026-12-31&to=2026-01-01');
    expect([wrong.status, wrong.page.includes('ends before it begins')]).toEqual([422, true]);
  });

  it('are taken as files by those who may read them', async () => {
    const path = (book: string, format: string) =>
      `/console/books/export/${book}?${new URLSearchParams({ from: '2026-04-01', to: '2027-03-31', format })}`;
    for (const [book, format, type] of [
      ['journal', 'csv', 'text/csv'],
      ['trial-balance', 'xlsx', 'spreadsheetml'],
      ['journal', 'tally', 'xml'],
      ['receipts', 'csv', 'text/csv'],
    ] as const) {
      const { status, headers } = await read(path(book, format), 'auditor');
      expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining(type)]);
      expect(headers.get('content-disposition')).toContain(`${book}-2026-04-01-2027-03-31`);
    }
    expect((await read(path('receipts', 'csv'), 'approver')).status).toBe(403);
  });
});
