import { z } from 'zod';
import type { Media, Post } from '../../../channels/social.ts';
import type { Files } from '../../files.ts';

const media = z.object({
  /** Of the bytes, as src/files.ts names them. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  kind: z.enum(['picture', 'video']),
  mime: z.string(),
  bytes: z.number().int().positive(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  seconds: z.number().positive().optional(),
  alt: z.string().default(''),
  url: z.string().optional(),
});

/** What a publication keeps of what is to be seen: everything but the bytes. */
export const publicationContent = z.object({
  text: z.string(),
  title: z.string().optional(),
  link: z.string().optional(),
  media: z.array(media).default([]),
});
export type PublicationContent = z.infer<typeof publicationContent>;

/** The post as an adapter takes it; bytes are read when they are asked for. */
export function postOf(content: PublicationContent, language: string, files: Pick<Files, 'part'>): Post {
  const { text, title, link } = content;
  return {
    ...{ text, language, media: content.media.map((one) => withBytes(one, files)) },
    ...(title !== undefined && { title }),
    ...(link !== undefined && { link }),
  };
}

function withBytes({ seconds, url, ...one }: z.infer<typeof media>, files: Pick<Files, 'part'>): Media {
  return {
    ...one,
    ...(seconds !== undefined && { seconds }),
    ...(url !== undefined && { url }),
    async read(start = 0, end = one.bytes) {
      const bytes = await files.part(one.hash, start, end);
      if (!bytes) throw new Error(`The file ${one.hash.slice(0, 8)}… is no longer here.`);
      return bytes;
    },
  };
}
