import type sharpOf from 'sharp';

let loaded: Promise<typeof sharpOf> | undefined;

/** Loaded when a picture is made: workers, which only send, need not carry its 30 MB. */
export function loadSharp(): Promise<typeof sharpOf> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    // The cache would hold pictures of others in memory; threads beyond two take the web's from it.
    sharp.cache(false);
    sharp.concurrency(2);
    return sharp;
  });
  return loaded;
}
