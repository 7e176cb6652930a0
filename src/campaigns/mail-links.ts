export interface RewrittenLinks {
  html: string;
  text: string;
  /** The addresses that were replaced, each once, in their order. */
  urls: string[];
}

const ANCHOR_HREF = /(<a\b(?:[^<>"']|"[^"]*"|'[^']*')*?\shref\s*=\s*)("[^"]*"|'[^']*')/gi;
const TEXT_URL = /https?:\/\/[^\s<>"]+/g;

/** The http(s) links of a mail that can be tracked, each once: what `rewriteLinks` would replace. */
export function findLinks(html: string, text: string): string[] {
  return rewriteLinks(html, text, (url) => url).urls;
}

/**
 * Replaces each http(s) link in both parts by `mapUrl` of it, which may hold slots such as {{token}}.
 * A link that holds a slot itself stays: its target differs from person to person, so that one short
 * code cannot stand for it.
 */
export function rewriteLinks(html: string, text: string, mapUrl: (url: string) => string): RewrittenLinks {
  const urls = new Set<string>();
  const replace = (url: string) => {
    if (!/^https?:\/\/[^/]/i.test(url) || url.includes('{{')) return url;
    urls.add(url);
    return mapUrl(url);
  };
  const newHtml = html.replace(ANCHOR_HREF, (whole, before: string, quoted: string) => {
    const url = unescapeHtml(quoted.slice(1, -1)).trim();
    const mapped = replace(url);
    return mapped === url ? whole : `${before}"${escapeHtml(mapped)}"`;
  });
  const newText = text.replace(TEXT_URL, (found) => {
    const end = /(?:[.,;:!?'’”]|\)(?!.*\())+$/.exec(found)?.[0] ?? '';
    return replace(found.slice(0, found.length - end.length)) + end;
  });
  return { html: newHtml, text: newText, urls: [...urls] };
}

const unescapeHtml = (value: string) =>
  value
    .replace(/&quot;|&#34;/g, '"')
    .replace(/&#39;|&apos;|&#x27;/g, "'")
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;|&#38;/g, '&');
const escapeHtml = (value: string) =>
  value.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
