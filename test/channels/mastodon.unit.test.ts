import fc from 'fast-check';
import { createRestAPIClient } from 'masto';
import { describe, expect, it } from 'vitest';
import { mastodon } from '../../channels/mastodon/mastodon.ts';
import { wordsIn } from '../../channels/mastodon/status.ts';
import { plain } from '../../channels/same.ts';
import type { OAuth } from '../../channels/social.ts';
import { openMastodon } from '../../src/sandbox/social/mastodon.ts';
import { describeNetwork } from '../contract/network.ts';
import { connect, mediaOf, serve } from '../support/standing.ts';
import { answering, failureOf, intentOf, openVendor, sessionOf, textOf } from '../support/vendor.ts';

const LINK = 'https://we.example/l/ab?a=1&b=2';
describeNetwork({
  network: mastodon,
  openStandIn: () => openMastodon(),
  post: (picture) => ({ ...textOf(`ഓണാശംസകൾ & <all>\n\n#ഓണം ${LINK}`, picture), link: LINK }),
});

const vendor = openVendor();
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const opened = () => sessionOf(mastodon, openMastodon(), vendor.url());

describe('masto at the stand-in', () => {
  it('uploads, waits for a video, writes once for one key, answers and takes away', async () => {
    const standIn = openMastodon();
    vendor.play(standIn.router);
    const accessToken = standIn.accounts[0]?.credentials.accessToken as string;
    const client = createRestAPIClient({ url: vendor.url(), accessToken });
    expect((await client.v1.accounts.verifyCredentials()).acct).toBe('wecare_practice');
    expect((await client.v2.instance.fetch()).configuration.statuses.maxCharacters).toBe(500);
    const file = new Blob([PNG], { type: 'video/mp4' });
    const video = await client.v2.media.create({ file, description: 'A boat' });
    const idempotencyKey = 'the-same-key';
    const init = { requestInit: { headers: { 'Idempotency-Key': idempotencyKey } } };
    const wish = { status: 'One', mediaIds: [video.id] };
    const first = await client.v1.statuses.create(wish, init);
    expect((await client.v1.statuses.create(wish, init)).id).toBe(first.id);
    expect(standIn.timeline()).toHaveLength(1);
    expect(standIn.timeline()[0]?.media[0]).toMatchObject({ kind: 'video', alt: 'A boat' });
    const answer = await client.v1.statuses.create({ status: 'Two', inReplyToId: first.id });
    expect(answer.inReplyToId).toBe(first.id);
    await client.v1.statuses.$select(first.id).remove();
    await expect(client.v1.statuses.$select(first.id).fetch()).rejects.toThrow('Record not found');
  });
});

describe('an account of Mastodon', () => {
  it('is connected where its instance is, which registers us and tells its limits', async () => {
    const { endpoint, end } = await serve(openMastodon().router);
    const oauth = mastodon.connect as OAuth;
    const app = await oauth.register?.(endpoint, 'https://ksm.example/back');
    expect(app).toMatchObject({ clientId: 'practice-client', endpoint });
    const [connected] = await connect(oauth, endpoint);
    expect(connected).toMatchObject({
      identity: { name: '@wecare_practice' },
      settings: { endpoint, maxCharacters: '500', altText: '1500' },
    });
    const session = mastodon.open?.({ ...(connected as NonNullable<typeof connected>), timeoutMs: 2000 });
    expect((await session?.check())?.id).toBe('1100');
    end();
  });

  it('waits until a video was looked through', async () => {
    const standIn = openMastodon();
    vendor.play(standIn.router);
    const session = sessionOf(mastodon, standIn, vendor.url());
    const video = mediaOf(PNG, { kind: 'video', mime: 'video/mp4', seconds: 9 });
    const intent = intentOf(textOf('A film', video));
    await session.publish({ ...intent, prepared: await session.prepare(intent.post, intent) });
    expect(standIn.timeline()[0]?.media[0]?.kind).toBe('video');
  });

  it('stays one status however often it is sent with its key', async () => {
    const standIn = openMastodon();
    vendor.play(standIn.router);
    const session = sessionOf(mastodon, standIn, vendor.url());
    const [one, other] = [intentOf(textOf('Once')), intentOf(textOf('Once'))];
    expect((await session.publish(one)).id).toBe((await session.publish(other)).id);
    await session.publish(intentOf(textOf('Once'), { key: 'another' }));
    expect(standIn.timeline()).toHaveLength(2);
  });

  it('counts as the instance does: an address 23, conjuncts as older rules do', () => {
    expect(mastodon.length(`a ${'https://we.example/'.padEnd(200, 'x')}.`)).toBe(2 + 23 + 1);
    expect(mastodon.length('@care@other.example hello')).toBe(11);
    expect(mastodon.length('ക്ഷേമം')).toBe(3);
    expect(mastodon.length('👩‍👩‍👧')).toBe(1);
    expect(mastodon.validate(textOf('x'.repeat(501)))).toMatchObject([{ code: 'too-long', most: 500 }]);
    expect(mastodon.validate(textOf('x'.repeat(501)), { maxCharacters: '5000' })).toEqual([]);
  });

  it('tells how much may still be asked', async () => {
    const standIn = openMastodon();
    vendor.play(standIn.router);
    const { credentials } = standIn.accounts[0] as (typeof standIn.accounts)[number];
    const told: number[] = [];
    const settings = { endpoint: vendor.url() };
    const onRate = ({ remaining }: { remaining: number }) => void told.push(remaining);
    await mastodon.open?.({ credentials, settings, timeoutMs: 2000, onRate }).publish(intentOf(textOf('a')));
    expect(told).toEqual([299]);
  });

  it.each([
    [401, 'The access token was revoked', 'unauthorised', 'token'],
    [403, 'This action is outside the authorized scopes', 'unauthorised', 'permission'],
    [403, 'Your login is currently disabled', 'unauthorised', 'account'],
    [404, 'Record not found', 'permanent', 'missing'],
    [422, 'Validation failed: Text character limit of 500 exceeded', 'permanent', 'content'],
    [422, 'Cannot attach files that have not finished processing', 'permanent', 'media'],
    [503, 'Remote data could not be fetched', 'unknown', 'vendor-fault'],
  ])('knows %s %s', async (status, error, kind, reason) => {
    vendor.play(answering(status, { error }));
    expect(await failureOf(opened().publish(intentOf(textOf('a'))))).toMatchObject({ kind, reason });
  });

  it('reads back any text from the HTML that it is made into', async () => {
    const standIn = openMastodon();
    vendor.play(standIn.router);
    const session = sessionOf(mastodon, standIn, vendor.url());
    const words = fc.string({ unit: fc.constantFrom(...'aക്ഷ &<>"\'\n#'), minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(words, fc.uuid(), async (text, key) => {
        fc.pre(text.trim() !== '');
        const intent = intentOf(textOf(text), { key });
        const { id } = await session.publish(intent);
        expect((await session.find?.(intent))?.id).toBe(id);
        await session.remove?.({ id, url: null });
      }),
      { numRuns: 30 },
    );
    expect(plain(wordsIn('<p>a&amp;lt;b &#x263A;&#9786;&what;</p>'))).toBe('a&lt;b ☺☺&what;');
  });
});
