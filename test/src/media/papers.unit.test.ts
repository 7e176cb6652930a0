import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../src/errors.ts';
import { fileName } from '../../../src/media/names.ts';
import { readPaper } from '../../../src/media/papers.ts';
import { formatOf } from '../../../src/media/sniff.ts';
import { zipOf } from '../../support/zip.ts';

const read = async (name: string, content: Buffer | string) => {
  const bytes = Buffer.from(content as string);
  return readPaper(bytes, formatOf(bytes, name), name);
};
const CONTENT = { '[Content_Types].xml': '<Types/>' };

describe('a file to attach', () => {
  it('is taken when content and ending say the same', async () => {
    expect((await read('a.pdf', '%PDF-1.4\n')).mime).toBe('application/pdf');
    expect((await read('b.ICS', 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n')).mime).toMatch('text/calendar');
    expect((await read('c.csv', 'പേര്,തുക\nമീര,100\n')).mime).toMatch('text/csv');
    expect((await read('d.docx', zipOf({ ...CONTENT, 'word/document.xml': '<w/>' }))).mime).toMatch(
      'wordprocessingml',
    );
    expect(
      (
        await read(
          'e.xlsx',
          zipOf({ ...CONTENT, 'xl/workbook.xml': '<w/>', 'xl/printerSettings/printerSettings1.bin': '' }),
        )
      ).mime,
    ).toMatch('spreadsheetml');
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['invoice.pdf', 'MZ\x90\x00 program', /is a program/],
    ['a.exe', 'MZ\x90\x00 program', /is a program/],
    ['a.pdf.html', '%PDF-1.4\n', /Give it that ending/],
    ['a.html', '<!doctype html><p>x</p>', /page or a script/],
    ['a.txt', 'hello <script>alert(1)</script>', /page or a script/],
    ['run.js', 'alert(1)', /only .csv, .txt and .ics/],
    ['run.bat', 'del *.*', /only .csv, .txt and .ics/],
    ['a.zip', zipOf({ 'a.txt': 'x' }), /is an archive/],
    ['a.docm', zipOf({ 'word/document.xml': 'x' }), /may hold macros/],
    ['a.docx', zipOf({ 'a.txt': 'x' }), /is no .docx document/],
    ['a.docx', zipOf({ ...CONTENT, 'word/document.xml': 'x', 'word/vbaProject.bin': 'x' }), /holds macros/],
    [
      'a.xlsx',
      zipOf({ ...CONTENT, 'xl/workbook.xml': 'x', 'xl/embeddings/oleObject1.bin': 'x' }),
      /embedded objects/,
    ],
    ['a.docx', Buffer.from('PK\x03\x04 and no more'), /is damaged/],
    ['a.doc', Buffer.from('d0cf11e0a1b11ae1', 'hex'), /old or locked Office document/],
    ['a.pdf', '%PDF-1.4 /OpenAction << /S /JavaScript /JS (app.alert(1)) >>', /PDF that does something/],
    ['a.pdf', '%PDF-1.4 /S /J#61vaScript', /PDF that does something/],
    ['a.csv', Buffer.from('name\n\xe4\n', 'latin1'), /not in UTF-8/],
  ])('%s is refused with a sentence', async (name, content, sentence) => {
    await expect(read(name, content)).rejects.toThrow(sentence);
  });
});

it('a name of a file carries no folder, no control and no mark that hides its ending', () => {
  expect(fileName('C:\\Users\\x\\വാർഷികം.pdf')).toBe('വാർഷികം.pdf');
  expect(fileName('../../etc/passwd')).toBe('passwd');
  expect(fileName('invoice\u202efdp.exe')).toBe('invoicefdp.exe');
  expect(fileName('a\r\nBcc: x.pdf')).toBe('aBcc- x.pdf');
  expect(fileName(`${'അ'.repeat(300)}.pdf`)).toMatch(/^അ{116}\.pdf$/);
  expect(() => fileName('..')).toThrow(/is no name/);
});

it('whatever bytes come under whatever name, the answer is a kind or a sentence, and comes soon', async () => {
  const wholes = [
    zipOf({ ...CONTENT, 'word/document.xml': '<w/>', 'word/media/image1.png': 'x'.repeat(200) }),
    zipOf({ ...CONTENT, 'xl/workbook.xml': '<w/>' }),
    Buffer.from('%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF'),
    Buffer.from('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n'),
    Buffer.from('name,amount\nMeera,100\n'),
    Buffer.alloc(0),
  ];
  const change = fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255));
  const names = fc.constantFrom('a.docx', 'a.xlsx', 'a.pdf', 'a.ics', 'a.csv', 'a.txt', 'a', 'a.exe');
  const input = fc.tuple(names, fc.constantFrom(...wholes), fc.array(change, { maxLength: 8 }), fc.nat(40));
  await fc.assert(
    fc.asyncProperty(input, async ([name, whole, changes, cut]) => {
      const bytes = Buffer.from(whole);
      for (const [at, value] of changes) bytes[Math.floor(at * bytes.length)] = value;
      const began = performance.now();
      const failure = await read(name, bytes.subarray(0, Math.max(0, bytes.length - cut))).then(
        () => null,
        (error: unknown) => error,
      );
      if (failure) expect(failure).toBeInstanceOf(Refusal);
      expect(performance.now() - began).toBeLessThan(5000);
    }),
    { numRuns: 400 },
  );
});
