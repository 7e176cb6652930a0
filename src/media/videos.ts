import { copyFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FilePathSource, Input, MP4 } from 'mediabunny';
import { Refusal } from '../errors.ts';
import { say } from '../say.ts';

/** What is known of a video without playing it. */
export interface VideoFacts {
  /** Upright, as it is shown. */
  width: number;
  height: number;
  seconds: number;
}

/** X takes so much of a video; YouTube more, but nobody uploads a gigabyte by a form. */
export const VIDEO_MOST_BYTES = 512 * 1024 * 1024;
const LONGEST_SECONDS = 4 * 3600;

/** Whether a file begins as a film of the MPEG-4 family does (ISO/IEC 14496-12, section 4.3). */
export const isFilm = (head: Buffer): boolean => head.toString('latin1', 4, 8) === 'ftyp' && !isStill(head);
const isStill = (head: Buffer) => /^(?:hei|hev|mif|msf|avi)/.test(head.toString('latin1', 8, 12));

/** @param bytes of the file @throws Refusal for more than a form or network takes */
export function requireVideoSize(bytes: number, name: string): void {
  if (bytes <= VIDEO_MOST_BYTES) return;
  throw new Refusal(
    say`${name} is larger than ${VIDEO_MOST_BYTES >> 20} MB. Export it smaller, such as 1280 × 720.`,
  );
}

/**
 * Looks at a video and lends a copy of it without its notes: place, camera, names. Its pictures and sound stay
 * as they are, so networks get what was made.
 * @throws Refusal for what is no MP4 with H.264, or has no picture
 */
export async function withCleanVideo<T>(
  file: string,
  name: string,
  work: (clean: string, facts: VideoFacts) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wecare-video-'));
  try {
    const clean = path.join(folder, 'video.mp4');
    await copyFile(file, clean);
    await eraseNotes(clean, name);
    return await work(clean, await factsOf(clean, name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function factsOf(file: string, name: string): Promise<VideoFacts> {
  const input = new Input({ formats: [MP4], source: new FilePathSource(file) });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw new Refusal(say`${name} has no moving picture.`);
    if (track.codec !== 'avc')
      throw new Refusal(
        say`${name} is not in H.264, which most networks want. Export it as MP4 with H.264; on an iPhone choose “Most Compatible” under Camera, Formats.`,
      );
    const seconds = await input.computeDuration();
    if (!(seconds > 0) || seconds > LONGEST_SECONDS)
      throw new Refusal(
        say`${name} does not say how long it is, or is longer than four hours. Export it anew.`,
      );
    const { displayWidth: width, displayHeight: height } = track;
    return { width, height, seconds };
  } catch (error) {
    throw error instanceof Refusal ? error : damaged(name);
  } finally {
    input.dispose();
  }
}

const damaged = (name: string) =>
  new Refusal(say`${name} cannot be read as a video. Export it as MP4 and add that.`);

interface Box {
  type: string;
  /** Of its content, and where it ends, in bytes from the beginning of the file. */
  start: number;
  end: number;
  /** Of the box itself. */
  at: number;
}

/** Boxes that hold other boxes on the way to the notes. */
const OUTER = ['moov', 'trak', 'mdia', 'minf'];
/** Notes: `udta` has the place as `©xyz` or `loci`, `meta` as `com.apple.quicktime.location.ISO6709`. */
const NOTES = ['udta', 'meta', 'uuid'];
const MOST_BOXES = 10_000;

/** Makes every box of notes one that players pass over, and empties it. */
async function eraseNotes(file: string, name: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const { size } = await handle.stat();
    const waiting: [number, number][] = [[0, size]];
    let seen = 0;
    for (let range = waiting.pop(); range; range = waiting.pop()) {
      for (let at = range[0]; at + 8 <= range[1]; ) {
        const box = await boxAt(handle, at, range[1]);
        if (!box || ++seen > MOST_BOXES) throw damaged(name);
        if (OUTER.includes(box.type)) waiting.push([box.start, box.end]);
        if (NOTES.includes(box.type)) await empty(handle, box);
        at = box.end;
      }
    }
  } finally {
    await handle.close();
  }
}

type Handle = Awaited<ReturnType<typeof open>>;

async function boxAt(handle: Handle, at: number, within: number): Promise<Box | null> {
  const head = Buffer.alloc(16);
  await handle.read(head, 0, 16, at);
  const [short, type] = [head.readUInt32BE(0), head.toString('latin1', 4, 8)];
  const long = short === 1;
  const size = long ? Number(head.readBigUInt64BE(8)) : short === 0 ? within - at : short;
  const [start, end] = [at + (long ? 16 : 8), at + size];
  return end > within || end < start ? null : { type, at, start, end };
}

const BLANK = Buffer.alloc(64 * 1024);

async function empty(handle: Handle, { at, start, end }: Box): Promise<void> {
  await handle.write('free', at + 4, 'latin1');
  for (let from = start; from < end; from += BLANK.length)
    await handle.write(BLANK, 0, Math.min(BLANK.length, end - from), from);
}
