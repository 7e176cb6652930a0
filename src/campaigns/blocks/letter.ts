import { readFileSync } from 'node:fs';
import { Refusal } from '../../errors.ts';
import { joined, kept, say } from '../../say.ts';
import { escaped, inline } from './inline.ts';
import { drawn, type Setting } from './pieces.ts';
import { type Block, Letter, type Single } from './schema.ts';

const FRAME = new URL('../../../templates/email/frame.mjml', import.meta.url);

const LATIN: Setting = { body: 1.6, title: { size: 30, line: 1.25 }, button: { size: 18, line: 1.3 } };
/** Malayalam and the other scripts of India stand taller and run longer. */
const INDIC: Setting = { body: 1.8, title: { size: 28, line: 1.45 }, button: { size: 17, line: 1.5 } };

const WORDS = {
  en: {
    name: 'We Care',
    reason:
      'You receive this because you agreed to mails from We Care. You can choose what we send you and how often, or stop it, without signing in.',
    notice: 'You receive this because this address was given to We Care. It is no newsletter.',
    choose: 'Choose what you receive',
    stop: 'Unsubscribe',
  },
  ml: {
    name: 'വി കെയർ',
    reason:
      'വി കെയറിന്റെ ഇമെയിലുകൾക്ക് സമ്മതം നൽകിയതിനാലാണ് നിങ്ങൾക്ക് ഇത് ലഭിക്കുന്നത്. എന്തെല്ലാം, എത്ര തവണ വേണമെന്ന് നിങ്ങൾക്ക് തീരുമാനിക്കാം. നിർത്താനും കഴിയും; പ്രവേശിക്കേണ്ട ആവശ്യമില്ല.',
    notice: 'ഈ വിലാസം വി കെയറിൽ നൽകിയതിനാലാണ് ഇത് അയയ്ക്കുന്നത്. ഇതു വാർത്താമെയിലല്ല.',
    choose: 'ക്രമീകരണങ്ങൾ മാറ്റുക',
    stop: 'ഇനി വേണ്ട',
  },
};

/** A body is JSON blocks when it begins with a brace; MJML begins with a tag. */
export const isLetter = (body: string): boolean => /^\uFEFF?\s*\{/.test(body);

/**
 * Reads a body of JSON blocks.
 * @throws Refusal that names each place at fault, such as `blocks[2].href`
 */
export function readLetter(body: string): Letter {
  const read = Letter.safeParse(parseJson(body));
  if (read.success) return read.data;
  const sentences = read.error.issues.slice(0, 10).map(({ path, message }) => {
    const place = path.reduce<string>(
      (at, step) => at + (typeof step === 'number' ? `[${step}]` : `.${String(step)}`),
      '',
    );
    return say`In the body, ${place.replace(/^\./, '') || say`the whole`}: ${kept(message.replace(/\.$/, ''))}.`;
  });
  throw new Refusal(joined(sentences, '\n'));
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Refusal(say`The body is not JSON: ${(error as Error).message}. Mend it, or write MJML.`);
  }
}

/** Each text of a letter with its place, for checks that name the place. */
export function textsOf({ blocks }: Letter): { place: string; text: string }[] {
  return [...strings(blocks, 'blocks')];
}

function* strings(value: unknown, place: string): Generator<{ place: string; text: string }> {
  if (typeof value === 'string') yield { place, text: value };
  else if (Array.isArray(value))
    for (const [i, one] of value.entries()) yield* strings(one, `${place}[${i}]`);
  else if (value && typeof value === 'object')
    for (const [key, one] of Object.entries(value)) yield* strings(one, `${place}.${key}`);
}

/** The MJML of a letter, in the frame of templates/email/frame.mjml. */
export function letterToMjml(letter: Letter): string {
  const language = letter.language.split('-')[0] ?? 'en';
  const words = language === 'ml' ? WORDS.ml : WORDS.en;
  const setting = isIndic(language) ? INDIC : LATIN;
  const parts: Record<string, string> = {
    ...{ language: letter.language, title: escaped(letter.title), site: escaped(letter.site) },
    ...{ line: String(setting.body), name: words.name, scene: letter.scene },
    ...{ headLine: isIndic(language) ? '1.5' : '1.3', smallTitle: isIndic(language) ? '23' : '26' },
    ...(letter.foot === 'notice' ? { reason: words.notice } : { reason: words.reason, ways: ways(words) }),
    // Who writes is filled in when the mail leaves, unless its author said it: letterhead.ts.
    sender: letter.sender?.map(inline).join('<br />') ?? '{{organisation}}',
    content: sections(letter, setting),
  };
  return frame().replace(/\[\[(\w+)\]\]/g, (_, part: string) => parts[part] ?? '');
}

const ways = ({ choose, stop }: { choose: string; stop: string }) =>
  '<mj-text mj-class="quiet" padding="0 32px 12px">' +
  `<a href="{{preferences_url}}">${choose}</a> &nbsp;·&nbsp; <a href="{{unsubscribe_url}}">${stop}</a></mj-text>`;

const isIndic = (language: string) => ['ml', 'ta', 'hi', 'kn', 'te', 'mr'].includes(language);

let frameKept: string | undefined;
function frame(): string {
  frameKept ??= readFileSync(FRAME, 'utf8');
  return frameKept;
}

const SCENE =
  '<mj-section css-class="dawn" background-color="#f7e7bd"><mj-column><mj-spacer height="104px" /></mj-column></mj-section>\n' +
  '<mj-section css-class="water" background-color="#bcd8cb"><mj-column><mj-spacer height="36px" /></mj-column></mj-section>\n';

/** Blocks that follow each other share a section; columns and raw MJML have sections of their own. */
function sections({ scene, blocks }: Letter, setting: Setting): string {
  const groups: Block[][] = [];
  for (const block of blocks) {
    const group = groups.at(-1);
    if (group && isSingle(block) && isSingle(group[0])) group.push(block);
    else groups.push([block]);
  }
  const drawnGroups = groups.map((group) => section(group, setting));
  const edge = sheet('<mj-column><mj-spacer height="20px" /></mj-column>');
  return (scene === 'dawn' ? SCENE : '') + [edge, ...drawnGroups, edge].join('\n');
}

const isSingle = (block: Block | undefined): block is Single =>
  block !== undefined && block.type !== 'columns' && block.type !== 'raw';

function section(group: Block[], setting: Setting): string {
  const [first] = group;
  if (first?.type === 'raw') return first.mjml;
  if (first?.type === 'columns') return sheet(first.columns.map((half) => column(half, setting)).join('\n'));
  return sheet(column(group.filter(isSingle), setting));
}

const sheet = (columns: string) =>
  `<mj-section css-class="sheet pad" background-color="#fffdf7" padding="0">\n${columns}\n</mj-section>`;

const column = (blocks: Single[], setting: Setting) =>
  `<mj-column>\n${blocks.map((block) => drawn(block, setting)).join('\n')}\n</mj-column>`;
