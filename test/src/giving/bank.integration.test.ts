import { describe, expect, it } from 'vitest';
import {
  beginImport,
  chooseColumns,
  forgetDrafts,
  previewImport,
  takeImport,
} from '../../../src/giving/bank/imports.ts';
import {
  confirmMatch,
  explainLine,
  listLines,
  readLine,
  releaseLine,
} from '../../../src/giving/bank/lines.ts';
import { ENGINE } from '../../../src/giving/bank/match.ts';
import { accounts, balance } from '../../../src/giving/journal.ts';
import { readOffline } from '../../../src/giving/offline/read.ts';
import { doubtGift, judgeDoubt } from '../../../src/giving/offline/reversal.ts';
import { closePeriod } from '../../../src/giving/periods.ts';
import { enter, expectSound, FINANCE } from '../../support/books.ts';
import { openTill } from '../../support/giving.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
const bank = accounts.bank('domestic');
const HEAD = 'Date,Description,Ref No,Debit,Credit,Balance';
const begin = (rows: string[], head = HEAD) => {
  const content = Buffer.from([head, ...rows].join('\n'));
  return beginImport(ground, { stream: 'domestic', fileName: 'november.csv', content }, FINANCE);
};
const take = async (rows: string[]) => takeImport(ground, await begin(rows), FINANCE);
const lines = (open: boolean) => listLines(ground, { stream: 'domestic', open, limit: 100 });
const lineOf = async (words: string) =>
  (await lines(true)).find((line) => line.words.includes(words))?.id as string;

const GIFT = '19/11/2026,NEFT INWARD DONOR,SBIN526118765432,,700.00,700.00';
const CHEQUE = '20/11/2026,CLG CHQ DEPOSIT,104233,,"50,000.00","50,700.00"';
const SAME = '21/11/2026,UPI GIFT,,,10.00,';

describe('A statement', () => {
  it('is looked at before anything is kept, and its problems stop it', async () => {
    const id = await begin([GIFT, '99/11/2026,Wrong,,,5,705']);
    const preview = await previewImport(ground, id);
    expect(preview.lines).toHaveLength(1);
    expect(preview.problems).toMatchObject([{ row: 3 }]);
    await expect(takeImport(ground, id, FINANCE)).rejects.toThrow('1 rows cannot be read');
    expect(await lines(true)).toEqual([]);
  });

  it('matches by itself what the bank names and the books have, and posts nothing', async () => {
    const gift = await enter(ground, {
      kind: 'bank',
      amount: 70_000n,
      details: { reference: 'SBIN526118765432' },
    });
    const cheque = { number: '104233', bank: 'Bank of the District, Kollam', dated: '2026-11-18' };
    await enter(ground, { kind: 'cheque', amount: 5_000_000n, day: '2026-11-18', details: cheque });
    const before = await balance(ground.sql, bank);
    expect(await take([GIFT, CHEQUE, SAME, SAME])).toEqual({ lines: 4, known: 0, matched: 1 });
    expect(await lines(false)).toMatchObject([{ matched: { kind: 'gift', id: gift, by: ENGINE } }]);
    expect(await balance(ground.sql, bank)).toBe(before);
  });

  it('matches what the gateway settled, and tells the settlement its line', async () => {
    await openTill(ground, 'http://127.0.0.1:9');
    await ground.sql.query(
      `INSERT INTO settlement (id, account_id, stream, utr, amount, day, settled_at, posted_at)
       SELECT 'setl_bank', id, 'domestic', 'RZPN526119900001', 123400, '2026-11-19', now(), now() FROM gateway_account`,
    );
    const told = '20/11/2026,NEFT RAZORPAY SOFTWARE,RZPN526119900001,,"1,234.00",';
    expect(await take([told])).toEqual({ lines: 1, known: 0, matched: 1 });
    const lineIn = async () =>
      (await ground.sql.query(`SELECT bank_line FROM settlement WHERE id = 'setl_bank'`)).rows[0].bank_line;
    const [line] = (await lines(false)).filter(({ matched }) => matched?.kind === 'settlement');
    expect(await lineIn()).toBe(line?.id);
    await releaseLine(ground, { line: line?.id as string, actor: FINANCE });
    expect(await lineIn()).toBeNull();
  });

  it('that tells lines again adds only what is new', async () => {
    expect(await take([GIFT, CHEQUE, SAME, SAME])).toEqual({ lines: 0, known: 4, matched: 0 });
    expect(await take([SAME, SAME, SAME, '21/11/2026,INTEREST,,,12.50,'])).toMatchObject({
      lines: 2,
      known: 2,
    });
  });

  it('is gone as a draft once it is taken', async () => {
    const id = await begin([GIFT]);
    await takeImport(ground, id, FINANCE);
    await expect(previewImport(ground, id)).rejects.toThrow('no longer there');
    const { rows } = await ground.sql.query('SELECT content FROM bank_import WHERE id = $1', [id]);
    expect(rows).toEqual([{ content: null }]);
  });

  it('is forgotten as a draft after a day', async () => {
    const id = await begin([GIFT]);
    await forgetDrafts(ground);
    expect((await previewImport(ground, id)).lines).toHaveLength(1);
    ground.clock.set('2026-11-22T06:31:00Z');
    await forgetDrafts(ground);
    ground.clock.set('2026-11-21T06:30:00Z');
    await expect(previewImport(ground, id)).rejects.toThrow('no longer there');
  });

  it('of unknown columns is read as somebody says, and so is the next', async () => {
    const head = 'Kab,Kya,Kitna';
    const id = await begin(['17/11/2026,Daan,25'], head);
    await expect(takeImport(ground, id, FINANCE)).rejects.toThrow('which column is which');
    await expect(chooseColumns(ground, id, { day: 'kab' })).rejects.toThrow('Choose the columns');
    await expect(chooseColumns(ground, id, { day: 'kab', words: 'kab', amount: 'kitna' })).rejects.toThrow(
      'once',
    );
    await chooseColumns(ground, id, { day: 'kab', words: 'kya', amount: 'kitna' });
    expect(await takeImport(ground, id, FINANCE)).toMatchObject({ lines: 1 });
    const next = await previewImport(ground, await begin(['18/11/2026,Daan,30'], head));
    expect(next.lines).toMatchObject([{ amount: 3_000n }]);
  });
});

