import { beforeAll, describe, expect, it } from 'vitest';
import { giveCharge } from '../../../../src/giving/disbursements/offices.ts';
import { propose } from '../../../../src/giving/disbursements/propose.ts';
import { accounts } from '../../../../src/giving/journal.ts';
import { enter, FINANCE } from '../../../support/books.ts';
import { fieldsIn } from '../../../support/giving.ts';
import { formOf, OWN, PASSWORD, signedIn } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';

const web = testWeb();
const { ground } = web;
const post = formOf(web);
const who = {} as Record<
  'finance' | 'second' | 'auditor' | 'director' | 'officer',
  Awaited<ReturnType<typeof signedIn>>
>;
const get = async (path: string, cookie: string) => (await web.ask(path, { headers: { cookie } })).text();
const locationOf = (answer: Response) => answer.headers.get('location') ?? '';

beforeAll(async () => {
  Object.assign(who, {
    ...{ finance: await signedIn(web, ['finance']), second: await signedIn(web, ['finance']) },
    ...{ auditor: await signedIn(web, ['auditor']), director: await signedIn(web, ['approver']) },
    officer: await signedIn(web, ['finance']),
  });
});

/** A form of finance’s own, filled in. */
async function fill(kind: string, typed: Record<string, string>): Promise<Record<string, string>> {
  const html = await get(`/console/offline/new?kind=${kind}`, who.finance.cookie);
  return { ...fieldsIn(html), donorKind: 'individual', source: 'person.india', ...typed };
}
const LEELAMMA = { name: 'Leelamma Thomas', phone: '94460 12345', address: 'Kumily, Idukki' };

describe('Gifts by hand', () => {
  it('are entered by finance and seen by an auditor', async () => {
    const answer = await post(
      '/console/offline',
      await fill('cash', { ...LEELAMMA, amount: '1,500.50' }),
      who.finance.cookie,
    );
    expect(answer.status).toBe(303);
    const page = await get(locationOf(answer), who.auditor.cookie);
    expect(page).toContain('₹1,500.50');
    expect(page).toContain('WC/2026-27/000001');
    expect(page).not.toContain('Ask for a second look');
    const asked = await web.ask('/console/offline/new?lang=ml', { headers: { cookie: who.finance.cookie } });
    expect(asked.headers.get('location')).toBe('/console/offline/kinds?lang=ml');
    expect(await get('/console/offline?lang=ml', who.auditor.cookie)).toContain('നേരിട്ടു കിട്ടിയ സംഭാവനകൾ');
  });

  it('keep what was typed, and say what is wrong beside each field', async () => {
    const typed = {
      ...LEELAMMA,
      name: '',
      amount: '1.234',
      'd-number': '12',
      'd-bank': 'Bank, Kollam',
      'd-dated': '2026-11-18',
    };
    const answer = await post('/console/offline', await fill('cheque', typed), who.finance.cookie);
    const page = await answer.text();
    expect(answer.status).toBe(422);
    for (const said of [
      'Two figures after the point',
      'six figures',
      'Please write the name',
      'value="Bank, Kollam"',
      'value="1.234"',
    ])
      expect(page).toContain(said);
  });

  it('are refused in a sentence of the reader’s language', async () => {
    const form = await fill('cash', { ...LEELAMMA, amount: '2,00,000' });
    const answer = await post('/console/offline?lang=ml', form, who.finance.cookie);
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('ഒരാളിൽനിന്ന് ഒരു ദിവസം ₹2,00,000-മോ');
  });

  it('find who gave before, and take over what is known', async () => {
    const form = await fill('cash', { amount: '500', phone: '9446012345' });
    const found = await (await post('/console/offline/donors', form, who.finance.cookie)).text();
    const [, id] = /name="use" value="([^"]+)"/.exec(found) ?? [];
    const chosen = await (
      await post('/console/offline/donors', { ...form, use: id ?? '' }, who.finance.cookie)
    ).text();
    expect(fieldsIn(chosen)).toMatchObject({
      name: 'Leelamma Thomas',
      address: 'Kumily, Idukki',
      amount: '500',
    });
  });

  it('are undone by a second person only', async () => {
    const id = await enter(ground);
    const page = `/console/offline/${id}`;
    await post(`${page}/doubt`, { reason: 'It was ₹50' }, who.finance.cookie);
    const own = await post(`${page}/judgement`, { wrong: '1' }, who.finance.cookie);
    expect(await own.text()).toContain('Somebody else has to look');
    expect((await post(`${page}/judgement`, { wrong: '1' }, who.second.cookie)).status).toBe(303);
    expect(await get(page, who.finance.cookie)).toContain('Enter it again, rightly');
  });
});

