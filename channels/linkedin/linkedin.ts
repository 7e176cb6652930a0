import { z } from 'zod';
import { request, type Vendor } from '../bearer.ts';
import { checkPost } from '../check.ts';
import { NetworkFailure } from '../failure.ts';
import { ask, unreadable, uploadTime } from '../http.ts';
import { plain } from '../same.ts';
import type { Figures, Intent, Limits, Media, Network, Opened, Receipt } from '../social.ts';
import { addComment, findComment, isComment, removeComment } from './comments.ts';
import { identityOf, oauth, organisationOf, refresh, urnOf, vendorOf } from './connect.ts';
import { littleText, readLittleText } from './little-text.ts';

/** learn.microsoft.com/linkedin/marketing/community-management/shares: Posts, Images and MultiImage APIs. */
const limits: Limits = {
  ...{
    text: 3000,
    unit: 'characters',
    bare: true,
    thread: 1,
    firstComment: true,
    altText: 4086,
    video: null,
  },
  pictures: { most: 20, bytes: 36_000_000, types: ['image/jpeg', 'image/png', 'image/gif'], side: 6012 },
  rates: [{ n: 100, seconds: 86_400 }],
};

const length = (text: string): number => text.length;

/** The page of an organisation on LinkedIn. */
export const linkedin: Network = {
  ...{ name: 'linkedin', title: 'LinkedIn', reach: 'public', limits, length, connect: oauth },
  renews: true,
  validate: (post) => checkPost({ limits, length }, post),
  open: (account) => ({
    check: () => identityOf(vendorOf(account), organisationOf(account)),
    prepare: async ({ media }) => ({ images: await uploadAll(account, media) }),
    publish: (intent) => publish(account, intent),
    find: (intent) => find(account, intent),
    remove: (receipt) => remove(account, receipt),
    figures: (receipt) => figuresOf(account, receipt),
    refresh: () => refresh(account),
  }),
};

async function uploadAll(account: Opened, media: Media[]): Promise<string[]> {
  const images: string[] = [];
  for (const one of media) images.push(await upload(vendorOf(account), organisationOf(account), one));
  return images;
}

const begun = z.object({
  value: z.object({ uploadUrl: z.string(), image: z.string().regex(/^urn:li:image:[\w-]{1,60}$/) }),
});

async function upload(vendor: Vendor, organisation: string, picture: Media): Promise<string> {
  const { json, status } = await request(vendor, {
    path: '/rest/images?action=initializeUpload',
    body: { initializeUploadRequest: { owner: urnOf(organisation) } },
  });
  const said = begun.safeParse(json);
  if (!said.success) throw unreadable(false, status);
  const answered = await ask({
    ...{ method: 'PUT', url: oursOnly(vendor, said.data.value.uploadUrl) },
    headers: { Authorization: `Bearer ${vendor.token}`, 'Content-Type': picture.mime },
    body: new Uint8Array(await picture.read()),
    timeoutMs: uploadTime(vendor.timeoutMs, picture.bytes),
  });
  if (!answered.ok) throw vendor.failureOf(answered, false);
  return said.data.value.image;
}

/** The token goes nowhere but to LinkedIn, or to where the account says LinkedIn is. */
function oursOnly({ base }: Vendor, address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  const theirs = url?.protocol === 'https:' && url.hostname.endsWith('.linkedin.com');
  if (url && (theirs || url.origin === new URL(base).origin)) return url.href;
  throw new NetworkFailure('retryable', 'no-answer');
}

const POST = /^urn:li:(share|ugcPost):\d{1,20}$/;

async function publish(account: Opened, intent: Intent): Promise<Receipt> {
  const vendor = vendorOf(account);
  const author = urnOf(organisationOf(account));
  if (intent.replyTo) return addComment(vendor, author, intent);
  const { headers, status } = await request(vendor, {
    ...{ path: '/rest/posts', creates: true },
    body: {
      ...{ author, commentary: littleText(intent.post.text), visibility: 'PUBLIC' },
      distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
      ...contentOf(intent),
      ...{ lifecycleState: 'PUBLISHED', isReshareDisabledByAuthor: false },
    },
  });
  const id = headers.get('x-restli-id') ?? '';
  if (!POST.test(id)) throw unreadable(true, status);
  return receiptOf(id);
}

