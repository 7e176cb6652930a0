import twitter from 'twitter-text';
import { checkPost } from '../check.ts';
import type { Network, Post, Problem } from '../social.ts';
import { oauth } from './oauth.ts';
import { openSession } from './session.ts';

const MB = 1024 * 1024;

const limits: Network['limits'] = {
  ...{ text: 280, unit: 'weighted', bare: true, thread: 25, firstComment: true, altText: 1000 },
  pictures: { most: 4, bytes: 5 * MB, types: ['image/jpeg', 'image/png', 'image/webp'], side: 8192 },
  video: { bytes: 512 * MB, seconds: 140, types: ['video/mp4', 'video/quicktime'] },
  rates: [{ n: 100, seconds: 15 * 60 }],
};

/**
 * X, formerly Twitter. Its own library counts: a letter of Malayalam is 1 for each code point, `₹ … •` and
 * an emoji are 2, an address is 23 (docs.x.com/fundamentals/counting-characters).
 */
export const x: Network = {
  ...{ name: 'x', title: 'X', reach: 'public', limits },
  renews: true,
  length: (text) => twitter.parseTweet(text).weightedLength,
  validate: (post) => [...checkPost(x, post), ...checkCharacters(post)],
  connect: oauth,
  connectInstead: {
    kind: 'fields',
    fields: [
      { name: 'appKey', secret: true },
      { name: 'appSecret', secret: true },
      { name: 'accessToken', secret: true },
      { name: 'accessSecret', secret: true },
    ],
  },
  open: openSession,
};

/** Marks of byte order and what is no character at all; X takes no text with one. */
function checkCharacters({ text }: Post): Problem[] {
  const invalid = /[\uFFFE\uFEFF\uFFFF]/.exec(text)?.[0];
  if (invalid === undefined) return [];
  return [
    { code: 'character-refused', hard: true, what: `U+${invalid.charCodeAt(0).toString(16).toUpperCase()}` },
  ];
}
