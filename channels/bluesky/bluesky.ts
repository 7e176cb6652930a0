import { z } from 'zod';
import { request } from '../bearer.ts';
import { checkPost } from '../check.ts';
import { NetworkFailure } from '../failure.ts';
import { graphemes } from '../graphemes.ts';
import { type Answered, unreadable } from '../http.ts';
import type { Figures, Intent, Limits, Media, Network, Opened, Post, Problem, Receipt } from '../social.ts';
import { COLLECTION, type Picture, recordKey, recordOf, rootOf } from './record.ts';
import { openDoor, refresh, type SignedIn } from './sign-in.ts';

/** app.bsky.feed.post and app.bsky.embed.images; a post costs 3 of 5,000 points an hour. */
const limits: Limits = {
  ...{
    text: 300,
    unit: 'graphemes',
    bare: true,
    thread: 25,
    firstComment: false,
    altText: 2000,
    video: null,
  },
  pictures: { most: 4, bytes: 1_000_000, types: ['image/jpeg', 'image/png', 'image/webp'], side: 4000 },
  rates: [
    { n: 1666, seconds: 3600 },
    { n: 11_666, seconds: 86_400 },
  ],
};
/** Besides: 300 letters of Malayalam with their signs may have more. */
const MOST_BYTES = 3000;

const length = graphemes;

/** An account on Bluesky or any server of the AT protocol, by an app password. */
export const bluesky: Network = {
  ...{ name: 'bluesky', title: 'Bluesky', reach: 'public', limits, length },
  renews: true,
  validate: (post) => [...checkPost({ limits, length }, post), ...ofBytes(post)],
  connect: {
    kind: 'fields',
    fields: [
      { name: 'handle', secret: false },
      { name: 'password', secret: true },
      { name: 'endpoint', secret: false, optional: true },
    ],
  },
  open(account) {
    const door = openDoor(account);
    return {
      check: async () => identityOf(await door()),
      prepare: async ({ media }, intent) => ({
        ...{ rkey: recordKey(intent), pictures: await uploadAll(await door(), media) },
      }),
      publish: async (intent) => publish(account, await door(), intent),
      find: async (intent) => find(await door(), intent),
      remove: async (receipt) => remove(await door(), receipt),
      figures: async (receipt) => figuresOf(await door(), receipt),
      refresh: () => refresh(account),
    };
  },
};

function ofBytes({ text }: Post): Problem[] {
  const is = Buffer.byteLength(text);
  const long = is > MOST_BYTES && length(text) <= limits.text;
  return long ? [{ code: 'too-long', hard: true, is, most: MOST_BYTES, what: 'bytes' }] : [];
}

async function identityOf({ vendor, did }: SignedIn) {
  const path = '/xrpc/com.atproto.server.getSession';
  const { json, status } = await request(vendor, { path });
  const said = z.object({ did: z.literal(did), handle: z.string() }).safeParse(json);
  if (!said.success) throw unreadable(false, status);
  return { id: did, name: `@${said.data.handle}`, url: `https://bsky.app/profile/${did}` };
}

async function uploadAll({ vendor }: SignedIn, media: Media[]): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (const { read, mime, bytes, alt, width, height } of media) {
    const { json, status } = await request(vendor, {
      ...{ path: '/xrpc/com.atproto.repo.uploadBlob', body: new Uint8Array(await read()), bytes },
      headers: { 'Content-Type': mime },
    });
    const said = z.object({ blob: z.looseObject({ ref: z.unknown() }) }).safeParse(json);
    if (!said.success) throw unreadable(false, status);
    pictures.push({ blob: said.data.blob, alt, width, height });
  }
  return pictures;
}

const keyOf = (intent: Intent): string =>
  typeof intent.prepared.rkey === 'string' ? intent.prepared.rkey : recordKey(intent);

const URI = /^at:\/\/(did:[\w.:%-]{1,220})\/app\.bsky\.feed\.post\/([\w.~:-]{1,100})$/;
const made = z.object({ uri: z.string().regex(URI), cid: z.string() });

async function publish(account: Opened, { vendor, did }: SignedIn, intent: Intent): Promise<Receipt> {
  const answered = await request(vendor, {
    ...{ path: '/xrpc/com.atproto.repo.createRecord', creates: true },
    body: { repo: did, collection: COLLECTION, rkey: keyOf(intent), record: recordOf(intent) },
  });
  tellRate(account, answered.headers);
  return receiptOf(answered, intent, true);
}

function receiptOf({ json, status }: Answered, intent: Intent, creates: boolean): Receipt {
  const said = made.safeParse(json);
  if (!said.success) throw unreadable(creates, status);
  const { uri, cid } = said.data;
  const [, did, rkey] = URI.exec(uri) ?? [];
  return {
    ...{ id: uri, url: `https://bsky.app/profile/${did}/post/${rkey}` },
    more: { cid, ...rootOf(intent.replyTo) },
  };
}

function tellRate({ onRate }: Opened, headers: Headers): void {
  const remaining = Number(headers.get('ratelimit-remaining') ?? Number.NaN);
  const resets = Number(headers.get('ratelimit-reset') ?? Number.NaN) * 1000;
  if (Number.isInteger(remaining) && Number.isFinite(resets))
    onRate?.({ remaining, resetsAt: new Date(resets) });
}

/** Under the name that we chose, nothing but our own post can be. */
async function find({ vendor, did }: SignedIn, intent: Intent): Promise<Receipt | null> {
  const query = { repo: did, collection: COLLECTION, rkey: keyOf(intent) };
  const answered = await unlessMissing(request(vendor, { path: '/xrpc/com.atproto.repo.getRecord', query }));
  return answered && receiptOf(answered, intent, false);
}

async function unlessMissing<T>(call: Promise<T>): Promise<T | null> {
  return call.catch((error: unknown) => {
    if (error instanceof NetworkFailure && error.reason === 'missing') return null;
    throw error;
  });
}

async function remove({ vendor, did }: SignedIn, { id }: Receipt): Promise<void> {
  const [, repo, rkey = ''] = URI.exec(id) ?? [];
  if (repo !== did) throw new NetworkFailure('permanent', 'missing');
  const body = { repo: did, collection: COLLECTION, rkey };
  await unlessMissing(request(vendor, { path: '/xrpc/com.atproto.repo.deleteRecord', body }));
}

const count = z.number().int().nonnegative().nullable().default(null);
const posts = z.object({
  posts: z.array(z.object({ likeCount: count, replyCount: count, repostCount: count, quoteCount: count })),
});

async function figuresOf({ vendor }: SignedIn, { id }: Receipt): Promise<Figures> {
  const answered = await request(vendor, { path: '/xrpc/app.bsky.feed.getPosts', query: { uris: id } });
  const said = posts.safeParse(answered.json);
  if (!said.success) throw unreadable(false, answered.status);
  const [post] = said.data.posts;
  if (!post) throw new NetworkFailure('permanent', 'missing', { status: answered.status });
  const { likeCount: reactions, replyCount: comments, repostCount, quoteCount } = post;
  const shares = repostCount === null ? null : repostCount + (quoteCount ?? 0);
  return { reach: null, reactions, comments, shares, clicks: null };
}
