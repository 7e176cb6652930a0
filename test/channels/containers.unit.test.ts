import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instagram } from '../../channels/meta/instagram.ts';
import { threads } from '../../channels/meta/threads.ts';
import type { Intent, Media, Network, OAuth, Post, Rate, Session } from '../../channels/social.ts';
import { openInstagram, openThreads } from '../../src/sandbox/social/meta/containers.ts';
import type { SocialStandIn } from '../../src/sandbox/social/stand-in.ts';
import { describeNetwork } from '../contract/network.ts';
import { connect, mediaOf, serve } from '../support/standing.ts';

const link = 'https://ksm.example/l/abc123';
const text = `ഒരു കൈ സഹായം\n${link}`;
const timeoutMs = 2000;

for (const { network, openStandIn } of [
  { network: instagram, openStandIn: openInstagram },
  { network: threads, openStandIn: openThreads },
])
  describeNetwork({
    ...{ network, openStandIn, timeoutMs },
    post: (picture) => ({ text, language: 'ml', media: [picture], link }),
  });

describe('what they take', () => {
  const codes = (network: Network, said: string, media: Media[] = []) =>
    network
      .validate({ text: said, language: 'ml', media })
      .filter(({ hard }) => hard)
      .map(({ code }) => code);
  const picture = mediaOf(Buffer.from('x'));

  it('Instagram: a picture of its shape, 2,200 characters, five hashtags', () => {
    expect(codes(instagram, 'a')).toEqual(['needs-media']);
    expect(codes(instagram, 'x'.repeat(2201), [picture])).toEqual(['too-long']);
    expect(codes(instagram, '#ഒന്ന് #രണ്ട് #മൂന്ന് #നാല് #അഞ്ച്', [picture])).toEqual([]);
    expect(codes(instagram, '#a #b #c #d #e #f', [picture])).toEqual(['too-many-hashtags']);
    expect(codes(instagram, '', [{ ...picture, height: 2000 }])).toEqual(['media-ratio']);
    expect(codes(instagram, '', [{ ...picture, mime: 'image/png' }])).toEqual(['media-type']);
  });

  it.each([
    ['മലയാളം', 6],
    ['അവന്\u200dറെ', 7],
    ['₹100', 4],
    ['🙂', 4],
    ['👍🏽', 8],
    ['🇮🇳', 8],
    ['👨‍👩‍👧‍👦', 25],
    ['❤️', 6],
    ['2026', 4],
  ])('Threads: %s is %i', (said, is) => {
    expect(threads.length(said)).toBe(is);
  });

  it('Threads: never less than its characters, nor more than its bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (said) => {
        expect(threads.length(said)).toBeGreaterThanOrEqual([...said].length);
        expect(threads.length(said)).toBeLessThanOrEqual(Buffer.byteLength(said));
      }),
    );
    expect(codes(threads, 'അ'.repeat(500))).toEqual([]);
    expect(codes(threads, 'അ'.repeat(501))).toEqual(['too-long']);
  });
});

