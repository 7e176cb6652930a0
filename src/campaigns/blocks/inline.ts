import { outsideSlots } from '../slot-text.ts';
import { LINK } from './schema.ts';

/** Text to HTML: escaped, `**strong**`, `[words](target)`, line ends kept. Slots stay as they are. */
export function inline(text: string): string {
  return escaped(text)
    .replace(
      LINK,
      (_, words: string, target: string) => `<a href="${target.replace(/\*/g, '%2A')}">${words}</a>`,
    )
    .replace(/\*\*(?=\S)([^*\n]*[^*\s])\*\*/g, '<strong>$1</strong>')
    .replace(/\r?\n/g, '<br />');
}

/** For the inside of an element and of a quoted attribute. */
export const escaped = (text: string): string =>
  outsideSlots(text, (part) =>
    part.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;'),
  );

/** The paragraphs of a text: what empty lines part. A `{{#if}}` that spans them keeps them together. */
export function paragraphs(text: string): string[] {
  const parts = text.split(/\n[^\S\n]*\n\s*/).filter((part) => part.trim() !== '');
  return /\{\{[~\s]*[#^]/.test(text) ? [text.trim()] : parts;
}
