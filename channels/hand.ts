import { checkPost } from './check.ts';
import type { Limits, Network } from './social.ts';

/** Places that have no way in for programs: somebody copies the text there and pastes the link back. */
export const handKinds = ['whatsapp-channel', 'press', 'notice-board'] as const;

const MEBIBYTE = 1024 ** 2;

const limits: Limits = {
  ...{
    text: 65_536,
    unit: 'characters',
    bare: true,
    thread: 1,
    firstComment: false,
    rates: [],
    altText: null,
  },
  pictures: {
    most: 30,
    bytes: 64 * MEBIBYTE,
    types: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'],
    side: 20_000,
  },
  video: { bytes: 2048 * MEBIBYTE, seconds: 4 * 3600, types: ['video/mp4', 'video/quicktime', 'video/webm'] },
};

const length = (text: string): number => text.length;

/** A task for a person: the prepared text and pictures, done when the link is pasted. */
export const hand: Network = {
  ...{ name: 'hand', title: 'By hand', reach: 'public', limits, length },
  // Text, pictures and a video may go to a newspaper together.
  validate: (post) => checkPost({ limits, length }, post).filter(({ code }) => code !== 'mixed-media'),
  connect: { kind: 'fields', fields: [{ name: 'kind', secret: false, options: [...handKinds] }] },
};
