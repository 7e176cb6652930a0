import { isAscii } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { Refusal } from '../../errors.ts';
import { say } from '../../say.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface Recognised {
  encoding: Encoding;
  /** Whether the file begins with a byte order mark. */
  marked: boolean;
}

const CHUNK = 256 * 1024;
const SAMPLE = 64 * 1024;
/** Every delimiter and line end of UTF-16 has a zero byte; ordinary text of one byte a letter has none. */
const MIN_ZEROS = 0.03;

/**
 * Recognises how the text of a file is written: by its byte order mark, by where zero bytes stand
 * (UTF-16), and otherwise by whether all of it is well-formed UTF-8 (RFC 3629). What is not, and is no
 * damaged UTF-8 either, is taken for Windows-1252. Reads the file through in constant memory.
 */
export async function recogniseEncoding(handle: FileHandle): Promise<Recognised> {
  const sample = Buffer.alloc(SAMPLE);
  const { bytesRead } = await handle.read(sample, 0, SAMPLE, 0);
  const start = sample.subarray(0, bytesRead);
  const mark = start.toString('hex', 0, 3);
  if (mark.startsWith('fffe')) return { encoding: 'utf-16le', marked: true };
  if (mark.startsWith('feff')) return { encoding: 'utf-16be', marked: true };
  if (mark === 'efbbbf') return { encoding: 'utf-8', marked: true };
  const wide = recogniseUtf16(start);
  if (wide) return { encoding: wide, marked: false };
  return { encoding: (await isWindows1252(handle)) ? 'windows-1252' : 'utf-8', marked: false };
}

/** UTF-16 without a mark: zero bytes, nearly all in one half of the pairs, and no control characters. */
function recogniseUtf16(start: Buffer): Encoding | undefined {
  const pairs = start.length >> 1;
  const zeros = [0, 0];
  for (let i = 0; i < pairs * 2; i++) {
    if (start[i] === 0) zeros[i & 1] = (zeros[i & 1] as number) + 1;
  }
  const [high, low] = zeros as [number, number];
  if (Math.max(high, low) < Math.max(1, pairs * MIN_ZEROS)) return undefined;
  if (Math.min(high, low) * 20 > Math.max(high, low)) return undefined;
  const encoding = low > high ? 'utf-16le' : 'utf-16be';
  const text = new TextDecoder(encoding).decode(start.subarray(0, pairs * 2));
  return /(?![\t\r\n])\p{Cc}/u.test(text) ? undefined : encoding;
}

/**
 * Whether what is not UTF-8 outweighs what can only be UTF-8. A letter of Windows-1252 beyond ASCII
 * hardly ever stands before bytes that make it well-formed UTF-8; a damaged UTF-8 file is full of such.
 */
async function isWindows1252(handle: FileHandle): Promise<boolean> {
  const count = { sequences: 0, strays: 0, due: 0 };
  for await (const chunk of streamBytes(handle)) {
    if (chunk.includes(0)) return false;
    if (count.due === 0 && isAscii(chunk)) continue;
    for (const byte of chunk) countByte(count, byte);
  }
  if (count.due > 0) count.strays++;
  return count.strays > 0 && count.strays > count.sequences;
}

/** `due`: bytes that the sequence under way still wants. */
function countByte(count: { sequences: number; strays: number; due: number }, byte: number): void {
  if (count.due > 0) {
    if (byte >= 0x80 && byte < 0xc0) {
      if (--count.due === 0) count.sequences++;
      return;
    }
    count.strays++;
    count.due = 0;
  }
  if (byte < 0x80) return;
  if (byte >= 0xc2 && byte < 0xf5) count.due = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  else count.strays++;
}

/** The file's bytes from the start. The handle stays open, also when only some of them are taken. */
export async function* streamBytes(handle: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ; ) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/**
 * Bytes of a file as UTF-8, whatever it is written in, chunk by chunk.
 * @throws Refusal for UTF-16 with half a character in it
 */
export async function* toUtf8(
  chunks: AsyncIterable<Buffer>,
  { encoding, name }: { encoding: Encoding; name: string },
): AsyncGenerator<Buffer> {
  if (encoding === 'utf-8') yield* chunks;
  else if (encoding === 'windows-1252') {
    for await (const chunk of chunks) yield Buffer.from(decodeWindows1252(chunk));
  } else {
    const decoder = new TextDecoder(encoding, { fatal: true });
    for await (const chunk of chunks) yield decodeWide(decoder, { chunk, name });
    yield decodeWide(decoder, { name });
  }
}

function decodeWide(
  decoder: InstanceType<typeof TextDecoder>,
  { chunk, name }: { chunk?: Buffer; name: string },
): Buffer {
  try {
    return Buffer.from(chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode());
  } catch {
    throw new Refusal(
      say`${name} is UTF-16 with half a character in it, so it is damaged or cut short. Save it again as "CSV UTF-8" and import that.`,
    );
  }
}

/** Where it differs from Latin-1 (WHATWG Encoding, index windows-1252). Some releases of Node take the two for one. */
const C1 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

const decodeWindows1252 = (bytes: Buffer): string =>
  bytes.toString('latin1').replace(/[\x80-\x9f]/g, (c) => C1[c.charCodeAt(0) - 0x80] as string);
