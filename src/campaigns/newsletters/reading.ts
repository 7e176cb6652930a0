import { isLetter, readLetter } from '../blocks/letter.ts';
import { type Block, LINK, type Single } from '../blocks/schema.ts';
import { textAlternative } from '../text-alternative.ts';
import { neutral } from './neutral.ts';

/** A version of a message in one language, as it is stored. */
export interface Written {
  language: string;
  subject: string;
  preheader: string;
  source: string;
  text: string;
}

export interface Picture {
  src: string;
  alt: string;
}

/** An edition as everybody may read it: no merge field, token, tracked link or style is left in it. */
export interface Reading {
  language: string;
  title: string;
  summary: string;
  /** The first. */
  picture: Picture | null;
  /** Sections of semantic HTML, every text escaped; drawn when asked for. */
  html(): string;
}

export interface Frame {
  /** What stands over the page already and is not repeated: the newsletter's own title. */
  masthead: string;
  /** Address of this installation: pictures of other sites are named, not loaded. */
  publicUrl: string;
}

/** What a mail says, as a web page says it. Blocks become HTML of our own; other sources give their text. */
export function readingOf(written: Written, frame: Frame): Reading {
  const { language, source } = written;
  const title = neutral(written.subject, language).trim();
  const summary = neutral(written.preheader, language).trim();
  if (!isLetter(source)) {
    return {
      language,
      title,
      summary,
      picture: null,
      html: () => story(plainParagraphs(written.text, language)),
    };
  }
  const { blocks } = readLetter(source);
  const drawing = { language, frame };
  return {
    language,
    title,
    summary,
    picture: firstPicture(blocks, language),
    html: () => stories(blocks, drawing),
  };
}

interface Drawing {
  language: string;
  frame: Frame;
}

/** A heading begins a story, a divider ends one; what stands before, between or after them is a note. */
function stories(blocks: Block[], drawing: Drawing): string {
  const sections: { headed: boolean; parts: string[] }[] = [];
  let open = false;
  for (const block of blocks) {
    if (block.type === 'divider') open = false;
    else {
      const headed = block.type === 'heading';
      if (headed && block.level === 1 && neutral(block.text, drawing.language) === drawing.frame.masthead)
        continue;
      if (headed || !open) sections.push({ headed, parts: [] });
      open = true;
      sections.at(-1)?.parts.push(drawBlock(block, drawing));
    }
  }
  const lead = sections.findIndex(({ headed }) => headed);
  return sections
    .map(({ headed, parts }, i) => {
      const kind = headed ? (i === lead ? ' story--lead' : '') : ' story--note';
      const inside = parts.join('');
      return inside === '' ? '' : story(inside, kind);
    })
    .join('\n');
}

const story = (inside: string, kind = '') => `<section class="story${kind}">${inside}</section>`;

function drawBlock(block: Block, drawing: Drawing): string {
  if (block.type === 'raw') return plainParagraphs(textOfMjml(block.mjml), drawing.language);
  if (block.type !== 'columns') return draw(block, drawing);
  const halves = block.columns.map((half) => `<div>${half.map((one) => draw(one, drawing)).join('')}</div>`);
  return `<div class="pair">${halves.join('')}</div>`;
}

function draw(block: Single, { language, frame }: Drawing): string {
  const say = (text: string) => inline(neutral(text, language));
  switch (block.type) {
    case 'heading': {
      const above = block.above ? `<p class="eyebrow">${say(block.above)}</p>` : '';
      return `${above}<h2>${say(block.text)}</h2>`;
    }
    case 'text':
      return paragraphs(neutral(block.text, language), block.quiet ? ' class="quiet small"' : '');
    case 'picture':
      return picture({ src: block.src, alt: neutral(block.alt ?? '', language) }, frame);
    case 'button': {
      const href = safeHref(block.href);
      return href ? `<p><a class="btn btn--primary" href="${href}">${say(block.text)}</a></p>` : '';
    }
    case 'quote': {
      const who = block.who ? `<footer>${say(block.who)}</footer>` : '';
      return `<blockquote class="voice">${paragraphs(neutral(block.text, language))}${who}</blockquote>`;
    }
    case 'numbers': {
      const rows = block.rows.map(
        ({ number, words }) => `<div><dt>${say(words)}</dt><dd>${say(number)}</dd></div>`,
      );
      return `<dl class="figures">${rows.join('')}</dl>`;
    }
    case 'divider':
      return '<hr>';
  }
}

