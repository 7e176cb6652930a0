import { z } from 'zod';
import { plain } from '../same.ts';
import type { Intent } from '../social.ts';

/** A status, as much of it as we read (docs.joinmastodon.org/entities/Status). */
export const status = z.object({
  id: z.string().regex(/^[\w-]{1,64}$/),
  url: z.string().nullable(),
  ...{ content: z.string(), created_at: z.string(), in_reply_to_id: z.string().nullish() },
  media_attachments: z.array(z.unknown()),
  ...{ favourites_count: z.number(), reblogs_count: z.number(), replies_count: z.number() },
});
export type Status = z.infer<typeof status>;

/** The same words, as many media, our link, and under the same status. */
export function isIt(said: Status, { post, replyTo }: Intent): boolean {
  const words = wordsIn(said.content);
  return (
    (said.in_reply_to_id ?? undefined) === replyTo?.id &&
    said.media_attachments.length === post.media.length &&
    (!post.link || words.includes(post.link)) &&
    plain(words) === plain(post.text)
  );
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' };

/** The text of a status, whose lines are paragraphs and breaks, and whose addresses are links in pieces. */
export const wordsIn = (html: string): string =>
  html
    .replace(/<\/p>\s*<p>/g, '\n\n')
    .replace(/<br\s*\/?>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
      if (name) return ENTITIES[name.toLowerCase()] ?? whole;
      const point = decimal ? Number(decimal) : Number.parseInt(hex, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    });
