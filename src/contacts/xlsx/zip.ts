import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { Refusal } from '../../errors.ts';
import { say } from '../../say.ts';

/** The parts of a workbook (ECMA-376 part 2: a zip archive), by their paths. */
export interface Zip {
  name: string;
  has(part: string): boolean;
  /** Unzips one part as text, in constant memory. @throws Refusal when it is damaged or not there */
  read(part: string): AsyncGenerator<string>;
}

/** A workbook of a million rows unzips to some 600 MB. */
const MAX_UNZIPPED = 2 ** 30;
const MAX_PARTS = 10_000;
/** Text without a tag in it. A cell holds 32,767 characters at most. */
const MAX_TEXT = 2 ** 20;

/**
 * Opens a workbook's archive; the handle stays its opener's to close.
 * @throws Refusal when it is damaged, or unzips to more than a gigabyte by its own account; that it
 *   keeps to what it says is watched while a part is read
 */
export async function openZip(handle: FileHandle, name: string): Promise<Zip> {
  try {
    const zip = await openArchive(handle);
    const entries = new Map<string, Entry>();
    await listEntries(zip, entries, name);
    const read = (part: string) => readPart(zip, { entry: entries.get(part.toLowerCase()), part, name });
    return { name, read, has: (part) => entries.has(part.toLowerCase()) };
  } catch (error) {
    throw refusalOf(error, name);
  }
}

const OPTIONS = { autoClose: false, lazyEntries: true, validateEntrySizes: true };

const openArchive = (handle: FileHandle) =>
  new Promise<ZipFile>((done, fail) =>
    yauzl.fromFd(handle.fd, OPTIONS, (error, zip) => (error ? fail(error) : done(zip))),
  );

const listEntries = (zip: ZipFile, entries: Map<string, Entry>, name: string) =>
  new Promise<void>((done, fail) => {
    let unzipped = 0;
    zip.once('end', () => done()).once('error', fail);
    zip.on('entry', (entry: Entry) => {
      unzipped += entry.uncompressedSize;
      if (unzipped > MAX_UNZIPPED || entries.size >= MAX_PARTS) return fail(tooLarge(name));
      entries.set(entry.fileName.toLowerCase(), entry);
      zip.readEntry();
    });
    zip.readEntry();
  });

async function* readPart(
  zip: ZipFile,
  { entry, part, name }: { entry: Entry | undefined; part: string; name: string },
): AsyncGenerator<string> {
  if (!entry) throw refusalOf(new Error(`it has no ${part}`), name);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let run = 0;
  try {
    for await (const bytes of await openPart(zip, entry)) {
      const text = decoder.decode(bytes as Buffer, { stream: true });
      const tag = text.lastIndexOf('<');
      run = tag < 0 ? run + text.length : text.length - tag;
      if (run > MAX_TEXT) throw textTooLong(name);
      yield text;
    }
    yield decoder.decode();
  } catch (error) {
    throw refusalOf(error, name);
  }
}

const openPart = (zip: ZipFile, entry: Entry) =>
  new Promise<Readable>((done, fail) =>
    zip.openReadStream(entry, (error, stream) => (error ? fail(error) : done(stream))),
  );

const tooLarge = (name: string) =>
  new Refusal(
    say`${name} would unzip to more than 1 GB, which no list of contacts does; it may be a zip bomb. Nothing was read. If it is yours, save it as "CSV UTF-8" and import that.`,
  );

const textTooLong = (name: string) =>
  new Refusal(
    say`${name} holds a text of more than a million characters, which no cell may have. Nothing was imported.`,
  );

function refusalOf(error: unknown, name: string): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal(
    say`${name} is damaged or no Excel workbook (${(error as Error).message}). Open it in a spreadsheet, save it again as .xlsx or as "CSV UTF-8", and import that.`,
  );
}
