import { escaped, inline, paragraphs } from './inline.ts';
import type { Single } from './schema.ts';

/** What differs between scripts: Malayalam needs room above and below its letters. */
export interface Setting {
  body: number;
  title: { size: number; line: number };
  button: { size: number; line: number };
}

type Draw = {
  [Type in Single['type']]: (block: Extract<Single, { type: Type }>, setting: Setting) => string;
};

/** How each block is drawn: elements for the inside of an mj-column. */
const draw: Draw = {
  heading: ({ text, level, above }, { title }) =>
    (above ? goldLine(above) : '') +
    `<mj-text css-class="ink${level === 1 ? ' title' : ''}" mj-class="display" ` +
    `font-size="${level === 1 ? title.size : 21}px" line-height="${title.line}" padding="${level === 1 ? '0 32px 20px' : '12px 32px 10px'}">` +
    `<h${level} style="margin:0;font:inherit">${inline(text)}</h${level}></mj-text>`,
  text: ({ text, quiet }) =>
    paragraphs(text)
      .map(
        (part) =>
          `<mj-text css-class="${quiet ? 'quiet" mj-class="quiet' : 'ink'}">${inline(part)}</mj-text>`,
      )
      .join('\n'),
  picture: ({ src, alt, href, width }) =>
    `<mj-image src="${escaped(src)}" alt="${escaped(alt ?? '')}" padding="4px 32px 20px" border-radius="8px"` +
    `${href ? ` href="${escaped(href)}"` : ''}${width ? ` width="${width}px"` : ''} />`,
  button: ({ text, href }, { button }) =>
    `<mj-button css-class="give" href="${escaped(href)}" background-color="#0b5d4e" color="#fffdf7" ` +
    `font-size="${button.size}px" font-weight="700" border-radius="10px" inner-padding="15px 36px" ` +
    `padding="4px 32px 20px" line-height="${button.line}">${inline(text)}</mj-button>`,
  quote: ({ text, who }, { body }) =>
    '<mj-text css-class="ink" mj-class="display" font-weight="400" font-size="19px" padding="8px 32px 20px" ' +
    `line-height="${body}"><div style="border-left:4px solid #d9b04c;padding-left:18px">${inline(text)}` +
    `${who ? `<div style="font-size:15px;padding-top:8px">${inline(who)}</div>` : ''}</div></mj-text>`,
  divider: () => '<mj-divider border-color="#d9b04c" border-width="1px" padding="8px 32px 24px" />',
  numbers: ({ rows }, { body }) =>
    '<mj-table css-class="gifts" padding="4px 32px 20px" font-size="17px" color="#1c2722" role="presentation" ' +
    `line-height="${body}">${rows.map(row).join('')}</mj-table>`,
};

/** MJML of one block, for the inside of a column. */
export const drawn = (block: Single, setting: Setting): string =>
  (draw[block.type] as (block: Single, setting: Setting) => string)(block, setting);

const goldLine = (text: string) =>
  '<mj-text css-class="gold" color="#6f500c" font-size="14px" font-weight="600" padding="0 32px 8px">' +
  `${inline(text)}</mj-text>\n`;

function row({ number, words }: { number: string; words: string }, index: number, all: unknown[]): string {
  const last = index === all.length - 1 ? ';border-bottom:1px solid #e4dac2' : '';
  const line = (gap: number) => `padding:12px ${gap}px 12px 0;border-top:1px solid #e4dac2${last}`;
  return (
    `<tr><td class="sum" style="width:112px;${line(16)};color:#6f500c;font-weight:700;vertical-align:top">${inline(number)}</td>` +
    `<td style="${line(0)}">${inline(words)}</td></tr>`
  );
}
