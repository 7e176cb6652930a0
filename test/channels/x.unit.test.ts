import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import twitter from 'twitter-text';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Intent, Media, OAuth, Post, Rate, Session } from '../../channels/social.ts';
import { translate } from '../../channels/x/failures.ts';
import { x } from '../../channels/x/x.ts';
import type { SocialStandIn } from '../../src/sandbox/social/stand-in.ts';
import { openX } from '../../src/sandbox/social/x/x.ts';
import { describeNetwork } from '../contract/network.ts';
import { connect, mediaOf, serve } from '../support/standing.ts';

const link = 'https://ksm.example.org/l/abc123'; // X makes links of domains that may exist
const text = `ഒരു കൈ സഹായം & ഒരു പുഞ്ചിരി <3\n₹100 … ${link}`;

describeNetwork({
  network: x,
  openStandIn: openX,
  timeoutMs: 2000,
  post: (picture) => ({ text, language: 'ml', media: [picture], link }),
});

describe('how X counts', () => {
  it.each([
    ['മലയാളം', 6],
    ['ക്ഷ', 3],
    ['അവന്\u200dറെ', 7],
    ['₹…•', 6],
    ['👨‍👩‍👧‍👦', 2],
    ['👍🏽', 2],
    ['🇮🇳', 2],
    ['e\u0301', 1],
    ['wecare.kerala.gov.in', 23],
    // github.com/twitter/twitter-text, conformance/validate.yml
    ['Hi http://test.co', 26],
    ['http://test.co', 23],
    ['H🐱☺👨‍👩‍👧‍👦', 7],
    ['😷👾😡🔥💩', 10],
    ['🙋🏽👨‍🎤', 4],
    ['A\u05E9\u05BC\u05C1', 4],
    [`${'x'.repeat(285)}`, 285],
  ])('%s', (said, length) => {
    expect(x.length(said)).toBe(length);
  });

  it('takes 280 and not one more', () => {
    const codes = (said: string) =>
      x.validate({ text: said, language: 'ml', media: [] }).map((problem) => problem.code);
    expect(codes('അ'.repeat(280))).toEqual([]);
    expect(codes('അ'.repeat(281))).toEqual(['too-long']);
    expect(codes('')).toEqual(['empty']);
    expect(codes('a\uFFFEb')).toEqual(['character-refused']);
  });

  it('agrees with its own library on what is valid, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (said) => {
        const problems = x.validate({ text: said, language: 'en', media: [] });
        if (said.trim()) expect(problems.length === 0).toBe(twitter.parseTweet(said).valid);
      }),
    );
  });
});

describe('what X says', () => {
  const said = (status: number, data: object = {}, creates = true) => {
    const failure = translate({ status, data, creates });
    return `${failure.kind} ${failure.reason}`;
  };
  const problem = (name: string) => ({ type: `https://api.twitter.com/2/problems/${name}` });

  it.each<[string, number, object]>([
    ['unauthorised token', 401, { title: 'Unauthorized' }],
    ['permanent spent', 402, { title: 'CreditsDepleted', ...problem('credits') }],
    ['permanent spent', 403, problem('usage-capped')],
    ['permanent spent', 429, problem('usage-capped')],
    ['throttled slow-down', 429, { title: 'Too Many Requests' }],
    ['permanent duplicate', 403, { detail: 'You are not allowed to create a Tweet with duplicate content.' }],
    ['permanent duplicate', 403, { errors: [{ code: 187, message: 'Status is a duplicate.' }] }],
    ['unauthorised account', 403, { errors: [{ code: 64, message: 'Your account is suspended' }] }],
    ['unauthorised permission', 403, problem('client-forbidden')],
    ['unauthorised permission', 403, problem('oauth1-permissions')],
    ['permanent permission', 403, { detail: 'You are not permitted to perform this action.' }],
    ['permanent content', 403, { detail: 'Your Tweet text is too long.' }],
    ['permanent media', 400, { errors: [{ message: 'Your media IDs are invalid.' }] }],
    ['permanent content', 400, { title: 'Invalid Request' }],
    ['permanent missing', 404, {}],
    ['unknown vendor-fault', 503, {}],
  ])('%s', (meaning, status, data) => {
    expect(said(status, data)).toBe(meaning);
  });

  it('is a fault to try again where nothing was to be made', () => {
    expect(said(503, {}, false)).toBe('retryable vendor-fault');
  });

  it('is understood whatever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 599 }), fc.jsonValue(), (status, data) => {
        expect(translate({ status, data: data as never, creates: true }).code).not.toMatch(/\s/);
      }),
    );
  });
});

