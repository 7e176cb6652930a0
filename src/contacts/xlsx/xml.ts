import { SaxesParser } from 'saxes';
import { Refusal } from '../../errors.ts';
import { type Sentence, say } from '../../say.ts';
import type { Zip } from './zip.ts';

export interface XmlHandlers {
  /** `name` without its namespace prefix. */
  open?(name: string, attributes: Record<string, string>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/**
 * Parses one part of a workbook as it is unzipped; the generator yields after every chunk, so that what
 * the handlers collected can be taken away. A document type is refused, so nothing is expanded.
 * @throws Refusal when it is no well-formed XML
 */
export async function* parsePart(zip: Zip, part: string, handlers: XmlHandlers): AsyncGenerator<void> {
  const parser = new SaxesParser();
  const refuse = (why: Sentence) => {
    throw new Refusal(
      say`${zip.name} cannot be read: ${part} ${why}. Save it again in a spreadsheet and import that.`,
    );
  };
  parser.on('error', (error) => refuse(say`is no well-formed XML (${error.message})`));
  parser.on('doctype', () => refuse(say`declares a document type, which no workbook does`));
  const local = (name: string) => name.slice(name.indexOf(':') + 1);
  parser.on('opentag', ({ name, attributes }) => handlers.open?.(local(name), attributes));
  parser.on('closetag', ({ name }) => handlers.close?.(local(name)));
  if (handlers.text) parser.on('text', handlers.text);
  for await (const text of zip.read(part)) {
    parser.write(text);
    yield;
  }
  parser.close();
}

/** Parses one small part whole. */
export async function parseAll(zip: Zip, part: string, handlers: XmlHandlers): Promise<void> {
  const steps = parsePart(zip, part, handlers);
  while (!(await steps.next()).done);
}
