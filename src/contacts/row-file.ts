import { type FileHandle, open } from 'node:fs/promises';
import { Refusal } from '../errors.ts';
import { type Sentence, say } from '../say.ts';

/** A file of rows, CSV or workbook, that was read once from end to end and found in order. */
export interface RowFile {
  /** Without its folders. */
  name: string;
  /** Between the cells of the file of rejected rows. */
  delimiter: string;
  /** How its text is written: utf-8, utf-16le, utf-16be, windows-1252, or xlsx for a workbook. */
  encoding: string;
  /** What whoever imports it should know, in sentences. */
  warnings: string[];
  /** SHA-256 of its bytes, in hex. */
  hash: string;
  heads: string[];
  /** Without the header. Rows that are wholly empty count. */
  records: number;
  /** Its records behind the header, in blocks of some thousand; the same at every call. */
  read(): AsyncGenerator<RowBlock>;
  close(): Promise<void>;
}

export interface RowBlock {
  records: string[][];
  /** The line of each. */
  lines: number[];
  /** Why a record cannot be taken whatever its columns mean, by its index. */
  faults?: Map<number, string>;
}

/**
 * Opens an ordinary file for reading.
 * @throws Refusal when there is none, it may not be read, or it is empty
 */
export async function openRegular(file: string): Promise<FileHandle> {
  const refuse = (why: Sentence) => new Refusal(say`${file} cannot be imported: ${why}`);
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw refuse(say`there is no such file. Check the name and the folder.`);
    if (error.code === 'EACCES') throw refuse(say`you may not read it. Ask for the right, or copy the file.`);
    throw refuse(say`the system says ${error.code ?? ''}.`);
  });
  const stat = await handle.stat();
  if (stat.isFile() && stat.size > 0) return handle;
  await handle.close();
  if (stat.isDirectory()) throw refuse(say`it is a folder. Name one file in it.`);
  if (stat.isFile()) throw refuse(say`it is empty. Its first line must name the columns.`);
  throw refuse(say`it is not an ordinary file, and an import must be able to read it twice. Save it first.`);
}
