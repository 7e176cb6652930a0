import type { Limits, Media, Network, Post, Problem } from './social.ts';

/**
 * What is the matter with a post by its network's limits alone. An adapter adds what only it knows.
 *
 * A picture without alternative text is a soft problem: asked for, not demanded.
 */
export function checkPost(network: Pick<Network, 'limits' | 'length'>, post: Post): Problem[] {
  const { limits } = network;
  return [
    ...checkText(network, post),
    ...checkCounts(limits, post.media),
    ...post.media.flatMap((media) => [...checkFile(limits, media), ...checkAlt(limits, media)]),
  ];
}

function checkText({ limits, length }: Pick<Network, 'limits' | 'length'>, { text, media }: Post): Problem[] {
  const problems: Problem[] = [];
  if (!media.length && !limits.bare) problems.push({ code: 'needs-media', hard: true });
  else if (!media.length && text.trim() === '') problems.push({ code: 'empty', hard: true });
  const most = media.length ? (limits.caption ?? limits.text) : limits.text;
  problems.push(...above('too-long', length(text), most));
  problems.push(...above('too-many-hashtags', hashtagsIn(text).length, limits.hashtags ?? Infinity));
  return problems;
}

/** Marks that networks make into links: a letter is among them (`#1` is none), and Malayalam has its signs. */
const HASHTAG = /(?<![\p{L}\p{M}\p{N}_&])[#＃](?=[\p{N}_]*\p{L})[\p{L}\p{M}\p{N}_\u200c\u200d]+/gu;

const hashtagsIn = (text: string): string[] => text.match(HASHTAG) ?? [];

function checkCounts({ pictures, video }: Limits, media: Media[]): Problem[] {
  const shown = media.filter(({ kind }) => kind === 'picture').length;
  const videos = media.length - shown;
  if (shown && !pictures) return [{ code: 'no-pictures', hard: true }];
  if (videos && !video) return [{ code: 'no-video', hard: true }];
  if (videos > 1 || (videos && shown)) return [{ code: 'mixed-media', hard: true }];
  if (!videos && pictures?.least && shown < pictures.least && media.length)
    return [{ code: 'needs-media', hard: true, is: shown, most: pictures.least }];
  return above('too-many-pictures', shown, pictures?.most ?? Infinity);
}

function checkFile({ pictures, video, ratios }: Limits, media: Media): Problem[] {
  const limits = media.kind === 'picture' ? pictures : video;
  if (!limits) return [];
  const problems = above('media-too-large', media.bytes, limits.bytes);
  if (!limits.types.includes(media.mime))
    problems.push({ code: 'media-type', hard: true, what: limits.types.join(', ') });
  if ('side' in limits)
    problems.push(...above('media-too-large', Math.max(media.width, media.height), limits.side));
  else problems.push(...above('video-too-long', media.seconds ?? 0, limits.seconds));
  if (media.kind === 'picture' && ratios && !isBetween(ratios, media))
    problems.push({ code: 'media-ratio', hard: true, what: ratios.map(({ name }) => name).join(', ') });
  return problems;
}

/** Between the narrowest and the widest that are named, give or take a pixel's rounding. */
function isBetween(ratios: NonNullable<Limits['ratios']>, { width, height }: Media): boolean {
  const named = ratios.map((ratio) => ratio.width / ratio.height);
  const is = width / height;
  return is >= Math.min(...named) * 0.99 && is <= Math.max(...named) * 1.01;
}

function checkAlt({ altText }: Limits, { kind, alt }: Media): Problem[] {
  if (altText === null || kind !== 'picture') return [];
  if (alt.trim() === '') return [{ code: 'no-alt-text', hard: false }];
  return above('alt-too-long', [...alt].length, altText);
}

const above = (code: Problem['code'], is: number, most: number): Problem[] =>
  is > most ? [{ code, hard: true, is, most }] : [];
