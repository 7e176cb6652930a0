import { z } from 'zod';
import { checkPost } from '../check.ts';
import { NetworkFailure } from '../failure.ts';
import { plain } from '../same.ts';
import type { Figures, Intent, Media, Network, Opened, Post, Prepared, Receipt, Session } from '../social.ts';
import { facebookOAuth, graphBase } from './facebook-oauth.ts';
import { type Graph, idOf, metaId, openGraph, removeNode } from './graph.ts';

const MB = 1024 * 1024;
const CHUNK = 4 * MB;

const limits: Network['limits'] = {
  ...{
    text: 63_206,
    unit: 'characters',
    bare: true,
    thread: 1,
    firstComment: true,
    altText: 1000,
    rates: [],
  },
  pictures: { most: 10, bytes: 10 * MB, types: ['image/jpeg', 'image/png'], side: 8192 },
  video: { bytes: 1024 * MB, seconds: 20 * 60, types: ['video/mp4', 'video/quicktime'] },
};

/** A page on Facebook. A post is made unpublished first, so that what makes it visible changes one field. */
export const facebook: Network = {
  ...{ name: 'facebook', title: 'Facebook', reach: 'public', limits, connect: facebookOAuth },
  length: (text) => text.length,
  validate: (post) => checkPost(facebook, post),
  open: openSession,
};

const made = z.object({ id: metaId });
const done = z.object({ success: z.literal(true) });

/** What waits to be published: a post, or an upload that has only to be finished. */
const draft = z.union([
  z.object({ post: metaId }),
  z.object({ video: metaId, upload: z.string().regex(/^\d{1,30}$/) }),
]);

function openSession({ credentials, settings, timeoutMs, onRate }: Opened): Session {
  const token = credentials.accessToken;
  if (!token) throw new NetworkFailure('unauthorised', 'token');
  const graph = openGraph({ base: graphBase(settings.endpoint), token, timeoutMs, onRate });
  const page = () => idOf(settings.page);
  return {
    async check() {
      const schema = z.object({ id: metaId, name: z.string(), link: z.url().optional() });
      const { id, name, link } = await graph(
        { path: `/${page()}`, params: { fields: 'id,name,link' } },
        schema,
      );
      return { id, name, url: link };
    },
    prepare: (post, intent) => prepare(graph, { page: page(), post, intent, timeoutMs }),
    publish: (intent) => publish(graph, page(), intent),
    find: (intent) => find(graph, page(), intent),
    remove: ({ id }) => removeNode(graph, id),
    figures: ({ id }) => figuresOf(graph, idOf(id)),
  };
}

interface Preparing {
  page: string;
  post: Post;
  intent: Intent;
  timeoutMs: number;
}

async function prepare(graph: Graph, wish: Preparing): Promise<Prepared> {
  const { page, post, intent } = wish;
  const before = draft.safeParse(intent.prepared);
  if (before.success) return before.data;
  if (intent.kind === 'comment') return {};
  const [first] = post.media;
  if (first?.kind === 'video') return uploadVideo(graph, first, wish);
  const photos: string[] = [];
  for (const picture of post.media) photos.push(await uploadPhoto(graph, picture, wish));
  const attached = photos.map((id, n) => [`attached_media[${n}]`, JSON.stringify({ media_fbid: id })]);
  const { id } = await graph(
    {
      ...{ method: 'POST', path: `/${page}/feed` },
      params: {
        ...{ message: post.text, published: 'false', ...Object.fromEntries(attached) },
        link: photos.length ? undefined : post.link, // else its preview takes the pictures' place
      },
    },
    made,
  );
  return { post: id };
}

async function uploadPhoto(graph: Graph, picture: Media, { page, timeoutMs }: Preparing): Promise<string> {
  const form = new FormData();
  form.set('published', 'false');
  if (picture.alt.trim()) form.set('alt_text_custom', picture.alt);
  form.set('source', new Blob([new Uint8Array(await picture.read())], { type: picture.mime }), 'picture');
  const wish = { method: 'POST', path: `/${page}/photos`, form, timeoutMs: timeoutMs * 4 } as const;
  return (await graph(wish, made)).id;
}

const offsets = z.object({ start_offset: z.string(), end_offset: z.string() });
const started = offsets.extend({ video_id: metaId, upload_session_id: z.string().regex(/^\d{1,30}$/) });

