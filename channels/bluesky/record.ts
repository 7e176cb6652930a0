import { createHash } from 'node:crypto';
import type { Intent, Receipt } from '../social.ts';
import { facetsOf } from './rich-text.ts';

export const COLLECTION = 'app.bsky.feed.post';
const ALPHABET = '234567abcdefghijklmnopqrstuvwxyz';

/**
 * The name of a post in our repository, chosen by us so that a second attempt cannot make a second post:
 * a TID (atproto.com/specs/tid) of the moment it was meant for, whose microseconds and clock are the key's.
 */
export function recordKey({ key, since }: Pick<Intent, 'key' | 'since'>): string {
  const hash = createHash('sha256').update(key).digest();
  const micros = BigInt(since.getTime()) * 1000n + BigInt(hash.readUInt16BE(0) % 1000);
  let tid = ((micros & ((1n << 53n) - 1n)) << 10n) | BigInt(hash.readUInt16BE(2) % 1024);
  let name = '';
  for (let n = 0; n < 13; n++) {
    name = ALPHABET[Number(tid & 31n)] + name;
    tid >>= 5n;
  }
  return name;
}

export interface Picture {
  blob: unknown;
  alt: string;
  width: number;
  height: number;
}

/** docs.bsky.app/docs/advanced-guides/posts */
export function recordOf({ post, replyTo, prepared, since }: Intent) {
  const pictures = (prepared.pictures as Picture[] | undefined) ?? [];
  const facets = facetsOf(post.text);
  return {
    ...{ $type: COLLECTION, text: post.text, createdAt: since.toISOString(), langs: [post.language] },
    ...(facets.length ? { facets } : {}),
    ...(pictures.length ? { embed: embedOf(pictures) } : {}),
    ...(replyTo ? { reply: replyOf(replyTo) } : {}),
  };
}

const embedOf = (pictures: Picture[]) => ({
  $type: 'app.bsky.embed.images',
  images: pictures.map(({ blob, alt, width, height }) => ({
    ...{ image: blob, alt, aspectRatio: { width, height } },
  })),
});

/** A reply names the post above it and the one at the top of the thread. */
function replyOf({ id: uri, more = {} }: Receipt) {
  const parent = { uri, cid: more.cid ?? '' };
  return { parent, root: more.root ? { uri: more.root, cid: more.rootCid ?? '' } : parent };
}

export const rootOf = (replyTo: Receipt | null): Record<string, string> =>
  replyTo
    ? {
        root: replyTo.more?.root ?? replyTo.id,
        rootCid: replyTo.more?.rootCid ?? replyTo.more?.cid ?? '',
      }
    : {};
