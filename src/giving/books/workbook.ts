import { type Cell, rupees, type Sheet } from './sheet.ts';
import { type Part, zipOf } from './zip.ts';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
/** Excel reads 1,048,576 rows of a sheet; what is more goes into the next one. */
const MOST_ROWS = 1_000_000;
const CHUNK = 64 * 1024;

/**
 * A workbook of SpreadsheetML (ECMA-376 part 1), written as its rows come. Texts are kept as texts, which no
 * spreadsheet runs as a formula; money is a number of two decimals.
 */
export const xlsxOf = (sheet: Sheet, most = MOST_ROWS): AsyncGenerator<Buffer> => zipOf(partsOf(sheet, most));

async function* partsOf({ name, heads, rows }: Sheet, most: number): AsyncGenerator<Part> {
  const reader = rows[Symbol.asyncIterator]();
  let next = await reader.next();
  let sheets = 0;
  async function* part(): AsyncGenerator<string> {
    let text = `${HEAD}<worksheet xmlns="${MAIN}"><sheetData>${rowOf(heads)}`;
    for (let n = 1; !next.done && n < most; n++) {
      text += rowOf(next.value);
      next = await reader.next();
      if (text.length < CHUNK) continue;
      yield text;
      text = '';
    }
    yield `${text}</sheetData></worksheet>`;
  }
  do {
    sheets += 1;
    yield { name: `xl/worksheets/sheet${sheets}.xml`, text: part() };
  } while (!next.done);
  for (const [file, text] of Object.entries(frameOf(name, sheets))) yield { name: file, text: [HEAD + text] };
}

const rowOf = (cells: readonly Cell[]): string => `<row>${cells.map(cellOf).join('')}</row>`;

function cellOf(cell: Cell): string {
  if (cell === null || cell === '') return '<c/>';
  if (typeof cell === 'bigint') return `<c s="1"><v>${rupees(cell)}</v></c>`;
  return `<c t="inlineStr"><is><t xml:space="preserve">${xmlText(cell)}</t></is></c>`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Without the signs that XML 1.0 knows no way to write. */
export const xmlText = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"]/g, (sign) => ENTITIES[sign] as string);

/** Everything around the sheets. */
function frameOf(name: string, count: number): Record<string, string> {
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  const titled = (n: number) => (n === 1 ? name : `${name} ${n}`);
  const type = (part: string, kind: string) =>
    `<Override PartName="/${part}" ContentType="${TYPES}.${kind}+xml"/>`;
  const relation = (id: string, kind: string, target: string) =>
    `<Relationship Id="${id}" Type="${RELATIONS}/${kind}" Target="${target}"/>`;
  return {
    '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${type('xl/workbook.xml', 'sheet.main')}${type('xl/styles.xml', 'styles')}${numbers.map((n) => type(`xl/worksheets/sheet${n}.xml`, 'worksheet')).join('')}</Types>`,
    '_rels/.rels': `<Relationships xmlns="${PACKAGE}/relationships">${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${numbers.map((n) => `<sheet name="${xmlText(titled(n))}" sheetId="${n}" r:id="rId${n}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${PACKAGE}/relationships">${numbers.map((n) => relation(`rId${n}`, 'worksheet', `worksheets/sheet${n}.xml`)).join('')}${relation('rIdS', 'styles', 'styles.xml')}</Relationships>`,
    'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="4" applyNumberFormat="1"/></cellXfs></styleSheet>`,
  };
}
