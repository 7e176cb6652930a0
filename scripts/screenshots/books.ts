import { findUser } from '../../src/access/users.ts';
import { beginImport, takeImport } from '../../src/giving/bank/imports.ts';
import { indianDay } from '../../src/giving/calendar.ts';
import { giveCharge } from '../../src/giving/disbursements/offices.ts';
import { propose } from '../../src/giving/disbursements/propose.ts';
import { accounts } from '../../src/giving/journal.ts';
import { issueBook, makeSeries } from '../../src/giving/offline/coupons.ts';
import { type OfflineWish, recordOffline } from '../../src/giving/offline/record.ts';
import { doubtGift } from '../../src/giving/offline/reversal.ts';
import { closePeriod } from '../../src/giving/periods.ts';
import type { Ground } from '../../src/ground.ts';

const DAY_MS = 86_400_000;

/**
 * Something of everything in the books: gifts by hand in each state, a book of coupons, a payment that waits,
 * a statement that is kept and one that is looked at, and a closed month.
 *
 * @param email a user of finance, who is in charge of an office then
 */
export async function plantBooks(ground: Ground, email: string): Promise<void> {
  const user = await findUser(ground, email);
  const day = (ago: number) => indianDay(new Date(ground.clock.now().getTime() - ago * DAY_MS));
  const record = (formKey: string, wish: Partial<OfflineWish>) =>
    recordOffline(ground, { ...usual, formKey, day: day(2), ...wish }, email);
  const old = day(70);
  await record('books-1', {
    kind: 'bank',
    day: old,
    amount: 25_000_000n,
    details: { reference: 'SBIN526118765432' },
  });
  await closePeriod(ground, old.slice(0, 7), email);
  await record('books-2', { kind: 'cash', amount: 150_050n });
  await record('books-3', { kind: 'goods', amount: 1_200_000n, details: { about: '40 wheelchairs, used' } });
  const cheque = { number: '104233', bank: 'Bank of the District, Kollam', dated: day(4) };
  const waiting = await record('books-4', { kind: 'cheque', amount: 5_000_000n, details: cheque });
  await doubtGift(ground, { id: waiting, reason: 'The cheque says ₹5,000' }, 'cli:screenshots');
  await makeSeries(ground, { code: 'ONAM', kind: 'coupon', value: 10_000n }, email);
  await issueBook(
    ground,
    { series: 'ONAM', first: 1, last: 100, holder: 'Kudumbashree unit, Adimali', day: day(9) },
    email,
  );
  await record('books-5', { kind: 'coupon', details: { series: 'ONAM', first: '1', last: '25' } });
  await giveCharge(ground, { office: 'director', userId: user.id, since: day(200) }, email);
  await propose(ground, { ...payment, formKey: 'books' }, email);
  const statement = {
    stream: 'domestic',
    fileName: 'november.csv',
    content: Buffer.from(statementOf(day)),
  } as const;
  await takeImport(ground, await beginImport(ground, statement, email), email);
  const more = Buffer.from(`${statementOf(day)}\r\n${day(0)},NEFT INWARD RAVI K,UTIB526118700001,,700.00,`);
  await beginImport(ground, { ...statement, fileName: 'december.csv', content: more }, email);
}

const usual: Omit<OfflineWish, 'day' | 'formKey'> = {
  ...{ kind: 'cash', amount: 0n, fund: null, details: {}, mailsReceipt: false },
  ...{ knownDonor: null, replaces: null, bankLine: null },
  donor: {
    ...{ kind: 'individual', name: 'ലീലാമ്മ തോമസ്', email: null, phone: '+919446012345', language: 'ml' },
    ...{ address: 'Kumily, Idukki 685509', identity: null, source: { question: 'person', answer: 'india' } },
  },
};

const payment = {
  ...{
    fund: accounts.general('domestic'),
    amount: 4_500_000n,
    purpose: 'treatment',
    document: 'WC/2026/118',
  },
  about: 'Dialysis for three months',
  payee: {
    ...{ kind: 'organisation' as const, name: 'District Hospital, Kollam', account: '30012345678' },
    ifsc: 'ABCD0123456',
  },
};

/** Like a statement of a bank: names above, the day first, sums below. */
function statementOf(day: (ago: number) => string): string {
  const told = (ago: number) => day(ago).split('-').reverse().join('/');
  return [
    'Account Name,WE CARE FUND,,,,',
    ',,,,,',
    'Txn Date,Description,Ref No./Cheque No.,Debit,Credit,Balance',
    `${told(70)},NEFT INWARD,SBIN526118765432,,"2,50,000.00","2,50,000.00"`,
    `${told(1)},CLG CHQ DEPOSIT 104233,104233,,"50,000.00","3,00,000.00"`,
    `${told(1)},UPI/432118765009/LEELAMMA,,,"1,500.50","3,01,500.50"`,
    `${told(0)},CONSOLIDATED CHARGES,,118.00,,"3,01,382.50"`,
  ].join('\r\n');
}
