import type { Network, Problem } from '../../../channels/social.ts';
import { type PublicationContent, postOf } from '../../deliveries/publications/content.ts';
import { type PostDocument, variantFor } from './document.ts';
import { splitThread } from './split.ts';

/** One thing that is published, with what keeps it from being so. */
export interface Part {
  kind: 'post' | 'comment';
  content: PublicationContent;
  length: number;
  most: number;
  problems: Problem[];
}

export interface Rendering {
  document: PostDocument;
  language: string;
  network: Network;
  /** Ready for this network, in order. */
  media: PublicationContent['media'];
  /** What stands in the text for the link. */
  shownLink: string | null;
}

/**
 * What one network shows of a post: its text with the link, split into a thread where it is too long and
 * the network has threads, and the first comment.
 */
export function partsOf(rendering: Rendering): Part[] {
  const { document, language, network, media, shownLink } = rendering;
  const { text, firstComment, title } = variantFor(document, network.name);
  const whole = withLink(text, variantFor(document, network.name).link?.url, shownLink);
  const { limits } = network;
  const most = (n: number) => (n === 0 && media.length ? (limits.caption ?? limits.text) : limits.text);
  const fits = (one: string) => network.length(one) <= most(0);
  const texts = limits.thread > 1 ? splitThread(whole, language, { fits, most: limits.thread }) : null;
  const posts = (texts?.length ? texts : [whole]).map((one, n): Part => {
    const content = {
      ...{ text: one, media: n === 0 ? media : [] },
      ...(title && { title }),
      ...(shownLink && one.includes(shownLink) && { link: shownLink }),
    };
    return judged(network, language, { kind: 'post', content, most: most(n) });
  });
  if (!firstComment?.trim() || !limits.firstComment) return posts;
  const comment = { text: firstComment.trim(), media: [] };
  return [...posts, judged(network, language, { kind: 'comment', content: comment, most: limits.text })];
}

/** The link in place of its address where the text has it, else at its end. */
function withLink(text: string, url: string | undefined, shown: string | null): string {
  const plain = text.trim();
  if (!url || !shown) return plain;
  if (plain.includes(url)) return plain.replaceAll(url, shown);
  return plain.includes(shown) ? plain : [plain, shown].filter(Boolean).join('\n\n');
}

function judged(
  network: Network,
  language: string,
  { kind, content, most }: Pick<Part, 'kind' | 'content' | 'most'>,
): Part {
  const post = postOf(content, language, { part: async () => Buffer.alloc(0) });
  const length = network.length(content.text);
  // A comment is text alone, also where a post needs a picture.
  const problems = network.validate(post).filter(({ code }) => kind === 'post' || code !== 'needs-media');
  return { kind, content, length, most, problems };
}