describe('A line', () => {
  it('that is a cheque which waits lets it count, when a person says so', async () => {
    const line = await readLine(ground, await lineOf('CLG CHQ'));
    expect(line.matches).toMatchObject([{ kind: 'gift', why: 'reference', posted: false }]);
    const { kind = '', id = '' } = line.matches[0] ?? {};
    await confirmMatch(ground, { line: line.id, kind, id, actor: FINANCE });
    expect(await readOffline(ground, id)).toMatchObject({ state: 'counted', countedOn: '2026-11-20' });
    await expect(readLine(ground, line.id)).rejects.toThrow('explained already');
  });

  it('becomes a gift when finance enters it, of the same amount only', async () => {
    const line = await lineOf('UPI GIFT');
    const details = { reference: '432118765009', by: 'An app' };
    const wish = { kind: 'mobile', details, bankLine: line } as const;
    await expect(enter(ground, { ...wish, amount: 2_000n })).rejects.toThrow('another amount');
    const id = await enter(ground, { ...wish, amount: 1_000n });
    expect(await lines(false)).toContainEqual(
      expect.objectContaining({ id: line, matched: expect.objectContaining({ id }) }),
    );
    await expect(enter(ground, { ...wish, amount: 1_000n })).rejects.toThrow('explained already');
  });

  it('is to be explained again when the entry that it was is undone', async () => {
    const line = (await lines(false)).find(({ words }) => words === 'UPI GIFT');
    const id = line?.matched?.id ?? '';
    await doubtGift(ground, { id, reason: 'Another donor' }, FINANCE);
    await judgeDoubt(ground, { id, wrong: true }, 'else@kssm.example');
    expect((await lines(true)).map((open) => open.id)).toContain(line?.id);
    await enter(ground, {
      kind: 'bank',
      amount: 1_000n,
      details: { reference: '432118765009' },
      bankLine: line?.id ?? '',
    });
  });

  it('that takes a cheque back lets it bounce, when a person says so', async () => {
    await take(['21/11/2026,RTN CHQ 104233 INSUFFICIENT FUNDS,104233,"50,000.00",,700.00']);
    const line = await readLine(ground, await lineOf('RTN CHQ'));
    expect(line.matches).toMatchObject([{ kind: 'bounce', why: 'reference', posted: false }]);
    const id = line.matches[0]?.id ?? '';
    const before = await balance(ground.sql, bank);
    await confirmMatch(ground, { line: line.id, kind: 'bounce', id, actor: FINANCE });
    expect(await readOffline(ground, id)).toMatchObject({ state: 'bounced', endedOn: '2026-11-21' });
    expect(before - (await balance(ground.sql, bank))).toBe(5_000_000n);
  });

  it('that is no gift is posted as what it is, with a note', async () => {
    const line = await lineOf('INTEREST');
    const explain = (as: 'other' | 'charge', note: string) =>
      explainLine(ground, { line, as, note, actor: FINANCE });
    await expect(explain('other', ' ')).rejects.toThrow('note');
    await expect(explain('charge', 'Interest of the quarter')).rejects.toThrow('the other way');
    const before = await balance(ground.sql, bank);
    await explain('other', 'Interest of the quarter');
    expect((await balance(ground.sql, bank)) - before).toBe(1_250n);
    expect(await balance(ground.sql, accounts.other('domestic'))).toBe(-1_250n);
    await expect(explain('other', 'Again')).rejects.toThrow('explained already');
  });

  it('is explained by one of two who try at once', async () => {
    await enter(ground, { amount: 5_000n });
    await take(['21/11/2026,CASH DEPOSIT,,,50.00,"51,000.00"']);
    const line = await lineOf('CASH DEPOSIT');
    const cash = await balance(ground.sql, accounts.cash);
    const ends = await Promise.allSettled(
      [1, 2].map(() => explainLine(ground, { line, as: 'deposit', note: 'Cash of Friday', actor: FINANCE })),
    );
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(cash - (await balance(ground.sql, accounts.cash))).toBe(5_000n);
    await expectSound(ground);
  });

  it('is opened again when it was matched wrongly, and the books stay', async () => {
    const explained = await lines(false);
    const of = (kind: string) => explained.find(({ matched }) => matched?.kind === kind)?.id ?? '';
    const before = await balance(ground.sql, bank);
    await releaseLine(ground, { line: of('gift'), actor: FINANCE });
    expect((await lines(true)).map(({ id }) => id)).toContain(of('gift'));
    expect(await balance(ground.sql, bank)).toBe(before);
    await expect(releaseLine(ground, { line: of('gift'), actor: FINANCE })).rejects.toThrow(
      'to be explained already',
    );
  });

  it('is taken out of the books by a journal of today when it was posted wrongly, and posted again', async () => {
    const other = accounts.other('domestic');
    const sums = async () => [await balance(ground.sql, bank), await balance(ground.sql, other)];
    const [line] = (await lines(false)).filter(({ matched }) => matched?.kind === 'other');
    const id = line?.id as string;
    const posted = await sums();
    for (const note of ['Interest again', 'And once more']) {
      await releaseLine(ground, { line: id, actor: FINANCE });
      expect(await sums()).toEqual([(posted[0] as bigint) - 1_250n, (posted[1] as bigint) + 1_250n]);
      expect((await lines(true)).map((one) => one.id)).toContain(id);
      await explainLine(ground, { line: id, as: 'other', note, actor: FINANCE });
      expect(await sums()).toEqual(posted);
    }
    const { rows } = await ground.sql.query(
      "SELECT kind, subject FROM journal WHERE subject LIKE 'bank-line:%' AND kind IN ('other', 'reversal') ORDER BY id",
    );
    const named = (n: string) => `bank-line:${id}${n}`;
    expect(rows).toEqual([
      ...['', '.2'].flatMap((n) => [
        { kind: 'other', subject: named(n) },
        { kind: 'reversal', subject: named(n) },
      ]),
      { kind: 'other', subject: named('.3') },
    ]);
    await expectSound(ground);
  });

  it('keeps its month open until it is explained', async () => {
    await take(['21/11/2026,WHO KNOWS,,,33.00,']);
    const open = (await lines(true)).length;
    ground.clock.set('2026-12-05T06:30:00Z');
    await expect(closePeriod(ground, '2026-11', FINANCE)).rejects.toThrow(
      `${open} lines of the bank up to 2026-11`,
    );
    ground.clock.set('2026-11-21T06:30:00Z');
  });

  it('holds what the bank wrote sealed', async () => {
    const { rows } = await ground.sql.query('SELECT words FROM bank_line');
    expect(rows.some(({ words }) => words.includes('DONOR'))).toBe(false);
  });
});
