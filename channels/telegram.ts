import { checkPost } from './check.ts';
import { type FailureReason, NetworkFailure } from './failure.ts';
import { type Answered, ask, unreadable, uploadTime, vendorFault } from './http.ts';
import type { Intent, Limits, Media, Network, Opened, Post, Problem, Receipt, Session } from './social.ts';

const HOST = 'https://api.telegram.org';
const MEBIBYTE = 1024 ** 2;
/** A picture's width and height together (Bot API, sendPhoto). */
const SIDES = 10_000;

/** Bot API: sendMessage, sendPhoto, sendVideo, sendMediaGroup; Bots FAQ: 20 messages a minute to one group. */
const limits: Limits = {
  ...{ text: 4096, caption: 1024, unit: 'characters', bare: true, thread: 10, firstComment: false },
  ...{ rates: [{ n: 20, seconds: 60 }], altText: null },
  pictures: {
    most: 10,
    bytes: 10 * MEBIBYTE,
    types: ['image/jpeg', 'image/png', 'image/webp'],
    side: SIDES - 1,
  },
  video: { bytes: 50 * MEBIBYTE, seconds: 4 * 3600, types: ['video/mp4'] },
};

/** UTF-16 units. Texts are sent as they are, so none becomes shorter by marks that are taken out. */
const length = (text: string): number => text.length;

/**
 * A channel, written to by a bot that administers it (https://core.telegram.org/bots/api). A bot reads no
 * history, so that nothing can be looked up; it has no drafts, so that pictures travel with the post.
 */
export const telegram: Network = {
  ...{ name: 'telegram', title: 'Telegram', reach: 'public', limits, length },
  validate: (post) => [...checkPost({ limits, length }, post), ...post.media.flatMap(ofSides)],
  connect: {
    kind: 'fields',
    fields: [
      { name: 'token', secret: true },
      { name: 'chat', secret: false },
    ],
  },
  open: (account): Session => ({
    check: () => identityOf(account),
    prepare: async () => ({}),
    publish: (intent) => publish(account, intent),
    remove: (receipt) => remove(account, receipt),
  }),
};

function ofSides({ kind, width, height }: Media): Problem[] {
  const is = width + height;
  return kind === 'picture' && is > SIDES && Math.max(width, height) < SIDES
    ? [{ code: 'media-too-large', hard: true, is, most: SIDES, what: 'sides' }]
    : [];
}

interface Chat {
  id: number;
  title?: string;
  username?: string;
}

async function identityOf(account: Opened) {
  const me = await call<{ id: number }>(account, { method: 'getMe' });
  const chat = await call<Chat>(account, { method: 'getChat', body: { chat_id: chatOf(account) } });
  const asked = { chat_id: chatOf(account), user_id: me.id };
  const member = await call<{ status: string; can_post_messages?: boolean }>(account, {
    ...{ method: 'getChatMember', body: asked },
  });
  if (member.status !== 'creator' && member.can_post_messages !== true)
    throw new NetworkFailure('unauthorised', 'permission', { code: member.status });
  const url = chat.username && `https://t.me/${chat.username}`;
  return { id: String(chat.id), name: chat.title ?? chatOf(account), ...(url ? { url } : {}) };
}

interface Message {
  message_id: number;
  chat: Chat;
}

async function publish(account: Opened, { post, replyTo }: Intent): Promise<Receipt> {
  const reply = replyTo ? { reply_parameters: { message_id: Number(replyTo.id) } } : {};
  const common = { chat_id: chatOf(account), ...reply };
  const wish = await requestFor(post, common);
  const result = await call<Message | Message[]>(account, { ...wish, creates: true });
  const messages = Array.isArray(result) ? result : [result];
  const [first] = messages;
  if (!Number.isInteger(first?.message_id)) throw unreadable(true, 200);
  return receiptOf(first as Message, messages);
}

/** Only what stands in a channel with a name of its own has an address for everybody. */
function receiptOf({ message_id: id, chat }: Message, all: Message[]): Receipt {
  const more = all.length > 1 ? { more: { ids: all.map((one) => one.message_id).join(',') } } : {};
  return { id: String(id), url: chat?.username ? `https://t.me/${chat.username}/${id}` : null, ...more };
}

interface Wish {
  method: string;
  body?: Record<string, unknown> | FormData;
  /** Of its files. */
  bytes?: number;
  creates?: boolean;
}

async function requestFor(post: Post, common: Record<string, unknown>): Promise<Wish> {
  const [first] = post.media;
  if (!first) return { method: 'sendMessage', body: { ...common, text: post.text } };
  const bytes = post.media.reduce((sum, media) => sum + media.bytes, 0);
  const wish = post.media.length > 1 ? albumOf(post) : aloneOf(first, post.text);
  const body = formOf({ ...common, ...wish.fields });
  for (const [n, media] of post.media.entries()) body.append(`file${n}`, await blobOf(media), `file${n}`);
  return { method: wish.method, body, bytes };
}

