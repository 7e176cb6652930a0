import { readdirSync, readFileSync } from 'node:fs';
import { found } from '../errors.ts';
import { say } from '../say.ts';

const FOLDER = new URL('../../templates/email/', import.meta.url);
const FILE = /^([a-z-]+)\.([a-z]{2})\.(mjml|json)$/;

/** A mail to start from: its body goes into a message as it is. */
export interface MailTemplateFile {
  name: string;
  language: string;
  /** JSON blocks, or MJML. */
  kind: 'blocks' | 'mjml';
}

/** The templates that come with this release, by name and language. */
export const listTemplates = (): MailTemplateFile[] => files().map(({ file, ...template }) => template);

/** @throws Refusal (404) when there is no such template in that language */
export function readTemplate(name: string, language: string): MailTemplateFile & { body: string } {
  const { file, ...template } = found(
    files().find((one) => one.name === name && one.language === language),
    say`There is no template ${JSON.stringify(name)} in ${language}.`,
  );
  return { ...template, body: readFileSync(new URL(file, FOLDER), 'utf8') };
}

const files = () =>
  readdirSync(FOLDER)
    .sort()
    .flatMap((file) => {
      const [, name = '', language = '', ending] = FILE.exec(file) ?? [];
      return name
        ? [{ file, name, language, kind: ending === 'json' ? ('blocks' as const) : ('mjml' as const) }]
        : [];
    });
