import type { Page, Tag } from './finding.ts';

const MOST = 512 * 1024;
const MOST_TAGS = 20_000;
const TAG = /<(\/?)([a-z][\w:-]{0,40})((?:"[^"]{0,20000}"|'[^']{0,20000}'|[^"'<>]){0,4000})>/gi;
const ATTRIBUTE = /([a-z][\w:-]{0,60})(?:\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?/gi;
const SILENT = ['style', 'script', 'title', 'head'];

/** Reads HTML forgivingly and in bounded time; what lies beyond 512 KB is not looked at. */
export function readPage(html: string): Page {
  const source = html.slice(0, MOST).replace(/<!--[\s\S]*?(?:-->|$)/g, ' ');
  const tags: Tag[] = [];
  let before: { tag: Tag; end: number } | undefined;
  for (const found of source.matchAll(TAG)) {
    if (before) before.tag.text = readable(source.slice(before.end, found.index));
    if (tags.length >= MOST_TAGS) break;
    const tag = tagOf(found);
    tags.push(tag);
    before = { tag, end: found.index + found[0].length };
  }
  const words = tags.filter(({ name, closing }) => closing || !SILENT.includes(name)).map(({ text }) => text);
  return { tags, source, words: tags.length ? words.join(' ') : readable(source) };
}

function tagOf([, slash, name = '', rest = '']: RegExpMatchArray): Tag {
  const attributes: Record<string, string> = {};
  for (const [, key = '', double, single, bare] of rest.matchAll(ATTRIBUTE)) {
    attributes[`${key.toLowerCase()}`] ??= readable(double ?? single ?? bare ?? '');
  }
  return { name: name.toLowerCase(), closing: slash === '/', attributes, text: '' };
}

const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  zwnj: '',
};

function readable(text: string): string {
  return text.replace(/&(#x?[0-9a-f]{1,6}|[a-z]{2,6});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return NAMED[name.toLowerCase()] ?? whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code === 847 ? '' : code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
