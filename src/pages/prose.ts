import Handlebars from 'handlebars';

export const escapeHtml = (text: string): string => Handlebars.escapeExpression(text);

const MARKS = /\*\*([^*\n]+)\*\*|\[([^\]\n]+)\]\((https?:\/\/[^\s()<>"]+)\)/g;

/** What somebody wrote, as HTML in paragraphs: `**strong words**` and `[words](https://…)`; all else is text. */
export const paragraphs = (text: string): string[] =>
  text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => inline(part).replaceAll('\n', '<br>'));

function inline(text: string): string {
  let html = '';
  let read = 0;
  for (const { 0: all, 1: strong, 2: words = '', 3: href = '', index } of text.matchAll(MARKS)) {
    html += escapeHtml(text.slice(read, index));
    html += strong
      ? `<strong>${inline(strong)}</strong>`
      : `<a href="${escapeHtml(href)}" rel="noopener nofollow">${escapeHtml(words)}</a>`;
    read = index + all.length;
  }
  return html + escapeHtml(text.slice(read));
}

/** The same without its marks, for where there is no HTML. */
export const plainOf = (text: string): string =>
  text.replace(MARKS, (_all, strong?: string, words?: string) => strong ?? words ?? '');
