import type { RegisteredText, Template } from './registered.ts';
import type { Reports } from './reports.ts';

/** Every network by the name that is stored and written in addresses. */
export const networkNames = [
  ...(['x', 'facebook', 'instagram', 'threads', 'linkedin', 'telegram', 'mastodon', 'bluesky'] as const),
  ...(['youtube', 'whatsapp', 'sms', 'hand', 'google-plus'] as const),
] as const;
export type NetworkName = (typeof networkNames)[number];

/**
 * One network, as data and as calls. An adapter knows no database, no queue and no settings of ours; it is
 * given credentials and content and answers with receipts or a `NetworkFailure`.
 */
export interface Network {
  name: NetworkName;
  /** The brand, which is the same in every language. */
  title: string;
  /** Whether it speaks to the public, or to one person each time. */
  reach: 'public' | 'person';
  limits: Limits;
  /** As long as the network counts it, in the unit of `limits.text`. */
  length(text: string): number;
  /** Those of an account, where each instance has its own; its settings tell them. */
  limitsOf?(settings: Settings): Limits;
  /** What keeps a post from being published. Asks nobody, so that a writer sees it while typing. */
  validate(post: Post, settings?: Settings): Problem[];
  /** How an account is connected; a network without one works by hand only. */
  connect?: OAuth | Fields;
  /** A second way in, where a network has two. */
  connectInstead?: Fields;
  /** Opens an account. Absent where there is no way to publish by program. */
  open?(account: Opened): Session;
  /** Its sessions renew what they are opened with, so that nobody has to connect an account again. */
  renews?: boolean;
  /** How it tells later what became of messages, where accepted is not delivered. */
  reports?: Reports;
  /** Where it is closed for good. */
  retired?: { since: string; instead: NetworkName[] };
}

/** Limits as data. Lengths are in the network's own unit; absent is none. */
export interface Limits {
  text: number;
  /** What one unit of `text` is: graphemes, weighted characters, UTF-16 units, bytes. */
  unit: 'weighted' | 'graphemes' | 'characters' | 'code-points' | 'bytes' | 'parts';
  /** For a text beside a picture, where it is another. */
  caption?: number;
  hashtags?: number;
  pictures: PictureLimits | null;
  video: VideoLimits | null;
  /** Whether a text without picture or video is taken. */
  bare: boolean;
  /** Parts of one thread at most; 1 where there are none. */
  thread: number;
  firstComment: boolean;
  /** Requests that make something visible: at most `n` in `seconds`, for each account. */
  rates: { n: number; seconds: number }[];
  /** Width by height, where only some are taken; the first is the best. */
  ratios?: { name: string; width: number; height: number }[];
  altText: number | null;
}

export interface PictureLimits {
  most: number;
  least?: number;
  bytes: number;
  types: string[];
  /** Longest side in pixels. */
  side: number;
}

export interface VideoLimits {
  bytes: number;
  seconds: number;
  types: string[];
}

/** What is made visible by one call: a post, a part of a thread, or the first comment under one. */
export interface Post {
  text: string;
  language: string;
  media: Media[];
  /** The address in the text by which it can be found again, ours. */
  link?: string;
  /** Where the network wants one beside the text: a video's title. */
  title?: string;
  /** For a network that speaks to one person: whom, and the registered text it is made from. */
  person?: {
    /** E.164 */
    to: string;
    template: Template;
    /** Beginnings of web addresses that are registered. */
    links?: string[];
  };
}

export interface Media {
  /** SHA-256 of the bytes, hexadecimal. */
  hash: string;
  kind: 'picture' | 'video';
  mime: string;
  bytes: number;
  width: number;
  height: number;
  /** Of a video. */
  seconds?: number;
  alt: string;
  /** A public address, for networks that fetch by themselves. */
  url?: string;
  /** Bytes from `start` up to `end`, or all. */
  read(start?: number, end?: number): Promise<Buffer>;
}

export type ProblemCode =
  | 'empty'
  | 'too-long'
  | 'needs-media'
  | 'too-many-pictures'
  | 'no-pictures'
  | 'no-video'
  | 'mixed-media'
  | 'media-too-large'
  | 'media-type'
  | 'media-ratio'
  | 'video-too-long'
  | 'too-many-hashtags'
  | 'no-alt-text'
  | 'alt-too-long'
  | 'no-title'
  | 'title-too-long'
  | 'character-refused'
  | 'no-template'
  | 'not-the-template'
  | 'place-empty'
  | 'place-too-long'
  | 'needs-header'
  | 'not-an-address'
  | 'link-not-registered'
  | 'retired';

