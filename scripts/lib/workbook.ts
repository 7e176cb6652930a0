import { crc32, deflateRawSync } from 'node:zlib';

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const DEFLATED = 8;

/** Parts of a zip archive by their paths, for measurements and tests. */
export type Parts = Record<string, string | Buffer>;

/** Makes a zip archive of a few parts (APPNOTE 6.3, without its 64-bit forms). */
export function zipOf(parts: Parts): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(parts)) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const about = { name: Buffer.from(name), crc: crc32(bytes), packed: packed.length, size: bytes.length };
    const local = Buffer.concat([header(LOCAL, about), about.name, packed]);
    centrals.push(header(CENTRAL, about, offset), about.name);
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(locals.length, 8);
  end.writeUInt16LE(locals.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

interface About {
  name: Buffer;
  crc: number;
  packed: number;
  size: number;
}

function header(kind: number, about: About, offset = 0): Buffer {
  const isLocal = kind === LOCAL;
  const bytes = Buffer.alloc(isLocal ? 30 : 46);
  bytes.writeUInt32LE(kind, 0);
  const at = isLocal ? 4 : 6;
  bytes.writeUInt16LE(20, at);
  if (!isLocal) bytes.writeUInt16LE(20, 4);
  bytes.writeUInt16LE(DEFLATED, at + 4);
  bytes.writeUInt32LE(about.crc, at + 10);
  bytes.writeUInt32LE(about.packed, at + 14);
  bytes.writeUInt32LE(about.size, at + 18);
  bytes.writeUInt16LE(about.name.length, at + 22);
  if (!isLocal) bytes.writeUInt32LE(offset, 42);
  return bytes;
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** The parts of a workbook whose sheets hold these rows, as XML of SpreadsheetML (ECMA-376 part 1). */
export function workbookOf(sheets: Record<string, string>, more: Parts = {}): Parts {
  const names = Object.keys(sheets);
  const list = names.map((name, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`);
  const links = names.map((_, i) => relation(`rId${i + 1}`, 'worksheet', `worksheets/sheet${i + 1}.xml`));
  if (more['xl/sharedStrings.xml']) links.push(relation('rIdS', 'sharedStrings', 'sharedStrings.xml'));
  const rels = 'http://schemas.openxmlformats.org/package/2006/relationships';
  return {
    'xl/workbook.xml': `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${list.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${HEAD}<Relationships xmlns="${rels}">${links.join('')}</Relationships>`,
    ...Object.fromEntries(names.map((name, i) => [`xl/worksheets/sheet${i + 1}.xml`, sheetOf(sheets[name])])),
    ...more,
  };
}

const relation = (id: string, type: string, target: string) =>
  `<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`;

const sheetOf = (rows = '') => `${HEAD}<worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData></worksheet>`;

/** A table of shared strings. */
export const stringsOf = (texts: string[]): string =>
  `${HEAD}<sst xmlns="${MAIN}">${texts.map((text) => `<si><t xml:space="preserve">${text}</t></si>`).join('')}</sst>`;
