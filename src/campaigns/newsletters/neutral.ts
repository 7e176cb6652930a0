import { type Lookup, parseSlots, type SlotNode, TemplateError } from '../../../channels/email/slots.ts';
import { languageOf } from '../../i18n.ts';
import { LINK } from '../blocks/schema.ts';

/** How somebody is called of whom nothing is known. */
const FRIEND = { en: 'friend', ml: 'സുഹൃത്തേ' };
const NAMES = ['name', 'first_name'];
/** What is for one recipient only; where it stands nothing is said. */
const PERSONAL = ['unsubscribe_url', 'preferences_url', 'token'];
const PERSONAL_SLOT = new RegExp(`\\{\\{\\s*(${PERSONAL.join('|')})\\b`);
/** Mark, until all is filled in, the way out of somebody else and the target that differs by person. */
const [OUT, ELSEWHERE] = ['\uE000', '\uE001'];

/**
 * A text of a mail as everybody may read it: each merge field gives way to the author's own fallback, a
 * name to "friend", anything else to nothing, and of an `if` stands what is for people without the field.
 * Nothing of any contact is looked at. Never throws.
 */
export function neutral(text: string, language: string): string {
  const friend = FRIEND[languageOf(language)];
  const marked = text
    .replace(/[\uE000\uE001]/g, '')
    .replace(LINK, (whole, words: string, target: string) =>
      target.includes('{{') ? `[${words}](${PERSONAL_SLOT.test(target) ? OUT : ELSEWHERE})` : whole,
    );
  return withoutMarks(filledText(marked, friend));
}

function filledText(text: string, friend: string): string {
  try {
    return filled(parseSlots(text).nodes, friend);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return text.replace(/\{\{[^{}]*\}\}/g, '');
  }
}

function filled(nodes: readonly SlotNode[], friend: string): string {
  return nodes
    .map((node) => {
      if (typeof node === 'string') return node;
      return 'path' in node ? spoken(node, friend) : filled(node.no, friend);
    })
    .join('');
}

function spoken({ path, otherwise }: Lookup, friend: string): string {
  if (PERSONAL.includes(path[0] ?? '')) return OUT as string;
  if (typeof otherwise === 'string') return otherwise;
  if (otherwise) return spoken(otherwise, friend);
  return NAMES.includes(path[0] ?? '') ? friend : '';
}

/** Of a link that leads each person elsewhere its words stay; a line with the way out goes. */
const withoutMarks = (text: string) =>
  text
    .replace(/\[([^[\]\n]*)\]\(\uE000\)/g, '')
    .replace(/\[([^[\]\n]*)\]\(\uE001\)/g, '$1')
    .replace(/^.*\uE000.*$/gm, '')
    .replace(/\uE001|<>/g, '')
    // Words of a fallback may hold braces; what follows takes none for a slot.
    .replace(/\{{2,}|\}{2,}/g, '');
