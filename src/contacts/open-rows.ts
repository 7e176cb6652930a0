import path from 'node:path';
import { Refusal } from '../errors.ts';
import { type Sentence, say } from '../say.ts';
import { readCsv } from './csv/file.ts';
import { openRegular, type RowFile } from './row-file.ts';
import { readXlsx } from './xlsx/file.ts';

const ZIP = '504b0304';
const OLE = 'd0cf11e0';

/**
 * Opens a CSV file or an Excel workbook, whichever it is by its first bytes, and reads it through.
 * @param sheet of a workbook; the first where it is not said
 * @throws Refusal when it is neither, or broken anywhere
 */
export async function openRows(file: string, sheet?: string): Promise<RowFile> {
  const handle = await openRegular(file);
  const name = path.basename(file);
  const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
  const magic = buffer.toString('hex');
  if (magic === ZIP) return readXlsx(handle, { name, sheet });
  const fault = faultOf(name, magic, sheet);
  if (!fault) return readCsv(handle, name);
  await handle.close();
  throw new Refusal(fault);
}

function faultOf(name: string, magic: string, sheet: string | undefined): Sentence | undefined {
  if (magic === OLE) {
    return say`${name} is a workbook of an old Excel, or one with a password. Save it as .xlsx without a password and import that.`;
  }
  if (/\.xls[xm]$/i.test(name)) {
    return say`${name} is called a workbook, but is none. Open it in a spreadsheet, save it as .xlsx, and import that.`;
  }
  return sheet === undefined ? undefined : say`${name} is no workbook and has no sheets. Leave out --sheet.`;
}
