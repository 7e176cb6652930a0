import { Refusal } from '../../errors.ts';
import { say } from '../../say.ts';
import { isDateFormat } from './numbers.ts';
import { readStrings, type Strings } from './strings.ts';
import { parseAll } from './xml.ts';
import type { Zip } from './zip.ts';

/** What reading one sheet of a workbook needs (ECMA-376 part 1, SpreadsheetML). */
export interface Book {
  sheet: string;
  /** Where the sheet stands in the archive. */
  part: string;
  sheets: string[];
  since: 1900 | 1904;
  strings: Strings;
  /** Whether cells of this style are days or times. */
  isDate: (style: number) => boolean;
}

const MAIN = 'xl/workbook.xml';

/** @throws Refusal when there is no such sheet, or it is no workbook */
export async function readBook(zip: Zip, wanted?: string): Promise<Book> {
  if (!zip.has(MAIN)) {
    throw new Refusal(
      say`${zip.name} is a zip archive, but no Excel workbook. Take the file out of it first.`,
    );
  }
  const { sheets, since } = await readSheets(zip);
  const targets = await readTargets(zip);
  const found = wanted === undefined ? sheets[0] : sheets.find((s) => same(s.name, wanted));
  const names = sheets.map((sheet) => sheet.name);
  if (!found) {
    throw new Refusal(
      say`${zip.name} has no sheet "${wanted ?? 1}". It has: ${names.slice(0, 20).join(', ')}.`,
    );
  }
  const stringsPart = [...targets.values()].find((target) => /sharedstrings\.xml$/i.test(target));
  const strings = stringsPart && zip.has(stringsPart) ? await readStrings(zip, stringsPart) : () => undefined;
  const isDate = zip.has('xl/styles.xml') ? await readStyles(zip) : () => false;
  const part = targets.get(found.id) ?? 'xl/worksheets/sheet1.xml';
  return { sheet: found.name, part, sheets: names, since, strings, isDate };
}

const same = (a: string, b: string) =>
  a.normalize('NFC').trim().toLowerCase() === b.normalize('NFC').trim().toLowerCase();

async function readSheets(zip: Zip) {
  const sheets: { name: string; id: string }[] = [];
  let since: 1900 | 1904 = 1900;
  await parseAll(zip, MAIN, {
    open(name, attributes) {
      if (name === 'sheet') sheets.push({ name: attributes.name ?? '', id: relationOf(attributes) });
      else if (name === 'workbookPr' && /^(1|true)$/.test(attributes.date1904 ?? '')) since = 1904;
    },
  });
  return { sheets, since };
}

const relationOf = (attributes: Record<string, string>): string =>
  Object.entries(attributes).find(([key]) => /:id$/.test(key))?.[1] ?? '';

async function readTargets(zip: Zip): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  if (!zip.has('xl/_rels/workbook.xml.rels')) return targets;
  await parseAll(zip, 'xl/_rels/workbook.xml.rels', {
    open(name, { Id = '', Target = '' }) {
      if (name !== 'Relationship') return;
      targets.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`);
    },
  });
  return targets;
}

async function readStyles(zip: Zip): Promise<(style: number) => boolean> {
  const codes = new Map<number, string>();
  const styles: boolean[] = [];
  let inCells = false;
  await parseAll(zip, 'xl/styles.xml', {
    open(name, attributes) {
      if (name === 'numFmt') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
      else if (name === 'cellXfs') inCells = true;
      else if (name === 'xf' && inCells) {
        const id = Number(attributes.numFmtId ?? 0);
        styles.push(isDateFormat(id, codes.get(id)));
      }
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return (style) => styles[style] ?? false;
}
