import { parseSlots } from '../../channels/email/slots.ts';
import { asHtml, fillSlots } from '../../channels/email/values.ts';
import type { Ground } from '../ground.ts';
import { compileSource } from './content.ts';
import { readLetterhead, withLetterhead } from './letterhead.ts';
import { findPictures } from './pictures.ts';
import { readTemplate } from './templates.ts';

const FIELDS = ['name', 'first_name', 'language', 'district', 'kind'];
const compiled = new Map<string, Promise<string>>();

/**
 * A template as a mail to somebody of whom nothing is known. It changes with a release only, so it is
 * compiled once in a process.
 * @throws Refusal (404) when there is none in that language
 */
export async function showTemplate(
  ground: Pick<Ground, 'sql' | 'config'>,
  name: string,
  language: string,
): Promise<string> {
  const key = `${name}.${language} ${ground.config.publicUrl}`;
  const html = compiled.get(key) ?? compile(ground, name, language);
  compiled.set(key, html);
  html.catch(() => compiled.delete(key));
  const named = withLetterhead(
    { html: await html, text: '{{organisation}}' },
    await readLetterhead(ground),
    language,
  );
  return fillSlots(parseSlots(named.html).nodes, { unsubscribe_url: '#', preferences_url: '#' }, asHtml);
}

async function compile(
  { sql, config }: Pick<Ground, 'sql' | 'config'>,
  name: string,
  language: string,
): Promise<string> {
  const { body } = readTemplate(name, language);
  const pictures = await findPictures({ sql, publicUrl: config.publicUrl, language }, body);
  const { html } = await compileSource({ subject: name, preheader: '', body }, FIELDS, pictures);
  return html;
}
