import express from 'express';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkedin } from '../../channels/linkedin/linkedin.ts';
import { littleText, readLittleText } from '../../channels/linkedin/little-text.ts';
import type { OAuth } from '../../channels/social.ts';
import { openLinkedIn } from '../../src/sandbox/social/linkedin.ts';
import { describeNetwork } from '../contract/network.ts';
import { connect, mediaOf, serve } from '../support/standing.ts';
import { answering, failureOf, intentOf, openVendor, sessionOf, textOf } from '../support/vendor.ts';

const LINK = 'https://we.example/l/a_b?x=(1)';
describeNetwork({
  network: linkedin,
  openStandIn: () => openLinkedIn(),
  post: (picture) => ({ ...textOf(`ഓണാശംസകൾ (2026) <all>\n#ഓണം_2026 ${LINK}`, picture), link: LINK }),
});

const vendor = openVendor();
const JPEG = mediaOf(Buffer.from('ffd8ff', 'hex'), { mime: 'image/jpeg' });
const opened = () => sessionOf(linkedin, openLinkedIn(), vendor.url());

describe('what LinkedIn is asked', () => {
  it('is a post as it documents it, with its headers', async () => {
    const asked: { headers: express.Request['headers']; body: unknown }[] = [];
    const router = express.Router().use(express.json(), (req, res) => {
      asked.push({ headers: req.headers, body: req.body });
      res.set('x-restli-id', 'urn:li:share:6844785523593134080').status(201).end();
    });
    vendor.play(router);
    const prepared = { images: ['urn:li:image:C4E10', 'urn:li:image:C4E11'] };
    const media = [JPEG, { ...JPEG, alt: 'A school' }];
    const intent = intentOf(textOf('Sample text (post) #onam', ...media), { prepared });
    expect(await opened().publish(intent)).toEqual({
      id: 'urn:li:share:6844785523593134080',
      url: 'https://www.linkedin.com/feed/update/urn:li:share:6844785523593134080',
    });
    expect(asked[0]?.headers).toMatchObject({
      'x-restli-protocol-version': '2.0.0',
      'linkedin-version': expect.stringMatching(/^20\d{4}$/),
      authorization: 'Bearer linkedin-practice-token',
    });
    expect(asked[0]?.body).toEqual({
      author: 'urn:li:organization:90000001',
      commentary: 'Sample text \\(post\\) {hashtag|\\#|onam}',
      visibility: 'PUBLIC',
      distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
      content: {
        multiImage: {
          images: [
            { id: 'urn:li:image:C4E10', altText: 'A green square' },
            { id: 'urn:li:image:C4E11', altText: 'A school' },
          ],
        },
      },
      lifecycleState: 'PUBLISHED',
      isReshareDisabledByAuthor: false,
    });
  });
});

describe('a page of LinkedIn', () => {
  it('is connected by whoever administers it, and its token is renewed', async () => {
    const { endpoint, end } = await serve(openLinkedIn().router);
    const [connected] = await connect(linkedin.connect as OAuth, endpoint);
    expect(connected).toMatchObject({
      identity: { name: 'We Care Kerala (practice)' },
      settings: { organisation: '90000001' },
    });
    const account = { ...(connected as NonNullable<typeof connected>), timeoutMs: 5000 };
    expect((await linkedin.open?.(account).refresh?.())?.refreshToken).toBe('linkedin-practice-refresh');
    end();
  });

  it('has a first comment, found again and taken away', async () => {
    const standIn = openLinkedIn();
    vendor.play(standIn.router);
    const session = sessionOf(linkedin, standIn, vendor.url());
    const post = await session.publish(intentOf(textOf('The post')));
    const intent = intentOf(textOf('More (here): https://we.example/l/ab'), {
      replyTo: post,
      kind: 'comment',
    });
    expect(await session.find?.(intent)).toBeNull();
    const comment = await session.publish(intent);
    expect(standIn.timeline().at(-1)).toMatchObject({ replyTo: post.id, text: intent.post.text });
    expect(await session.find?.(intent)).toEqual(comment);
    await session.remove?.(comment);
    await session.remove?.(comment);
    expect(standIn.timeline()).toHaveLength(1);
  });

  it('gives its token to nobody else when it uploads', async () => {
    const value = { uploadUrl: 'https://elsewhere.example/up', image: 'urn:li:image:C1' };
    vendor.play(answering(200, { value }));
    const post = textOf('a', JPEG);
    expect((await failureOf(opened().prepare(post, intentOf(post)))).kind).toBe('retryable');
  });

  it('shows any text whole, whatever signs it has', async () => {
    const letters = [...'ab (){}[]<>|*_~@\\#ഓണം\n1'];
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...letters), maxLength: 60 }), (text) => {
        expect(readLittleText(littleText(text))).toBe(text);
      }),
    );
    const standIn = openLinkedIn();
    vendor.play(standIn.router);
    const session = sessionOf(linkedin, standIn, vendor.url());
    for (const text of ['a (b) c', '#ഓണം_1 {x|y} @all', 'a_b*c~d \\ [e]', '#1 <b>']) {
      await session.publish(intentOf(textOf(text)));
      expect(standIn.timeline().at(-1)?.text).toBe(text);
    }
  });

  it('takes 3,000 letters and twenty pictures', () => {
    expect(linkedin.validate(textOf('x'.repeat(3000)))).toEqual([]);
    expect(linkedin.validate(textOf('x'.repeat(3001)))).toMatchObject([{ code: 'too-long' }]);
    expect(linkedin.validate(textOf('', ...Array(21).fill(JPEG)))).toMatchObject([
      { code: 'too-many-pictures' },
    ]);
  });

  it.each([
    [401, 'REVOKED_ACCESS_TOKEN', '', 'unauthorised', 'token'],
    [403, 'ACCESS_DENIED', '', 'unauthorised', 'permission'],
    [404, 'NOT_FOUND', '', 'permanent', 'missing'],
    [422, '', 'Content is a duplicate of urn:li:share:1', 'permanent', 'duplicate'],
    [400, 'MEDIA_ASSET_PROCESSING_FAILED', '', 'permanent', 'media'],
    [422, 'FIELD_LENGTH_TOO_LONG', '/commentary', 'permanent', 'content'],
    [426, 'NONEXISTENT_VERSION', 'Requested version is not active', 'permanent', 'retired'],
    [429, 'TOO_MANY_REQUESTS', '', 'throttled', 'slow-down'],
    [500, 'INTERNAL_SERVER_ERROR', '', 'unknown', 'vendor-fault'],
    [504, '', '', 'unknown', 'vendor-fault'],
  ])('knows %s %s', async (status, code, message, kind, reason) => {
    vendor.play(answering(status, { status, code, message }));
    expect(await failureOf(opened().publish(intentOf(textOf('a'))))).toMatchObject({ kind, reason });
  });
});
