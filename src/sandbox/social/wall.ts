import { createHash } from 'node:crypto';
import type { Seen, SocialStandIn } from './stand-in.ts';

/** A thing uploaded, in the network's own memory. */
export interface Upload {
  bytes: Buffer;
  mime: string;
  alt?: string;
}

/** What a stand-in keeps: posts in order, and the pictures that are to be seen in them. */
export interface Wall extends Pick<SocialStandIn, 'timeline' | 'picture'> {
  /** Shows a post now. */
  put(post: Omit<Seen, 'at' | 'media'> & { media?: Upload[] }): Seen;
  get(id: string): Seen | undefined;
  /** @returns whether it was there */
  take(id: string): boolean;
}

/** Pictures that are to be seen in a timeline, by what is in them. */
export interface Album {
  /** As it is seen under a post. */
  keep(upload: Upload): Seen['media'][number];
  picture(hash: string): { mime: string; bytes: Buffer } | undefined;
}

/** A practice network forgets its oldest posts, and sooner its pictures. */
const BOUNDS = { posts: 2000, pictures: 300 };

export function openAlbum(): Album {
  const pictures = new Map<string, { mime: string; bytes: Buffer }>();
  return {
    keep({ bytes, mime, alt = '' }) {
      const hash = createHash('sha256').update(bytes).digest('hex');
      const kind = mime.startsWith('video/') ? 'video' : 'picture';
      if (kind === 'picture') bounded(pictures, BOUNDS.pictures).set(hash, { mime, bytes });
      return { kind, mime, bytes: bytes.length, alt, hash };
    },
    picture: (hash) => pictures.get(hash),
  };
}

export function openWall(): Wall {
  const posts = new Map<string, Seen>();
  const { keep, picture } = openAlbum();
  return {
    picture,
    timeline: () => [...posts.values()],
    put(post) {
      const seen = { ...post, at: new Date(), media: (post.media ?? []).map(keep) };
      bounded(posts, BOUNDS.posts).set(seen.id, seen);
      return seen;
    },
    get: (id) => posts.get(id),
    take: (id) => posts.delete(id),
  };
}

function bounded<T>(map: Map<string, T>, most: number): Map<string, T> {
  for (const key of map.keys()) {
    if (map.size < most) break;
    map.delete(key);
  }
  return map;
}