describe('an account of X', () => {
  let standIn: SocialStandIn;
  let there: Awaited<ReturnType<typeof serve>>;
  let session: Session;
  const rates: Rate[] = [];
  const open = (n: number) => {
    const { credentials, settings } = standIn.accounts[n] as SocialStandIn['accounts'][number];
    const account = { credentials, settings: { ...settings, endpoint: there.endpoint }, timeoutMs: 3000 };
    return x.open?.({ ...account, onRate: (rate) => void rates.push(rate) }) as Session;
  };
  const meant = (post: Partial<Post>, more: Partial<Intent> = {}): Intent => ({
    ...{ key: randomUUID(), post: { text, language: 'ml', media: [], ...post }, prepared: {} },
    ...{ replyTo: null, kind: 'post', since: new Date(Date.now() - 1000), ...more },
  });

  beforeAll(async () => {
    there = await serve((req, res, next) => standIn.router(req, res, next));
  });
  beforeEach(() => {
    standIn = openX();
    session = open(0);
    rates.length = 0;
  });
  afterAll(() => there.end());

  it('is connected by a page, a code and its proof, and renewed once by each token', async () => {
    const [connected] = await connect(x.connect as OAuth, there.endpoint);
    expect(connected?.identity.name).toBe('@wecare_practice');
    const { credentials, settings } = connected as NonNullable<typeof connected>;
    expect(Date.parse(String(credentials.expiresAt)) - Date.now()).toBeGreaterThan(7_000_000);
    const mine = x.open?.({ credentials, settings, timeoutMs: 3000 }) as Session;
    expect((await mine.refresh?.())?.refreshToken).not.toBe(credentials.refreshToken);
    await expect(mine.refresh?.()).rejects.toMatchObject({ kind: 'unauthorised', reason: 'token' });
    await expect(connect(x.connect as OAuth, there.endpoint, 'no')).rejects.toMatchObject({
      kind: 'unauthorised',
    });
  });

  it('works by OAuth 1.0a, whose signature the far end verifies', async () => {
    const byHand = open(1);
    expect(byHand.refresh).toBeUndefined();
    expect((await byHand.check()).id).toBe('1000000001');
    const intent = meant({ media: [mediaOf(Buffer.alloc(2000, 7))] });
    await byHand.publish({ ...intent, prepared: await byHand.prepare(intent.post, intent) });
    expect(standIn.timeline()[0]?.media[0]).toMatchObject({ bytes: 2000, alt: 'A green square' });
    expect((await byHand.find?.(intent))?.id).toBe(standIn.timeline()[0]?.id);
  });

  it('answers to its own part of a thread, and finds a part by where it stands', async () => {
    const first = await session.publish(meant({}));
    const second = meant({ text: 'രണ്ടാം ഭാഗം', link: undefined }, { replyTo: first });
    expect(await session.find?.(second)).toBeNull();
    const { id } = await session.publish(second);
    expect(standIn.timeline()[1]?.replyTo).toBe(first.id);
    expect((await session.find?.(second))?.id).toBe(id);
    expect(await session.find?.({ ...second, replyTo: null })).toBeNull();
  });

  it('finds a post whose address X takes for no link', async () => {
    const near = 'http://127.0.0.1:4000/l/abc';
    const intent = meant({ text: `ഇവിടെ: ${near}`, link: near });
    const { id } = await session.publish(intent);
    expect((await session.find?.(intent))?.id).toBe(id);
    expect(await session.find?.(meant({ text: `ഇവിടെ: ${near}`, link }))).toBeNull();
  });

  it('refuses the same text twice, and that is no unknown', async () => {
    await session.publish(meant({}));
    await expect(session.publish(meant({}))).rejects.toMatchObject({
      ...{ kind: 'permanent', reason: 'duplicate' },
    });
  });

  it('sends a video in chunks, waits until it is ready, and sends it once', async () => {
    const bytes = Buffer.alloc(9 * 1024 * 1024, 1);
    const reads: number[] = [];
    const video: Media = mediaOf(bytes, {
      ...{ kind: 'video', mime: 'video/mp4', seconds: 20 },
      read: async (start = 0, end = bytes.length) => {
        reads.push(end - start);
        return bytes.subarray(start, end);
      },
    });
    const intent = meant({ media: [video] });
    const prepared = await session.prepare(intent.post, intent);
    expect(reads).toEqual([4194304, 4194304, 1048576]);
    expect(await session.prepare(intent.post, { ...intent, prepared })).toEqual(prepared);
    expect(reads).toHaveLength(3);
    await session.publish({ ...intent, prepared });
    expect(standIn.timeline()[0]?.media[0]).toMatchObject({ kind: 'video', hash: video.hash });
  });

  it('tells how much may still be asked, when posting and when refused', async () => {
    await session.publish(meant({}));
    expect(rates[0]?.remaining).toBe(99);
    expect(rates[0]?.resetsAt.getTime()).toBeGreaterThan(Date.now() + 800_000);
    standIn.fault('throttled');
    await expect(session.publish(meant({ text: 'x' }))).rejects.toMatchObject({ kind: 'throttled' });
    expect(rates[1]?.remaining).toBe(0);
  });

  it('does not follow a redirect, and takes no answer without a post for one', async () => {
    const odd = await serve((_req, res) => void res.redirect('https://elsewhere.example/'));
    const mine = x.open?.({
      ...{
        credentials: { accessToken: 'a' },
        settings: { id: '1', endpoint: odd.endpoint },
        timeoutMs: 3000,
      },
    }) as Session;
    await expect(mine.publish(meant({}))).rejects.toMatchObject({ kind: 'unknown', reason: 'no-answer' });
    await expect(mine.check()).rejects.toMatchObject({ kind: 'retryable' });
    odd.end();
  });

  it('lets no strange id into an address', async () => {
    for (const id of ['../users/me', '1?x=1', ''])
      await expect(session.remove?.({ id, url: null })).rejects.toMatchObject({ kind: 'permanent' });
  });
});
