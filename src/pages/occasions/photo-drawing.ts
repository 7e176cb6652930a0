import type { Sharp } from 'sharp';
import { Refusal } from '../../errors.ts';
import { loadSharp } from '../../media/sharp.ts';
import { say } from '../../say.ts';

/** How a family wants a photograph: quarter turns to the right, then a part of it in hundredths. */
export interface Framing {
  turn: number;
  crop: { x: number; y: number; width: number; height: number } | null;
}

export interface DrawnPhoto {
  width: number;
  height: number;
  /** Perceptual hash, signed as Postgres keeps 64 bits. */
  phash: string;
  sizes: { width: number; height: number; ext: 'jpg' | 'webp'; bytes: Buffer }[];
}

/** A telephone of 200 megapixels makes 12,000 × 16,000; a JPEG of that is read at a fraction of its size. */
const MOST_PIXELS = { jpeg: 220_000_000, png: 100_000_000, other: 50_000_000 };
/** A PNG may have to be held in memory whole, and the others always are, at four bytes a pixel. */
const mostPixels = (bytes: Buffer): number => {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return MOST_PIXELS.jpeg;
  return bytes[0] === 0x89 ? MOST_PIXELS.png : MOST_PIXELS.other;
};
const LARGEST = { width: 2000, height: 2000 };
const WIDTHS = [360, 720, 1200];
const SECONDS = 30;

/**
 * Makes a photograph anew: upright, as its family framed it, in sRGB, in a few sizes, without notes of place
 * or camera. One at a time in a process.
 * @throws Refusal for one that is damaged, too small or too large
 */
export function drawPhoto(bytes: Buffer, framing: Framing): Promise<DrawnPhoto> {
  const turn = queue.then(() => draw(bytes, framing));
  queue = turn.catch(() => undefined);
  return turn;
}
let queue: Promise<unknown> = Promise.resolve();

async function draw(bytes: Buffer, { turn, crop }: Framing): Promise<DrawnPhoto> {
  const sharp = await loadSharp();
  try {
    // A drawing that was shrunk while it was read, then turned and cut in its own pixels.
    const upright = await sharp(bytes, {
      ...{ failOn: 'error', pages: 1, limitInputPixels: mostPixels(bytes) },
    })
      .autoOrient()
      .resize({ ...LARGEST, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .flatten({ background: '#fff' })
      .timeout({ seconds: SECONDS })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const raw = ({ width, height, channels }: typeof upright.info) => ({ raw: { width, height, channels } });
    const turned = await sharp(upright.data, raw(upright.info))
      .rotate((turn % 4) * 90)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height } = turned.info;
    if (Math.min(width, height) < 80)
      throw new Refusal(say`The photograph has only ${width} × ${height} pixels. Choose a larger one.`);
    const part = partOf(crop, width, height);
    const picture = () => sharp(turned.data, raw(turned.info)).extract(part);
    return {
      width: part.width,
      height: part.height,
      phash: await hashOfPicture(picture()),
      sizes: await sizesOf(picture, part),
    };
  } catch (error) {
    throw error instanceof Refusal ? error : damaged(error as Error);
  }
}

function damaged({ message }: Error): Refusal {
  if (/exceeds pixel limit|too large/i.test(message))
    return new Refusal(
      say`The photograph has more pixels than we can read. Send it to yourself by WhatsApp and add that.`,
    );
  if (/timeout/i.test(message))
    return new Refusal(
      say`The photograph took too long to read. Send it to yourself by WhatsApp and add that.`,
    );
  return new Refusal(
    say`The photograph is damaged and cannot be read. Take a screenshot of it and add that.`,
  );
}

function partOf(crop: Framing['crop'], width: number, height: number) {
  if (!crop) return { left: 0, top: 0, width, height };
  const share = (hundredths: number, of: number) =>
    Math.round((Math.min(100, Math.max(0, hundredths)) / 100) * of);
  const [left, top] = [
    Math.min(share(crop.x, width), width - 40),
    Math.min(share(crop.y, height), height - 40),
  ];
  return {
    ...{ left, top },
    width: Math.min(width - left, Math.max(40, share(crop.width, width))),
    height: Math.min(height - top, Math.max(40, share(crop.height, height))),
  };
}

async function sizesOf(picture: () => Sharp, part: { width: number }): Promise<DrawnPhoto['sizes']> {
  const widths = [...WIDTHS.filter((width) => width < part.width), Math.min(part.width, 1600)];
  const sizes: DrawnPhoto['sizes'] = [];
  for (const width of [...new Set(widths)]) {
    const sized = () => picture().resize({ width, withoutEnlargement: true });
    for (const [ext, made] of [
      ['webp', sized().webp({ quality: 76, effort: 3 })],
      ['jpg', sized().jpeg({ quality: 80, progressive: true })],
    ] as const) {
      const { data, info } = await made.toBuffer({ resolveWithObject: true });
      sizes.push({ width: info.width, height: info.height, ext, bytes: data });
    }
  }
  return sizes;
}

/** Whether each of 8 × 8 fields is lighter than its neighbour: a copy that was cut small or coloured anew keeps it. */
async function hashOfPicture(picture: Sharp): Promise<string> {
  const grey = await picture.greyscale().resize(9, 8, { fit: 'fill' }).raw().toBuffer();
  let bits = 0n;
  for (let y = 0; y < 8; y++)
    for (let x = 0; x < 8; x++)
      bits = (bits << 1n) | ((grey[y * 9 + x] ?? 0) > (grey[y * 9 + x + 1] ?? 0) ? 1n : 0n);
  return String(BigInt.asIntN(64, bits));
}
