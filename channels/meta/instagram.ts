import { z } from 'zod';
import { checkPost } from '../check.ts';
import { NetworkFailure } from '../failure.ts';
import type { Figures, Intent, Network, Opened, Receipt, Session } from '../social.ts';
import { oauthOf, renew, versioned, type Ways } from './container-oauth.ts';
import {
  accountOf,
  find,
  findText,
  insightsOf,
  type Kind,
  prepare,
  publish,
  receiptOf,
} from './containers.ts';
import { type Graph, idOf, metaId, openGraph } from './graph.ts';

const MB = 1024 * 1024;

const limits: Network['limits'] = {
  ...{
    text: 2200,
    unit: 'characters',
    hashtags: 5,
    bare: false,
    thread: 1,
    firstComment: true,
    altText: 1000,
  },
  pictures: { most: 10, bytes: 8 * MB, types: ['image/jpeg'], side: 8192 },
  video: { bytes: 300 * MB, seconds: 15 * 60, types: ['video/mp4', 'video/quicktime'] },
  rates: [{ n: 100, seconds: 86_400 }],
  ratios: [
    { name: '4:5', width: 4, height: 5 },
    { name: '1:1', width: 1, height: 1 },
    { name: '1.91:1', width: 191, height: 100 },
  ],
};

const ways: Ways = {
  authorise: 'https://www.instagram.com/oauth/authorize',
  ...{ codes: 'https://api.instagram.com', graph: 'https://graph.instagram.com', prefix: 'ig' },
  scopes: [
    ...['instagram_business_basic', 'instagram_business_content_publish'],
    ...['instagram_business_manage_comments', 'instagram_business_manage_insights'],
  ],
  whoAmI,
};

/** Instagram of a business (developers.facebook.com/docs/instagram-platform/content-publishing). */
export const instagram: Network = {
  ...{ name: 'instagram', title: 'Instagram', reach: 'public', limits, connect: oauthOf(ways) },
  renews: true,
  length: (text) => text.length,
  validate: (post) => checkPost(instagram, post),
  open: openSession,
};

const kind: Kind = {
  edges: { create: 'media', publish: 'media_publish', posts: 'media', limit: 'content_publishing_limit' },
  fields: { state: 'status_code', text: 'caption' },
  item({ kind, url, alt }, alone) {
    if (kind === 'video') return { video_url: url, media_type: alone ? 'REELS' : 'VIDEO' };
    return { image_url: url, ...(alt.trim() && { alt_text: alt }) };
  },
};

function openSession(opened: Opened): Session {
  const { token, user } = accountOf(opened);
  const { settings, timeoutMs, onRate, credentials } = opened;
  const graph = openGraph({ base: versioned(ways, settings.endpoint), token, timeoutMs, onRate });
  return {
    check: () => whoAmI(graph),
    prepare: async (_post, intent) => (intent.kind === 'comment' ? {} : prepare(graph, kind, user, intent)),
    async publish(intent) {
      if (intent.kind === 'comment') return comment(graph, intent);
      return receiptOf(graph, await publish(graph, kind, { user, intent, onRate }));
    },
    find: async (intent) =>
      intent.kind === 'comment' ? findComment(graph, intent) : find(graph, kind, user, intent),
    figures: ({ id }) => figuresOf(graph, id),
    refresh: () => renew(ways, credentials, { endpoint: settings.endpoint, timeoutMs }),
  };
}

const me = z.object({ user_id: metaId, username: z.string().regex(/^[\w.]{1,30}$/) });

async function whoAmI(graph: Graph) {
  const { user_id: id, username } = await graph({ path: '/me', params: { fields: 'user_id,username' } }, me);
  return { id, name: `@${username}`, url: `https://www.instagram.com/${username}/` };
}

async function comment(graph: Graph, { post, replyTo }: Intent): Promise<Receipt> {
  const path = `/${commentsOf(replyTo)}`;
  const wish = { method: 'POST', path, params: { message: post.text }, creates: true } as const;
  const { id } = await graph(wish, z.object({ id: metaId }));
  return { id, url: replyTo?.url ?? null };
}

async function findComment(graph: Graph, intent: Intent): Promise<Receipt | null> {
  const path = `/${commentsOf(intent.replyTo)}`;
  const found = await findText(graph, { path, text: 'text', intent });
  return found && { ...found, url: intent.replyTo?.url ?? null };
}

function commentsOf(post: Receipt | null): string {
  if (!post) throw new NetworkFailure('permanent', 'missing');
  return `${idOf(post.id)}/comments`;
}

async function figuresOf(graph: Graph, id: string): Promise<Figures> {
  const figure = await insightsOf(graph, id, ['reach', 'likes', 'comments', 'shares']);
  return {
    ...{ reach: figure('reach'), reactions: figure('likes'), comments: figure('comments') },
    ...{ shares: figure('shares'), clicks: null },
  };
}