describe.each([
  { network: instagram, openStandIn: openInstagram, most: 100 },
  { network: threads, openStandIn: openThreads, most: 250 },
])('an account of $network.title', ({ network, openStandIn, most }) => {
  let standIn: SocialStandIn;
  let there: Awaited<ReturnType<typeof serve>>;
  let files: Awaited<ReturnType<typeof serve>>;
  let session: Session;
  const asked: string[] = [];
  const rates: Rate[] = [];
  const open = (more: { credentials?: object; settings?: object } = {}) => {
    const { credentials, settings } = standIn.accounts[0] as SocialStandIn['accounts'][number];
    const account = { credentials, settings: { ...settings, endpoint: there.endpoint }, timeoutMs, ...more };
    return network.open?.({ ...account, onRate: (rate: Rate) => void rates.push(rate) } as never) as Session;
  };
  const file = (kind: 'picture' | 'video', path = '/file') =>
    mediaOf(Buffer.from('bytes'), {
      ...{ kind, mime: kind === 'video' ? 'video/mp4' : 'image/jpeg', url: files.endpoint + path },
    });
  const meant = (post: Partial<Post>, more: Partial<Intent> = {}): Intent => ({
    ...{ key: randomUUID(), post: { text, language: 'ml', media: [file('picture')], ...post }, prepared: {} },
    ...{ replyTo: null, kind: 'post', since: new Date(), ...more },
  });
  const prepared = async (intent: Intent) => ({
    ...intent,
    prepared: await session.prepare(intent.post, intent),
  });

  beforeAll(async () => {
    there = await serve((req, res, next) => {
      asked.push(`${req.method} ${req.path}`);
      standIn.router(req, res, next);
    });
    files = await serve((req, res) => {
      if (req.path === '/file') res.type('image/jpeg').send('bytes');
      else res.sendStatus(404);
    });
  });
  beforeEach(() => {
    standIn = openStandIn();
    session = open();
    asked.length = rates.length = 0;
  });
  afterAll(() => {
    there.end();
    files.end();
  });

  it('is connected for sixty days', async () => {
    const [connected] = await connect(network.connect as OAuth, there.endpoint);
    const { identity, credentials, settings } = connected as NonNullable<typeof connected>;
    expect(identity.name).toBe('@wecare_practice');
    const days = (Date.parse(String(credentials.expiresAt)) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(60);
    expect((await open({ credentials, settings }).check()).id).toBe(identity.id);
  });

  it('shows several pictures as one post', async () => {
    await session.publish(await prepared(meant({ media: [file('picture'), file('picture')] })));
    expect(standIn.timeline()[0]).toMatchObject({ text, media: [{ kind: 'picture' }, { kind: 'picture' }] });
    const { user } = standIn.accounts[0]?.settings ?? {};
    const edge = network === instagram ? `/v24.0/${user}/media` : `/v1.0/${user}/threads`;
    expect(asked.filter((one) => one.startsWith('POST')).map((one) => one.replace(/.*there/, ''))).toEqual([
      ...[`POST ${edge}`, `POST ${edge}`, `POST ${edge}`, `POST ${edge}_publish`],
    ]);
  });

  it('waits for a video, and uses its container again', async () => {
    const intent = await prepared(meant({ media: [file('video')] }));
    const made = () => asked.filter((one) => one.startsWith('POST')).length;
    expect(made()).toBe(1);
    expect((await prepared(intent)).prepared).toEqual(intent.prepared);
    expect(made()).toBe(1);
    await session.publish(intent);
    expect(standIn.timeline()).toHaveLength(1);
  });

  it('publishes a container once, however often it is asked', async () => {
    const intent = await prepared(meant({}));
    const { id } = await session.publish(intent);
    await expect(session.publish(intent)).rejects.toMatchObject({ kind: 'permanent', reason: 'duplicate' });
    expect((await session.find?.(intent))?.id).toBe(id);
    expect(standIn.timeline()).toHaveLength(1);
  });

  it('says what is wrong with a picture that is not there', async () => {
    await expect(prepared(meant({ media: [file('picture', '/gone')] }))).rejects.toMatchObject({
      ...{ kind: 'permanent', reason: 'media', code: '9004/2207052' },
    });
  });

  it('asks first whether the day has room, and waits when it has none', async () => {
    await session.publish(await prepared(meant({})));
    expect(rates.at(-1)?.remaining).toBe(most);
    const full = await serve((req, res, next) => {
      if (!req.path.endsWith('_publishing_limit')) return void standIn.router(req, res, next);
      res.json({ data: [{ quota_usage: most, config: { quota_total: most, quota_duration: 86_400 } }] });
    });
    const { settings } = standIn.accounts[0] as SocialStandIn['accounts'][number];
    const there = open({ settings: { ...settings, endpoint: full.endpoint } });
    const intent = await prepared(meant({ text: 'രണ്ടാമത്' }));
    await expect(there.publish(intent)).rejects.toMatchObject({ kind: 'throttled' });
    expect(standIn.timeline()).toHaveLength(1);
    full.end();
  });

  it('has a first comment, which is found again', async () => {
    const post = await session.publish(await prepared(meant({})));
    const meantComment = meant({ text: 'ഇവിടെ കാണാം', media: [] }, { replyTo: post, kind: 'comment' });
    const comment = await prepared(meantComment);
    expect(await session.find?.(comment)).toBeNull();
    standIn.fault('cut-after');
    await expect(session.publish(comment)).rejects.toMatchObject({ kind: 'unknown' });
    expect((await session.find?.(comment))?.id).toBe(standIn.timeline()[1]?.id);
    expect(standIn.timeline()[1]?.replyTo).toBe(post.id);
  });
});
