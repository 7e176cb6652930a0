import { readFile } from 'node:fs/promises';
import { parseSlots } from '../../channels/email/slots.ts';
import { asHtml, asText, fillSlots } from '../../channels/email/values.ts';
import type { Queryable } from '../db.ts';
import type { Ground } from '../ground.ts';
import type { Language } from '../i18n.ts';
import { compileSource, type MailContent } from './content.ts';
import { readLetterhead, withLetterhead } from './letterhead.ts';

const FOLDER = new URL('../../templates/notices/', import.meta.url);
const compiled = new Map<string, Promise<MailContent>>();

export interface NoticeLetter {
  /** File in templates/notices: `NAME.LANGUAGE.json`; its title is the subject. */
  name: string;
  language: Language;
  /** For its {{fields}}; escaped in the HTML part. */
  values: Record<string, string>;
}

/** A notice in words, from its template of blocks, which is compiled once in a process. */
export async function writeNotice(
  { sql, config }: { sql: Queryable } & Pick<Ground, 'config'>,
  { name, language, values }: NoticeLetter,
): Promise<{ subject: string; html: string; text: string }> {
  const key = `${name}.${language} ${config.publicUrl}`;
  const letter = compiled.get(key) ?? compile(`${name}.${language}.json`, config, Object.keys(values));
  compiled.set(key, letter);
  letter.catch(() => compiled.delete(key));
  const content = await letter;
  const { html, text } = withLetterhead(content, await readLetterhead({ sql, config }), language);
  const fill = (part: string, print: typeof asText) => fillSlots(parseSlots(part).nodes, values, print);
  return { subject: fill(content.subject, asText), html: fill(html, asHtml), text: fill(text, asText) };
}

/** The head leads to this installation, not to the example that the templates are drawn with. */
async function compile(file: string, config: Ground['config'], fields: string[]): Promise<MailContent> {
  const letter = JSON.parse(await readFile(new URL(file, FOLDER), 'utf8'));
  const body = { ...letter, site: config.publicUrl };
  return compileSource({ subject: letter.title, preheader: '', body: JSON.stringify(body) }, fields);
}
