/**
 * LinkedIn's own notation: what is not escaped in it cuts the text off without a word
 * (learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format).
 */
const RESERVED = /[\\|{}@[\]()<>#*_~]/g;
const HASHTAG = /(?<![\p{L}\p{M}\p{N}_&/])#(?=[\p{N}_]*\p{L})([\p{L}\p{M}\p{N}_\u200c\u200d]+)/gu;

const escaped = (text: string): string => text.replace(RESERVED, '\\$&');

/** A text as it is to be read; its hashtags become links. */
export function littleText(text: string): string {
  let from = 0;
  let written = '';
  for (const { 0: whole, 1: word = '', index } of text.matchAll(HASHTAG)) {
    written += `${escaped(text.slice(from, index))}{hashtag|\\#|${escaped(word)}}`;
    from = index + whole.length;
  }
  return written + escaped(text.slice(from));
}

/** The text that is read. */
export const readLittleText = (text: string): string =>
  text
    .replace(/\{hashtag\|\\?#\|((?:\\.|[^\\}])*)\}/g, (_whole, word: string) => `\\#${word}`)
    .replace(/@\[((?:\\.|[^\\\]])*)\]\((?:\\.|[^\\)])*\)/g, '$1')
    .replace(/\\([\s\S])/g, '$1');
