import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../src/errors.ts';
import { headOf, recognise } from '../../../src/giving/bank/columns.ts';
import { readAmount, readDay, readStatement } from '../../../src/giving/bank/statement.ts';
import { formatAmount } from '../../../src/i18n.ts';

const read = (text: string) => readStatement(Buffer.from(text));
const short = (text: string) =>
  read(text).lines.map(({ day, amount, balance, reference }) => [day, amount, balance, reference]);

describe('A statement', () => {
  it('with debit and credit in columns, names above and sums below', () => {
    const text = [
      'Account Name :,WE CARE FUND',
      'Address :,"Poojappura, Thiruvananthapuram"',
      '',
      'Txn Date,Value Date,Description,Ref No./Cheque No.,Debit,Credit,Balance',
      '1 Nov 2026,1 Nov 2026,OPENING BALANCE,,,,"1,00,000.00"',
      '2 Nov 2026,2 Nov 2026,BY TRANSFER-NEFT*SBIN526118765432*A DONOR,,,"1,50,000.00","2,50,000.00"',
      '3 Nov 2026,3 Nov 2026,CHQ PAID,104233,"25,000.50",,"2,24,999.50"',
      '**This is a computer generated statement',
      'Total,,,,"25,000.50","1,50,000.00",',
    ].join('\r\n');
    expect(short(text)).toEqual([
      ['2026-11-02', 15_000_000n, 25_000_000n, 'SBIN526118765432'],
      ['2026-11-03', -2_500_050n, 22_499_950n, '104233'],
    ]);
    expect(read(text).problems).toEqual([]);
  });

  it('with narration, short years and noughts where nothing is', () => {
    const text = [
      'Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance',
      '01/11/26,UPI-LEELAMMA-432118765009,0000432118765009,01/11/26,0.00,500.00,500.00',
      '02/11/26,IMPS-RAVI,000000000000000,02/11/26,0.00,"1,000.00","1,500.00"',
      'STATEMENT SUMMARY  :-',
      'Opening Balance,Debits,Credits,Closing Bal',
      '0.00,0.00,"1,500.00","1,500.00"',
    ].join('\n');
    expect(short(text)).toEqual([
      ['2026-11-01', 50_000n, 50_000n, '0000432118765009'],
      ['2026-11-02', 100_000n, 150_000n, null],
    ]);
  });

  it('with one amount and DR or CR beside it', () => {
    const text = [
      'S No.;Transaction Date;Transaction Remarks;Type;Transaction Amount (INR);Balance (INR)',
      '1;27-11-2026;NEFT-UTIB526118700001-DONOR;CR;1,23,456.78;1,23,456.78',
      '2;28-11-2026;PAYMENT;DR;456.78;1,23,000.00',
    ].join('\n');
    expect(short(text)).toEqual([
      ['2026-11-27', 12_345_678n, 12_345_678n, 'UTIB526118700001'],
      ['2026-11-28', -45_678n, 12_300_000n, null],
    ]);
  });

  it('with signed amounts between tabs', () => {
    const text =
      'Tran Date\tParticulars\tAmount\n27/11/2026\tRent back\t-500\n27/11/2026\tGift\t1,500.00 Cr\n';
    expect(short(text).map(([, amount]) => amount)).toEqual([-50_000n, 150_000n]);
  });

  it('whose columns nobody knows reads nothing until somebody says them', () => {
    const text = Buffer.from('Kab,Kya,Kitna\n27/11/2026,Gift,500\n');
    expect(readStatement(text)).toMatchObject({ columns: null, heads: ['kab', 'kya', 'kitna'], lines: [] });
    const said = { day: 'kab', words: 'kya', amount: 'kitna' };
    expect(readStatement(text, said).lines).toMatchObject([
      { day: '2026-11-27', amount: 50_000n, words: 'Gift' },
    ]);
  });

  it('says what cannot be read, row by row, and never guesses', () => {
    const text = [
      'Date,Description,Debit,Credit',
      '31/02/2026,No such day,,5',
      '27/11/2026,Both,5,5',
      '27/11/2026,Nothing,,',
      '27/11/2026,Half,,"1,50"',
      '27/11/2026,Good,,5',
    ].join('\n');
    const { lines, problems } = read(text);
    expect(problems.map(({ row }) => row)).toEqual([2, 3, 4, 5]);
    expect(problems.map(({ what }) => String(what))).toEqual([
      ...['"31/02/2026" is no date such as 27/11/2026.', 'It has both a debit and a credit.'],
      ...['It has no amount.', 'The amount "1,50" cannot be read.'],
    ]);
    expect(lines).toMatchObject([{ row: 6, amount: 500n }]);
  });

  it('goes on behind a line that only sounds like sums', () => {
    const rows = [
      '27/11/2026,TOTAL ENERGIES,,5',
      'Total,,,5',
      'Printed on 28/11/2026,,,',
      '28/11/2026,Late,,6',
    ];
    const { lines, problems } = read(['Date,Description,Debit,Credit', ...rows].join('\n'));
    expect(lines.map(({ words }) => words)).toEqual(['TOTAL ENERGIES', 'Late']);
    expect(problems).toEqual([]);
  });

  it('numbers equal lines', () => {
    const text = 'Date,Description,Amount\n27/11/2026,Gift,5\n27/11/2026,Gift,5\n27/11/2026,Gift,6\n';
    expect(read(text).lines.map(({ ordinal }) => ordinal)).toEqual([0, 1, 0]);
  });

  it('that is a workbook is refused', () => {
    expect(() => readStatement(Buffer.from('PK\u0003\u0004\u0000\u0000'))).toThrow('no CSV');
  });
});

