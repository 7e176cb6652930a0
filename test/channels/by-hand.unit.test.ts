import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '../../channels/check.ts';
import { networks } from '../../channels/networks.ts';
import type { Limits, Media, Network, Post } from '../../channels/social.ts';

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

describe('what the limits alone refuse', () => {
  const limits: Limits = {
    ...{ text: 20, caption: 10, unit: 'characters', hashtags: 2, bare: true, thread: 1, firstComment: false },
    ...{ rates: [], altText: 8 },
    ratios: [
      { name: 'portrait', width: 4, height: 5 },
      { name: 'wide', width: 191, height: 100 },
    ],
    pictures: { most: 2, bytes: 5000, types: ['image/jpeg'], side: 2000 },
    video: { bytes: 9000, seconds: 60, types: ['video/mp4'] },
  };
  const found = (one: Post, more: Partial<Limits> = {}) =>
    check(one, { limits: { ...limits, ...more }, length: (text) => text.length });
  const video = (more: Partial<Media> = {}) =>
    picture({ kind: 'video', mime: 'video/mp4', seconds: 9, ...more });

  it('counts a text beside a picture by the shorter limit', () => {
    expect(found(post('a'.repeat(20)))).toEqual([]);
    expect(found(post('a'.repeat(11), picture()))).toEqual([
      { code: 'too-long', hard: true, is: 11, most: 10 },
    ]);
  });

  it.each([
    ['empty', post('\n')],
    ['too-many-pictures', post('', picture(), picture(), picture())],
    ['media-type', post('', picture({ mime: 'image/svg+xml' }))],
    ['media-too-large', post('', picture({ bytes: 5001 }))],
    ['media-too-large', post('', picture({ width: 2001, height: 2001 }))],
    ['media-ratio', post('', picture({ width: 500, height: 1000 }))],
    ['mixed-media', post('', picture(), video())],
    ['mixed-media', post('', video(), video())],
    ['media-type', post('', video({ mime: 'video/x-msvideo' }))],
    ['media-too-large', post('', video({ bytes: 9001 }))],
    ['video-too-long', post('', video({ seconds: 61 }))],
    ['too-many-hashtags', post('#ഓണം #onam (#2026x')],
    ['alt-too-long', post('', picture({ alt: 'A long boat' }))],
  ])('finds %s', (code, one) => {
    expect(found(one)).toMatchObject([{ code, hard: true }]);
  });

  it('asks for what is missing, and refuses what is not taken', () => {
    expect(codes(found(post('text'), { bare: false }))).toEqual(['needs-media']);
    expect(codes(found(post('', picture()), { pictures: null }))).toEqual(['no-pictures']);
    expect(codes(found(post('', video()), { video: null }))).toEqual(['no-video']);
    expect(found(post('', picture({ alt: '' })))).toEqual([{ code: 'no-alt-text', hard: false }]);
  });

  it('counts hashtags as words, not as signs, numbers or parts of an address', () => {
    const tags = fc.array(fc.constantFrom('#ഓണം', '#onam', '#ö1'), { maxLength: 6 });
    const noise = fc.constantFrom('# ', '#1 ', 'a#b ', 'https://x.example/#top ', '');
    fc.assert(
      fc.property(tags, noise, (some, rest) => {
        const text = `${rest}${some.join(' ')}`;
        const problem = found(post(text), { text: 999 }).find(({ code }) => code === 'too-many-hashtags');
        expect(problem?.is).toBe(some.length > 2 ? some.length : undefined);
      }),
    );
  });
});
