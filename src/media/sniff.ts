import { Refusal } from '../errors.ts';
import { type Sentence, say } from '../say.ts';

/** What a file is by its bytes; its name and what its sender calls it are not asked. */
export type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'pdf' | 'zip' | 'calendar' | 'text';

export const isPicture = (format: Format): format is 'jpeg' | 'png' | 'webp' | 'gif' =>
  ['jpeg', 'png', 'webp', 'gif'].includes(format);

type Test = (head: string) => boolean;

/** Begins with one of these bytes, written as latin1. */
const begins =
  (...marks: string[]): Test =>
  (head) =>
    marks.some((mark) => head.startsWith(mark));
const matches =
  (pattern: RegExp): Test =>
  (head) =>
    pattern.test(head);

const MARKS: [Test, Format][] = [
  [begins('\xff\xd8\xff'), 'jpeg'],
  [begins('\x89PNG\r\n\x1a\n'), 'png'],
  [matches(/^RIFF[\s\S]{4}WEBP/), 'webp'],
  [begins('GIF87a', 'GIF89a'), 'gif'],
  [matches(/^%PDF-\d/), 'pdf'],
  [begins('PK\x03\x04'), 'zip'],
  [matches(/^(?:\xef\xbb\xbf)?BEGIN:VCALENDAR\r?\n/), 'calendar'],
];

/** What people have and we do not take, with what to do instead. */
const UNWANTED: [Test, Sentence][] = [
  [
    matches(/^(?:\xef\xbb\xbf)?\s*(?:<\?xml[\s\S]*|<!--[\s\S]*|<!doctype[^>]*>\s*)?<svg\b/i),
    say`is a drawing in SVG, which can hold scripts. Save it as PNG and add that`,
  ],
  [
    matches(/^[\s\S]{4}ftyp(?:hei[cxms]|hevc|mif1|msf1)/),
    say`is a picture in HEIC, which browsers cannot show. Save or share it as JPEG and add that`,
  ],
  [
    matches(/^[\s\S]{4}ftypavi[fs]/),
    say`is a picture in AVIF, which many mail programs cannot show. Save it as JPEG or PNG and add that`,
  ],
  [matches(/^[\s\S]{4}ftyp/), say`is a film. Put it where films are shown and link to it`],
  [begins('II*\0', 'MM\0*'), say`is a TIFF. Save it as JPEG or PNG and add that`],
  [matches(/^BM[\s\S]{4}\0{4}/), say`is a bitmap (BMP). Save it as PNG and add that`],
  [
    begins('MZ', '\x7fELF', '\xca\xfe\xba\xbe', '\xce\xfa\xed\xfe', '\xcf\xfa\xed\xfe'),
    say`is a program. Programs are never sent`,
  ],
  [begins('#!'), say`is a script. Scripts are never sent`],
  [
    begins('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'),
    say`is an old or locked Office document, which may hold macros. Save it as .docx or .xlsx without a password, or as PDF`,
  ],
  [
    begins('Rar!', '7z\xbc\xaf', '\x1f\x8b', 'BZh', '\xfd7zXZ'),
    say`is an archive, whose content readers cannot see before they open it. Add what is in it by itself`,
  ],
];

/** A page or a program in another file's clothes. No picture has these words by chance. */
const HIDDEN = /<script\b|<svg[\s>]|<html[\s>]|<!doctype\s+html|<\?php\b|<iframe\b|javascript:/i;
const LONGEST_TEXT = 20 * 1024 * 1024;

/**
 * Says what a file is by its content.
 * @throws Refusal for what nobody should get: programs, scripts, pages, archives, and files that are
 *   two things at once
 */
export function formatOf(bytes: Buffer, name: string): Format {
  if (!bytes.length) throw new Refusal(say`${name} is empty.`);
  const head = bytes.toString('latin1', 0, 4096);
  const format = MARKS.find(([fits]) => fits(head))?.[1];
  const unwanted = format ? undefined : UNWANTED.find(([fits]) => fits(head))?.[1];
  if (unwanted) throw new Refusal(say`${name} ${unwanted}.`);
  if (format) return onlyThat(format, bytes, name);
  if (!isText(bytes)) throw new Refusal(say`${name} is of no kind that is taken: ${TAKEN}.`);
  refuseHidden(bytes, name);
  return 'text';
}

export const TAKEN = say`pictures in JPEG, PNG, WebP or GIF; and to attach PDF, .docx, .xlsx, .ics, .csv and .txt; and for posts MP4 videos`;

/** One file, one meaning: a picture that is a page or an archive as well is a trick (a polyglot). */
function onlyThat(format: Format, bytes: Buffer, name: string): Format {
  if (format === 'zip') return format;
  if (format !== 'pdf') refuseHidden(bytes, name);
  if (format !== 'calendar' && endsAsArchive(bytes)) throw twoThings(name, say`an archive`);
  if (format !== 'pdf' && bytes.subarray(0, 1024).includes('%PDF-')) throw twoThings(name, say`a PDF`);
  // `GIF89a/*` and `GIF89a=` are the beginning of a script to a browser.
  if (format === 'gif' && /^(?:\/[*/]|=[*/])/.test(bytes.toString('latin1', 6, 8)))
    throw twoThings(name, say`a script`);
  return format;
}

function refuseHidden(bytes: Buffer, name: string): void {
  if (HIDDEN.test(bytes.toString('latin1', 0, LONGEST_TEXT))) throw twoThings(name, say`a page or a script`);
}

const twoThings = (name: string, what: Sentence) =>
  new Refusal(
    say`${name} holds ${what} inside. Export it anew from the program it was made with, and add that.`,
  );

/** A zip archive is found from its end (APPNOTE 4.3.16): its last record, and a comment of the length it says. */
function endsAsArchive(bytes: Buffer): boolean {
  const tail = bytes.subarray(Math.max(0, bytes.length - 65_557));
  for (
    let at = tail.lastIndexOf('PK\x05\x06');
    at >= 0;
    at = at ? tail.lastIndexOf('PK\x05\x06', at - 1) : -1
  ) {
    if (at + 22 <= tail.length && at + 22 + tail.readUInt16LE(at + 20) <= tail.length) return true;
  }
  return false;
}

/** UTF-8, or an old encoding of one byte a letter; without the controls that no text has. */
function isText(bytes: Buffer): boolean {
  const sample = bytes.subarray(0, 256 * 1024);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
  return bytes.length <= LONGEST_TEXT && !/[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(sample.toString('latin1'));
}
