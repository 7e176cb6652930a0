import { Refusal } from '../../errors.ts';
import { say } from '../../say.ts';
import { parseAll } from './xml.ts';
import type { Zip } from './zip.ts';

/** The texts that cells share, by number. */
export type Strings = (index: number) => string | undefined;

const MAX_BYTES = 64 * 2 ** 20;
const MAX_CELL = 2 ** 20;

/**
 * Reads the table of shared strings. They are kept as bytes outside the heap: a hundred thousand people
 * are half a million of them.
 * @throws Refusal when they are more than 64 MB together or one is more than a megabyte
 */
export async function readStrings(zip: Zip, part: string): Promise<Strings> {
  const kept = newKept(zip.name);
  let [text, phonetic, inText] = ['', false, false];
  await parseAll(zip, part, {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 'rPh')
        phonetic = true; // how it is pronounced, in Japanese workbooks
      else if (name === 't') inText = !phonetic;
    },
    text(more) {
      if (inText) text += more;
      if (text.length > MAX_CELL) throw tooMuch(zip.name);
    },
    close(name) {
      if (name === 't') inText = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'si') kept.add(unescapeText(text));
    },
  });
  return kept.get;
}

function newKept(name: string) {
  let bytes = Buffer.allocUnsafe(2 ** 20);
  const ends: number[] = [];
  const add = (text: string) => {
    const start = ends.at(-1) ?? 0;
    const need = start + Buffer.byteLength(text);
    if (need > MAX_BYTES) throw tooMuch(name);
    if (need > bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(need, bytes.length * 2));
      bytes.copy(larger, 0, 0, start);
      bytes = larger;
    }
    bytes.write(text, start);
    ends.push(need);
  };
  const get = (index: number) => {
    const end = ends[index];
    return end === undefined ? undefined : bytes.toString('utf8', index ? ends[index - 1] : 0, end);
  };
  return { add, get };
}

const tooMuch = (name: string) =>
  new Refusal(
    say`${name} holds more text than a workbook of contacts can (64 MB altogether, 1 MB in one cell). Save the sheet as "CSV UTF-8" and import that.`,
  );

/** Characters that XML cannot hold are written `_x000D_` (ECMA-376 part 1, 22.9.2.19). */
export const unescapeText = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
