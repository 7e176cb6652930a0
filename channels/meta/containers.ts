import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { NetworkFailure } from '../failure.ts';
import { plain } from '../same.ts';
import type { Intent, Media, Opened, Post, Prepared, Receipt } from '../social.ts';
import { type Graph, idOf, metaId } from './graph.ts';

type Params = Record<string, string | undefined>;

/**
 * What Instagram and Threads share: media are put into containers, which are looked at until they are
 * ready, and one call publishes. A container is published once, and says so afterwards.
 */
export interface Kind {
  /** The edges of an account: containers, publishing, its posts, its replies, its limit. */
  edges: { create: string; publish: string; posts: string; replies?: string; limit: string };
  /** The fields of a container's state and of a post's text. */
  fields: { state: 'status' | 'status_code'; text: 'text' | 'caption' };
  /** One file, alone or in a carousel. */
  item(media: Media & { url: string }, alone: boolean): Params;
  /** A post without media, where there are such. */
  bare?: Record<string, string>;
}

const made = z.object({ id: metaId });
const kept = z.object({ container: metaId });

/** Several times within a minute; what takes longer is looked at again before it is published. */
const LOOKS_MS = [1000, 2000, 4000, 8000, 15_000, 30_000];

/** The state of a container. What was never one is told as EXPIRED. */
async function stateOf(graph: Graph, { fields }: Kind, id: string): Promise<string> {
  const answer = await graph(
    { path: `/${id}`, params: { fields: fields.state } },
    z.object({ [fields.state]: z.string() }),
  ).catch((error: NetworkFailure) => {
    if (error.reason === 'missing') return {} as Record<string, string>;
    throw error;
  });
  return answer[fields.state] ?? 'EXPIRED';
}

/** A container that is ready, or nearly. One made before is used again while it lasts. */
export async function prepare(graph: Graph, kind: Kind, user: string, intent: Intent): Promise<Prepared> {
  const before = kept.safeParse(intent.prepared);
  if (before.success) {
    const state = await settled(graph, kind, before.data.container);
    if (state !== 'EXPIRED' && state !== 'ERROR') return before.data;
  }
  const container = await contain(graph, kind, user, intent);
  if ((await settled(graph, kind, container)) === 'ERROR') throw new NetworkFailure('permanent', 'media');
  return { container };
}

async function contain(graph: Graph, kind: Kind, user: string, { post, replyTo }: Intent): Promise<string> {
  const create = async (params: Params) =>
    (await graph({ method: 'POST', path: `/${user}/${kind.edges.create}`, params }, made)).id;
  const whole: Params = { [kind.fields.text]: post.text, ...(replyTo && { reply_to_id: idOf(replyTo.id) }) };
  const files = post.media.map(reachable);
  const [first] = files;
  if (!first) {
    if (!kind.bare) throw new NetworkFailure('permanent', 'media');
    return create({ ...whole, ...kind.bare });
  }
  if (files.length === 1) return create({ ...whole, ...kind.item(first, true) });
  const children: string[] = [];
  for (const file of files)
    children.push(await create({ ...kind.item(file, false), is_carousel_item: 'true' }));
  for (const child of children)
    if ((await settled(graph, kind, child)) === 'ERROR') throw new NetworkFailure('permanent', 'media');
  return create({ ...whole, media_type: 'CAROUSEL', children: children.join(',') });
}

/** They fetch by themselves. */
function reachable(media: Media): Media & { url: string } {
  if (!media.url) throw new NetworkFailure('permanent', 'media');
  return { ...media, url: media.url };
}

async function settled(graph: Graph, kind: Kind, id: string): Promise<string> {
  let state = await stateOf(graph, kind, id);
  for (const ms of LOOKS_MS) {
    if (state !== 'IN_PROGRESS') break;
    await wait(ms);
    state = await stateOf(graph, kind, id);
  }
  return state;
}

const limit = z.object({
  data: z
    .array(z.object({ quota_usage: z.number(), config: z.object({ quota_total: z.number() }).optional() }))
    .min(1),
});
const HOUR_MS = 3_600_000;

