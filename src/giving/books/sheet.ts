import { csvCell } from '../../contacts/csv/rejects.ts';

/** Text, or paise. */
export type Cell = string | bigint | null;

/** A table to be written, whose rows come as they are read. */
export interface Sheet {
  name: string;
  heads: string[];
  rows: AsyncIterable<Cell[]>;
}

/** Paise as rupees without groups or sign of currency: `1234.50`. */
export function rupees(paise: bigint): string {
  const whole = paise < 0n ? -paise : paise;
  return `${paise < 0n ? '-' : ''}${whole / 100n}.${String(whole % 100n).padStart(2, '0')}`;
}

/** Texts of this length are put together before they are handed on. */
const CHUNK = 64 * 1024;

/**
 * CSV of RFC 4180 with a byte order mark, without which Excel takes it for something else than UTF-8. What
 * a spreadsheet would run as a formula gets an apostrophe before it; a sum of money may begin with its sign.
 */
export async function* csvOf({ heads, rows }: Sheet): AsyncGenerator<string> {
  let text = `\ufeff${heads.map((head) => csvCell(head)).join(',')}\r\n`;
  for await (const row of rows) {
    text += `${row.map((cell) => (typeof cell === 'bigint' ? rupees(cell) : csvCell(cell ?? ''))).join(',')}\r\n`;
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  yield text;
}
