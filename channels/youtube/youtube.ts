import { z } from 'zod';
import { request, type Vendor } from '../bearer.ts';
import { checkPost } from '../check.ts';
import { NetworkFailure } from '../failure.ts';
import { type Answered, unreadable } from '../http.ts';
import { plain } from '../same.ts';
import type { Figures, Intent, Limits, Media, Network, Post, Prepared, Problem, Receipt } from '../social.ts';
import { channelOf, identityOf, oauth, refresh, vendorOf } from './connect.ts';
import { begin, oursOnly, sendAhead, sendLast, statusOf } from './upload.ts';

const GIBIBYTE = 1024 ** 3;
const TITLE = 100;

/** developers.google.com/youtube/v3/docs/videos: a description has 5,000 bytes, a day 100 uploads. */
const limits: Limits = {
  ...{
    text: 5000,
    unit: 'bytes',
    bare: false,
    thread: 1,
    firstComment: false,
    altText: null,
    pictures: null,
  },
  video: {
    ...{ bytes: 256 * GIBIBYTE, seconds: 12 * 3600 },
    types: ['video/mp4', 'video/quicktime', 'video/webm', 'video/mpeg', 'video/x-msvideo'],
  },
  rates: [{ n: 100, seconds: 86_400 }],
};

const length = (text: string): number => Buffer.byteLength(text);

/** A channel of YouTube: a title, a description and a video, uploaded so that a lost answer can be asked for. */
export const youtube: Network = {
  ...{ name: 'youtube', title: 'YouTube', reach: 'public', limits, length, connect: oauth },
  renews: true,
  validate: (post) => [...checkPost({ limits, length }, post), ...ofTitle(post)],
  open: (account) => ({
    check: () => identityOf(vendorOf(account)),
    prepare: (post, { prepared }) => prepare(vendorOf(account), post, prepared),
    publish: (intent) => publish(vendorOf(account), intent),
    find: (intent) => find(vendorOf(account), intent),
    remove: (receipt) => remove(vendorOf(account), receipt),
    figures: (receipt) => figuresOf(vendorOf(account), receipt),
    refresh: () => refresh(account),
  }),
};

function ofTitle({ title = '', text }: Post): Problem[] {
  const is = [...title].length;
  const sign = /[<>]/.exec(title + text)?.[0];
  return [
    ...(title.trim() ? [] : [{ code: 'no-title', hard: true } as const]),
    ...(is > TITLE ? [{ code: 'title-too-long', hard: true, is, most: TITLE } as const] : []),
    ...(sign ? [{ code: 'character-refused', hard: true, what: sign } as const] : []),
  ];
}

/** Goes on with a session that is still good; otherwise begins one. */
async function prepare(vendor: Vendor, post: Post, before: Prepared): Promise<Prepared> {
  const video = videoOf(post);
  if (before.session) {
    const session = oursOnly(vendor, before.session);
    const goneOn = await sendAhead(vendor, session, video).then(() => true, isGone);
    if (goneOn) return { session };
  }
  const session = await begin(vendor, post, video);
  await sendAhead(vendor, session, video);
  return { session };
}

/** @returns false for a session that has ended. @throws every other failure */
function isGone(error: unknown): false {
  if (error instanceof NetworkFailure && error.reason === 'missing') return false;
  throw error;
}

function videoOf({ media }: Post): Media {
  const video = media.find(({ kind }) => kind === 'video');
  if (video) return video;
  throw new NetworkFailure('permanent', 'media');
}

const made = z.object({
  id: z.string().regex(/^[\w-]{5,20}$/),
  status: z.object({ privacyStatus: z.string() }).optional(),
});

async function publish(vendor: Vendor, { post, prepared }: Intent): Promise<Receipt> {
  const session = oursOnly(vendor, prepared.session);
  const answered = await sendLast(vendor, session, videoOf(post));
  if (answered.status === 308) throw new NetworkFailure('retryable', 'no-answer', { status: 308 });
  if (!answered.ok) throw vendor.failureOf(answered, true);
  return receiptOf(answered, true);
}

/** An app that Google has not looked at uploads for nobody to see, and says so here alone. */
function receiptOf({ json, status }: Answered, creates: boolean): Receipt {
  const said = made.safeParse(json);
  if (!said.success) throw unreadable(creates, status);
  const { id, status: shown } = said.data;
  const hidden = shown && shown.privacyStatus !== 'public' ? { more: { privacy: shown.privacyStatus } } : {};
  return { id, url: addressOf(id), ...hidden };
}

const addressOf = (id: string): string => `https://www.youtube.com/watch?v=${id}`;

/** The session knows; when it has ended, what we uploaded is looked through. */
async function find(vendor: Vendor, intent: Intent): Promise<Receipt | null> {
  if (intent.prepared.session) {
    const session = oursOnly(vendor, intent.prepared.session);
    const answered = await statusOf(vendor, session, videoOf(intent.post));
    if (answered.ok) return receiptOf(answered, false);
    if (answered.status === 308) return null;
    const failure = vendor.failureOf(answered, false);
    if (failure.reason !== 'missing') throw failure;
  }
  return findUploaded(vendor, intent);
}

const uploads = z.object({
  items: z.array(
    z.object({
      snippet: z.object({ title: z.string(), description: z.string(), publishedAt: z.string() }),
      contentDetails: z.object({ videoId: z.string() }),
    }),
  ),
});

async function findUploaded(vendor: Vendor, { post, since }: Intent): Promise<Receipt | null> {
  const { contentDetails } = await channelOf(vendor);
  const playlistId = contentDetails.relatedPlaylists.uploads;
  const query = { part: 'snippet,contentDetails', maxResults: '50', playlistId };
  const { json, status } = await request(vendor, { path: '/youtube/v3/playlistItems', query });
  const said = uploads.safeParse(json);
  if (!said.success) throw unreadable(false, status);
  const found = said.data.items.find(
    ({ snippet }) =>
      Date.parse(snippet.publishedAt) >= since.getTime() - 1000 && // whole seconds
      plain(snippet.title) === plain(post.title ?? '') &&
      (!post.link || snippet.description.includes(post.link)) &&
      plain(snippet.description) === plain(post.text),
  );
  return found ? { id: found.contentDetails.videoId, url: addressOf(found.contentDetails.videoId) } : null;
}

async function remove(vendor: Vendor, { id }: Receipt): Promise<void> {
  const wish = { method: 'DELETE', path: '/youtube/v3/videos', query: { id } } as const;
  await request(vendor, wish).catch((error: unknown) => void isGone(error));
}

/** Numbers come as strings, and those that the channel hides do not come. */
const counted = z.coerce.number().int().nonnegative().nullable().default(null);
const statistics = z.object({
  items: z.array(
    z.object({
      statistics: z.object({ viewCount: counted, likeCount: counted, commentCount: counted }),
    }),
  ),
});

async function figuresOf(vendor: Vendor, { id }: Receipt): Promise<Figures> {
  const query = { part: 'statistics', id };
  const { json, status } = await request(vendor, { path: '/youtube/v3/videos', query });
  const said = statistics.safeParse(json);
  if (!said.success) throw unreadable(false, status);
  const [video] = said.data.items;
  if (!video) throw new NetworkFailure('permanent', 'missing', { status });
  const { viewCount: reach, likeCount: reactions, commentCount: comments } = video.statistics;
  return { reach, reactions, comments, shares: null, clicks: null };
}