const paragraphs = (text: string, attributes = '') =>
  text
    .split(/\n[^\S\n]*\n\s*/)
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => `<p${attributes}>${inline(part)}</p>`)
    .join('');

const ASSET = /^asset:[0-9a-f-]+$/i;

/** A page of ours loads nothing from others, so that nobody else learns who reads it. */
function picture({ src, alt }: Picture, { publicUrl }: Frame): string {
  const said = escapeHtml(alt);
  if (!ASSET.test(src) && !src.startsWith(`${publicUrl}/`)) {
    const href = safeHref(src);
    const words = href ? `<a href="${href}">${said}</a>` : said;
    return `<p class="quiet small">${words}</p>`;
  }
  return `<figure><img src="${escapeHtml(src)}" alt="${said}" loading="lazy"></figure>`;
}

function firstPicture(blocks: Block[], language: string): Picture | null {
  const all = blocks.flatMap((block) => (block.type === 'columns' ? block.columns.flat() : [block]));
  const found = all.find((block) => block.type === 'picture');
  if (found?.type !== 'picture' || found.src.includes('{{')) return null;
  return { src: found.src, alt: neutral(found.alt ?? '', language) };
}

/** Text with the marks of blocks: escaped, `**strong**`, `[words](target)`, line ends kept. */
function inline(text: string): string {
  return escapeHtml(text)
    .replace(LINK, (_, words: string, target: string) => {
      const href = /^(https?:\/\/|mailto:)/i.test(target) ? target.replaceAll('*', '%2A') : null;
      return href ? `<a href="${href}">${words}</a>` : words;
    })
    .replace(/\*\*(?=\S)([^*\n]*[^*\s])\*\*/g, '<strong>$1</strong>')
    .replace(/\r?\n/g, '<br>');
}

/** The text part of a mail: paragraphs, its addresses as links. */
function plainParagraphs(text: string, language: string): string {
  return neutral(text, language)
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => `<p>${linked(part)}</p>`)
    .join('');
}

const linked = (text: string) =>
  text
    .split(/(<?https?:\/\/[^\s<>"]+>?)/)
    .map((part, index) =>
      index % 2 ? anchor(part.replace(/^<|>$/g, '')) : escapeHtml(part).replace(/\n/g, '<br>'),
    )
    .join('');

function anchor(address: string): string {
  const href = safeHref(address);
  return href ? `<a href="${href}">${href.replace(/^https?:\/\//, '')}</a>` : escapeHtml(address);
}

/** A target for an attribute, escaped; null for one that differs from person to person or leads nowhere. */
const safeHref = (target: string): string | null =>
  /^(https?:\/\/|mailto:)/i.test(target) && !target.includes('{{') ? escapeHtml(target) : null;

/** For the inside of an element and of a quoted attribute. */
export const escapeHtml = (text: string) =>
  text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');

/** MJML that stands between blocks gives its words; each element of it begins a line. */
function textOfMjml(mjml: string): string {
  const html = mjml
    .replace(/<mj-(style|attributes|head)\b[\s\S]*?<\/mj-\1>/g, '')
    .replace(/<mj-button\b[^>]*?\bhref="([^"]*)"[^>]*>/g, '<div><a href="$1">')
    .replaceAll('</mj-button>', '</a></div>')
    .replace(/<mj-image\b([^>]*?)\/?>(?:<\/mj-image>)?/g, '<div><img$1></div>')
    .replace(/<(\/?)mj-[\w-]+\b[^>]*?>/g, '<$1div>');
  return textAlternative(html);
}
