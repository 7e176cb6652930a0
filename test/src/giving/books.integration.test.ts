import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { beforeAll, describe, expect, it } from 'vitest';
import { addUser } from '../../../src/access/users.ts';
import { tellHead } from '../../../src/campaigns/head-mails.ts';
import { transaction } from '../../../src/db.ts';
import { type Book, type BookFormat, exportBook } from '../../../src/giving/books/export.ts';
import { listHeads } from '../../../src/giving/books/head.ts';
import { readPeriod } from '../../../src/giving/books/period.ts';
import { csvOf, rupees } from '../../../src/giving/books/sheet.ts';
import { totalsOf, trialBalance } from '../../../src/giving/books/trial-balance.ts';
import { xlsxOf } from '../../../src/giving/books/workbook.ts';
import { accounts, post } from '../../../src/giving/journal.ts';
import { sealJournals } from '../../../src/giving/seal.ts';
import { openTill, paidGift } from '../../support/giving.ts';
import { testGround } from '../../support/ground.ts';
import { testStandIn } from '../../support/stand-in.ts';
import { partsOf } from '../../support/zip.ts';

const ground = testGround();
const till = testStandIn({
  settings: { webhooks: { delayMs: 3_600_000 } },
  clock: { now: () => ground.clock.now() },
});
const YEAR = readPeriod({ year: '2026-27' });
beforeAll(() => openTill(ground, till.url()));

const take = async (book: Book, format: BookFormat, period = YEAR): Promise<Buffer> => {
  const { chunks } = await exportBook(ground, { book, format, period }, 'auditor@kssm.example');
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(Buffer.from(chunk));
  return Buffer.concat(all);
};
const linesOf = async (book: Book, period = YEAR) =>
  (await take(book, 'csv', period)).toString('utf8').replace('\ufeff', '').trim().split('\r\n');

let subjects = 0;
const write = (day: string, lines: [string, bigint][]) =>
  transaction(ground.sql, (connection) =>
    post(connection, {
      ...{ kind: 'assigned', subject: `payment:book_${++subjects}`, day, at: ground.clock.now() },
      lines,
    }),
  );

describe('The trial balance', () => {
  it('balances to nothing, whatever was posted and whichever days are asked for', async () => {
    const names = [
      accounts.clearing('domestic'),
      accounts.general('domestic'),
      accounts.bank('domestic'),
      accounts.fee('domestic'),
    ];
    const days = ['2026-04-01', '2026-06-30', '2026-11-21', '2027-03-31'];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.bigInt(1n, 10n ** 12n)), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.tuple(fc.nat(3), fc.nat(3)),
        async (postings, [one, other]) => {
          for (const [day, debit, credit, paise] of postings) {
            if (debit === credit) continue;
            await write(days[day] as string, [
              [names[debit] as string, paise],
              [names[credit] as string, -paise],
            ]);
          }
          const [from, to] = [days[Math.min(one, other)] as string, days[Math.max(one, other)] as string];
          const rows = await trialBalance(ground.sql, { from, to });
          const { opening, debits, credits, closing } = totalsOf(rows);
          expect([opening, closing, debits - credits]).toEqual([0n, 0n, 0n]);
          for (const row of rows) expect(row.opening + row.debits - row.credits).toBe(row.closing);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('An export', () => {
  it('of the journal has every posting of its days, by day and page after page', async () => {
    await ground.sql.query(
      `WITH j AS (INSERT INTO journal (kind, subject, on_day, at) SELECT 'capture', 'payment:many_' || n, date '2025-05-01' + n % 3, now()
                    FROM generate_series(1, 5000) n RETURNING id)
       INSERT INTO posting SELECT id, l, a, s FROM j CROSS JOIN (VALUES (1, $1, 700), (2, $2, -700)) AS p(l, a, s)`,
      [accounts.clearing('domestic'), accounts.general('domestic')],
    );
    const lines = await linesOf('journal', readPeriod({ from: '2025-05-01', to: '2025-05-03' }));
    expect(lines).toHaveLength(1 + 10_000);
    const days = lines.slice(1).map((line) => line.split(',')[1] ?? '');
    expect(days).toEqual([...days].sort());
    expect(new Set(lines.slice(1).map((line) => line.split(',')[0])).size).toBe(5000);
    expect(await linesOf('journal', readPeriod({ from: '2025-05-02', to: '2025-05-02' }))).toHaveLength(
      1 + 2 * 1667,
    );
  });

  it('tells who gave in the register of receipts and nowhere else', async () => {
    await paidGift(ground, till, { amount: 1_23_456n });
    const person = /Sreeja|AAAPA1234A|Poojappura|people\.example/;
    for (const book of ['journal', 'trial-balance'] as const)
      expect((await take(book, 'csv')).toString('utf8')).not.toMatch(person);
    expect((await take('journal', 'tally')).toString('utf8')).not.toMatch(person);
    const [heads, ...rows] = await linesOf('receipts');
    expect(heads).toContain('receipt,day,donor');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatch(
      /^WC\/2026-27\/\d{6},2026-11-21,Sreeja Nair,individual,Poojappura,pan,AAAPA1234A,1234\.56,upi,/,
    );
  });

  it('is in the log with who took it, and refuses a form that a book has not', async () => {
    await expect(take('receipts', 'tally')).rejects.toThrow('Tally takes the journal only');
    const { rows } = await ground.sql.query(
      "SELECT actor, subject_id, after FROM audit_entry WHERE action = 'books.exported' ORDER BY id DESC LIMIT 1",
    );
    expect(rows).toEqual([
      { actor: 'auditor@kssm.example', subject_id: 'receipts', after: { ...YEAR, format: 'csv' } },
    ]);
  });

  it('as Tally’s vouchers is well-formed and each voucher sums to nothing', async () => {
    const parser = new SaxesParser();
    const sums: number[] = [];
    let text = '';
    parser.on('text', (part) => {
      text = part;
    });
    parser.on('opentag', ({ name }) => {
      if (name === 'VOUCHER') sums.push(0);
    });
    parser.on('closetag', ({ name }) => {
      if (name === 'AMOUNT') sums[sums.length - 1] = (sums.at(-1) ?? 0) + Math.round(Number(text) * 100);
    });
    const period = readPeriod({ from: '2026-11-21', to: '2026-11-21' });
    parser.write((await take('journal', 'tally', period)).toString('utf8')).close();
    expect(sums.length).toBeGreaterThan(0);
    expect(new Set(sums)).toEqual(new Set([0]));
  });
});

describe('A file', () => {
  async function* rows(all: (string | bigint | null)[][]) {
    yield* all;
  }
  const evil = ['=HYPERLINK("http://x.example")', '+1', '-1', '@SUM(A1)', '\tx', 'plain, "quoted"', 'മലയാളം'];

  it('of CSV runs no formula', async () => {
    let text = '';
    for await (const part of csvOf({ name: 'x', heads: ['a'], rows: rows(evil.map((cell) => [cell])) }))
      text += part;
    const cells = text.replace('\ufeff', '').trimEnd().split('\r\n').slice(1);
    for (const cell of cells.slice(0, 5)) expect(cell).toMatch(/^"?'/);
    expect(cells.slice(5)).toEqual(['"plain, ""quoted"""', 'മലയാളം']);
  });

  it('of Excel keeps texts as texts and sums as numbers, and goes on in another sheet when one is full', async () => {
    const all = [...evil.map((cell) => [cell, 123_456n]), ['bad \u0000\u0007 sign', null]];
    const bytes: Buffer[] = [];
    for await (const part of xlsxOf({ name: 'Books & more', heads: ['a', 'b'], rows: rows(all) }, 4))
      bytes.push(part);
    const parts = await partsOf(Buffer.concat(bytes));
    expect(Object.keys(parts).filter((name) => name.startsWith('xl/worksheets/'))).toHaveLength(3);
    const sheets = Object.entries(parts)
      .flatMap(([name, xml]) => (name.includes('worksheets') ? [xml] : []))
      .join('');
    for (const sign of ['<f>', '\u0000', '\u0007']) expect(sheets).not.toContain(sign);
    expect(sheets).toContain(
      '<c t="inlineStr"><is><t xml:space="preserve">=HYPERLINK(&quot;http://x.example&quot;)</t></is></c>',
    );
    expect(sheets.match(/<v>1234\.56<\/v>/g)).toHaveLength(evil.length);
    expect(parts['xl/workbook.xml']).toContain('name="Books &amp; more 3"');
  });

  it('writes every sum of paise exactly', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 15n), 10n ** 15n), (paise) => {
        const text = rupees(paise);
        expect(text).toMatch(/^-?\d+\.\d{2}$/);
        expect(BigInt(text.replace('.', ''))).toBe(paise);
      }),
    );
  });
});

