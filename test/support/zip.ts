import { promisify } from 'node:util';
import { crc32, deflateRawSync } from 'node:zlib';
import yauzl, { type Entry, type Options, type ZipFile } from 'yauzl';

/** A zip archive of these parts (APPNOTE 4.3). */
export function zipOf(parts: Record<string, string>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(parts)) {
    const content = Buffer.from(text);
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const head = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name)]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, tail, Buffer.from(name)]));
    local.push(head, packed);
    at += head.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...local, directory, end]);
}

/** The parts of an archive as texts; what is damaged is refused. */
export async function partsOf(bytes: Buffer): Promise<Record<string, string>> {
  const zip = await promisify<Buffer, Options, ZipFile>(yauzl.fromBuffer)(bytes, { lazyEntries: true });
  const parts: Record<string, string> = {};
  await new Promise<void>((done, fail) => {
    zip.on('entry', (entry: Entry) => {
      zip.openReadStream(entry, async (error, stream) => {
        if (error) return fail(error);
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk);
        parts[entry.fileName] = Buffer.concat(chunks).toString('utf8');
        if (crc32(Buffer.concat(chunks)) !== entry.crc32)
          return fail(new Error(`${entry.fileName} is damaged`));
        zip.readEntry();
      });
    });
    zip.on('end', done).on('error', fail);
    zip.readEntry();
  });
  return parts;
}