/** Asks first whether the day still has room, and whether the container waits. @returns the post's id */
export async function publish(
  graph: Graph,
  kind: Kind,
  { user, intent, onRate }: { user: string; intent: Intent } & Pick<Opened, 'onRate'>,
): Promise<string> {
  const { container } = kept.safeParse(intent.prepared).data ?? {};
  if (!container) throw new NetworkFailure('permanent', 'missing');
  const state = await stateOf(graph, kind, container);
  if (state === 'PUBLISHED') throw new NetworkFailure('permanent', 'duplicate');
  if (state === 'ERROR') throw new NetworkFailure('permanent', 'media');
  if (state !== 'FINISHED') throw new NetworkFailure('retryable', 'media', { code: state.slice(0, 20) });
  const { data } = await graph(
    { path: `/${user}/${kind.edges.limit}`, params: { fields: 'quota_usage,config' } },
    limit,
  );
  const [{ quota_usage, config } = { quota_usage: 0, config: undefined }] = data;
  const remaining = config ? Math.max(0, config.quota_total - quota_usage) : undefined;
  const until = new Date(Date.now() + HOUR_MS); // the day moves along: some of it is free again by then
  if (remaining !== undefined) onRate?.({ remaining, resetsAt: until });
  if (remaining === 0) throw new NetworkFailure('throttled', 'slow-down', { until });
  const path = `/${user}/${kind.edges.publish}`;
  const wish = { method: 'POST', path, params: { creation_id: container }, creates: true } as const;
  return (await graph(wish, made)).id;
}

const permalink = z.object({ permalink: z.url() });

/** It is published whatever comes of this question. */
export async function receiptOf(graph: Graph, id: string): Promise<Receipt> {
  const told = await graph({ path: `/${id}`, params: { fields: 'permalink' } }, permalink).catch(() => null);
  return { id, url: told?.permalink ?? null };
}

/** A container that was published has a post among the newest, which has its text. */
export async function find(graph: Graph, kind: Kind, user: string, intent: Intent): Promise<Receipt | null> {
  const { container } = kept.safeParse(intent.prepared).data ?? {};
  if (!container || (await stateOf(graph, kind, container)) !== 'PUBLISHED') return null;
  const edge = intent.replyTo ? (kind.edges.replies ?? kind.edges.posts) : kind.edges.posts;
  return findText(graph, { path: `/${user}/${edge}`, text: kind.fields.text, intent });
}

interface Looking {
  path: string;
  /** The field in which the text is. */
  text: 'text' | 'caption';
  intent: { post: Post; since: Date };
}

/** The newest since then with the same text. */
export async function findText(graph: Graph, { path, text, intent }: Looking): Promise<Receipt | null> {
  const post = z.object({
    ...{ id: metaId, timestamp: z.string(), permalink: z.url().optional() },
    [text]: z.string().optional(),
  });
  const params = { fields: `id,${text},timestamp,permalink`, limit: 100 };
  const { data } = await graph({ path, params }, z.object({ data: z.array(post) }));
  const since = Math.floor(intent.since.getTime() / 1000) * 1000; // theirs are whole seconds
  const found = data.find((one) => {
    const said = (one as Record<string, unknown>)[text];
    return (
      Date.parse(one.timestamp) >= since &&
      plain(typeof said === 'string' ? said : '') === plain(intent.post.text)
    );
  });
  return found ? { id: found.id, url: found.permalink ?? null } : null;
}

const insights = z.object({
  data: z.array(
    z.object({
      name: z.string(),
      values: z.array(z.object({ value: z.number() })).optional(),
      total_value: z.object({ value: z.number() }).optional(),
    }),
  ),
});

/** Figures by their names, as far as they are told. */
export async function insightsOf(graph: Graph, id: string, metrics: string[]) {
  const { data } = await graph(
    { path: `/${idOf(id)}/insights`, params: { metric: metrics.join(',') } },
    insights,
  );
  return (name: string): number | null => {
    const one = data.find((told) => told.name === name);
    return one?.values?.at(-1)?.value ?? one?.total_value?.value ?? null;
  };
}

/** What a session of either begins with. @throws NetworkFailure without a token or an account's number */
export function accountOf({ credentials, settings }: Opened): { token: string; user: string } {
  if (!credentials.accessToken) throw new NetworkFailure('unauthorised', 'token');
  return { token: credentials.accessToken, user: idOf(settings.user) };
}
