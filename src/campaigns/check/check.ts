import PostalMime, { type Attachment } from 'postal-mime';
import { Refusal } from '../../errors.ts';
import { compileSource } from '../content.ts';
import { features } from './features.ts';
import type { CarriedPart, CheckedMail, Finding, Level, Rule } from './finding.ts';
import { links, unsubscribe } from './links.ts';
import { readPage } from './page.ts';
import { weight } from './weight.ts';
import { draftLines, size, wire } from './wire.ts';
import { language, manners, pictures } from './wording.ts';

const RULES: Rule[] = [
  size,
  wire,
  draftLines,
  weight,
  unsubscribe,
  links,
  pictures,
  features,
  language,
  manners,
];
const ORDER: Level[] = ['error', 'warning', 'hint'];
const MOST = 200;

/** Looks a mail over before it is sent. Never throws, whatever the mail; errors first, each said once. */
export function checkMail(mail: CheckedMail): Finding[] {
  const page = readPage(mail.html);
  const where = mail.name ?? 'mail';
  const found = RULES.flatMap((rule) => rule(mail, page)).map(({ level, code, words }) => ({
    level,
    code,
    where,
    words,
  }));
  const once = new Map(found.map((finding) => [`${finding.code} ${finding.words}`, finding]));
  return [...once.values()].sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level)).slice(0, MOST);
}

/** Checks the content of a file by the ending of its name: .eml, .mjml, .json (blocks) or .html. */
export async function checkFile(name: string, content: Buffer): Promise<Finding[]> {
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase();
  if (ending === 'eml') return checkEml(content);
  if (ending === 'html' || ending === 'htm')
    return checkMail({ html: content.toString('utf8'), text: '', draft: true });
  if (ending === 'mjml' || ending === 'json') return checkBody(content.toString('utf8'));
  throw new Refusal(`${name} is of no kind that can be checked. Give an .eml, .mjml, .json or .html file.`);
}

async function checkEml(content: Buffer): Promise<Finding[]> {
  const source = content.toString('latin1');
  try {
    const mail = await PostalMime.parse(content, { maxNestingDepth: 20 });
    const { subject = '', html = '', text = null } = mail;
    return checkMail({ subject, html, text, source, files: mail.attachments.map(partOf) });
  } catch (error) {
    return [unreadable(error)];
  }
}

const partOf = ({ filename, mimeType, contentId, disposition, content }: Attachment): CarriedPart => ({
  name: filename ?? mimeType,
  inline: Boolean(contentId) && disposition !== 'attachment',
  bytes: typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength,
});

/** A file does not know which merge fields there are, so each that it names is taken for one. */
async function checkBody(body: string): Promise<Finding[]> {
  const slots = body.match(/\{\{[^{}]{1,500}\}\}/g) ?? [];
  const fields = [...new Set(slots.flatMap((slot) => slot.match(/[\p{L}_][\p{L}\w.]*/gu) ?? []))];
  try {
    const { html, text } = await compileSource({ subject: 'x', preheader: '', body }, fields);
    return checkMail({ html, text });
  } catch (error) {
    return [unreadable(error)];
  }
}

const unreadable = (error: unknown): Finding => ({
  ...{ level: 'error', code: 'unreadable', where: 'mail' },
  words: error instanceof Error ? error.message : String(error),
});
