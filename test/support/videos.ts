import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BufferTarget, EncodedPacket, EncodedVideoPacketSource, Mp4OutputFormat, Output } from 'mediabunny';

/** Parameter sets of a Baseline stream of 320 × 240 (ISO/IEC 14496-15, section 5.3.3.1). */
const AVCC = Buffer.from('0142001effe1000a6742001e95a0a0fd8088' + '01000468ce3c80', 'hex');

interface Wish {
  seconds?: number;
  /** Written into its notes, as telephones write the place. */
  note?: string;
}

/** An MP4 with one track of H.264: real boxes, and packets that nobody needs to play. */
export async function videoBytes({ seconds = 3, note = '' }: Wish = {}): Promise<Buffer> {
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const source = new EncodedVideoPacketSource('avc');
  output.addVideoTrack(source, { frameRate: 1 });
  if (note) output.setMetadataTags({ comment: note });
  await output.start();
  const decoderConfig = { codec: 'avc1.42001e', codedWidth: 320, codedHeight: 240, description: AVCC };
  for (let at = 0; at < seconds; at++) {
    const packet = new EncodedPacket(new Uint8Array([0, 0, 0, 2, 0x65, at]), 'key', at, 1);
    await source.add(packet, { decoderConfig });
  }
  await output.finalize();
  return Buffer.from(target.buffer as ArrayBuffer);
}

/** The same as a file. */
export async function videoFile(folder: string, wish: Wish = {}): Promise<string> {
  const file = path.join(folder, 'visit.mp4');
  await writeFile(file, await videoBytes(wish));
  return file;
}
