import { Refusal } from '../errors.ts';
import { joined, type Sentence, say } from '../say.ts';

const LARGEST = 256 * 1024;
/** A mail that a person lays out needs about eight; mail programs and MJML itself give up far below a thousand. */
const DEEPEST = 60;

/**
 * MJML to HTML: strict, nothing read from disk, nothing fetched and no web fonts linked. Indentation,
 * half of what MJML writes, is left out.
 * @throws Refusal with the line and column in the source
 */
export async function compileMjml(source: string): Promise<string> {
  if (source.length > LARGEST) {
    throw new Refusal(say`The body has ${source.length} characters; the most is ${LARGEST}. Shorten it.`);
  }
  checkTags(source);
  // Loaded when a message is saved: workers, which only send, need not carry its 40 MB.
  const { default: mjml2html } = await import('mjml');
  try {
    const options = {
      validationLevel: 'strict',
      ignoreIncludes: true,
      keepComments: false,
      fonts: {},
    } as const;
    const { html } = await mjml2html(source, options);
    return /<pre\b/i.test(html) ? html : html.replace(/\n\s*/g, '\n');
  } catch (error) {
    throw mjmlRefusal(source, error as Error & { errors?: MjmlError[] });
  }
}

interface MjmlError {
  line: number;
  message: string;
  tagName: string;
}

function mjmlRefusal(source: string, error: Error & { errors?: MjmlError[] }): Refusal {
  const { message, errors } = error;
  if (error instanceof RangeError)
    // the call stack of its reader
    return new Refusal(say`Too many elements of the body stand inside each other. Take some of them away.`);
  if (!errors?.length) return new Refusal(say`The body is not MJML: ${message.trim()}`);
  const sentences = errors.map((error) => {
    const column = (source.split('\n')[error.line - 1] ?? '').indexOf(`<${error.tagName}`) + 1;
    return say`In the body, line ${error.line}, column ${Math.max(column, 1)}: ${error.message}.`;
  });
  return new Refusal(joined(sentences, '\n'));
}

const CONTAINERS = /<!--[\s\S]*?(?:-->|$)|<(\/?)(mj[\w-]*)\b(?:"[^"]*"|'[^']*'|[^"'<>])*?(\/?)>/g;

/** MJML's reader forgives tags that are not closed, and then builds another mail than was meant. */
function checkTags(source: string): void {
  const open: { tag: string; at: number }[] = [];
  for (const { 0: whole, 1: closing, 2: tag, 3: single, index } of source.matchAll(CONTAINERS)) {
    if (whole.startsWith('<!--') || tag === undefined) continue;
    if (tag === 'mj-include')
      throw badTag(source, index, say`mj-include is not allowed. Write its content here.`);
    if (tag === 'mj-font')
      throw badTag(source, index, say`mj-font is not allowed: a mail loads nothing from others.`);
    if (single) continue;
    if (!closing && open.length === DEEPEST)
      throw badTag(
        source,
        index,
        say`more than ${DEEPEST} elements stand inside each other. Take some of them away.`,
      );
    if (!closing) open.push({ tag, at: index });
    else if (open.pop()?.tag !== tag)
      throw badTag(source, index, say`</${tag}> closes what is not open here.`);
  }
  const left = open.pop();
  if (left) throw badTag(source, left.at, say`<${left.tag}> is not closed. Add </${left.tag}>.`);
  if (!/<mjml\b/.test(source)) throw badTag(source, 0, say`A body begins with <mjml>.`);
}

function badTag(source: string, at: number, reason: Sentence): Refusal {
  const before = source.slice(0, at).split('\n');
  return new Refusal(
    say`In the body, line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${reason}`,
  );
}
