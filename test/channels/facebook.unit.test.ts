import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { facebook } from '../../channels/meta/facebook.ts';
import { translate } from '../../channels/meta/failures.ts';
import type { Intent, OAuth, Post, Rate, Session } from '../../channels/social.ts';
import { openFacebook } from '../../src/sandbox/social/meta/facebook.ts';
import type { SocialStandIn } from '../../src/sandbox/social/stand-in.ts';
import { describeNetwork } from '../contract/network.ts';
import { connect, mediaOf, serve } from '../support/standing.ts';

const link = 'https://ksm.example/l/abc123';
const text = `ഒരു കൈ സഹായം\n${link}`;

describeNetwork({
  network: facebook,
  openStandIn: openFacebook,
  timeoutMs: 2000,
  post: (picture) => ({ text, language: 'ml', media: [picture], link }),
});

describe('what Meta says', () => {
  it.each<[string, number, number | undefined, string]>([
    ['a token that ended', 190, 463, 'unauthorised token'],
    ['a session that ended', 102, undefined, 'unauthorised token'],
    ['a right that was lost', 10, undefined, 'unauthorised permission'],
    ['a right to the page', 200, undefined, 'unauthorised permission'],
    ['a right to the page', 299, undefined, 'unauthorised permission'],
    ['who knows', 1, undefined, 'unknown vendor-fault'],
    ['service down', 2, undefined, 'unknown vendor-fault'],
    ...[4, 17, 32, 613, 80001, 80006].map((code): [string, number, undefined, string] => [
      'too much',
      code,
      undefined,
      'throttled slow-down',
    ]),
    ['blocked', 368, undefined, 'permanent account'],
    ['there already', 506, undefined, 'permanent duplicate'],
    ['gone', 100, 33, 'permanent missing'],
    ['a wrong word', 100, undefined, 'permanent content'],
    ['perhaps live', 4, 2207051, 'unknown account'],
    ['a full day', 9, 2207042, 'throttled slow-down'],
    ['a restricted account', 25, 2207050, 'unauthorised account'],
    ['not ready', 9007, 2207027, 'retryable media'],
    ['no picture there', 9004, 2207052, 'permanent media'],
    ['their fault', -1, 2207001, 'unknown vendor-fault'],
  ])('%s (%i, %s)', (_, code, error_subcode, meaning) => {
    const until = new Date();
    const failure = translate({ code, error_subcode }, { status: 400, creates: true, until });
    expect(`${failure.kind} ${failure.reason}`).toBe(meaning);
  });
});

describe('a page of Facebook', () => {
  let standIn: SocialStandIn;
  let there: Awaited<ReturnType<typeof serve>>;
  let session: Session;
  const asked: string[] = [];
  const rates: Rate[] = [];
  const meant = (post: Partial<Post>, more: Partial<Intent> = {}): Intent => ({
    ...{ key: randomUUID(), post: { text, language: 'ml', media: [], ...post }, prepared: {} },
    ...{ replyTo: null, kind: 'post', since: new Date(Date.now() - 1000), ...more },
  });
  const publish = async (intent: Intent) =>
    session.publish({ ...intent, prepared: await session.prepare(intent.post, intent) });

  beforeAll(async () => {
    there = await serve((req, res, next) => {
      asked.push(`${req.method} ${req.url}`);
      standIn.router(req, res, next);
    });
  });
  beforeEach(() => {
    standIn = openFacebook();
    const { credentials, settings } = standIn.accounts[0] as SocialStandIn['accounts'][number];
    const account = { credentials, settings: { ...settings, endpoint: there.endpoint }, timeoutMs: 3000 };
    session = facebook.open?.({ ...account, onRate: (rate) => void rates.push(rate) }) as Session;
    asked.length = rates.length = 0;
  });
  afterAll(() => there.end());

  it('is chosen among the pages of who connects, with a token that does not end', async () => {
    const pages = await connect(facebook.connect as OAuth, there.endpoint);
    expect(pages.map(({ identity }) => identity.id)).toEqual(['2000000001', '2000000002']);
    expect(pages.map(({ credentials }) => credentials.expiresAt)).toEqual([null, null]);
    const [{ credentials, settings } = {} as never] = pages;
    expect((await facebook.open?.({ credentials, settings, timeoutMs: 3000 })?.check())?.id).toBe(
      '2000000001',
    );
    expect(asked.join()).not.toMatch(/secret|fb_exchange_token/);
  });

  it('asks what is documented, and never puts the token into an address', async () => {
    await publish(meant({ media: [mediaOf(Buffer.from('one')), mediaOf(Buffer.from('two'))] }));
    expect(asked).toEqual([
      'POST /v24.0/2000000001/photos',
      'POST /v24.0/2000000001/photos',
      'POST /v24.0/2000000001/feed',
      `POST /v24.0/${standIn.timeline()[0]?.id}`,
    ]);
    expect(standIn.timeline()[0]?.media.map(({ alt }) => alt)).toEqual(['A green square', 'A green square']);
  });

  it('takes a video in pieces and shows it when it is finished', async () => {
    const video = mediaOf(Buffer.alloc(5_000_000, 1), { kind: 'video', mime: 'video/mp4', seconds: 9 });
    const intent = meant({ media: [video], title: 'A video' });
    const prepared = await session.prepare(intent.post, intent);
    expect(standIn.timeline()).toEqual([]);
    expect(await session.find?.({ ...intent, prepared }).catch(() => null)).toBeNull();
    const { id } = await session.publish({ ...intent, prepared });
    expect(standIn.timeline()[0]).toMatchObject({ id, media: [{ hash: video.hash }] });
    expect((await session.find?.({ ...intent, prepared }))?.id).toBe(id);
  });

  it('has a first comment, which is found again', async () => {
    const post = await publish(meant({}));
    const comment = meant({ text: 'ഇവിടെ കാണാം' }, { replyTo: post, kind: 'comment' });
    expect(await session.find?.(comment)).toBeNull();
    standIn.fault('reset-after');
    await expect(publish(comment)).rejects.toMatchObject({ kind: 'unknown' });
    expect((await session.find?.(comment))?.id).toBe(standIn.timeline()[1]?.id);
  });

  it('tells until when to wait, by the header that says it', async () => {
    standIn.fault('throttled');
    const failure = await publish(meant({})).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'throttled', code: '32' });
    expect(rates.at(-1)?.remaining).toBe(0);
    expect((failure as { until: Date }).until).toEqual(rates.at(-1)?.resetsAt);
  });

  it('lets no strange id into an address', async () => {
    for (const id of ['me', '../1', '1?fields=x', ''])
      await expect(session.remove?.({ id, url: null })).rejects.toMatchObject({ kind: 'permanent' });
    expect(asked).toEqual([]);
  });
});
