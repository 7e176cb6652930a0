import { z } from 'zod';
import { request, type Vendor } from '../bearer.ts';
import type { Limits, Settings } from '../social.ts';

const MEBIBYTE = 1024 ** 2;

/** As Mastodon is installed; an instance may have others (https://docs.joinmastodon.org/user/posting/). */
export const limits: Limits = {
  ...{ text: 500, unit: 'graphemes', bare: true, thread: 25, firstComment: false, altText: 1500 },
  rates: [{ n: 300, seconds: 300 }],
  pictures: {
    most: 4,
    bytes: 16 * MEBIBYTE,
    types: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'],
    side: 7680,
  },
  video: { bytes: 99 * MEBIBYTE, seconds: 4 * 3600, types: ['video/mp4', 'video/webm', 'video/quicktime'] },
};

const count = z.number().int().positive();
const instance = z.object({
  configuration: z.object({
    statuses: z.object({ max_characters: count, max_media_attachments: count }).partial().default({}),
    media_attachments: z
      .object({ image_size_limit: count, video_size_limit: count, description_limit: count })
      .partial()
      .default({}),
  }),
});

/** What an instance says of itself, to be kept with the account (`GET /api/v2/instance`). */
export async function settingsOf(vendor: Vendor): Promise<Settings> {
  const { json } = await request(vendor, { path: '/api/v2/instance' });
  const said = instance.safeParse(json);
  if (!said.success) return {};
  const { statuses, media_attachments: media } = said.data.configuration;
  const numbers = {
    ...{ maxCharacters: statuses.max_characters, maxPictures: statuses.max_media_attachments },
    ...{ pictureBytes: media.image_size_limit, videoBytes: media.video_size_limit },
    altText: media.description_limit,
  };
  const known = Object.entries(numbers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, String(value)]));
}

/** The limits of the instance whose settings these are. */
export function limitsOf(settings: Settings): Limits {
  const { pictures, video } = limits as Limits & { pictures: object; video: object };
  const own = (name: string, otherwise: number) => Number(settings[name]) || otherwise;
  return {
    ...limits,
    text: own('maxCharacters', limits.text),
    altText: own('altText', limits.altText as number),
    pictures: {
      ...(pictures as NonNullable<Limits['pictures']>),
      ...{ most: own('maxPictures', 4), bytes: own('pictureBytes', 16 * MEBIBYTE) },
    },
    video: { ...(video as NonNullable<Limits['video']>), bytes: own('videoBytes', 99 * MEBIBYTE) },
  };
}
