import { Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';

/** A file of an archive, whose text comes as it is made. */
export interface Part {
  name: string;
  text: AsyncIterable<string> | Iterable<string>;
}

interface Written {
  name: Buffer;
  crc: number;
  packed: number;
  size: number;
  offset: number;
}

/** Sizes stand behind each file (bit 3), names are UTF-8 (bit 11); packed by deflate. */
const FLAGS = 0x0808;
const DEFLATED = 8;
const MOST = 0xffff_ffff;

/**
 * A zip archive as it is written (APPNOTE 6.3, without its 64-bit forms): nothing of a file is kept.
 *
 * @throws RangeError for one of four gigabytes and more
 */
export async function* zipOf(parts: AsyncIterable<Part>): AsyncGenerator<Buffer> {
  const written: Written[] = [];
  let at = 0;
  const count = (bytes: Buffer) => {
    at += bytes.length;
    if (at > MOST) throw new RangeError('The archive would be too long for its form.');
    return bytes;
  };
  for await (const { name, text } of parts) {
    const file: Written = { name: Buffer.from(name), crc: 0, packed: 0, size: 0, offset: at };
    yield count(Buffer.concat([header(0x04034b50, file), file.name]));
    const packing = Readable.from(measured(text, file)).pipe(createDeflateRaw());
    for await (const chunk of packing) {
      file.packed += chunk.length;
      yield count(chunk);
    }
    yield count(descriptor(file));
    written.push(file);
  }
  const directory = Buffer.concat(written.map((file) => Buffer.concat([central(file), file.name])));
  yield directory;
  yield ending(written.length, directory.length, at);
}

async function* measured(text: Part['text'], file: Written): AsyncGenerator<Buffer> {
  for await (const piece of text) {
    const bytes = Buffer.from(piece);
    file.crc = crc32(bytes, file.crc);
    file.size += bytes.length;
    if (bytes.length) yield bytes;
  }
}

function header(signature: number, { name }: Written): Buffer {
  const bytes = Buffer.alloc(30);
  bytes.writeUInt32LE(signature, 0);
  bytes.writeUInt16LE(20, 4);
  bytes.writeUInt16LE(FLAGS, 6);
  bytes.writeUInt16LE(DEFLATED, 8);
  bytes.writeUInt16LE(name.length, 26);
  return bytes;
}

function descriptor({ crc, packed, size }: Written): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(crc, 4);
  bytes.writeUInt32LE(packed, 8);
  bytes.writeUInt32LE(size, 12);
  return bytes;
}

function central({ name, crc, packed, size, offset }: Written): Buffer {
  const bytes = Buffer.alloc(46);
  bytes.writeUInt32LE(0x02014b50, 0);
  bytes.writeUInt16LE(20, 4);
  bytes.writeUInt16LE(20, 6);
  bytes.writeUInt16LE(FLAGS, 8);
  bytes.writeUInt16LE(DEFLATED, 10);
  bytes.writeUInt32LE(crc, 16);
  bytes.writeUInt32LE(packed, 20);
  bytes.writeUInt32LE(size, 24);
  bytes.writeUInt16LE(name.length, 28);
  bytes.writeUInt32LE(offset, 42);
  return bytes;
}

function ending(files: number, length: number, at: number): Buffer {
  const bytes = Buffer.alloc(22);
  bytes.writeUInt32LE(0x06054b50, 0);
  bytes.writeUInt16LE(files, 8);
  bytes.writeUInt16LE(files, 10);
  bytes.writeUInt32LE(length, 12);
  bytes.writeUInt32LE(at, 16);
  return bytes;
}
