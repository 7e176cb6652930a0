import express from 'express';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bluesky } from '../../channels/bluesky/bluesky.ts';
import { recordKey } from '../../channels/bluesky/record.ts';
import { facetsOf } from '../../channels/bluesky/rich-text.ts';
import { openBluesky } from '../../src/sandbox/social/bluesky.ts';
import { describeNetwork } from '../contract/network.ts';
import { mediaOf } from '../support/standing.ts';
import { answering, failureOf, intentOf, openVendor, sessionOf, textOf } from '../support/vendor.ts';

const LINK = 'https://we.example/l/ab';
describeNetwork({
  network: bluesky,
  openStandIn: () => openBluesky(),
  post: (picture) => ({ ...textOf(`ഓണാശംസകൾ\n#ഓണം ${LINK}`, picture), link: LINK }),
});

const vendor = openVendor();
const DID = 'did:plc:wecarepracticeaaaaaaaaaa';
const credentials = { accessToken: 'a', refreshToken: 'r', more: { did: DID, handle: 'x.example' } };
const opened = () => bluesky.open?.({ credentials, settings: { endpoint: vendor.url() }, timeoutMs: 2000 });
const pieces = (text: string) =>
  facetsOf(text).map(({ index, features: [feature] }) => [
    Buffer.from(text).subarray(index.byteStart, index.byteEnd).toString(),
    feature && ('uri' in feature ? feature.uri : feature.tag),
  ]);

describe('what Bluesky is asked', () => {
  it('is a record as it documents it, with a facet for what can be followed', async () => {
    const asked: unknown[] = [];
    const uri = `at://${DID}/app.bsky.feed.post/3k4duaz5vfs2b`;
    vendor.play(
      express.Router().use(express.json(), (req, res) => {
        asked.push([req.method, req.url, req.headers.authorization, req.body]);
        res.json({ uri, cid: 'bafyreia' });
      }),
    );
    const since = new Date('2026-11-27T04:30:00.000Z');
    const root = { id: `at://${DID}/app.bsky.feed.post/3k4root`, url: null, more: { cid: 'bafyroot' } };
    const intent = intentOf(textOf('ഓണം #onam https://we.example/l/ab.'), { since, replyTo: root });
    const receipt = await opened()?.publish(intent);
    expect(receipt).toEqual({
      ...{ id: uri, url: `https://bsky.app/profile/${DID}/post/3k4duaz5vfs2b` },
      more: { cid: 'bafyreia', root: root.id, rootCid: 'bafyroot' },
    });
    const parent = { uri: root.id, cid: 'bafyroot' };
    const record = {
      $type: 'app.bsky.feed.post',
      text: 'ഓണം #onam https://we.example/l/ab.',
      createdAt: '2026-11-27T04:30:00.000Z',
      langs: ['en'],
      facets: [
        {
          index: { byteStart: 10, byteEnd: 15 },
          features: [{ $type: 'app.bsky.richtext.facet#tag', tag: 'onam' }],
        },
        {
          index: { byteStart: 16, byteEnd: 39 },
          features: [{ $type: 'app.bsky.richtext.facet#link', uri: LINK }],
        },
      ],
      reply: { parent, root: parent },
    };
    const body = { repo: DID, collection: 'app.bsky.feed.post', rkey: recordKey(intent), record };
    expect(asked).toEqual([['POST', '/xrpc/com.atproto.repo.createRecord', 'Bearer a', body]]);
  });
});