it('reads a period as days or as a financial year, and refuses what is none', () => {
  expect(readPeriod({ year: '2027-28' })).toEqual({ from: '2027-04-01', to: '2028-03-31' });
  expect(readPeriod({ year: '2099-00' })).toEqual({ from: '2099-04-01', to: '2100-03-31' });
  for (const year of ['2026', '2026-28', '26-27'])
    expect(() => readPeriod({ year })).toThrow('no financial year');
  for (const from of ['', '2026-02-30', '1.4.2026'])
    expect(() => readPeriod({ from, to: '2026-03-01' })).toThrow('first and the last');
  expect(() => readPeriod({ from: '2026-03-02', to: '2026-03-01' })).toThrow('ends before');
});

describe('The head of the chain', () => {
  it('is mailed once a day to every auditor who may sign in, in their language', async () => {
    const add = (email: string, role: string) =>
      addUser(ground, { email, name: email, roles: [role] }, 'cli:test');
    const one = await add('auditor1@ag.example', 'auditor');
    await add('auditor2@ag.example', 'auditor');
    const gone = await add('auditor3@ag.example', 'auditor');
    await add('finance@kssm.example', 'finance');
    await ground.sql.query("UPDATE app_user SET language = 'ml' WHERE id = $1", [one.id]);
    await ground.sql.query('UPDATE app_user SET disabled_at = now() WHERE id = $1', [gone.id]);
    await sealJournals(ground);
    expect(await Promise.all([tellHead(ground), tellHead(ground)])).toContain(true);
    expect(await tellHead(ground)).toBe(false);
    const { rows } = await ground.sql.query(
      "SELECT address, subject, text FROM notice WHERE kind = 'ledger-head' ORDER BY address",
    );
    expect(rows.map(({ address }) => address)).toEqual(['auditor1@ag.example', 'auditor2@ag.example']);
    const seal = await ground.sql.query(
      "SELECT number, encode(hash, 'hex') AS hash FROM journal_seal ORDER BY number DESC LIMIT 1",
    );
    for (const { text } of rows) expect(text).toContain(seal.rows[0].hash);
    expect(rows[0].subject).toContain('കണക്കുപുസ്തകം');
    ground.clock.set(ground.clock.now().getTime() + 86_400_000);
    expect(await tellHead(ground)).toBe(true);
    expect((await listHeads(ground)).map(({ day }) => day)).toEqual(['2026-11-22', '2026-11-21']);
  });
});
