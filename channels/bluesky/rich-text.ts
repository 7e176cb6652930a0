/** What a piece of a text is, by bytes of UTF-8 (docs.bsky.app/docs/advanced-guides/post-richtext). */
export interface Facet {
  index: { byteStart: number; byteEnd: number };
  features: ({ $type: typeof LINK; uri: string } | { $type: typeof TAG; tag: string })[];
}

const LINK = 'app.bsky.richtext.facet#link';
const TAG = 'app.bsky.richtext.facet#tag';
/** An address ends before the sign that ends a sentence, and before a bracket that it did not open. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"]*[^\s<>"'.,;:!?…]/gi;
const HASHTAG = /(?<![\p{L}\p{M}\p{N}_&/#])[#＃]((?=[\p{N}_]*\p{L})[\p{L}\p{M}\p{N}_\u200c\u200d]+)/gu;
/** Graphemes at most, and UTF-16 units are never fewer. */
const LONGEST_TAG = 64;

/** Without facets an address or a hashtag is plain text to Bluesky, and nobody can follow it. */
export function facetsOf(text: string): Facet[] {
  const links = [...text.matchAll(ADDRESS)].map(({ 0: found, index }) => {
    const uri = balanced(found);
    return { index: bytesOf(text, index, uri), features: [{ $type: LINK, uri } as const] };
  });
  const inLink = (at: number) => links.some(({ index }) => at >= index.byteStart && at < index.byteEnd);
  const tags = [...text.matchAll(HASHTAG)]
    .filter(({ 1: tag = '' }) => tag.length <= LONGEST_TAG)
    .map(({ 0: found, 1: tag = '', index }) => ({
      index: bytesOf(text, index, found),
      features: [{ $type: TAG, tag } as const],
    }))
    .filter(({ index }) => !inLink(index.byteStart));
  return [...links, ...tags].sort((a, b) => a.index.byteStart - b.index.byteStart);
}

const balanced = (address: string): string =>
  address.endsWith(')') && !address.includes('(') ? address.slice(0, -1) : address;

function bytesOf(text: string, at: number, piece: string): Facet['index'] {
  const byteStart = Buffer.byteLength(text.slice(0, at));
  return { byteStart, byteEnd: byteStart + Buffer.byteLength(piece) };
}
