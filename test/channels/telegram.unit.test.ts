import { Api as Grammy, GrammyError, InputFile } from 'grammy';
import { describe, expect, it } from 'vitest';
import { telegram } from '../../channels/telegram.ts';
import { openTelegram } from '../../src/sandbox/social/telegram.ts';
import { describeNetwork } from '../contract/network.ts';
import { mediaOf } from '../support/standing.ts';
import { answering, failureOf, intentOf, openVendor, sessionOf, textOf } from '../support/vendor.ts';

describeNetwork({
  network: telegram,
  openStandIn: () => openTelegram(),
  post: (picture) => ({ ...textOf('ഓണാശംസകൾ from We Care\nhttps://we.example/l/ab', picture) }),
});

const vendor = openVendor();
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const CHAT = '@wecare_practice';
const opened = () => sessionOf(telegram, openTelegram(), vendor.url());

describe('grammy at the stand-in', () => {
  it('writes, shows pictures, answers and takes away', async () => {
    const standIn = openTelegram();
    vendor.play(standIn.router);
    const token = standIn.accounts[0]?.credentials.more?.token as string;
    const bot = new Grammy(token, { apiRoot: vendor.url() });
    expect((await bot.getMe()).is_bot).toBe(true);
    expect(await bot.getChat(CHAT)).toMatchObject({ type: 'channel', username: 'wecare_practice' });
    const first = await bot.sendMessage(CHAT, 'One');
    await bot.sendPhoto(CHAT, new InputFile(PNG, 'a.png'), { caption: 'Two' });
    const files = ['a.png', 'b.png'].map((name) => ({
      ...({ type: 'photo', media: new InputFile(PNG, name) } as const),
    }));
    const album = await bot.sendMediaGroup(CHAT, files, {
      reply_parameters: { message_id: first.message_id },
    });
    expect(album).toHaveLength(2);
    const seen = standIn.timeline();
    expect(seen.map(({ text, media }) => [text, media.length])).toEqual([
      ['One', 0],
      ['Two', 1],
      ['', 2],
    ]);
    expect(seen[2]?.replyTo).toBe(String(first.message_id));
    expect(standIn.picture?.(seen[1]?.media[0]?.hash as string)?.bytes).toEqual(PNG);
    await bot.deleteMessage(CHAT, first.message_id);
    await bot.deleteMessages(CHAT, [album[0]?.message_id as number]);
    expect(standIn.timeline()).toHaveLength(1);
  });

  it('is refused as Telegram would refuse it', async () => {
    const standIn = openTelegram();
    vendor.play(standIn.router);
    const bot = new Grammy(standIn.accounts[0]?.credentials.more?.token as string, { apiRoot: vendor.url() });
    const said = (call: Promise<unknown>) => call.then(undefined, (error: GrammyError) => error.description);
    expect(await said(bot.sendMessage(CHAT, 'a'.repeat(4097)))).toBe('Bad Request: message is too long');
    expect(await said(bot.sendMessage('@elsewhere', 'a'))).toBe('Bad Request: chat not found');
    standIn.fault('throttled');
    const error = await bot.sendMessage(CHAT, 'a').catch((thrown: unknown) => thrown);
    expect((error as GrammyError).parameters.retry_after).toBe(7);
    expect(error).toBeInstanceOf(GrammyError);
  });
});

describe('a channel of Telegram', () => {
  it('shows an album as one post, and takes all of it away', async () => {
    const standIn = openTelegram();
    vendor.play(standIn.router);
    const session = sessionOf(telegram, standIn, vendor.url());
    const receipt = await session.publish(intentOf(textOf('Two', mediaOf(PNG), mediaOf(PNG))));
    expect(receipt).toEqual({ id: '1', url: 'https://t.me/wecare_practice/1', more: { ids: '1,2' } });
    const answer = await session.publish(intentOf(textOf('After'), { replyTo: receipt }));
    expect(standIn.timeline().at(-1)).toMatchObject({ id: answer.id, replyTo: '1' });
    await session.remove?.(receipt);
    expect(standIn.timeline().map(({ text }) => text)).toEqual(['After']);
  });

  it('has no address for everybody where it is private, and cannot be looked through', async () => {
    const chat = { id: -1009, title: 'Private' };
    vendor.play(answering(200, { ok: true, result: { message_id: 5, chat } }));
    expect((await opened().publish(intentOf(textOf('a')))).url).toBeNull();
    expect(opened().find).toBeUndefined();
  });

  it('counts UTF-16 units, fewer beside a picture', () => {
    expect(telegram.validate(textOf('😀'.repeat(2048)))).toEqual([]);
    expect(telegram.validate(textOf('😀'.repeat(2049)))).toMatchObject([{ code: 'too-long', is: 4098 }]);
    expect(telegram.validate(textOf('അ'.repeat(1025), mediaOf(PNG)))).toMatchObject([{ most: 1024 }]);
    const wide = mediaOf(PNG, { width: 6000, height: 5000 });
    expect(telegram.validate(textOf('', wide))).toMatchObject([{ code: 'media-too-large', is: 11_000 }]);
  });

  it.each([
    [401, 'Unauthorized', 'unauthorised', 'token'],
    [404, 'Not Found', 'unauthorised', 'token'],
    [403, 'Forbidden: bot is not a member of the channel chat', 'unauthorised', 'permission'],
    [400, 'Bad Request: need administrator rights in the channel chat', 'unauthorised', 'permission'],
    [400, 'Bad Request: chat not found', 'unauthorised', 'account'],
    [400, 'Bad Request: message is too long', 'permanent', 'content'],
    [400, 'Bad Request: PHOTO_INVALID_DIMENSIONS', 'permanent', 'media'],
    [400, 'Bad Request: message to be replied not found', 'permanent', 'missing'],
    [413, 'Request Entity Too Large', 'permanent', 'media'],
    [502, 'Bad Gateway', 'unknown', 'vendor-fault'],
  ])('knows %s %s', async (code, description, kind, reason) => {
    vendor.play(answering(code, { ok: false, error_code: code, description }));
    expect(await failureOf(opened().publish(intentOf(textOf('a'))))).toMatchObject({ kind, reason });
  });

  it('waits as long as it is told', async () => {
    vendor.play(answering(429, { ok: false, error_code: 429, parameters: { retry_after: 35 } }));
    const { kind, until } = await failureOf(opened().publish(intentOf(textOf('a'))));
    expect(kind).toBe('throttled');
    expect((until?.getTime() ?? 0) - Date.now()).toBeGreaterThan(33_000);
  });

  it('says that it may not post before anything is planned, and asks nobody with a wrong token or name', async () => {
    vendor.play(answering(200, { ok: true, result: { id: 1, status: 'administrator' } }));
    expect(await failureOf(opened().check())).toMatchObject({ kind: 'unauthorised', reason: 'permission' });
    vendor.play(answering(500, 'nobody should ask'));
    const wrong = (token: string, chat: string) =>
      telegram.open?.({
        credentials: { more: { token } },
        settings: { chat, endpoint: vendor.url() },
        timeoutMs: 500,
      });
    const token = '1234:abcdefghijklmnopqrstuvwx';
    expect(await failureOf(wrong('../x', CHAT)?.check() as Promise<unknown>)).toMatchObject({
      reason: 'token',
    });
    const there = wrong(token, 'https://t.me/x')?.publish(intentOf(textOf('a')));
    expect(await failureOf(there as Promise<unknown>)).toMatchObject({ reason: 'account' });
  });
});
