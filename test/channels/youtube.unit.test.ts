import { describe, expect, it } from 'vitest';
import type { OAuth, Post } from '../../channels/social.ts';
import { youtube } from '../../channels/youtube/youtube.ts';
import { openYouTube } from '../../src/sandbox/social/youtube.ts';
import { describeNetwork } from '../contract/network.ts';
import { connect, mediaOf, serve } from '../support/standing.ts';
import { answering, failureOf, intentOf, openVendor, sessionOf } from '../support/vendor.ts';

const film = (bytes: Buffer): Post => ({
  ...{ title: 'A year of We Care', text: 'What was done.\nhttps://we.example/l/ab', language: 'ml' },
  media: [mediaOf(bytes, { kind: 'video', mime: 'video/mp4', seconds: 60, width: 1920, height: 1080 })],
});

describeNetwork({
  network: youtube,
  openStandIn: () => openYouTube(),
  post: (picture) => ({
    ...{ title: 'ഓണം 2026', text: 'Of the year', language: 'ml' },
    media: [{ ...picture, kind: 'video', mime: 'video/mp4', seconds: 60 }],
  }),
});

const vendor = openVendor();
const opened = () => sessionOf(youtube, openYouTube(), vendor.url());

describe('a channel of YouTube', () => {
  it('is asked as Google documents it: a session, pieces of 256 KiB, and how it stands', async () => {
    const standIn = openYouTube();
    const { endpoint, end } = await serve(standIn.router);
    const asked: string[] = [];
    const heard = globalThis.fetch;
    globalThis.fetch = async (url, init) => {
      const headers = new Headers(init?.headers);
      const range = headers.get('content-range') ?? headers.get('x-upload-content-length') ?? '';
      asked.push(`${init?.method} ${new URL(String(url)).pathname} ${range}`);
      return heard(url, init);
    };
    const bytes = Buffer.alloc(600 * 1024, 'film');
    const session = sessionOf(youtube, standIn, endpoint);
    const intent = intentOf(film(bytes));
    const prepared = await session.prepare(intent.post, intent);
    const again = await session.prepare(intent.post, { ...intent, prepared });
    expect(again).toEqual(prepared);
    await session.publish({ ...intent, prepared });
    globalThis.fetch = heard;
    const uploads = '/there/upload/youtube/v3/videos';
    expect(asked).toEqual([
      `POST ${uploads} 614400`,
      `PUT ${uploads} bytes */614400`,
      `PUT ${uploads} bytes 0-524287/614400`,
      `PUT ${uploads} bytes */614400`,
      `PUT ${uploads} bytes 524288-614399/614400`,
    ]);
    expect(standIn.timeline()[0]?.media[0]?.bytes).toBe(bytes.length);
    end();
  });

  it('is connected with a token that is renewed, and whose renewal stays', async () => {
    const { endpoint, end } = await serve(openYouTube().router);
    const [connected] = await connect(youtube.connect as OAuth, endpoint);
    expect(connected?.identity.name).toBe('We Care Kerala (practice)');
    const account = { ...(connected as NonNullable<typeof connected>), timeoutMs: 5000 };
    const renewed = await youtube.open?.(account).refresh?.();
    expect(renewed).toMatchObject({
      ...{ refreshToken: 'youtube-practice-refresh', more: { clientId: '1234567890' } },
      expiresAt: expect.stringMatching(/Z$/),
    });
    const revoked = { ...account, credentials: { ...account.credentials, refreshToken: 'old' } };
    const failure = await failureOf(youtube.open?.(revoked).refresh?.() as Promise<unknown>);
    expect(failure).toMatchObject({ kind: 'unauthorised', reason: 'token', code: 'invalid_grant' });
    end();
  });

  it('looks among its uploads when the session has ended, and begins anew', async () => {
    const standIn = openYouTube();
    vendor.play(standIn.router);
    const session = sessionOf(youtube, standIn, vendor.url());
    const intent = intentOf(film(Buffer.from('film')));
    const receipt = await session.publish({
      ...intent,
      prepared: await session.prepare(intent.post, intent),
    });
    const ended = { session: `${vendor.url()}/upload/youtube/v3/videos?upload_id=ended` };
    expect((await session.find?.({ ...intent, prepared: ended }))?.id).toBe(receipt.id);
    const other = { ...intent.post, title: 'Another' };
    expect(await session.find?.({ ...intent, post: other, prepared: ended })).toBeNull();
    expect(await session.prepare(other, { ...intent, prepared: ended })).not.toEqual(ended);
  });

  it('sends its token to nobody else', async () => {
    const prepared = { session: 'https://elsewhere.example/upload' };
    const failure = await failureOf(opened().publish(intentOf(film(Buffer.from('x')), { prepared })));
    expect(failure.kind).toBe('retryable');
  });

  it('says when an app that was not looked at uploaded for nobody to see', async () => {
    vendor.play(answering(200, { id: 'abcdefghijk', status: { privacyStatus: 'private' } }));
    const prepared = { session: `${vendor.url()}/upload` };
    const receipt = await opened().publish(intentOf(film(Buffer.from('x')), { prepared }));
    expect(receipt.more).toEqual({ privacy: 'private' });
  });

  it('asks for a video and a title, and counts a description in bytes', () => {
    const codes = (post: Post) => youtube.validate(post).map(({ code }) => code);
    const good = film(Buffer.from('x'));
    expect(codes(good)).toEqual([]);
    expect(codes({ ...good, media: [] })).toEqual(['needs-media']);
    expect(codes({ ...good, title: ' ' })).toEqual(['no-title']);
    expect(codes({ ...good, title: 'x'.repeat(101) })).toEqual(['title-too-long']);
    expect(codes({ ...good, text: 'a < b' })).toEqual(['character-refused']);
    expect(codes({ ...good, text: 'ഓ'.repeat(1666) })).toEqual([]);
    expect(codes({ ...good, text: 'ഓ'.repeat(1667) })).toEqual(['too-long']);
    expect(codes({ ...good, media: [mediaOf(Buffer.from('x'))] })).toEqual(['no-pictures']);
  });

  it.each([
    [401, 'authError', 'unauthorised', 'token'],
    [403, 'quotaExceeded', 'throttled', 'spent'],
    [400, 'uploadLimitExceeded', 'throttled', 'spent'],
    [403, 'rateLimitExceeded', 'throttled', 'slow-down'],
    [429, 'rateLimitExceeded', 'throttled', 'slow-down'],
    [403, 'forbidden', 'unauthorised', 'permission'],
    [403, 'insufficientPermissions', 'unauthorised', 'permission'],
    [401, 'youtubeSignupRequired', 'unauthorised', 'token'],
    [403, 'channelClosed', 'unauthorised', 'account'],
    [400, 'invalidTitle', 'permanent', 'content'],
    [400, 'mediaBodyRequired', 'permanent', 'media'],
    [404, 'notFound', 'permanent', 'missing'],
    [503, 'backendError', 'unknown', 'vendor-fault'],
  ])('knows %s %s', async (status, reason, kind, ours) => {
    vendor.play(answering(status, { error: { code: status, errors: [{ reason }] } }));
    const prepared = { session: `${vendor.url()}/upload` };
    const failure = await failureOf(opened().publish(intentOf(film(Buffer.from('x')), { prepared })));
    expect(failure).toMatchObject({ kind, reason: ours, code: reason === 'rateLimitExceeded' ? '' : reason });
    if (kind === 'throttled') expect(failure.until?.getTime()).toBeGreaterThan(Date.now());
  });
});
