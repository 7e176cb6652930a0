import { setTimeout as wait } from 'node:timers/promises';
import type { TwitterApi } from 'twitter-api-v2';
import { z } from 'zod';
import { NetworkFailure } from '../failure.ts';
import type { Media } from '../social.ts';

/** An append takes 5 MB at most. */
const CHUNK = 4 * 1024 * 1024;
const PATIENCE_MS = 5 * 60_000;
/** An upload that ends so soon is made again. */
const SPARE_MS = 10 * 60_000;

const processing = z.object({
  state: z.enum(['pending', 'in_progress', 'failed', 'succeeded']),
  check_after_secs: z.number().optional(),
});
const begun = z.object({
  data: z.object({ id: z.string().regex(/^\d{1,20}$/), expires_after_secs: z.number() }),
});
const state = z.object({ data: z.object({ processing_info: processing.optional() }) });

/** An upload that waits for its post, until then. */
const kept = z.object({ hash: z.string(), id: z.string().regex(/^\d{1,20}$/), until: z.string() });
export type Uploaded = z.infer<typeof kept>;

/** What was uploaded before, of what was kept. */
export const uploadedIn = (prepared: unknown): Uploaded[] => {
  const read = z.object({ media: z.array(kept) }).safeParse(prepared);
  return read.success ? read.data.media : [];
};

/** The media of a post as uploads, in their order; what is there already and lasts is not sent again. */
export async function uploadAll(client: TwitterApi, media: Media[], before: Uploaded[], timeoutMs: number) {
  const uploads: Uploaded[] = [];
  for (const one of media) {
    const there = before.find(
      ({ hash, until }) => hash === one.hash && Date.parse(until) > Date.now() + SPARE_MS,
    );
    uploads.push(there ?? (await upload(client, one, timeoutMs)));
  }
  return uploads;
}

/**
 * In chunks, so that a video is never whole in memory; then its description
 * (docs.x.com/x-api/media/quickstart/media-upload-chunked).
 */
async function upload({ v2 }: TwitterApi, media: Media, timeoutMs: number): Promise<Uploaded> {
  const { hash, mime, bytes, kind, alt } = media;
  const media_category = kind === 'video' ? 'tweet_video' : 'tweet_image';
  const { data } = begun.parse(
    await v2.post('media/upload/initialize', { media_type: mime, total_bytes: bytes, media_category }),
  );
  for (let start = 0, segment_index = 0; start < bytes; start += CHUNK, segment_index++) {
    const chunk = await media.read(start, Math.min(start + CHUNK, bytes));
    const options = { forceBodyMode: 'form-data', timeout: timeoutMs * 4 } as const;
    await v2.post(`media/upload/${data.id}/append`, { segment_index, media: chunk }, options);
  }
  await settled({ v2 }, data.id, state.parse(await v2.post(`media/upload/${data.id}/finalize`)));
  if (kind === 'picture' && alt.trim()) await v2.createMediaMetadata(data.id, { alt_text: { text: alt } });
  return { hash, id: data.id, until: new Date(Date.now() + data.expires_after_secs * 1000).toISOString() };
}

/** Asks as often as they wish until a video is ready. */
async function settled({ v2 }: Pick<TwitterApi, 'v2'>, id: string, { data }: z.infer<typeof state>) {
  const end = Date.now() + PATIENCE_MS;
  let info = data.processing_info;
  while (info && info.state !== 'succeeded') {
    if (info.state === 'failed') throw new NetworkFailure('permanent', 'media');
    if (Date.now() > end) throw new NetworkFailure('retryable', 'media');
    await wait(Math.min(Math.max(info.check_after_secs ?? 5, 0), 30) * 1000);
    info = state.parse(await v2.get('media/upload', { command: 'STATUS', media_id: id })).data
      .processing_info;
  }
}
