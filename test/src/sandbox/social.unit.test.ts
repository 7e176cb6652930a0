import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { networks } from '../../../channels/networks.ts';
import type { Media, NetworkName, Receipt } from '../../../channels/social.ts';
import { systemClock } from '../../../src/clock.ts';
import { loadConfig } from '../../../src/config.ts';
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { mediaOf } from '../../support/standing.ts';
import { intentOf, textOf } from '../../support/vendor.ts';

let sandbox: RunningSandbox;
beforeAll(async () => {
  const ports = { SANDBOX_PORT: '0', SANDBOX_SMTP_PORT: '0' };
  const config = loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', ...ports });
  sandbox = await startSandbox({ config, clock: systemClock, log: pino({ level: 'silent' }) });
});
afterAll(() => sandbox.close());

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const get = async (path: string) => {
  const answer = await fetch(new URL(path, sandbox.social.pageUrl));
  return { answer, text: await answer.clone().text(), bytes: Buffer.from(await answer.arrayBuffer()) };
};
/** As a worker would publish: through the adapter, to the address under which the network is mounted. */
async function publish(name: NetworkName, words: string, more: { media?: Media[]; replyTo?: Receipt } = {}) {
  const account = sandbox.social.standIns.get(name)?.accounts[0];
  const settings = { ...account?.settings, endpoint: `${sandbox.social.url}/${name}` };
  const credentials = account?.credentials ?? {};
  const session = networks[name]?.open?.({ credentials, settings, timeoutMs: 20_000 });
  const post = { ...textOf(words, ...(more.media ?? [])), title: 'A year' };
  const intent = intentOf(post, { key: randomUUID(), replyTo: more.replyTo ?? null });
  const prepared = await session?.prepare(post, intent);
  return (await session?.publish({ ...intent, prepared: prepared ?? {} })) as Receipt;
}

describe('the timelines of the sandbox', () => {
  it('teach what to do while there is nothing, in both languages', async () => {
    const { answer, text } = await get('/sandbox/social?lang=en');
    expect(answer.headers.get('refresh')).toBe('10');
    expect(text).toContain('Nothing has been posted yet');
    expect(text).toContain(`${sandbox.social.url}/telegram`);
    expect((await get('/sandbox/social?lang=ml&still=yes')).text).toContain('<html lang="ml"');
    expect((await get('/sandbox/social?still=yes')).answer.headers.get('refresh')).toBeNull();
  });

  it('show each network what was published to it, with its picture, its address and its thread', async () => {
    const picture = mediaOf(PNG, { mime: 'image/png', alt: 'A boat <i>' });
    const first = await publish('mastodon', 'One & <b>two</b>\nhttps://we.example/l/ab #ഓണം', {
      media: [picture],
    });
    await publish('mastodon', 'The second part', { replyTo: first });
    await publish('telegram', 'To the channel');
    await publish('x', 'On X', { media: [mediaOf(PNG, { mime: 'image/png' })] });
    const film = mediaOf(PNG, { kind: 'video', mime: 'video/mp4', seconds: 3 });
    await publish('youtube', 'What was done', { media: [film] });

    const { text } = await get('/sandbox/social?lang=en');
    expect(text).toContain('One &amp; &lt;b&gt;two&lt;/b&gt;');
    expect(text).toContain('<a href="https://we.example/l/ab" rel="noopener noreferrer">');
    expect(text).toContain('alt="A boat &lt;i&gt;"');
    expect(text).toMatch(/strand--joined[\s\S]*One &amp;[\s\S]*The second part/);
    expect(text).toMatch(/<h3 dir="auto">A year<\/h3>/);
    expect(text).toMatch(/src="\/sandbox\/social\/media\/x\/[0-9a-f]{64}"/);
    const src = /src="(\/sandbox\/social\/media\/mastodon\/[0-9a-f]{64})"/.exec(text)?.[1];
    const shown = await get(src as string);
    expect(shown.answer.headers.get('content-type')).toBe('image/png');
    expect(shown.bytes).toEqual(PNG);
  });

  it('are those of one network when it is chosen', async () => {
    const { text } = await get('/sandbox/social?network=telegram&lang=en');
    expect(text).toContain('To the channel');
    expect(text).not.toContain('The second part');
    expect((await get('/sandbox/social?network=linkedin&lang=en')).text).toContain(
      'Nothing has been posted on LinkedIn yet',
    );
  });

  it('are data for programs', async () => {
    const seen = JSON.parse((await get('/sandbox/social.json')).text);
    expect(seen.mastodon.map(({ text }: { text: string }) => text)).toHaveLength(2);
    expect(seen.bluesky).toEqual([]);
  });

  it('give nothing as a picture that is none', async () => {
    expect((await get('/sandbox/social/media/mastodon/ff')).answer.status).toBe(404);
    expect((await get('/sandbox/social/media/nobody/ff')).answer.status).toBe(404);
  });
});
