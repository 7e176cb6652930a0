/** Writes src/i18n-keys.ts, the types of all messages, from the English catalogue. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { IntlMessageFormat } from 'intl-messageformat';
import { readCatalogue } from '../src/i18n.ts';

const TARGET = new URL('../src/i18n-keys.ts', import.meta.url);
type Element = ReturnType<IntlMessageFormat['getAst']>[number];

/** The elements of the message parser's tree that we use; it numbers them. */
const LITERAL = 0;
const POUND = 7;
const KINDS: Record<number, 'string' | 'number'> = { 1: 'string', 2: 'number', 5: 'string', 6: 'number' };

/** The names and kinds of the values that an ICU message takes. */
export function valuesOf(text: string): Record<string, string> {
  return Object.assign({}, ...new IntlMessageFormat(text, 'en').getAst().map(valuesOfElement));
}

/** The whole text of src/i18n-keys.ts. */
export function localeTypes(): string {
  const lines = Object.entries(readCatalogue('en')).map(
    ([key, text]) => `  '${key}': ${shape(valuesOf(text))};`,
  );
  return [
    '// Made from templates/locales/en by scripts/generate-locale-types.ts. Not to be edited.',
    '',
    '/** Every message and the values it takes. */',
    `export interface Messages {\n${lines.join('\n')}\n}\n`,
  ].join('\n');
}

function shape(values: Record<string, string>): string {
  const entries = Object.entries(values);
  if (!entries.length) return 'Record<never, never>';
  return `{ ${entries.map(([name, kind]) => `${name}: ${kind}`).join('; ')} }`;
}

function valuesOfElement(element: Element): Record<string, string> {
  if (element.type === LITERAL || element.type === POUND) return {};
  const kind = KINDS[element.type];
  if (!kind || !('value' in element)) {
    throw new Error(`A message uses ICU syntax that the types do not know: ${JSON.stringify(element)}`);
  }
  const options = 'options' in element ? Object.values(element.options) : [];
  const inner = options.flatMap((option) => option.value.map(valuesOfElement));
  return Object.assign({}, ...inner, { [String(element.value)]: kind });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(TARGET, localeTypes());