describe('an account of Bluesky', () => {
  it('chooses the name of a post, the same for every attempt, so that a second cannot be made', async () => {
    const standIn = openBluesky();
    vendor.play(standIn.router);
    const session = sessionOf(bluesky, standIn, vendor.url());
    const intent = intentOf(textOf('Once'));
    await session.publish(intent);
    const failure = await failureOf(session.publish(intent));
    expect(failure).toMatchObject({ kind: 'permanent', reason: 'duplicate' });
    expect(standIn.timeline()).toHaveLength(1);
    expect((await session.find?.(intent))?.id).toBe(standIn.timeline()[0]?.id);
  });

  it('gives names that are TIDs in the order of their moments, others for other keys', () => {
    const moment = fc.date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), moment, (key, other, since) => {
        const name = recordKey({ key, since });
        expect(name).toMatch(/^[234567abcdefghij][234567a-z]{12}$/);
        expect(recordKey({ key, since })).toBe(name);
        expect(recordKey({ key: other, since: new Date(since.getTime() + 1) }) > name).toBe(true);
      }),
    );
    const since = new Date();
    const names = Array.from({ length: 500 }, (_, n) => recordKey({ key: `key-${n}`, since }));
    expect(new Set(names).size).toBe(500);
  });

  it('joins a thread, each part to the one above and to the first', async () => {
    const standIn = openBluesky();
    vendor.play(standIn.router);
    const session = sessionOf(bluesky, standIn, vendor.url());
    const one = await session.publish(intentOf(textOf('One'), { key: '1' }));
    const two = await session.publish(intentOf(textOf('Two'), { key: '2', replyTo: one }));
    const three = await session.publish(intentOf(textOf('Three'), { key: '3', replyTo: two }));
    expect(standIn.timeline().map(({ replyTo }) => replyTo)).toEqual([null, one.id, two.id]);
    expect(three.more).toMatchObject({ root: one.id, rootCid: one.more?.cid });
  });

  it('renews its session, and signs in again when that has ended', async () => {
    const standIn = openBluesky();
    vendor.play(standIn.router);
    const account = { ...standIn.accounts[0], timeoutMs: 2000 } as never as Parameters<
      NonNullable<typeof bluesky.open>
    >[0];
    const at = { ...account, settings: { ...account.settings, endpoint: vendor.url() } };
    const first = await bluesky.open?.(at).refresh?.();
    expect(Date.parse(first?.expiresAt ?? '')).toBeGreaterThan(Date.now() + 3_600_000);
    const second = await bluesky.open?.({ ...at, credentials: first ?? {} }).refresh?.();
    expect(second?.accessToken).not.toBe(first?.accessToken);
    const third = await bluesky.open?.({ ...at, credentials: first ?? {} }).refresh?.();
    expect(third?.more?.password).toBe('abcd-efgh-ijkl-mnop');
    const wrong = { ...first, refreshToken: 'x', more: { ...first?.more, password: 'wrong' } };
    const failure = await failureOf(bluesky.open?.({ ...at, credentials: wrong }).refresh?.() as never);
    expect(failure).toMatchObject({ kind: 'unauthorised', reason: 'token' });
  });

  it('finds what can be followed, by bytes and whole', () => {
    expect(pieces('ഓണം: (https://we.example/a). #ഓണം #1 a#b')).toEqual([
      ['https://we.example/a', 'https://we.example/a'],
      ['#ഓണം', 'ഓണം'],
    ]);
    expect(pieces('https://we.example/wiki/A_(b)#part')).toHaveLength(1);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (before, after) => {
        const text = `${before} ${LINK} ${after}`;
        expect(pieces(text)).toContainEqual([LINK, LINK]);
      }),
    );
  });

  it('counts letters as readers do, and bytes besides', () => {
    expect(bluesky.length('👩‍👩‍👧ഓണം')).toBe(3);
    expect(bluesky.validate(textOf('x'.repeat(301)))).toMatchObject([{ code: 'too-long', most: 300 }]);
    const heavy = 'ക്ഷ്മ്യോ'.repeat(130);
    expect(bluesky.validate(textOf(heavy))).toMatchObject([{ code: 'too-long', most: 3000, what: 'bytes' }]);
    const large = mediaOf(Buffer.alloc(8), { bytes: 1_000_001 });
    expect(bluesky.validate(textOf('', large))).toMatchObject([{ code: 'media-too-large' }]);
  });

  it.each([
    [400, 'ExpiredToken', 'unauthorised', 'token'],
    [401, 'AuthenticationRequired', 'unauthorised', 'token'],
    [401, 'AccountTakedown', 'unauthorised', 'account'],
    [401, 'AuthFactorTokenRequired', 'unauthorised', 'permission'],
    [400, 'InvalidRequest', 'permanent', 'content'],
    [400, 'RecordAlreadyExists', 'permanent', 'duplicate'],
    [400, 'BlobTooLarge', 'permanent', 'media'],
    [413, 'PayloadTooLarge', 'permanent', 'media'],
    [500, 'InternalServerError', 'unknown', 'vendor-fault'],
    [502, 'UpstreamFailure', 'unknown', 'vendor-fault'],
  ])('knows %s %s', async (status, error, kind, reason) => {
    vendor.play(answering(status, { error, message: 'x' }));
    const failure = await failureOf(opened()?.publish(intentOf(textOf('a'))) as Promise<unknown>);
    expect(failure).toMatchObject({ kind, reason });
  });
});