describe('Whatever a bank may write', () => {
  const paise = fc.bigInt(1n, 99_999_999_999n);
  const amountText = (n: bigint) => formatAmount(n).replace('₹', '');

  it('amounts come back as they were, in each way of writing them', () => {
    fc.assert(
      fc.property(paise, (n) => {
        const text = amountText(n);
        expect([text, `${text} Cr`, `₹ ${text}`, `+${text}`].map(readAmount)).toEqual([n, n, n, n]);
        expect([`-${text}`, `(${text})`, `${text}Dr`, `${text} DR.`].map(readAmount)).toEqual([
          -n,
          -n,
          -n,
          -n,
        ]);
      }),
    );
  });

  it('days come back as they were, in each way of writing them', () => {
    const noInvalidDate = { min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(noInvalidDate), (at) => {
        const iso = at.toISOString().slice(0, 10);
        const [year = '', month = '', day = ''] = iso.split('-');
        const name = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][
          Number(month) - 1
        ];
        const ways = [
          `${day}/${month}/${year}`,
          `${day}-${month}-${year.slice(2)}`,
          `${Number(day)} ${name} ${year}`,
        ];
        for (const way of [...ways, `${day}-${name}-${year}`, iso, `${day}/${month}/${year} 14:05:09`])
          expect(readDay(way)).toBe(iso);
      }),
    );
  });

  it('no bytes make it throw anything but a refusal, and lines are whole', () => {
    const cell = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom(
        '27/11/2026',
        '1,500.00',
        '-5',
        '500 Cr',
        '"',
        '',
        'Date',
        'Description',
        'Debit',
        'Credit',
        'Amount',
      ),
    );
    const text = fc.array(
      fc.array(cell, { maxLength: 7 }).map((cells) => cells.join(',')),
      { maxLength: 12 },
    );
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      text.map((rows) => Buffer.from(rows.join('\n'))),
      text.map((rows) => Buffer.from(['Date,Description,Debit,Credit', ...rows].join('\r\n'))),
    );
    fc.assert(
      fc.property(anything, (bytes) => {
        try {
          for (const line of readStatement(bytes).lines) {
            expect(line.day).toMatch(/^\d{4}-\d\d-\d\d$/);
            expect(line.amount).not.toBe(0n);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('heads are known by what they say, whatever stands around it', () => {
    expect(headOf('  Withdrawal Amt.(INR) ')).toBe('withdrawal amt');
    expect(recognise(['Date', 'NARRATION', 'Withdrawal Amt.', 'Deposit Amt.'])).toEqual({
      ...{ day: 'date', words: 'narration', debit: 'withdrawal amt', credit: 'deposit amt' },
    });
  });
});
