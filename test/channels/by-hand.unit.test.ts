import { describe, expect, it } from 'vitest';
import { networks } from '../../channels/networks.ts';
import type { Media, Network, Post } from '../../channels/social.ts';

const hand = networks.hand as Network;
const picture = (more: Partial<Media> = {}): Media => ({
  ...{ hash: 'a'.repeat(64), kind: 'picture', mime: 'image/jpeg', bytes: 1000, width: 1080, height: 1080 },
  ...{ alt: 'A boat', read: async () => Buffer.alloc(1000), ...more },
});
const post = (text: string, ...media: Media[]): Post => ({ text, language: 'en', media });
const codes = (problems: { code: string }[]) => problems.map(({ code }) => code);

describe('by hand', () => {
  it('has no way to publish by program, and says what it may stand for', () => {
    expect(hand.open).toBeUndefined();
    expect(hand.connect).toMatchObject({
      fields: [{ name: 'kind', options: ['whatsapp-channel', 'press', 'notice-board'] }],
    });
  });

  it('takes a long text with pictures and a video together, but not nothing', () => {
    const video = picture({ kind: 'video', mime: 'video/mp4', seconds: 60 });
    expect(hand.validate(post('വാർത്ത '.repeat(1000), picture(), video))).toEqual([]);
    expect(codes(hand.validate(post(' ')))).toEqual(['empty']);
  });
});

describe('Google Plus', () => {
  it('refuses everything and names who takes it instead', () => {
    const plus = networks['google-plus'] as Network;
    expect(plus.retired).toEqual({ since: '2019-04', instead: ['facebook', 'youtube', 'hand'] });
    expect(plus.validate(post('Hello'))).toEqual([
      { code: 'retired', hard: true, what: 'facebook, youtube, hand' },
    ]);
    expect(plus.open).toBeUndefined();
  });
});
