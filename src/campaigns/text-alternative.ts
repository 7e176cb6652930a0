import { convert, type FormatCallback, type HtmlToTextOptions } from 'html-to-text';

/** An image is its description; a drawing without one says nothing. */
const description: FormatCallback = (element, _walk, builder) => {
  const alt = String(element.attribs.alt ?? '').trim();
  if (alt) builder.addInline(alt);
};

/** Cells of a row stand beside each other. */
const cell: FormatCallback = (element, walk, builder) => {
  walk(element.children, builder);
  builder.addInline(' ');
};

const paragraph = { leadingLineBreaks: 2, trailingLineBreaks: 2 };
const heading = { options: { uppercase: false } };
const OPTIONS: HtmlToTextOptions = {
  wordwrap: false,
  formatters: { description, cell },
  selectors: [
    { selector: '*', format: 'inline' },
    { selector: 'a', options: { linkBrackets: ['<', '>'], hideLinkHrefIfSameAsText: true } },
    { selector: 'img', format: 'description' },
    { selector: 'div', format: 'block', options: paragraph },
    { selector: 'table', format: 'block', options: paragraph },
    { selector: 'tr', format: 'block' },
    ...['td', 'th'].map((selector) => ({ selector, format: 'cell' })),
    { selector: 'div[style*="display:none"]', format: 'skip' },
    ...['head', 'style', 'script', 'title'].map((selector) => ({ selector, format: 'skip' })),
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, ...heading })),
  ],
};

/**
 * The text part of a mail from its HTML: links as `words <url>`, pictures as their description, what
 * is hidden left out. Every `{{…}}` comes through as it was.
 */
export function textAlternative(html: string): string {
  const slots: string[] = [];
  // Private-use characters around a number: no whitespace that could be wrapped, no quotes or entities.
  const marked = html.replace(/\{\{[\s\S]*?\}\}/g, (slot) => `\uE000${slots.push(slot) - 1}\uE001`);
  const text = convert(marked, OPTIONS)
    .replace(/[^\S\n]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return `${text.replace(/\uE000(\d+)\uE001/g, (_, index) => slots[Number(index)] ?? '')}\n`;
}
