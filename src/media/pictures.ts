import type { Metadata, Sharp } from 'sharp';
import { Refusal } from '../errors.ts';
import { say } from '../say.ts';
import { loadSharp } from './sharp.ts';
import type { Format } from './sniff.ts';

/** One size of a picture, made anew from its pixels: nothing else of the file it came from is in it. */
export interface Rendition {
  width: number;
  height: number;
  ext: 'jpg' | 'png' | 'webp';
  bytes: Buffer;
}

export interface Picture {
  /** Of the largest rendition, upright. */
  width: number;
  height: number;
  /** From small to large; each width in WebP and in what every mail program shows. */
  renditions: Rendition[];
  /** Sentences for who added it. */
  remarks: string[];
}

/** Widths in pixels: a phone's half and whole, a mail or page at double density, print. */
const WIDTHS = [320, 640, 1280];
/** Pixels with all frames of an animation. A telephone's camera makes 12 to 50 million. */
const MOST_PIXELS = 64_000_000;
const LARGEST = { width: 2560, height: 7680 };
const MOST_EDGE = 16_000;
const SMALLEST_EDGE = 8;
/** What a picture may weigh in a mail; a village pays by the megabyte. */
const BUDGET = 300 * 1024;
const QUALITIES = [82, 74, 66, 56, 46];
const SECONDS = 20;

/**
 * Reads a picture and makes it anew in every size: turned upright, in sRGB, without place, camera or
 * any other note. One at a time in a process, so that pictures never take all its memory.
 * @param format what `formatOf` said; the decoder must agree
 * @throws Refusal for a picture that is damaged, too large, too small, or takes too long
 */
export function readPicture(bytes: Buffer, format: Format, name: string): Promise<Picture> {
  const turn = queue.then(() => render(bytes, format, name));
  queue = turn.catch(() => undefined);
  return turn;
}
let queue: Promise<unknown> = Promise.resolve();

async function render(bytes: Buffer, format: Format, name: string): Promise<Picture> {
  const sharp = await loadSharp();
  const open = () => sharp(bytes, { failOn: 'error', limitInputPixels: MOST_PIXELS, pages: 1 });
  try {
    const about = await open().metadata();
    const frames = checkSize(about, format, name);
    // Decoded once, in the largest size; what follows works on its pixels.
    const { data, info } = await open()
      .autoOrient()
      .resize({ ...LARGEST, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .timeout({ seconds: SECONDS })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: info.channels };
    const upright = () => sharp(data, { raw }).timeout({ seconds: SECONDS });
    const drawing = format === 'png' || format === 'gif';
    const renditions = await renditionsOf(upright, { ...info, drawing, opaque: await isOpaque(upright) });
    const largest = renditions.at(-1) as Rendition;
    const remarks = frames > 1 ? [MOVED] : [];
    return { width: largest.width, height: largest.height, renditions, remarks };
  } catch (error) {
    throw error instanceof Refusal ? error : damaged(error as Error, name);
  }
}

const MOVED =
  'It moved; only its first frame is kept, because many mail programs show no more and moving pictures disturb reading.';

/** @returns how many frames it has */
function checkSize({ format, width, height, pages = 1 }: Metadata, expected: Format, name: string): number {
  if (format !== expected)
    throw new Refusal(say`${name} says it is ${expected} and is ${format}. Export it anew.`);
  if (Math.max(width, height) > MOST_EDGE || width * height > MOST_PIXELS) {
    throw new Refusal(
      say`${name} has ${width} × ${height} pixels, more than any page needs. Make it smaller, such as 2560 pixels wide.`,
    );
  }
  if (Math.min(width, height) < SMALLEST_EDGE) {
    throw new Refusal(say`${name} has only ${width} × ${height} pixels. Add a larger picture.`);
  }
  return pages;
}

function damaged(error: Error, name: string): Refusal {
  if (/timeout/i.test(error.message)) {
    return new Refusal(
      say`${name} took longer than ${SECONDS} seconds to read. Make it smaller and add that.`,
    );
  }
  if (/exceeds pixel limit|too large/i.test(error.message)) {
    return new Refusal(
      say`${name} has more pixels than any page needs. Make it smaller, such as 2560 pixels wide.`,
    );
  }
  return new Refusal(say`${name} is damaged and cannot be read as a picture. Export it anew and add that.`);
}

interface Source {
  width: number;
  height: number;
  opaque: boolean;
  /** Lines and areas rather than a photograph. */
  drawing: boolean;
}

async function isOpaque(upright: () => Sharp): Promise<boolean> {
  return (await upright().stats()).isOpaque;
}

async function renditionsOf(upright: () => Sharp, source: Source): Promise<Rendition[]> {
  const widths = [...WIDTHS.filter((width) => width < source.width), source.width];
  const made: Rendition[] = [];
  for (const width of widths) {
    const sized = () => {
      const all = source.opaque ? upright().removeAlpha() : upright();
      return all.resize({ width, withoutEnlargement: true });
    };
    const base = await baseOf(sized, source);
    made.push(await encoded(sized().webp({ quality: 78, effort: 3 }), 'webp'), base);
  }
  return made;
}

/** JPEG for photographs, PNG for what is see-through and for drawings that stay small by it. */
async function baseOf(sized: () => Sharp, { opaque, drawing }: Source): Promise<Rendition> {
  const png = () =>
    encoded(sized().png({ compressionLevel: 9, palette: true, quality: 90, effort: 5 }), 'png');
  if (!opaque) return png();
  const photograph = await withinBudget(sized);
  if (!drawing) return photograph;
  const drawn = await png();
  return drawn.bytes.length <= Math.max(photograph.bytes.length, 40 * 1024) ? drawn : photograph;
}

async function withinBudget(sized: () => Sharp): Promise<Rendition> {
  let made: Rendition | undefined;
  for (const quality of QUALITIES) {
    made = await encoded(sized().jpeg({ quality, progressive: true, mozjpeg: quality < 80 }), 'jpg');
    if (made.bytes.length <= BUDGET) break;
  }
  return made as Rendition;
}

async function encoded(image: Sharp, ext: Rendition['ext']): Promise<Rendition> {
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, ext, bytes: data };
}
