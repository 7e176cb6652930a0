import yauzl, { type Entry } from 'yauzl';
import { Refusal } from '../errors.ts';
import { say } from '../say.ts';
import type { Format } from './sniff.ts';

/** A file that is sent or linked to as it is. */
export interface Paper {
  ext: string;
  /** Media type, as a mail and the web say it. */
  mime: string;
}

const TEXTS: Record<string, string> = {
  csv: 'text/csv; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
};
const OFFICE: Record<string, { mime: string; main: string }> = {
  docx: {
    mime: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    main: 'word/document.xml',
  },
  xlsx: {
    mime: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    main: 'xl/workbook.xml',
  },
};

/**
 * Says whether a file that is no picture may be sent, by its content and its name's ending together.
 * @throws Refusal for everything that could run on the reader's computer, and for a name that promises
 *   another kind than the content is
 */
export async function readPaper(bytes: Buffer, format: Format, name: string): Promise<Paper> {
  const ext = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (format === 'pdf') return requireEnding(name, ext, { ext: 'pdf', mime: onlyPaper(bytes, name) });
  if (format === 'calendar')
    return requireEnding(name, ext, { ext: 'ics', mime: 'text/calendar; charset=utf-8' });
  if (format === 'zip') return readOffice(bytes, ext, name);
  const mime = TEXTS[ext];
  if (mime && Buffer.from(bytes.toString('utf8')).equals(bytes)) return { ext, mime };
  if (mime) throw new Refusal(say`${name} is not in UTF-8. Save it as UTF-8 and add that.`);
  throw new Refusal(
    say`${name} is text, and of text only .csv, .txt and .ics files are taken: a text of another kind may run as a program.`,
  );
}

function requireEnding(name: string, ext: string, paper: Paper): Paper {
  if (ext === paper.ext) return paper;
  throw new Refusal(
    say`${name} is a .${paper.ext} file by its content. Give it that ending and add it again.`,
  );
}

/** What acts in a PDF (ISO 32000-1 section 12.6.4): scripts, programs to start, files inside. */
function onlyPaper(bytes: Buffer, name: string): string {
  const source = bytes.toString('latin1');
  const found = /\/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)\b/.exec(
    source.replace(/#([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  );
  if (!found) return 'application/pdf';
  throw new Refusal(
    say`${name} is a PDF that does something (/${found[1] ?? ''}), not only paper. Print it to PDF anew and add that.`,
  );
}

async function readOffice(bytes: Buffer, ext: string, name: string): Promise<Paper> {
  const kind = OFFICE[ext];
  if (!kind) {
    const macros = /^(?:docm|dotm|xlsm|xltm|xlam|pptm)$/.test(ext);
    throw new Refusal(
      macros
        ? say`${name} may hold macros. Save it as .docx or .xlsx and add that.`
        : say`${name} is an archive, whose content readers cannot see before they open it. Add what is in it by itself.`,
    );
  }
  const parts = await partsOf(bytes, name);
  if (!parts.includes(kind.main) || !parts.includes('[content_types].xml')) {
    throw new Refusal(
      say`${name} is no .${ext} document. Save it anew from the program it was written with.`,
    );
  }
  const active = parts.find((part) => ACTIVE.test(part));
  if (active) {
    throw new Refusal(
      say`${name} holds macros or embedded objects (${active.slice(0, 80)}). Save it without them, or as PDF.`,
    );
  }
  return { ext, mime: kind.mime };
}

const ACTIVE =
  /vbaproject|vbadata|\/activex\/|\/embeddings\/|\/macrosheets\/|\/ctrlprops\/|^(?!xl\/printersettings\/).*\.bin$|\.(?:exe|dll|js|vbs|html?|bat|cmd|scr)$/;
const MOST_PARTS = 5_000;

/** Names of an archive's parts, in lower case; nothing is unpacked. */
function partsOf(bytes: Buffer, name: string): Promise<string[]> {
  const broken = (error: Error) =>
    new Refusal(say`${name} is damaged and cannot be opened (${error.message}). Save it anew and add that.`);
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(broken(error));
      const parts: string[] = [];
      zip.on('error', (failure) => reject(broken(failure)));
      zip.on('end', () => resolve(parts));
      zip.on('entry', (entry: Entry) => {
        if (parts.push(entry.fileName.toLowerCase()) > MOST_PARTS) {
          return reject(new Refusal(say`${name} has more than ${MOST_PARTS} parts, which no letter needs.`));
        }
        zip.readEntry();
      });
      zip.readEntry();
    });
  });
}
