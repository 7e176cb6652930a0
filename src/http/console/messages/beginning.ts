import { letterToMjml, readLetter } from '../../../campaigns/blocks/letter.ts';
import { listTemplates, readTemplate } from '../../../campaigns/templates.ts';
import type { Contents } from '../../../campaigns/versions.ts';
import { type Language, translate } from '../../../i18n.ts';

export type Mode = 'blocks' | 'source';

/** What is chosen once, when a message is made. */
export interface Choice {
  /** `blank`, or a template's name. */
  template: string;
  name: string;
  languages: string[];
  mode: Mode;
}

/** Whether a template is written in blocks. */
export const isInBlocks = (name: string): boolean =>
  listTemplates().some((one) => one.name === name && one.kind === 'blocks');

/** What a new message says before anybody has written. @throws Refusal when there is no such template */
export function beginning({ template, name, languages, mode }: Choice): Contents {
  const entries = languages.map((language) => {
    const { subject, body } =
      template === 'blank' ? blank(language, name.trim()) : fromTemplate(template, language);
    const source = mode === 'source' && body.trimStart().startsWith('{');
    return [language, { subject, body: source ? letterToMjml(readLetter(body)) : body }] as const;
  });
  return Object.fromEntries(entries);
}

function fromTemplate(template: string, language: string): { subject: string; body: string } {
  const { kind, body } = readTemplate(template, language);
  const title = kind === 'blocks' ? readLetter(body).title : /<mj-title>([^<]*)</.exec(body)?.[1]?.trim();
  return { subject: title || translate(language as Language, `templates.name.${template}`), body };
}

/** A heading and a greeting; a name may be anything, so that what would be a merge field is left out. */
function blank(language: string, name: string): { subject: string; body: string } {
  const title = name.replace(/[{}[\]*<>]/g, '') || language;
  const blocks = [
    { type: 'heading', level: 1, text: title },
    { type: 'text', text: translate(language as Language, `new-message.greeting.${language}`) },
  ];
  return { subject: title, body: JSON.stringify({ language, title, blocks }, null, 2) };
}
