import { beforeAll, describe, expect, it } from 'vitest';
import { networks } from '../../../../channels/networks.ts';
import type { Limits } from '../../../../channels/social.ts';
import { fitMedia } from '../../../../src/campaigns/posts/fitted.ts';
import { openFiles } from '../../../../src/files.ts';
import { addAsset } from '../../../../src/media/add.ts';
import { loadSharp } from '../../../../src/media/sharp.ts';
import { testGround } from '../../../support/ground.ts';
import { staffMember } from '../../../support/staff.ts';

const ground = testGround();
let asset: string;

/** Red on the left, blue on the right, twice as wide as high. */
beforeAll(async () => {
  const sharp = await loadSharp();
  const half = { width: 800, height: 800, channels: 3 } as const;
  const blue = await sharp({ create: { ...half, background: '#0000ff' } })
    .png()
    .toBuffer();
  const bytes = await sharp({ create: { ...half, width: 1600, background: '#ff0000' } })
    .composite([{ input: blue, left: 800, top: 0 }])
    .jpeg()
    .toBuffer();
  const user = await staffMember(ground, ['author']);
  asset = (await addAsset(ground, { name: 'halves.jpg', bytes, alt: { en: 'Two halves' } }, user)).asset.id;
});

const limitsOf = (name: keyof typeof networks) => networks[name]?.limits as Limits;
const drawn = (network: keyof typeof networks, more: object) =>
  fitMedia(ground, { shown: { asset, ...more }, limits: limitsOf(network), language: 'en' });

async function colourOf({ hash }: { hash: string }): Promise<{ red: number; blue: number }> {
  const bytes = await openFiles(ground.config).get(hash);
  const sharp = await loadSharp();
  const [red, , blue] = (await sharp(bytes as Buffer).stats()).channels.map(({ mean }) => mean);
  return { red: Math.round(red ?? 0), blue: Math.round(blue ?? 0) };
}

describe('a picture for a network', () => {
  it('is left in its shape where that is taken, and cut to the nearest where it is not', async () => {
    const anywhere = await drawn('facebook', {});
    expect(anywhere.width / anywhere.height).toBeCloseTo(2, 1);
    const square = await drawn('instagram', {});
    expect(square.width / square.height).toBeCloseTo(1.91, 1);
  });

  it('is cut to the shape that somebody chose, and that side stays which they chose', async () => {
    const left = await drawn('instagram', { shape: '1:1', keep: 'left' });
    expect(left.width).toBe(left.height);
    expect((await colourOf(left)).red).toBeGreaterThan(240);
    const right = await drawn('x', { shape: '4:5', keep: 'right' });
    expect(right.width / right.height).toBeCloseTo(0.8, 1);
    expect((await colourOf(right)).blue).toBeGreaterThan(240);
  });

  it('is not cut to a shape that the network would refuse', async () => {
    const made = await drawn('instagram', { shape: '16:9' });
    expect(made.width / made.height).toBeCloseTo(1.91, 1);
  });

  it('is judged by the part that is left of it', async () => {
    const strip = await drawn('instagram', { crop: { x: 0, y: 0, width: 0.2, height: 1 } });
    expect(strip.width / strip.height).toBeCloseTo(0.8, 1);
  });
});
