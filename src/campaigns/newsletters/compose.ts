import { formatDay, languageOf } from '../../i18n.ts';
import type { Letter } from '../blocks/schema.ts';
import type { Contents } from '../versions.ts';
import type { Item } from './items.ts';
import type { Newsletter } from './newsletters.ts';

/** What an edition's mail says beside its items. */
const WORDS = {
  en: {
    greeting: 'Hello{{#if first_name}} {{first_name}}{{/if}},',
    number: (n: number) => `No. ${n}`,
    more: 'Read on',
    thanks: 'With thanks,\n**We Care**',
    web: 'Read this edition on the web',
  },
  ml: {
    greeting: 'പ്രിയ {{default first_name "സുഹൃത്തേ"}},',
    number: (n: number) => `ലക്കം ${n}`,
    more: 'തുടർന്ന് വായിക്കുക',
    thanks: 'നന്ദിയോടെ,\n**വി കെയർ**',
    web: 'ഈ ലക്കം വെബിൽ വായിക്കുക',
  },
};

export interface Composing {
  /** In the order in which they stand. */
  items: Pick<Item, 'words' | 'link' | 'picture'>[];
  number: number;
  dueAt: Date;
  /** Where the name at the head of the mail leads. */
  site?: string;
}

type Paper = Pick<Newsletter, 'languages' | 'words' | 'public' | 'archive'> & { scene?: Newsletter['scene'] };

/**
 * An edition from its items, in each language in which at least one of them is written; without items, in
 * every language of the newsletter.
 */
export function composeEdition(paper: Paper, composing: Composing): Contents {
  const contents: Contents = {};
  for (const language of paper.languages) {
    const items = composing.items.filter(({ words }) => words[language]);
    if (composing.items.length && !items.length) continue;
    contents[language] = composeIn(language, paper, { ...composing, items });
  }
  return contents;
}

function composeIn(language: string, paper: Paper, { items, number, dueAt, site }: Composing) {
  const { title = '', description = '' } = paper.words[language] ?? {};
  const words = WORDS[languageOf(language)];
  const date = formatDay(dueAt, languageOf(language));
  const titles = items.map((item) => item.words[language]?.title ?? '');
  const letter: Letter = {
    ...{
      language,
      title,
      scene: paper.scene ?? 'dawn',
      foot: 'campaign',
      site: site ?? 'https://wecare.example/',
    },
    blocks: [
      { type: 'heading', level: 1, text: title, above: number ? `${words.number(number)} · ${date}` : date },
      text(words.greeting),
      ...(items.length ? [] : [text(description || title)]),
      ...items.flatMap((item) => storyOf(item, language, words.more)),
      { type: 'divider' },
      text(words.thanks),
      ...(paper.public && paper.archive
        ? [text(`{{#if web_url}}[${words.web}]({{web_url}}){{/if}}`, true)]
        : []),
    ],
  };
  const [lead = '', ...others] = titles;
  const preheader = others.length
    ? others.join(' · ')
    : plain(items[0]?.words[language]?.text ?? description);
  return {
    subject: lead ? `${title}: ${lead}` : title,
    preheader: shortened(preheader),
    body: JSON.stringify(letter),
  };
}

function storyOf({ words, link, picture }: Composing['items'][number], language: string, more: string) {
  const { title = '', text: body = '', alt } = words[language] ?? {};
  const story: Letter['blocks'] = [{ type: 'divider' }, { type: 'heading', level: 2, text: title }];
  if (picture) {
    // What the library says of its own picture serves where nothing else is said.
    const described = alt ?? (picture.startsWith('asset:') ? undefined : title);
    const rest = { ...(described && { alt: described }), ...(link && { href: link }) };
    story.push({ type: 'picture', src: picture, ...rest });
  }
  story.push(text(body));
  if (link) story.push(text(`[${more}](${link})`));
  return story;
}

const text = (words: string, quiet = false) => ({ type: 'text' as const, text: words, quiet });

/** Without the marks of links and strong words. */
const plain = (marked: string) =>
  marked
    .replace(/\[([^[\]\n]+)\]\([^()\s]+\)/g, '$1')
    .replaceAll('**', '')
    .replace(/\s+/g, ' ')
    .trim();

const MOST = 140;

/** Cut between words, which in Malayalam is also between whole letters. */
function shortened(line: string): string {
  if (line.length <= MOST) return line;
  const words = line.slice(0, MOST).split(' ');
  return `${
    words.slice(0, -1).join(' ') ||
    [...new Intl.Segmenter().segment(line)]
      .slice(0, 40)
      .map(({ segment }) => segment)
      .join('')
  }…`;
}
