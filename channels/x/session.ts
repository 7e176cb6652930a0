import type { TwitterApi } from 'twitter-api-v2';
import { z } from 'zod';
import { NetworkFailure } from '../failure.ts';
import type { Credentials, Figures, Intent, Opened, Receipt, Session } from '../social.ts';
import { calling, openClient, whoAmI } from './client.ts';
import { uploadAll, uploadedIn } from './media.ts';
import { renew } from './oauth.ts';
import { findOwn } from './timeline.ts';

const id = z.string().regex(/^\d{1,20}$/);
const made = z.object({ data: z.object({ id }) });
const counts = z.object({
  data: z.object({
    public_metrics: z.record(z.string(), z.number()).optional(),
    non_public_metrics: z.record(z.string(), z.number()).optional(),
  }),
});

/** An account of X: by a user's token (OAuth 2), or by the four words of OAuth 1.0a, which do not end. */
export function openSession({ credentials, settings, timeoutMs, onRate }: Opened): Session {
  const way = { endpoint: settings.endpoint, timeoutMs, onRate };
  const client = openClient(tokensOf(credentials), way);
  return {
    check: () => calling(() => whoAmI(client)),
    prepare: (post, { prepared }) =>
      calling(async () => ({ media: await uploadAll(client, post.media, uploadedIn(prepared), timeoutMs) })),
    publish: (intent) => calling(() => publish(client, intent), true),
    find: (intent) =>
      calling(async () => {
        const userId = settings.id ?? (await whoAmI(client)).id;
        const found = await findOwn(client, idOf(userId), intent);
        return found === null ? null : receiptOf(found);
      }),
    remove: (receipt) => calling(() => remove(client, receipt)),
    figures: (receipt) => calling(() => figuresOf(client, receipt)),
    ...(credentials.refreshToken && { refresh: () => renew(credentials, way) }),
  };
}

function tokensOf({ accessToken, more = {} }: Credentials) {
  const { appKey, appSecret, accessToken: token, accessSecret } = more;
  if (appKey && appSecret && token && accessSecret)
    return { appKey, appSecret, accessToken: token, accessSecret };
  if (!accessToken) throw new NetworkFailure('unauthorised', 'token');
  return accessToken;
}

async function publish({ v2 }: TwitterApi, { post, prepared, replyTo }: Intent): Promise<Receipt> {
  const media_ids = uploadedIn(prepared).map(({ id }) => id);
  if (media_ids.length !== post.media.length) throw new NetworkFailure('permanent', 'media');
  const reply = replyTo && { in_reply_to_tweet_id: idOf(replyTo.id) };
  const { data } = made.parse(
    await v2.post('tweets', {
      ...(post.text && { text: post.text }),
      ...(media_ids.length && { media: { media_ids } }),
      ...(reply && { reply }),
    }),
  );
  return receiptOf(data.id);
}

/** Of a post or a person, before it goes into an address. */
function idOf(text: string): string {
  if (!id.safeParse(text).success) throw new NetworkFailure('permanent', 'missing');
  return text;
}

/** An address that needs no name, which may change. */
const receiptOf = (id: string): Receipt => ({ id, url: `https://x.com/i/web/status/${id}` });

async function remove({ v2 }: TwitterApi, receipt: Receipt): Promise<void> {
  const there = idOf(receipt.id);
  try {
    await v2.deleteTweet(there);
  } catch (error) {
    if (!(error instanceof NetworkFailure) || error.reason !== 'missing') throw error;
  }
}

/** What only its author may see is told for thirty days. */
async function figuresOf({ v2 }: TwitterApi, receipt: Receipt): Promise<Figures> {
  const answer = await v2.singleTweet(idOf(receipt.id), {
    'tweet.fields': ['public_metrics', 'non_public_metrics'],
  });
  const read = counts.safeParse(answer);
  if (!read.success) throw new NetworkFailure('permanent', 'missing', { status: 200 });
  const { public_metrics: all = {}, non_public_metrics: own = {} } = read.data.data;
  return {
    reach: all.impression_count ?? own.impression_count ?? null,
    reactions: all.like_count ?? null,
    comments: all.reply_count ?? null,
    shares: all.retweet_count === undefined ? null : all.retweet_count + (all.quote_count ?? 0),
    clicks: own.url_link_clicks ?? null,
  };
}
