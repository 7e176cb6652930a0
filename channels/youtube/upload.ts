import { request, type Vendor } from '../bearer.ts';
import { NetworkFailure } from '../failure.ts';
import { type Answered, ask, uploadTime } from '../http.ts';
import type { Media, Post } from '../social.ts';

/** Pieces are multiples of 256 KiB but for the last (developers.google.com/youtube/v3/guides/using_resumable_upload_protocol). */
const GRAIN = 256 * 1024;
const PIECE = 32 * GRAIN;
/** Nonprofits & Activism. */
const CATEGORY = '29';

/** Begins an upload. What it is given is visible when its last byte is there. @returns the session's address */
export async function begin(vendor: Vendor, post: Post, video: Media): Promise<string> {
  const { headers } = await request(vendor, {
    path: '/upload/youtube/v3/videos',
    query: { uploadType: 'resumable', part: 'snippet,status' },
    headers: { 'X-Upload-Content-Length': String(video.bytes), 'X-Upload-Content-Type': video.mime },
    body: {
      snippet: {
        ...{ title: post.title ?? '', description: post.text, categoryId: CATEGORY },
        ...{ defaultLanguage: post.language, defaultAudioLanguage: post.language },
      },
      status: { privacyStatus: 'public', selfDeclaredMadeForKids: false },
    },
  });
  return oursOnly(vendor, headers.get('location'));
}

/** The token goes nowhere but to Google, or to where the account says Google is. */
export function oursOnly({ base }: Vendor, address: unknown): string {
  const url = typeof address === 'string' && URL.canParse(address) ? new URL(address) : null;
  const google = url?.protocol === 'https:' && url.hostname.endsWith('.googleapis.com');
  if (url && (google || url.origin === new URL(base).origin)) return url.href;
  throw new NetworkFailure('retryable', 'no-answer');
}

/** Everything but the last piece. */
export async function sendAhead(vendor: Vendor, session: string, video: Media): Promise<void> {
  let from = await received(vendor, session, video);
  const last = lastPiece(video.bytes);
  while (from < last) {
    const to = Math.min(from + PIECE, last);
    const answered = await send(vendor, session, { video, from, to });
    if (answered.status !== 308) throw vendor.failureOf(answered, false);
    from = rangeEnd(answered) || to;
  }
}

/** The last piece, with which the video is there. */
export async function sendLast(vendor: Vendor, session: string, video: Media): Promise<Answered> {
  const piece = { video, to: video.bytes, creates: true };
  const answered = await send(vendor, session, { ...piece, from: lastPiece(video.bytes) });
  // A part of it had come before, or less than we think: go on from where they are.
  return answered.status === 308 ? send(vendor, session, { ...piece, from: rangeEnd(answered) }) : answered;
}

/** How it stands: 308 while bytes are missing, 200 or 201 with the video when none is. */
export const statusOf = (vendor: Vendor, session: string, video: Media): Promise<Answered> =>
  ask({
    ...{ url: session, method: 'PUT', timeoutMs: vendor.timeoutMs },
    headers: { Authorization: `Bearer ${vendor.token}`, 'Content-Range': `bytes */${video.bytes}` },
  });

const lastPiece = (bytes: number): number => Math.max(0, Math.ceil(bytes / GRAIN) - 1) * GRAIN;

async function received(vendor: Vendor, session: string, video: Media): Promise<number> {
  const answered = await statusOf(vendor, session, video);
  if (answered.ok) return video.bytes;
  if (answered.status !== 308) throw vendor.failureOf(answered, false);
  return rangeEnd(answered);
}

/** `Range: bytes=0-999` says that the first thousand are there; nothing says that none is. */
const rangeEnd = ({ headers }: Answered): number => {
  const [, last] = /^bytes=0-(\d{1,15})$/.exec(headers.get('range') ?? '') ?? [];
  return last === undefined ? 0 : Number(last) + 1;
};

interface Piece {
  video: Media;
  from: number;
  to: number;
  creates?: boolean;
}

async function send(vendor: Vendor, url: string, { video, from, to, creates }: Piece): Promise<Answered> {
  const body = new Uint8Array(await video.read(from, to));
  const range = `bytes ${from}-${to - 1}/${video.bytes}`;
  return ask({
    ...{ url, method: 'PUT', body, timeoutMs: uploadTime(vendor.timeoutMs, to - from) },
    headers: {
      ...{ Authorization: `Bearer ${vendor.token}`, 'Content-Type': video.mime, 'Content-Range': range },
    },
    ...(creates ? { creates } : {}),
  });
}
