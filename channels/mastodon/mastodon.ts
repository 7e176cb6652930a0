import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { baseOf, request, tokenOf, type Vendor } from '../bearer.ts';
import { checkPost } from '../check.ts';
import { NetworkFailure } from '../failure.ts';
import { olderGraphemes } from '../graphemes.ts';
import { type Answered, unreadable } from '../http.ts';
import type { Figures, Intent, Media, Network, Opened, Receipt } from '../social.ts';
import { identityOf, oauth } from './connect.ts';
import { failureOf } from './failures.ts';
import { limits, limitsOf } from './instance.ts';
import { isIt, type Status, status } from './status.ts';

/** An address counts as 23 letters, a person of another instance without that (its StatusLengthValidator). */
const ADDRESS = /\bhttps?:\/\/[^\s<>"]*[^\s<>"'.,;:!?()[\]]/gi;
const ELSEWHERE = /(?<=(?<![\w/])@\w{1,30})@[\w.-]+\w/g;

const length = (text: string): number =>
  olderGraphemes(text.replace(ADDRESS, 'x'.repeat(23)).replace(ELSEWHERE, ''));

/** Mastodon and what speaks its interface (docs.joinmastodon.org/methods/statuses). */
export const mastodon: Network = {
  ...{ name: 'mastodon', title: 'Mastodon', reach: 'public', limits, limitsOf, length, connect: oauth },
  validate: (post, settings = {}) => checkPost({ limits: limitsOf(settings), length }, post),
  open(account) {
    const vendor = vendorOf(account);
    return {
      check: () => identityOf(vendor()),
      prepare: async ({ media }) => ({ media: await uploadAll(vendor(), media) }),
      publish: (intent) => publish(account, vendor(), intent),
      find: (intent) => find(vendor(), intent),
      remove: (receipt) => remove(vendor(), receipt),
      figures: (receipt) => figuresOf(vendor(), receipt),
    };
  },
};

const vendorOf =
  (account: Opened): (() => Vendor) =>
  () => ({
    ...{ base: baseOf(account.settings.endpoint, 'https://mastodon.social'), token: tokenOf(account) },
    ...{ timeoutMs: account.timeoutMs, failureOf },
  });

const POLLS = { n: 40, ms: 500 };

async function uploadAll(vendor: Vendor, media: Media[]): Promise<string[]> {
  const ids: string[] = [];
  for (const one of media) ids.push(await upload(vendor, one));
  return ids;
}

/** 202 says that a file was taken and is still looked through; then 206 until it may be attached. */
async function upload(vendor: Vendor, media: Media): Promise<string> {
  const body = new FormData();
  body.append('file', new Blob([new Uint8Array(await media.read())], { type: media.mime }), 'file');
  if (media.alt) body.append('description', media.alt);
  const answered = await request(vendor, { path: '/api/v2/media', body, bytes: media.bytes });
  const id = idIn(answered);
  if (answered.status !== 202) return id;
  for (let n = 0; n < POLLS.n; n++) {
    await sleep(POLLS.ms);
    const { status } = await request(vendor, { path: `/api/v1/media/${id}` });
    if (status !== 206) return id;
  }
  throw new NetworkFailure('retryable', 'no-answer', { status: 206 });
}

const identified = z.object({ id: z.string().regex(/^[\w-]{1,64}$/) });

function idIn({ json, status }: Answered): string {
  const said = identified.safeParse(json);
  if (said.success) return said.data.id;
  throw unreadable(false, status);
}

/** The key is the same for every attempt, and known for about an hour; what came of the first is answered again. */
async function publish(account: Opened, vendor: Vendor, intent: Intent): Promise<Receipt> {
  const { post, prepared, replyTo, key } = intent;
  const answered = await request(vendor, {
    ...{ path: '/api/v1/statuses', creates: true, headers: { 'Idempotency-Key': key } },
    body: {
      ...{ status: post.text, language: post.language, visibility: 'public' },
      media_ids: (prepared.media as string[] | undefined) ?? [],
      ...(replyTo ? { in_reply_to_id: replyTo.id } : {}),
    },
  });
  tellRate(account, answered.headers);
  const said = status.safeParse(answered.json);
  if (!said.success) throw unreadable(true, answered.status);
  return receiptOf(said.data);
}

function tellRate({ onRate }: Opened, headers: Headers): void {
  const remaining = Number(headers.get('x-ratelimit-remaining') ?? Number.NaN);
  const resetsAt = new Date(headers.get('x-ratelimit-reset') ?? '');
  if (Number.isInteger(remaining) && Number.isFinite(resetsAt.getTime())) onRate?.({ remaining, resetsAt });
}

const receiptOf = ({ id, url }: Status): Receipt => ({ id, url });

const PAGES = 10;
const PAGE = 40;

/** Among all that we said since it was meant. */
async function find(vendor: Vendor, intent: Intent): Promise<Receipt | null> {
  const { id } = await identityOf(vendor);
  let before: string | undefined;
  for (let n = 0; n < PAGES; n++) {
    const { json, status: code } = await request(vendor, {
      path: `/api/v1/accounts/${id}/statuses`,
      query: { limit: String(PAGE), exclude_reblogs: 'true', ...(before ? { max_id: before } : {}) },
    });
    const said = z.array(status).safeParse(json);
    if (!said.success) throw unreadable(false, code);
    const recent = said.data.filter(({ created_at }) => Date.parse(created_at) >= intent.since.getTime());
    const found = recent.find((one) => isIt(one, intent));
    if (found) return receiptOf(found);
    // A pinned or a backdated one may be old among young ones: an end is a page with none of ours.
    if (!recent.length) return null;
    before = said.data.at(-1)?.id;
  }
  return null;
}

async function remove(vendor: Vendor, { id }: Receipt): Promise<void> {
  await request(vendor, { method: 'DELETE', path: pathOf(id) }).catch((error: unknown) => {
    if (!(error instanceof NetworkFailure && error.reason === 'missing')) throw error;
  });
}

async function figuresOf(vendor: Vendor, { id }: Receipt): Promise<Figures> {
  const answered = await request(vendor, { path: pathOf(id) });
  const said = status.safeParse(answered.json);
  if (!said.success) throw unreadable(false, answered.status);
  const { favourites_count: reactions, replies_count: comments, reblogs_count: shares } = said.data;
  return { reach: null, reactions, comments, shares, clicks: null };
}

const pathOf = (id: string): string => `/api/v1/statuses/${encodeURIComponent(id)}`;
