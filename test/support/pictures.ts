import sharp from 'sharp';

/** A picture with enough in it to compress like one: a sunset over water. */
export function picture(width: number, height: number) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="#f7e7bd"/><stop offset="1" stop-color="#e2894f"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#s)"/><circle cx="50%" cy="55%" r="12%" fill="#d9b04c"/>
    <rect y="60%" width="100%" height="40%" fill="#0b5d4e" opacity="0.8"/></svg>`;
  return sharp(Buffer.from(svg));
}

/** A photograph of a telephone held sideways, with where and when it was taken. */
export const photograph = (width = 1600, height = 1000): Promise<Buffer> =>
  picture(width, height)
    .flatten()
    .jpeg({ quality: 90 })
    .withExif({
      IFD0: { Make: 'Telephone', Copyright: 'Somebody of Kollam' },
      IFD3: { GPSLatitude: '9/1 58/1 0/1', GPSLatitudeRef: 'N' },
    })
    .withMetadata({ orientation: 6 })
    .toBuffer();

/** Red here, clear there. */
export const seeThrough = (width = 400, height = 200): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 4, background: { r: 200, g: 30, b: 30, alpha: 0.4 } } })
    .png()
    .toBuffer();
