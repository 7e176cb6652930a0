import { z } from 'zod';
import { request, type Vendor } from '../bearer.ts';
import { unreadable } from '../http.ts';
import { plain } from '../same.ts';
import type { Intent, Receipt } from '../social.ts';

/** `urn:li:comment:(urn:li:activity:1,2)`: the post and the comment's own number. */
const COMMENT = /^urn:li:comment:\((urn:li:[a-zA-Z]+:\d{1,20}),(\d{1,20})\)$/;
const comment = z.object({
  commentUrn: z.string().regex(COMMENT),
  message: z.object({ text: z.string() }),
  created: z.object({ time: z.number() }).optional(),
});
const comments = z.object({ elements: z.array(comment) });

export const isComment = (id: string): boolean => COMMENT.test(id);

/** Says something under a post, in our page's name. Its text is taken as it is, without their notation. */
export async function addComment(vendor: Vendor, actor: string, intent: Intent): Promise<Receipt> {
  const object = intent.replyTo?.id ?? '';
  const { json, status } = await request(vendor, {
    ...{ path: pathOf(object), creates: true },
    body: { actor, object, message: { text: intent.post.text } },
  });
  const said = comment.safeParse(json);
  if (!said.success) throw unreadable(true, status);
  return receiptOf(said.data.commentUrn, object);
}

export async function findComment(vendor: Vendor, intent: Intent): Promise<Receipt | null> {
  const object = intent.replyTo?.id ?? '';
  const { json, status } = await request(vendor, { path: pathOf(object), query: { count: '100' } });
  const said = comments.safeParse(json);
  if (!said.success) throw unreadable(false, status);
  const found = said.data.elements.find(
    ({ message, created }) =>
      (created?.time ?? Number.POSITIVE_INFINITY) >= intent.since.getTime() &&
      plain(message.text) === plain(intent.post.text) &&
      (!intent.post.link || message.text.includes(intent.post.link)),
  );
  return found ? receiptOf(found.commentUrn, object) : null;
}

export async function removeComment(vendor: Vendor, actor: string, id: string): Promise<void> {
  const [, post = '', number = ''] = COMMENT.exec(id) ?? [];
  await request(vendor, { method: 'DELETE', path: `${pathOf(post)}/${number}`, query: { actor } });
}

const pathOf = (post: string): string => `/rest/socialActions/${encodeURIComponent(post)}/comments`;

const receiptOf = (id: string, post: string): Receipt => ({
  id,
  url: `https://www.linkedin.com/feed/update/${encodeURIComponent(post)}`,
});