/** What is the matter, as data; words for it are in the catalogues. */
export interface Problem {
  code: ProblemCode;
  /** Refused, or only worth a second look. */
  hard: boolean;
  is?: number;
  most?: number;
  what?: string;
}

/** An account with what it needs to sign in. */
export interface Opened {
  credentials: Credentials;
  settings: Settings;
  /** Of one request, its answer included; uploads of large files have more. */
  timeoutMs: number;
  /** Told whenever an answer says how much may still be asked, before the call returns. */
  onRate?(rate: Rate): void;
}

/** Secret, kept sealed. What else a network needs stands under a name of its own in `more`. */
export interface Credentials {
  accessToken?: string;
  refreshToken?: string;
  /** When the access token ends; null is never. */
  expiresAt?: string | null;
  more?: Record<string, string>;
}

/** Open to whoever may see the account: a page's id, an instance, a sender header. */
export interface Settings {
  /** In place of the vendor's own address, such as that of a stand-in. */
  endpoint?: string;
  [name: string]: string | undefined;
}

export interface Rate {
  remaining: number;
  resetsAt: Date;
}

/** One account's calls. Each throws `NetworkFailure` and nothing else. */
export interface Session {
  /** Who we are there; proves that the credentials work. */
  check(): Promise<Identity>;
  /**
   * Everything before the post is visible: uploads, containers, drafts. May be done again, and then once
   * more; what it gives is kept and handed to `publish`.
   */
  prepare(post: Post, intent: Intent): Promise<Prepared>;
  /** The one call that makes it visible. A failure `unknown` means that it may be. */
  publish(intent: Intent): Promise<Receipt>;
  /** After an unknown: whether it is there. Null when it is not to be seen (yet). */
  find?(intent: Intent): Promise<Receipt | null>;
  /** Takes it away; one that is gone already is no failure. */
  remove?(receipt: Receipt): Promise<void>;
  figures?(receipt: Receipt): Promise<Figures>;
  /** The texts that are registered there, as the network knows them now. */
  templates?(): Promise<RegisteredText[]>;
  /** New credentials for old ones; whoever calls holds a lock and keeps them before anything else. */
  refresh?(): Promise<Credentials>;
}

export interface Identity {
  id: string;
  /** As people know it: `@name`, a page's title. */
  name: string;
  url?: string;
}

/** What must stay visible as one thing, whoever carries it out and however often. */
export interface Intent {
  /** The same for every attempt: an idempotency key where the network has one. */
  key: string;
  post: Post;
  prepared: Prepared;
  /** What this is a reply to: the part before it, or the post it comments. */
  replyTo: Receipt | null;
  kind: 'post' | 'comment';
  /** When it was first meant to be made visible; nothing older is it. */
  since: Date;
}

/** What preparing gave, to be stored as JSON. */
export type Prepared = Record<string, unknown>;

export interface Receipt {
  id: string;
  /** Where people see it; null where that cannot be known (a private channel, one person's phone). */
  url: string | null;
  more?: Record<string, string>;
}

/** What came of a post so far. Null is not told by the network. */
export interface Figures {
  reach: number | null;
  reactions: number | null;
  comments: number | null;
  shares: number | null;
  clicks: number | null;
}

/** An account is connected by going there and coming back (OAuth 2, RFC 6749, with RFC 7636 where it is had). */
export interface OAuth {
  kind: 'oauth';
  pkce: boolean;
  scopes: string[];
  /** Where each instance is a vendor by itself: registers us there, so that an `App` is had. */
  register?(endpoint: string, redirectUri: string): Promise<App>;
  /** Of our own registration with the vendor. */
  authorise(app: App, way: { state: string; redirectUri: string; challenge?: string }): string;
  /** What may be published to with what came back: one account, or several pages to choose from. */
  exchange(app: App, back: { code: string; redirectUri: string; verifier?: string }): Promise<Connected[]>;
}

/** Our registration with a vendor. */
export interface App {
  clientId: string;
  clientSecret: string;
  endpoint?: string;
}

export interface Connected {
  identity: Identity;
  credentials: Credentials;
  settings: Settings;
}

/**
 * An account is connected by typing in what the vendor gave. What is secret is kept in `credentials.more`
 * under the field's name, what is not in `settings`.
 */
export interface Fields {
  kind: 'fields';
  fields: Field[];
}

export interface Field {
  name: string;
  secret: boolean;
  optional?: boolean;
  /** The values that it may have, where they are few. */
  options?: string[];
}