function contentOf({ post, prepared }: Intent) {
  const ids = (prepared.images as string[] | undefined) ?? [];
  const images = ids.map((id, n) => ({ id, altText: post.media[n]?.alt ?? '' }));
  if (!images.length) return {};
  return { content: images.length > 1 ? { multiImage: { images } } : { media: images[0] } };
}

const receiptOf = (id: string): Receipt => ({ id, url: `https://www.linkedin.com/feed/update/${id}` });

const posts = z.object({
  elements: z.array(
    z.object({
      ...{ id: z.string().regex(POST), commentary: z.string().default(''), createdAt: z.number() },
      content: z
        .object({ media: z.unknown(), multiImage: z.object({ images: z.array(z.unknown()) }).optional() })
        .partial()
        .optional(),
    }),
  ),
});
type Found = z.infer<typeof posts>['elements'][number];

const PAGE = 50;
const PAGES = 4;

async function find(account: Opened, intent: Intent): Promise<Receipt | null> {
  const vendor = vendorOf(account);
  if (intent.replyTo) return findComment(vendor, intent);
  for (let n = 0; n < PAGES; n++) {
    const { json, status } = await request(vendor, {
      ...{ path: '/rest/posts', headers: { 'X-RestLi-Method': 'FINDER' } },
      query: {
        ...{ q: 'author', author: urnOf(organisationOf(account)), sortBy: 'CREATED' },
        ...{ start: String(n * PAGE), count: String(PAGE) },
      },
    });
    const said = posts.safeParse(json);
    if (!said.success) throw unreadable(false, status);
    const recent = said.data.elements.filter(({ createdAt }) => createdAt >= intent.since.getTime());
    const found = recent.find((one) => isIt(one, intent));
    if (found) return receiptOf(found.id);
    if (recent.length < PAGE) return null;
  }
  return null;
}

/** LinkedIn may put an address of its own in the place of a long one. */
const SHORTENED = /https:\/\/lnkd\.in\/\w/;

function isIt({ commentary, content }: Found, { post }: Intent): boolean {
  const text = readLittleText(commentary);
  const pictures = content?.multiImage?.images.length ?? (content?.media ? 1 : 0);
  return (
    pictures === post.media.length &&
    (!post.link || text.includes(post.link) || SHORTENED.test(text)) &&
    plain(text) === plain(post.text)
  );
}

async function remove(account: Opened, { id }: Receipt): Promise<void> {
  const vendor = vendorOf(account);
  const gone = isComment(id)
    ? removeComment(vendor, urnOf(organisationOf(account)), id)
    : request(vendor, { method: 'DELETE', path: `/rest/posts/${encodeURIComponent(id)}` });
  await gone.catch((error: unknown) => {
    if (!(error instanceof NetworkFailure && error.reason === 'missing')) throw error;
  });
}

const count = z.number().int().nonnegative().nullable().default(null);
const totals = z.object({
  impressionCount: count,
  ...{ likeCount: count, commentCount: count, shareCount: count, clickCount: count },
});
const statistics = z.object({ elements: z.array(z.object({ totalShareStatistics: totals })) });
const NOTHING: Figures = { reach: null, reactions: null, comments: null, shares: null, clicks: null };

/** Counted for posts only; one that nobody has seen yet is not in the list. */
async function figuresOf(account: Opened, { id }: Receipt): Promise<Figures> {
  if (!POST.test(id)) return NOTHING;
  const list = id.startsWith('urn:li:share:') ? 'shares' : 'ugcPosts';
  const whose = encodeURIComponent(urnOf(organisationOf(account)));
  // Commas and brackets of a Rest.li list stand as they are; what is in it is encoded.
  const query = `q=organizationalEntity&organizationalEntity=${whose}&${list}=List(${encodeURIComponent(id)})`;
  const path = `/rest/organizationalEntityShareStatistics?${query}`;
  const { json, status } = await request(vendorOf(account), { path });
  const said = statistics.safeParse(json);
  if (!said.success) throw unreadable(false, status);
  const [first] = said.data.elements;
  if (!first) return NOTHING;
  const { impressionCount: reach, likeCount: reactions, commentCount: comments } = first.totalShareStatistics;
  const { shareCount: shares, clickCount: clicks } = first.totalShareStatistics;
  return { reach, reactions, comments, shares, clicks };
}
