import { beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../../../src/access/users.ts';
import { tellOver } from '../../../../src/campaigns/donor-mails.ts';
import { tellGifts } from '../../../../src/campaigns/gift-mails.ts';
import { accountOf } from '../../../../src/giving/accounts.ts';
import { applyPayment } from '../../../../src/giving/apply.ts';
import { giverAt } from '../../../../src/giving/donor-link.ts';
import { askErasure } from '../../../../src/giving/erasure-requests.ts';
import { saveReceiptSettings } from '../../../../src/giving/issuer.ts';
import { askMonthly } from '../../../../src/giving/monthly-follow.ts';
import { pointMonthly } from '../../../../src/giving/monthly-purpose.ts';
import { recordGift } from '../../../../src/giving/orders.ts';
import { enter } from '../../../support/books.ts';
import { giftOf, openTill, paidGift } from '../../../support/giving.ts';
import { liveProject } from '../../../support/projects.ts';
import { formOf, signedIn } from '../../../support/staff.ts';
import { testStandIn } from '../../../support/stand-in.ts';
import { testWeb } from '../../../support/web.ts';
import { partsOf } from '../../../support/zip.ts';

const web = testWeb();
const { ground } = web;
const till = testStandIn({
  settings: { webhooks: { delayMs: 3_600_000 } },
  clock: { now: () => ground.clock.now() },
});
const DONORS = '/console/donors';
const cookies = {} as Record<Role, string>;
const by = (name: string, email: string | null, language = 'en') => ({
  ...giftOf(1n).donor,
  ...{ name, email, language },
});
beforeAll(async () => {
  await openTill(ground, till.url());
  for (const role of ['finance', 'auditor', 'author'] as const)
    cookies[role] = (await signedIn(web, [role])).cookie;
  await paidGift(ground, till, { amount: 1_50_000n, donor: by('Sreeja Nair', 'sreeja@people.example') });
  await paidGift(ground, till, { amount: 50_000n, donor: by('Sreeja Nair', 'sreeja@people.example') });
  await paidGift(ground, till, { amount: 70_000n, donor: by('തോമസ്', 'thomas@people.example', 'ml') });
  await enter(ground, { amount: 1_234_50n });
});

const read = async (path: string, role: Role = 'finance') => {
  const answer = await web.ask(path, { headers: { cookie: cookies[role] } });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { status: answer.status, page: bytes.toString(), bytes, headers: answer.headers };
};
const post = async (path: string, fields: Record<string, string> = {}, role: Role = 'finance') => {
  const answer = await formOf(web)(path, fields, cookies[role]);
  return { status: answer.status, to: answer.headers.get('location'), page: await answer.text() };
};
const donorOf = async (email: string) => (await giverAt(ground.sql, email))?.donors[0] ?? '';
const notices = async (kind: string) =>
  (await ground.sql.query('SELECT * FROM notice WHERE kind = $1 ORDER BY created_at, id', [kind])).rows;
const done = async (action: string) =>
  (await ground.sql.query('SELECT count(*)::int AS n FROM audit_entry WHERE action = $1', [action])).rows[0]
    .n;

describe('Statements of a year', () => {
  it('list whoever gave, a mailbox once, with what stays of it', async () => {
    const { page } = await read(DONORS);
    expect(page.match(/sreeja@people\.example/g)).toHaveLength(1);
    for (const text of ['₹2,000', '₹700', '₹1,234.50', 'No address']) expect(page).toContain(text);
    expect((await read(`${DONORS}?q=${encodeURIComponent('തോമസ്')}`)).page).not.toContain('Sreeja');
    expect((await read(`${DONORS}?year=2024-25`)).page).toContain('Nobody gave in 2024-25');
    expect((await read(`${DONORS}?year=nonsense&stream=x`)).page).toContain('sreeja@people.example');
    expect((await read(DONORS, 'auditor')).page).not.toContain('Mail it');
    expect((await read(DONORS, 'author')).status).toBe(403);
  });

  it('are a paper for each, and a spreadsheet of all that says who took it', async () => {
    const paper = await read(
      `${DONORS}/${await donorOf('sreeja@people.example')}/statement.pdf?year=2026-27`,
    );
    expect([paper.status, paper.bytes.toString('latin1', 0, 5)]).toEqual([200, '%PDF-']);
    const old = `${DONORS}/${await donorOf('sreeja@people.example')}/statement.pdf?year=2020-21`;
    expect((await read(old)).status).toBe(404);
    const { bytes, headers } = await read(`${DONORS}/statements.xlsx?year=2026-27`);
    expect(headers.get('content-disposition')).toContain('statements-domestic-2026-27.xlsx');
    const sheet = Object.entries(await partsOf(bytes)).find(([name]) => name.includes('sheet1'))?.[1] ?? '';
    expect(sheet).toMatch(/Sreeja Nair.*sreeja@people\.example.*>2<.*<v>2000\.00<\/v>.*<v>0\.00<\/v>/);
    expect(sheet.match(/<row>/g)).toHaveLength(4);
    expect([await done('statement.taken'), await done('books.exported')]).toEqual([1, 1]);
  });

  it('are mailed to their donor in their language, and the list says so', async () => {
    const thomas = await donorOf('thomas@people.example');
    const path = `${DONORS}/${thomas}/statement`;
    expect(await post(path, { year: '2026-27', stream: 'domestic' })).toMatchObject({
      to: `${DONORS}?year=2026-27&stream=domestic&done=statement-mailed`,
    });
    const [notice] = await notices('gift-statement');
    expect(notice).toMatchObject({ address: 'thomas@people.example', language: 'ml' });
    expect(notice.subject).toBe('2026-27: സംഭാവനകളുടെ കണക്ക്');
    expect(notice.text).toContain('/my/');
    expect(Buffer.from(notice.files[0].content, 'base64').toString('latin1', 0, 5)).toBe('%PDF-');
    expect((await read(DONORS)).page).toContain('Mail it again');
    expect((await post(path, {}, 'auditor')).status).toBe(403);
    const { rows } = await ground.sql.query('SELECT id FROM donor WHERE email IS NULL LIMIT 1');
    const none = await post(`${DONORS}/${rows[0].id}/statement`);
    expect([none.status, none.page]).toEqual([422, expect.stringContaining('told no email address')]);
  });
});

describe('Monthly gifts', () => {
  it('are listed with their state and ended when the donor told us so', async () => {
    const wish = { monthly: true, dedication: null, donor: by('Ammini K', 'ammini@people.example') };
    const order = await recordGift(ground, giftOf(50_000n, wish));
    const { rows } = await ground.sql.query('SELECT monthly_id AS id FROM gift_order WHERE id = $1', [order]);
    const id = rows[0].id as string;
    await askMonthly(ground, id);
    const named = await ground.sql.query('SELECT gateway_id AS at FROM monthly_gift WHERE id = $1', [id]);
    const { paymentId } = till.mandate(named.rows[0].at, { method: 'card' });
    await applyPayment(ground, await accountOf(ground, 'domestic'), paymentId);
    await askMonthly(ground, id);
    const shown = (await read(`${DONORS}/monthly`)).page;
    for (const text of ['One goes on and brings ₹500 each month.', 'Ammini K', 'Goes on', '1 month given'])
      expect(shown).toContain(text);
    expect((await read(`${DONORS}/monthly?state=paused`)).page).toContain('No monthly gift like that');
    expect((await read(`${DONORS}/monthly?over=1`)).page).toContain('No monthly gift like that');
    const project = await liveProject(ground, { goal: 100_000n });
    await pointMonthly(ground, { id, project: project.id }, { actor: 'the person' });
    await ground.sql.query('UPDATE goal SET open = false WHERE project_id = $1', [project.id]);
    expect((await read(`${DONORS}/monthly`)).page).toContain(
      'One goes on although its project takes no more gifts',
    );
    const over = async () => (await read(`${DONORS}/monthly?over=1`)).page;
    expect(await over()).toContain('The donor is not told yet.');
    await tellOver(ground);
    expect(await over()).toContain('The donor was told on');
    const end = `${DONORS}/monthly/${id}/end`;
    expect((await post(end)).page).toContain('Tick that the donor asked us');
    expect((await post(end, { sure: '1' }, 'auditor')).status).toBe(403);
    expect(await post(end, { sure: '1' })).toMatchObject({ to: `${DONORS}/monthly?done=monthly-ended` });
    expect((await read(`${DONORS}/monthly?state=cancelled`)).page).toContain('Ammini K');
    expect(await done('monthly.cancelled')).toBe(1);
    expect((await post(end, { sure: '1' })).status).toBe(422);
  });
});

describe('Cards', () => {
  it('are mailed in honour or in memory, in the giver’s language, and listed with their state', async () => {
    const card = (kind: 'honour' | 'memory', name: string, language: 'en' | 'ml') =>
      paidGift(ground, till, {
        ...{ language, donor: by('Anitha', 'anitha@people.example', language) },
        dedication: { kind, name, tell: { name: 'Lali', email: `${kind}.${language}@people.example` } },
      });
    for (const kind of ['honour', 'memory'] as const)
      for (const language of ['en', 'ml'] as const) await card(kind, `Kunju ${kind} ${language}`, language);
    expect((await read(`${DONORS}/cards`)).page).toContain('Kunju memory ml');
    await tellGifts(ground);
    const mails = await notices('gift-card');
    expect(mails.map(({ address, subject }) => [address, subject])).toEqual([
      ['honour.en@people.example', 'A gift in honour of Kunju honour en'],
      ['honour.ml@people.example', 'Kunju honour ml: ആദരസൂചകമായി ഒരു സംഭാവന'],
      ['memory.en@people.example', 'In memory of Kunju memory en'],
      ['memory.ml@people.example', 'Kunju memory ml: ഓർമ്മയ്ക്കായി'],
    ]);
    for (const { text } of mails) {
      expect(text).toContain('Anitha');
      // It never says how much.
      expect(text).not.toMatch(/₹|500/);
    }
    expect(mails[2].text).not.toMatch(/celebrat|congratul/i);
    await ground.sql.query("UPDATE notice SET state = 'sent', ended_at = now() WHERE kind = 'gift-card'");
    const { page } = await read(`${DONORS}/cards`);
    for (const text of ['In memory', 'In honour', 'Lali', 'Sent', '/console/gifts/pay_'])
      expect(page).toContain(text);
  });
});

describe('Wishes to be erased', () => {
  const wishBy = async (email: string) => {
    const giver = await giverAt(ground.sql, email);
    if (giver) await askErasure(ground, giver);
    const { rows } = await ground.sql.query('SELECT id FROM erasure_request WHERE email = $1', [email]);
    return `${DONORS}/erasures/${rows[0].id}`;
  };

  it('wait on the first page and in their list, and are declined with a reason that is mailed', async () => {
    const wish = await wishBy('thomas@people.example');
    expect((await read('/console')).page).toContain('One donor wishes to be erased');
    expect((await read(`${DONORS}/erasures`)).page).toContain('thomas@people.example');
    const refused = await post(`${wish}/refusal`, { answer: ' ' });
    expect([refused.status, refused.page]).toEqual([422, expect.stringContaining('why nothing is erased')]);
    const answer = 'കോടതിയിൽ ഒരു കേസുണ്ട് <b>';
    expect((await post(`${wish}/refusal`, { answer }, 'auditor')).status).toBe(403);
    expect((await post(`${wish}/refusal`, { answer })).to).toContain('done=erasure-declined');
    const [mail] = await notices('erasure-declined');
    expect(mail).toMatchObject({ address: 'thomas@people.example', language: 'ml' });
    expect(mail.html).toContain('കോടതിയിൽ ഒരു കേസുണ്ട് &lt;b&gt;');
    const { page } = await read(`${DONORS}/erasures`);
    expect(page).not.toContain('thomas@people.example');
    expect(page).toContain('Declined');
    expect(await donorOf('thomas@people.example')).not.toBe('');
    expect((await post(`${wish}/refusal`, { answer })).status).toBe(422);
    // They may ask again.
    expect(await wishBy('thomas@people.example')).not.toBe(wish);
  });

  it('are done: nobody gave by that mailbox then', async () => {
    const wish = await wishBy('thomas@people.example');
    expect((await post(`${wish}/erasure`)).page).toContain('Tick that you have looked who it is');
    expect((await post(`${wish}/erasure`, { sure: '1' })).to).toBe(`${DONORS}/erasures?done=erasure-done`);
    expect(await giverAt(ground.sql, 'thomas@people.example')).toBeNull();
    expect((await read(`${DONORS}/erasures`)).page).toContain('Nobody waits');
  });
});

describe('The tax statement', () => {
  it('says what is wanting first, then what it comes to and what it cannot name', async () => {
    expect((await read(`${DONORS}/tax?year=2026-27`)).page).toContain(
      'No approval for tax deductions is set',
    );
    expect((await read(`${DONORS}/tax/statement.csv?year=2026-27`)).status).toBe(409);
    const approval = { urn: 'AAATW1234F20261', issuedOn: '2026-05-31' };
    await saveReceiptSettings(ground, { registration: '', deduction: null, approval }, 'cli:test');
    const { page } = await read(`${DONORS}/tax?year=2026-27`);
    expect(page).toContain('Form 113');
    expect(page).toMatch(/WC\/2026-27\/\d{6}<\/a><\/td><td>PAN or another number/);
    const file = await read(`${DONORS}/tax/statement.csv?year=2026-27`);
    expect(file.headers.get('content-type')).toContain('text/csv');
    expect(file.page).toContain('AAAPA1234A');
    expect((await read(`${DONORS}/tax/statement.csv?year=2026-27`, 'auditor')).status).toBe(403);
  });
});
