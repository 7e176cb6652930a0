import { type Mention, parseSlots, type SlotTemplate, TemplateError } from '../../channels/email/slots.ts';
import { Refusal } from '../errors.ts';
import { kept, say, type Value } from '../say.ts';
import { isLetter, letterToMjml, readLetter, textsOf } from './blocks/letter.ts';
import { LETTERHEAD_FIELDS } from './letterhead.ts';
import { compileMjml } from './mjml.ts';
import { nearest } from './nearest.ts';
import { fitPictures, noPictures, type Pictures } from './pictures.ts';
import { outsideSlots } from './slot-text.ts';
import { textAlternative } from './text-alternative.ts';

export { findLinks, rewriteLinks } from './mail-links.ts';

/**
 * What an author writes: `subject` and `preheader` are plain text, `body` is MJML or, when it begins
 * with a brace, JSON blocks (blocks/schema.ts); all with {{fields}}.
 */
export interface MailSource {
  subject: string;
  preheader: string;
  body: string;
  /** BCP 47; of a body that names none itself. */
  language?: string;
}
/** What is stored with a message version and becomes a mail. */
export interface MailContent {
  subject: string;
  preheader: string;
  /** A complete document, the preheader hidden at its head. */
  html: string;
  text: string;
  /** Sentences for the author; nothing that forbids sending. */
  warnings: string[];
}

/** What a body may name besides the given fields; filled in for each run and recipient. */
const OWN_FIELDS = ['unsubscribe_url', 'preferences_url', 'web_url', ...LETTERHEAD_FIELDS];
const LONGEST_LINE = 255;
/** Gmail hides what lies beyond. */
const CLIPPED_AT = 102 * 1024;

/**
 * Compiles and checks what an author wrote. `given` are the merge fields there are, `pictures` those of
 * the media library that the body shows.
 *
 * @throws Refusal with line and column in the author's own source: MJML that is not valid, Handlebars
 *   beyond the limited kind, a field that does not exist
 */
export async function compileSource(
  source: MailSource,
  given: string[],
  pictures: Pictures = noPictures,
): Promise<MailContent> {
  const fields = [...new Set([...given, ...OWN_FIELDS])];
  checkLine(say`subject`, source.subject, fields);
  checkLine(say`preheader`, source.preheader, fields);
  if (source.subject.trim() === '') throw new Refusal(say`The subject is empty. Write one.`);
  const body = withoutComments(await mjmlOf(source.body, fields, pictures));
  const written = checkSlots(say`body`, body, fields);
  const bare = pictures.show(inLanguage(await compileMjml(body), source.language));
  const compiled = checkCompiled(written, bare);
  const html = withPreheader(compiled, source.preheader);
  const text = textAlternative(compiled);
  parsed(say`text made from the body`, text);
  return {
    subject: source.subject,
    preheader: source.preheader,
    html,
    text,
    warnings: warnings(html, written),
  };
}

/** MJML says of a body without a language of its own that nobody knows it; readers aloud then guess. */
const inLanguage = (html: string, language: string | undefined): string =>
  language ? html.replace('<html lang="und"', `<html lang="${language}"`) : html;

/** Blocks are checked one by one before they become MJML, so that a refusal names the author's own place. */
async function mjmlOf(body: string, fields: string[], pictures: Pictures): Promise<string> {
  if (!isLetter(body)) return body;
  const letter = fitPictures(readLetter(body), pictures);
  for (const { place, text } of textsOf(letter)) checkSlots(say`body, ${place}`, text, fields);
  for (const [index, block] of letter.blocks.entries()) {
    if (block.type === 'raw') await checkRaw(block.mjml, index);
  }
  return letterToMjml(letter);
}

async function checkRaw(mjml: string, index: number): Promise<void> {
  try {
    await compileMjml(`<mjml><mj-body>${mjml}</mj-body></mjml>`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(say`In blocks[${index}], by itself: ${error.sentence}`);
  }
}

function checkLine(part: Value, line: string, fields: string[]): void {
  if (line.length > LONGEST_LINE) {
    throw new Refusal(say`The ${part} has ${line.length} characters. Keep it under ${LONGEST_LINE}.`);
  }
  checkSlots(part, line, fields);
}

/** @throws Refusal for what is no template, or names a field there is not */
export function checkSlots(part: Value, source: string, fields: string[]): SlotTemplate {
  const template = parsed(part, source);
  for (const mention of template.mentions) {
    if (!fields.includes(mention.field)) throw unknownField(part, mention, fields);
  }
  return template;
}

function parsed(part: Value, source: string): SlotTemplate {
  try {
    return parseSlots(source);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new Refusal(say`In the ${part}, line ${error.line}, column ${error.column}: ${kept(error.reason)}`);
  }
}

function unknownField(part: Value, { field, line, column }: Mention, fields: string[]): Refusal {
  const meant = nearest(field, fields);
  const advice = meant ? say`Did you mean “${meant}”?` : say`There are: ${fields.join(', ')}.`;
  return new Refusal(
    say`In the ${part}, line ${line}, column ${column}: there is no merge field “${field}”. ${advice}`,
  );
}

/** Blanks notes, not Outlook's `<!--[if mso]>`, and keeps lines, so that places stay as the author sees them. */
const withoutComments = (mjml: string) =>
  mjml.replace(/<!--(?!\[if|<!)[\s\S]*?(?:-->|$)/g, (comment) => comment.replace(/[^\n]/g, ' '));

/** MJML silently drops text between its elements, so a {{…}} there would be lost: it must come out again. */
function checkCompiled(written: SlotTemplate, html: string): string {
  const compiled = parsed(say`HTML made from the body`, html);
  for (const mention of written.mentions) {
    if (count(written, mention.field) <= count(compiled, mention.field)) continue;
    throw new Refusal(
      say`In the body, line ${mention.line}, column ${mention.column}: {{…${mention.field}…}} stands between MJML elements, where it would be lost. Put it inside mj-text, or the tag alone into mj-raw.`,
    );
  }
  return html;
}

const count = ({ mentions }: SlotTemplate, field: string) =>
  mentions.filter((mention) => mention.field === field).length;

/** Shown by mail programs beside the subject; the joiners keep the body's first words from following it. */
function withPreheader(html: string, preheader: string): string {
  if (preheader.trim() === '') return html;
  const words = outsideSlots(preheader, (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;'));
  const hidden =
    '<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">' +
    `${words}${'&#847;&zwnj;&nbsp;'.repeat(40)}</div>`;
  return html.replace(/<body\b[^>]*>/, (body) => `${body}\n${hidden}`);
}

function warnings(html: string, { mentions }: SlotTemplate): string[] {
  const bytes = Buffer.byteLength(html);
  const found: string[] = [];
  if (bytes > CLIPPED_AT) {
    found.push(
      `The HTML has ${Math.ceil(bytes / 1024)} KB; Gmail hides what lies beyond 102 KB. Shorten the message.`,
    );
  }
  if (!mentions.some(({ field }) => field === 'unsubscribe_url')) {
    found.push('The body has no link to {{unsubscribe_url}}. Add one at its foot.');
  }
  return found;
}
