import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPost } from '../../channels/check.ts';
import type { Limits, Media, Post } from '../../channels/social.ts';

const limits: Limits = {
  ...{ text: 20, unit: 'characters', caption: 10, hashtags: 2, bare: true, thread: 1, altText: 15 },
  pictures: { most: 2, bytes: 1000, types: ['image/jpeg'], side: 500 },
  video: { bytes: 5000, seconds: 60, types: ['video/mp4'] },
  ratios: [
    { name: '4:5', width: 4, height: 5 },
    { name: '1.91:1', width: 191, height: 100 },
  ],
  ...{ firstComment: false, rates: [] },
};
const network = { limits, length: (text: string) => text.length };

const file = { hash: 'a'.repeat(64), bytes: 900, width: 400, height: 400, read: async () => Buffer.alloc(0) };
const picture: Media = { ...file, kind: 'picture', mime: 'image/jpeg', alt: 'A school' };
const video: Media = { ...file, kind: 'video', mime: 'video/mp4', seconds: 30, alt: '' };
const post = (text: string, media: Media[] = []): Post => ({ text, language: 'ml', media });
const codes = (of: Post, more: Partial<Limits> = {}) =>
  checkPost({ ...network, limits: { ...limits, ...more } }, of).map(({ code }) => code);

describe('what is the matter with a post', () => {
  it('is nothing with a good one', () => {
    for (const good of [
      post('Good'),
      post('', [picture]),
      post('Good', [picture, picture]),
      post('', [video]),
    ])
      expect(codes(good)).toEqual([]);
  });

  it.each<[string, Post, Partial<Limits>]>([
    ['empty', post(' \n'), {}],
    ['too-long', post('x'.repeat(21)), {}],
    ['too-long', post('x'.repeat(11), [picture]), {}],
    ['needs-media', post('Good'), { bare: false }],
    ['needs-media', post('Good', [picture]), { pictures: { ...limits.pictures, least: 2 } as never }],
    ['too-many-pictures', post('', [picture, picture, picture]), {}],
    ['no-pictures', post('', [picture]), { pictures: null }],
    ['no-video', post('', [video]), { video: null }],
    ['mixed-media', post('', [video, picture]), {}],
    ['mixed-media', post('', [video, video]), {}],
    ['media-too-large', post('', [{ ...picture, bytes: 1001 }]), {}],
    ['media-too-large', post('', [{ ...picture, width: 501, height: 500 }]), {}],
    ['media-type', post('', [{ ...picture, mime: 'image/gif' }]), {}],
    ['media-ratio', post('', [{ ...picture, width: 100 }]), {}],
    ['video-too-long', post('', [{ ...video, seconds: 61 }]), {}],
    ['no-alt-text', post('', [{ ...picture, alt: ' ' }]), {}],
    ['alt-too-long', post('', [{ ...picture, alt: 'x'.repeat(16) }]), {}],
    ['too-many-hashtags', post('#ഓണം #a1 #_b'), {}],
  ])('is %s', (code, bad, more) => {
    expect(codes(bad, more)).toEqual([code]);
  });

  it('counts a hashtag of Malayalam with its joiner as one, and a number or a piece of an address as none', () => {
    expect(codes(post('#ക്ഷേമം #അവൻ\u200dറെ'))).toEqual([]);
    expect(codes(post('#1 #2 #3 a#b c#d'))).toEqual([]);
  });

  it('asks for alternative text and does not demand it', () => {
    expect(checkPost(network, post('', [{ ...picture, alt: '' }]))).toEqual([
      { code: 'no-alt-text', hard: false },
    ]);
  });

  it('takes any text and says of it at most that it is empty, long or full of hashtags', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const code of codes(post(text))) expect(code).toMatch(/^(empty|too-long|too-many-hashtags)$/);
      }),
    );
  });
});
