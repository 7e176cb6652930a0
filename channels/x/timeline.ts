import type { TwitterApi } from 'twitter-api-v2';
import twitter from 'twitter-text';
import { z } from 'zod';
import { plain } from '../same.ts';
import type { Intent } from '../social.ts';

const MOST_PAGES = 10;

const address = z.object({ url: z.string(), expanded_url: z.string().optional() });
const tweet = z.object({
  id: z.string().regex(/^\d{1,20}$/),
  text: z.string(),
  entities: z.object({ urls: z.array(address).optional() }).optional(),
  attachments: z.object({ media_keys: z.array(z.string()).optional() }).optional(),
  referenced_tweets: z.array(z.object({ type: z.string(), id: z.string() })).optional(),
});
type Tweet = z.infer<typeof tweet>;
const page = z.object({
  data: z.array(tweet).default([]),
  meta: z.object({ next_token: z.string().optional() }).default({}),
});

/** Our own post of an intent, looked for among all since it was meant. Null when it is not to be seen (yet). */
export async function findOwn({ v2 }: TwitterApi, userId: string, intent: Intent): Promise<string | null> {
  let pagination_token: string | undefined;
  for (let n = 0; n < MOST_PAGES; n++) {
    const { data, meta } = page.parse(
      await v2.get(
        'users/:id/tweets',
        {
          ...{ start_time: secondsOf(intent.since), max_results: 100, exclude: 'retweets', pagination_token },
          'tweet.fields': 'entities,attachments,referenced_tweets',
        },
        { params: { id: userId } },
      ),
    );
    const found = data.find((one) => isIt(one, intent));
    if (found) return found.id;
    pagination_token = meta.next_token;
    if (!pagination_token) break;
  }
  return null;
}

/** As they want it: without fractions, so the second it falls into. */
const secondsOf = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

/** The same text, as many media, our link (as it is where X takes it for none), and under the same post. */
function isIt(tweet: Tweet, { post, replyTo }: Intent): boolean {
  const repliedTo = tweet.referenced_tweets?.find(({ type }) => type === 'replied_to')?.id;
  const links = tweet.entities?.urls ?? [];
  return (
    repliedTo === replyTo?.id &&
    (tweet.attachments?.media_keys?.length ?? 0) === post.media.length &&
    (!post.link || tweet.text.includes(post.link) || links.some((to) => to.expanded_url === post.link)) &&
    shown(tweet) === meant(post.text)
  );
}

/** X puts an address of its own in the place of each, one more for media, and writes `&` as HTML does. */
function shown({ text, entities }: Tweet): string {
  const bare = (entities?.urls ?? []).reduce((rest, { url }) => rest.replaceAll(url, ' '), text);
  return plain(bare.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));
}

/** The longest address first, since one may begin another. */
const meant = (text: string): string =>
  plain(
    twitter
      .extractUrls(text)
      .sort((a, b) => b.length - a.length)
      .reduce((rest, url) => rest.replaceAll(url, ' '), text),
  );