describe('Payments out', () => {
  it('are signed by two, each by their own password, and then paid', async () => {
    const charge = (office: string, userId: string) =>
      giveCharge(ground, { office, userId, since: '2026-01-01' }, 'cli:test');
    await charge('director', who.director.user.id);
    await charge('finance-officer', who.officer.user.id);
    await enter(ground, { kind: 'bank', amount: 10_000_000n, details: { reference: 'SBIN526118765432' } });
    const typed = {
      ...{
        key: 'first',
        fund: accounts.general('domestic'),
        amount: '25,000',
        purpose: 'treatment',
        about: 'Dialysis',
      },
      ...{
        document: 'WC/2026/118',
        payeeKind: 'person',
        name: 'Ravi K',
        account: '30012345678',
        ifsc: 'abcd0123456',
      },
    };
    const page = locationOf(await post('/console/disbursements', typed, who.finance.cookie)).replace(
      /\?.*/,
      '',
    );
    expect(await get('/console', who.director.cookie)).toContain('A payment waits for your signature');
    const wrong = await post(`${page}/signature`, { old: 'not it' }, who.director.cookie);
    expect([wrong.status, (await wrong.text()).includes('This is not your password')]).toEqual([422, true]);
    const none = await post(`${page}/signature`, { old: PASSWORD }, who.finance.cookie);
    expect(await none.text()).toContain('in charge of neither office');
    for (const { cookie } of [who.director, who.officer])
      expect((await post(`${page}/signature`, { old: PASSWORD }, cookie)).status).toBe(303);
    expect(await get('/console', who.director.cookie)).not.toContain('waits for your signature');
    const paid = await post(
      `${page}/payment`,
      { utr: 'UTIB526118700001', day: '2026-11-21' },
      who.finance.cookie,
    );
    expect(paid.status).toBe(303);
    expect(await get(page, who.auditor.cookie)).toContain('UTIB526118700001');
  });

  it('for administration are refused with what was typed', async () => {
    const typed = {
      key: 'second',
      fund: accounts.general('domestic'),
      amount: '1,000',
      purpose: 'administration',
    };
    const rest = {
      about: 'Rent of the office',
      document: 'B/1',
      payeeKind: 'organisation',
      name: 'Landlord',
      account: '30012345678',
    };
    const answer = await post(
      '/console/disbursements',
      { ...typed, ...rest, ifsc: 'ABCD0123456' },
      who.finance.cookie,
    );
    const page = await answer.text();
    expect(page).toContain('Nothing administrative may be paid from the fund');
    expect(page).toContain('value="Rent of the office"');
  });

  it('show nobody an account number who may not read them', async () => {
    const payee = { kind: 'person', name: 'Ravi K', account: '30012345678', ifsc: 'ABCD0123456' } as const;
    const wish = {
      fund: accounts.general('domestic'),
      amount: 100n,
      purpose: 'food',
      about: 'Rice',
      document: 'B/2',
    };
    const id = await propose(
      ground,
      { ...wish, formKey: 'third', about: 'Rice for a month', payee },
      FINANCE,
    );
    const author = await signedIn(web, ['author']);
    const answer = await web.ask(`/console/disbursements/${id}`, { headers: { cookie: author.cookie } });
    expect(answer.status).toBe(403);
    expect(await answer.text()).not.toContain('30012345678');
  });
});

describe('Statements', () => {
  const upload = (text: string) => {
    const body = new FormData();
    body.append('stream', 'domestic');
    body.append('file', new Blob([text], { type: 'text/csv' }), 'november.csv');
    return web.ask('/console/bank', {
      method: 'POST',
      headers: { ...OWN, cookie: who.finance.cookie },
      body,
    });
  };

  it('are looked at, kept and explained', async () => {
    const rows = [
      'Date,Description,Debit,Credit',
      '20/11/2026,UPI 432118765009 GIFT,,250.00',
      '21/11/2026,CHARGES,11.80,',
    ];
    const draft = locationOf(await upload(rows.join('\n')));
    expect(await get(draft, who.finance.cookie)).toContain('2 new lines');
    const taken = locationOf(await post(`${draft}/lines`, {}, who.finance.cookie));
    const page = await get(taken, who.finance.cookie);
    expect(page).toContain('2 lines are kept');
    const [, id] = /bank\/lines\/(\d+)"[^>]*aria-label="Explain ₹250 /.exec(page) ?? [];
    const form = await get(`/console/offline/new?kind=bank&line=${id}`, who.finance.cookie);
    expect(fieldsIn(form)).toMatchObject({
      amount: '250',
      day: '2026-11-20',
      'd-reference': '432118765009',
      line: id,
    });
    const gift = { ...fieldsIn(form), ...LEELAMMA, donorKind: 'individual', source: 'person.india' };
    expect((await post('/console/offline', gift, who.finance.cookie)).status).toBe(303);
    expect(await get('/console/bank?show=explained', who.auditor.cookie)).toContain('UPI 432118765009 GIFT');
  });

  it('whose file will not do are refused on the page', async () => {
    const answer = await upload('');
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('That was not done.');
  });
});

describe('Months', () => {
  it('are closed by finance, after it was said that their statement is explained', async () => {
    await enter(ground, { kind: 'bank', day: '2026-10-12', details: { reference: 'SBIN526118765499' } });
    expect(await get('/console/periods', who.finance.cookie)).toContain('Close October 2026');
    expect(await get('/console/periods', who.auditor.cookie)).not.toContain('Close October 2026');
    const early = await post('/console/periods', { month: '2026-11' }, who.finance.cookie);
    expect(await early.text()).toContain('is not over yet');
    expect((await post('/console/periods', { month: '2026-10' }, who.finance.cookie)).status).toBe(303);
    expect(await get('/console/periods', who.auditor.cookie)).toContain('October 2026');
  });
});