/** In the pieces they ask for; it is finished, and so visible, by `publish`. */
async function uploadVideo(graph: Graph, video: Media, { page, timeoutMs }: Preparing): Promise<Prepared> {
  const path = `/${page}/videos`;
  const begun = await graph(
    { method: 'POST', path, params: { upload_phase: 'start', file_size: video.bytes } },
    started,
  );
  let { start_offset, end_offset } = begun;
  while (Number(start_offset) < Number(end_offset)) {
    const start = Number(start_offset);
    const chunk = await video.read(start, Math.min(Number(end_offset), start + CHUNK));
    const form = new FormData();
    form.set('upload_phase', 'transfer');
    form.set('upload_session_id', begun.upload_session_id);
    form.set('start_offset', start_offset);
    form.set('video_file_chunk', new Blob([new Uint8Array(chunk)]), 'chunk');
    const next = await graph({ method: 'POST', path, form, timeoutMs: timeoutMs * 4 }, offsets);
    if (next.start_offset === start_offset) throw new NetworkFailure('permanent', 'media');
    ({ start_offset, end_offset } = next);
  }
  return { video: begun.video_id, upload: begun.upload_session_id };
}

async function publish(
  graph: Graph,
  page: string,
  { post, prepared, kind, replyTo }: Intent,
): Promise<Receipt> {
  const create = { method: 'POST', creates: true } as const;
  if (kind === 'comment') {
    const path = `/${idOf(replyTo?.id)}/comments`;
    return receiptOf((await graph({ ...create, path, params: { message: post.text } }, made)).id);
  }
  const waits = draft.safeParse(prepared).data;
  if (!waits) throw new NetworkFailure('permanent', 'missing');
  if ('post' in waits) {
    await graph({ ...create, path: `/${waits.post}`, params: { is_published: 'true' } }, done);
    return receiptOf(waits.post);
  }
  const params = {
    ...{ upload_phase: 'finish', upload_session_id: waits.upload, published: 'true' },
    ...{ description: post.text, title: post.title },
  };
  await graph({ ...create, path: `/${page}/videos`, params }, done);
  return receiptOf(waits.video);
}

const receiptOf = (id: string): Receipt => ({ id, url: `https://www.facebook.com/${id}` });

/** A draft knows by itself whether it was published; comments are looked through. */
async function find(graph: Graph, page: string, intent: Intent): Promise<Receipt | null> {
  if (intent.kind === 'comment') return findComment(graph, page, intent);
  const waits = draft.safeParse(intent.prepared).data;
  if (!waits) return null;
  const [id, field] = 'post' in waits ? [waits.post, 'is_published'] : [waits.video, 'published'];
  const state = await graph({ path: `/${id}`, params: { fields: field } }, z.record(z.string(), z.unknown()));
  return state[field] === true ? receiptOf(id) : null;
}

const comments = z.object({
  data: z.array(
    z.object({ id: metaId, message: z.string().default(''), from: z.object({ id: z.string() }).optional() }),
  ),
});

async function findComment(graph: Graph, page: string, { post, replyTo, since }: Intent) {
  const params = { filter: 'stream', order: 'reverse_chronological', limit: 100, fields: 'id,message,from' };
  const path = `/${idOf(replyTo?.id)}/comments`;
  const wish = { path, params: { ...params, since: Math.floor(since.getTime() / 1000) } };
  const { data } = await graph(wish, comments);
  const ours = data.find(({ message, from }) => from?.id === page && plain(message) === plain(post.text));
  return ours ? receiptOf(ours.id) : null;
}

const summed = z.object({ summary: z.object({ total_count: z.number() }) });
const counted = z.object({
  reactions: summed.optional(),
  comments: summed.optional(),
  shares: z.object({ count: z.number() }).optional(),
});
const insights = z.object({
  data: z.array(z.object({ name: z.string(), values: z.array(z.object({ value: z.number() })) })),
});

async function figuresOf(graph: Graph, id: string): Promise<Figures> {
  const fields = 'shares,comments.limit(0).summary(true),reactions.limit(0).summary(true)';
  const { reactions, comments, shares } = await graph({ path: `/${id}`, params: { fields } }, counted);
  const { data } = await graph(
    { path: `/${id}/insights`, params: { metric: 'post_total_media_view_unique,post_clicks' } },
    insights,
  ).catch((error: NetworkFailure) => {
    if (error.kind === 'permanent') return { data: [] }; // a video or a small page has none
    throw error;
  });
  const value = (name: string) => data.find((one) => one.name === name)?.values.at(-1)?.value ?? null;
  return {
    ...{ reach: value('post_total_media_view_unique'), clicks: value('post_clicks') },
    reactions: reactions?.summary.total_count ?? null,
    comments: comments?.summary.total_count ?? null,
    shares: shares?.count ?? 0,
  };
}
