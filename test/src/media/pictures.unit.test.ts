import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../src/errors.ts';
import { readPicture } from '../../../src/media/pictures.ts';
import { formatOf, isPicture } from '../../../src/media/sniff.ts';
import { photograph, picture, seeThrough } from '../../support/pictures.ts';

const read = (bytes: Buffer, name = 'picture') => {
  const format = formatOf(bytes, name);
  return isPicture(format) ? readPicture(bytes, format, name) : Promise.reject(new Refusal('no picture'));
};
/** Whatever the bytes, the answer is a picture or a sentence, and comes soon. */
const answers = async (bytes: Buffer) => {
  const began = performance.now();
  try {
    await read(bytes);
  } catch (error) {
    expect(error, String(error)).toBeInstanceOf(Refusal);
  }
  expect(performance.now() - began).toBeLessThan(25_000);
};

describe('a picture', () => {
  it('is made anew upright in every size, without place, camera or owner', async () => {
    const bytes = await photograph(1600, 1000);
    expect((await sharp(bytes).metadata()).exif).toBeDefined();
    const made = await read(bytes);
    expect([made.width, made.height]).toEqual([1000, 1600]);
    expect(made.renditions.map(({ width, ext }) => `${width}.${ext}`)).toEqual([
      '320.webp',
      '320.jpg',
      '640.webp',
      '640.jpg',
      '1000.webp',
      '1000.jpg',
    ]);
    for (const one of made.renditions) {
      const about = await sharp(one.bytes).metadata();
      expect([about.width, about.height]).toEqual([one.width, one.height]);
      expect([about.exif, about.icc, about.xmp, about.orientation]).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
      expect(one.bytes.includes('Kollam')).toBe(false);
    }
  });

  it('keeps what is see-through as PNG, and becomes no larger than it is', async () => {
    const made = await read(await seeThrough());
    expect(made.renditions.map(({ width, ext }) => `${width}.${ext}`)).toEqual([
      '320.webp',
      '320.png',
      '400.webp',
      '400.png',
    ]);
    expect((await sharp(made.renditions.at(-1)?.bytes).metadata()).hasAlpha).toBe(true);
  });

  it('weighs at most 300 KB in a mail, however busy it is', async () => {
    const noise = await sharp({
      create: {
        width: 1400,
        height: 900,
        channels: 3,
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
        background: '#000',
      },
    })
      .jpeg({ quality: 95 })
      .toBuffer();
    const made = await read(noise);
    const mail = made.renditions.find(({ width, ext }) => width === 1280 && ext === 'jpg');
    expect(noise.length).toBeGreaterThan(700_000);
    expect(mail?.bytes.length).toBeLessThan(400 * 1024);
  });

  it('stands still: of a moving one the first frame is kept, and said so', async () => {
    const frames = [await picture(60, 60).png().toBuffer(), await seeThrough(60, 60)];
    const moving = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const made = await read(moving);
    expect(made.remarks.join()).toMatch(/only its first frame/);
    expect(made.height).toBe(60);
  });

  it('is refused when it has more pixels than memory should hold', async () => {
    const bomb = await sharp({ create: { width: 15_000, height: 15_000, channels: 3, background: '#fff' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    expect(bomb.length).toBeLessThan(3_000_000);
    await expect(read(bomb, 'bomb.png')).rejects.toThrow(/bomb.png has more pixels than any page needs/);
  });

  it('is refused when it is cut off, too small, or of a kind that is not taken', async () => {
    const whole = await photograph(800, 600);
    await expect(read(whole.subarray(0, whole.length / 2), 'half.jpg')).rejects.toThrow(
      'half.jpg is damaged',
    );
    await expect(read(await picture(4, 4).png().toBuffer(), 'dot.png')).rejects.toThrow(/only 4 × 4 pixels/);
    expect(() => formatOf(Buffer.from('II*\0xxxxxxxx'), 'scan.tif')).toThrow(/is a TIFF/);
    expect(() => formatOf(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0'), 'IMG_1.HEIC')).toThrow(/HEIC/);
  });
});

describe('a picture of any make', () => {
  const plain = () => picture(500, 300).flatten();
  const make: Record<string, () => Promise<Buffer>> = {
    'in grey': () => plain().toColourspace('b-w').jpeg().toBuffer(),
    'in grey, see-through': () => picture(500, 300).ensureAlpha(0.5).toColourspace('b-w').png().toBuffer(),
    'for print (CMYK)': () => plain().toColourspace('cmyk').jpeg().toBuffer(),
    'of 16 bits a colour': () => plain().toColourspace('rgb16').png().toBuffer(),
    'of few colours': () => plain().png({ palette: true, colours: 4 }).toBuffer(),
    'in wide colours': () => plain().withIccProfile('p3').jpeg().toBuffer(),
    'very tall': () => picture(60, 9000).flatten().png().toBuffer(),
    'very wide': () => picture(9000, 60).flatten().webp().toBuffer(),
  };
  it.each(Object.keys(make))('%s becomes one that every program shows', async (which) => {
    const { renditions } = await read(await (make[which] as () => Promise<Buffer>)());
    for (const { bytes, ext } of renditions) {
      const { space, depth, channels } = await sharp(bytes).metadata();
      expect([space, depth]).toEqual(['srgb', 'uchar']);
      expect(channels).toBeGreaterThanOrEqual(ext === 'jpg' ? 3 : 1);
    }
  });
});

describe('what only looks like a picture', () => {
  it.each([
    [
      '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
      /SVG, which can hold scripts/,
    ],
    ['<?xml version="1.0"?>\n<!-- x -->\n<svg onload="alert(1)"/>', /SVG, which can hold scripts/],
    ['<html><script>alert(1)</script></html>', /holds a page or a script/],
    ['#!/bin/sh\nrm -rf /', /is a script/],
    ['MZ\x90\0\x03', /is a program/],
    ['\x7fELF\x02', /is a program/],
    ['GIF89a/*\0\0\0*/=alert(1);', /holds a script/],
    ['\x00\x01\x02nothing', /of no kind that is taken/],
    ['', /is empty/],
  ])('is refused with a sentence: %j', (content, sentence) => {
    expect(() => formatOf(Buffer.from(content, 'latin1'), 'holiday.png')).toThrow(sentence);
  });

  it('is refused when it is two things at once', async () => {
    const jpeg = await photograph(64, 64);
    const zipEnd = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);
    const both = (more: string | Buffer) => Buffer.concat([jpeg, Buffer.from(more)]);
    expect(() => formatOf(both('<script>alert(1)</script>'), 'a.jpg')).toThrow(/holds a page or a script/);
    expect(() => formatOf(both('<?php system($_GET["c"]);'), 'a.jpg')).toThrow(/holds a page or a script/);
    expect(() => formatOf(both(zipEnd), 'a.jpg')).toThrow(/holds an archive/);
    expect(formatOf(both('trailing bytes of a camera'), 'a.jpg')).toBe('jpeg');
  });
});

describe('whatever bytes come', () => {
  it('random ones are answered with a sentence', async () => {
    const marks = [
      '\xff\xd8\xff\xe0',
      '\x89PNG\r\n\x1a\n',
      'RIFF\x10\0\0\0WEBPVP8 ',
      'GIF89a',
      'II*\0',
      '<svg ',
      '',
    ];
    const bytes = fc.tuple(fc.constantFrom(...marks), fc.uint8Array({ maxLength: 400 }));
    await fc.assert(
      fc.asyncProperty(bytes, ([mark, rest]) => answers(Buffer.concat([Buffer.from(mark, 'latin1'), rest]))),
      { numRuns: 300 },
    );
  });

  it('pictures with bytes changed and cut are answered with a picture or a sentence', async () => {
    const base = picture(90, 60);
    const originals = [
      await photograph(120, 80),
      await base.clone().png().toBuffer(),
      await base.clone().webp().toBuffer(),
      await base.clone().gif().toBuffer(),
    ];
    const change = fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255));
    const input = fc.tuple(
      fc.nat(3),
      fc.array(change, { maxLength: 12 }),
      fc.double({ min: 0.3, max: 1, noNaN: true }),
    );
    await fc.assert(
      fc.asyncProperty(input, ([which, changes, keep]) => {
        const bytes = Buffer.from(originals[which] as Buffer);
        for (const [at, value] of changes) bytes[Math.floor(at * bytes.length)] = value;
        return answers(bytes.subarray(0, Math.ceil(bytes.length * keep)));
      }),
      { numRuns: 250 },
    );
  }, 60_000);
});