const aloneOf = ({ kind }: Media, caption: string) =>
  kind === 'video'
    ? { method: 'sendVideo', fields: { video: 'attach://file0', caption, supports_streaming: true } }
    : { method: 'sendPhoto', fields: { photo: 'attach://file0', caption } };

const albumOf = ({ media, text }: Post) => ({
  method: 'sendMediaGroup',
  fields: {
    media: media.map(({ kind }, n) => ({
      ...{ type: kind === 'video' ? 'video' : 'photo', media: `attach://file${n}` },
      ...(n === 0 ? { caption: text } : {}),
    })),
  },
});

function formOf(fields: Record<string, unknown>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields))
    form.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  return form;
}

const blobOf = async (media: Media): Promise<Blob> =>
  new Blob([new Uint8Array(await media.read())], { type: media.mime });

/** Messages that are gone are passed over (deleteMessages). */
async function remove(account: Opened, receipt: Receipt): Promise<void> {
  const ids = (receipt.more?.ids ?? receipt.id).split(',').map(Number);
  await call(account, { method: 'deleteMessages', body: { chat_id: chatOf(account), message_ids: ids } });
}

async function call<T>(account: Opened, { method, body, bytes = 0, creates = false }: Wish): Promise<T> {
  const form = body instanceof FormData;
  const answered = await ask({
    url: `${account.settings.endpoint ?? HOST}/bot${tokenOf(account)}/${method}`,
    method: 'POST',
    ...(form ? {} : { headers: { 'Content-Type': 'application/json' } }),
    body: form ? body : JSON.stringify(body ?? {}),
    timeoutMs: uploadTime(account.timeoutMs, bytes),
    creates,
  });
  const said = answered.json as { ok?: boolean; result?: T } | undefined;
  if (answered.ok && said?.ok === true) return said.result as T;
  throw failureOf(answered, creates);
}

/** Kept out of the address unless it has the shape of one (Bot API, Authorizing your bot). */
function tokenOf({ credentials }: Opened): string {
  const token = credentials.more?.token ?? '';
  if (/^\d{3,20}:[\w-]{20,80}$/.test(token)) return token;
  throw new NetworkFailure('unauthorised', 'token');
}

function chatOf({ settings }: Opened): string {
  if (/^(@[A-Za-z]\w{3,31}|-\d{4,20})$/.test(settings.chat ?? '')) return settings.chat as string;
  throw new NetworkFailure('unauthorised', 'account');
}

/** Telegram has no codes but HTTP's, and says the rest in words (https://core.telegram.org/api/errors). */
const WORDS: [words: RegExp, kind: 'unauthorised' | 'permanent', reason: FailureReason][] = [
  [/chat not found|CHANNEL_PRIVATE|upgraded to a supergroup|chat was deleted/i, 'unauthorised', 'account'],
  [/rights|WRITE_FORBIDDEN|ADMIN_REQUIRED|not a member|was kicked/i, 'unauthorised', 'permission'],
  [/message to be replied not found|message to reply not found/i, 'permanent', 'missing'],
  [/PHOTO_|IMAGE_|VIDEO_|MEDIA_|wrong (file|type)|file is too big|can't use file/i, 'permanent', 'media'],
];

function failureOf({ status, ok, json }: Answered, creates: boolean): NetworkFailure {
  const said = json as
    | { error_code?: number; description?: string; parameters?: { retry_after?: number } }
    | undefined;
  if (ok) return unreadable(creates, status);
  if (status >= 500 || !said) return vendorFault(creates, status);
  const code = String(said.error_code ?? status);
  if (status === 429) return throttled(said.parameters?.retry_after ?? 30, code);
  // A token that is not known is an address that is not known.
  if (status === 401 || status === 404) return new NetworkFailure('unauthorised', 'token', { status, code });
  if (status === 413) return new NetworkFailure('permanent', 'media', { status, code });
  const known = WORDS.find(([words]) => words.test(said.description ?? ''));
  const [kind, reason] = known?.slice(1) ?? [];
  if (status === 403) return new NetworkFailure('unauthorised', 'permission', { status, code });
  return new NetworkFailure((kind as 'permanent') ?? 'permanent', (reason as FailureReason) ?? 'content', {
    ...{ status, code },
  });
}

const throttled = (seconds: number, code: string): NetworkFailure =>
  new NetworkFailure('throttled', 'slow-down', {
    ...{ until: new Date(Date.now() + seconds * 1000), status: 429, code },
  });
