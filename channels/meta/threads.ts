import { z } from 'zod';
import { checkPost } from '../check.ts';
import type { Figures, Network, Opened, Session } from '../social.ts';
import { oauthOf, renew, versioned, type Ways } from './container-oauth.ts';
import { accountOf, find, insightsOf, type Kind, prepare, publish, receiptOf } from './containers.ts';
import { type Graph, metaId, openGraph, removeNode } from './graph.ts';

const MB = 1024 * 1024;

const limits: Network['limits'] = {
  ...{ text: 500, unit: 'characters', bare: true, thread: 25, firstComment: true, altText: 1000 },
  pictures: { most: 20, bytes: 8 * MB, types: ['image/jpeg', 'image/png'], side: 8192 },
  video: { bytes: 1024 * MB, seconds: 300, types: ['video/mp4', 'video/quicktime'] },
  rates: [{ n: 250, seconds: 86_400 }],
};

const ways: Ways = {
  authorise: 'https://threads.net/oauth/authorize',
  ...{ codes: 'https://graph.threads.net', graph: 'https://graph.threads.net', prefix: 'th' },
  scopes: [
    ...['threads_basic', 'threads_content_publish', 'threads_manage_replies', 'threads_read_replies'],
    ...['threads_manage_insights', 'threads_delete'],
  ],
  whoAmI,
};

/** Threads (developers.facebook.com/docs/threads): a part of a thread, and a comment, is a reply. */
export const threads: Network = {
  ...{ name: 'threads', title: 'Threads', reach: 'public', limits, connect: oauthOf(ways), length },
  renews: true,
  validate: (post) => checkPost(threads, post),
  open: openSession,
};

/** An emoji with all that is joined to it; a digit is one byte either way. */
const EMOJI =
  /\p{RI}\p{RI}|\p{Emoji}(?:\p{EMod}|\uFE0F\u20E3?|[\u{E0020}-\u{E007F}]+)?(?:\u200D\p{Emoji}(?:\p{EMod}|\uFE0F)?)*/gu;

/** Characters; an emoji is as many as its bytes in UTF-8 (docs/threads/overview, limitations). */
function length(text: string): number {
  const bytes = (text.match(EMOJI) ?? []).reduce((sum, emoji) => sum + Buffer.byteLength(emoji), 0);
  return bytes + [...text.replace(EMOJI, '')].length;
}

const kind: Kind = {
  edges: {
    ...{ create: 'threads', publish: 'threads_publish', posts: 'threads', replies: 'replies' },
    limit: 'threads_publishing_limit',
  },
  fields: { state: 'status', text: 'text' },
  item: ({ kind, url, alt }) => ({
    ...(kind === 'video' ? { media_type: 'VIDEO', video_url: url } : { media_type: 'IMAGE', image_url: url }),
    ...(alt.trim() && { alt_text: alt }),
  }),
  bare: { media_type: 'TEXT' },
};

function openSession(opened: Opened): Session {
  const { token, user } = accountOf(opened);
  const { settings, timeoutMs, onRate, credentials } = opened;
  const graph = openGraph({ base: versioned(ways, settings.endpoint), token, timeoutMs, onRate });
  return {
    check: () => whoAmI(graph),
    prepare: (_post, intent) => prepare(graph, kind, user, intent),
    publish: async (intent) => receiptOf(graph, await publish(graph, kind, { user, intent, onRate })),
    find: (intent) => find(graph, kind, user, intent),
    remove: ({ id }) => removeNode(graph, id),
    figures: ({ id }) => figuresOf(graph, id),
    refresh: () => renew(ways, credentials, { endpoint: settings.endpoint, timeoutMs }),
  };
}

const me = z.object({ id: metaId, username: z.string().regex(/^[\w.]{1,30}$/) });

async function whoAmI(graph: Graph) {
  const { id, username } = await graph({ path: '/me', params: { fields: 'id,username' } }, me);
  return { id, name: `@${username}`, url: `https://www.threads.net/@${username}` };
}

async function figuresOf(graph: Graph, id: string): Promise<Figures> {
  const figure = await insightsOf(graph, id, ['views', 'likes', 'replies', 'reposts', 'quotes']);
  const shares = [figure('reposts'), figure('quotes')].filter((one) => one !== null);
  return {
    ...{ reach: figure('views'), reactions: figure('likes'), comments: figure('replies'), clicks: null },
    shares: shares.length ? shares.reduce((sum, one) => sum + one, 0) : null,
  };
}
