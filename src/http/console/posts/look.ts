import { type Checked, checkDocuments } from '../../../campaigns/posts/check.ts';
import { readDocument } from '../../../campaigns/posts/document.ts';
import type { Part } from '../../../campaigns/posts/parts.ts';
import { openPost, type Post } from '../../../campaigns/posts/posts.ts';
import { problemWords } from '../../../campaigns/posts/words.ts';
import { networkOf } from '../../../deliveries/publications/connected.ts';
import { Refusal } from '../../../errors.ts';
import { formatAmount, languageName } from '../../../i18n.ts';
import type { Web } from '../../web.ts';
import { titleIn } from '../accounts/list.ts';
import type { Reading } from '../shell.ts';
import { documentsOf, type Posting, postingOf } from './posting.ts';

/** What each chosen account would show of what is typed, what keeps it from it, and what it costs. */
export async function lookOf(web: Web, reading: Reading, posting: Posting, kept: Post['documents'] = {}) {
  const { cards, refused } = await checkedOf(web, reading, posting, kept);
  const problems = cards.reduce((sum, { hard }) => sum + hard, 0);
  return { cards, refused, problems, well: cards.length > 0 && problems === 0, cost: costOf(cards) };
}

/** The same of a post as it is kept, for those who decide about it. */
export async function lookOfKept(web: Web, reading: Reading, messageId: string) {
  const post = await openPost(web.ground, messageId);
  return lookOf(web, reading, postingOf(post), post.documents);
}

async function checkedOf({ ground }: Web, reading: Reading, posting: Posting, kept: Post['documents']) {
  try {
    const read = Object.entries(documentsOf(posting, kept)).map(([tag, input]) => [tag, readDocument(input)]);
    const checked = await checkDocuments(ground, {
      accounts: posting.targets,
      documents: Object.fromEntries(read),
    });
    return { cards: checked.map((one) => cardOf(ground.config.publicUrl, reading, one)), refused: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { cards: [], refused: reading.said(error) };
  }
}

type Card = ReturnType<typeof cardOf>;

function cardOf(publicUrl: string, reading: Reading, checked: Checked) {
  const { account, language, parts, cost, bearer, refused } = checked;
  const { title } = networkOf(account.channel);
  const views = parts.map((part, n) =>
    partOf(publicUrl, reading, part, { n, of: parts.filter(({ kind }) => kind === 'post').length }),
  );
  return {
    ...{
      id: `${account.id}-${language}`,
      network: account.channel,
      title: titleIn(reading, account.channel, title),
    },
    ...{ name: account.name, initial: [...account.name][0] ?? '', lang: language },
    ...{ language: languageName(language, reading.language), parts: views, hard: refused.length },
    // Those of the parts stand beside them; what kept the whole from being made stands alone.
    why: parts.length ? [] : refused.map((text) => reading.again(text)),
    ...{ hand: account.mode === 'hand', lost: Boolean(account.lostAt) },
    ...{ paise: cost, bearer, cost: cost ? formatAmount(BigInt(cost)) : null },
  };
}

function partOf(publicUrl: string, reading: Reading, part: Part, { n, of }: { n: number; of: number }) {
  const { kind, content, length, most, problems } = part;
  return {
    ...{
      comment: kind === 'comment',
      text: content.text,
      length,
      most,
      left: most - length,
      over: length > most,
    },
    number: of > 1 && kind === 'post' ? `${n + 1}/${of}` : null,
    title: content.title ?? null,
    media: content.media.map(({ kind: what, alt, url }) => ({
      ...{ video: what === 'video', alt: alt || reading.t('posts.no-alt') },
      src: url?.startsWith(publicUrl) ? url.slice(publicUrl.length) : null,
    })),
    problems: problems.map((one) => ({ hard: one.hard, text: reading.said(problemWords(one)) })),
  };
}

/** The whole, by who bears it. */
function costOf(cards: Card[]) {
  const by = new Map<string, number>();
  for (const { paise, bearer } of cards)
    if (paise) by.set(bearer ?? '–', (by.get(bearer ?? '–') ?? 0) + paise);
  return [...by].map(([bearer, paise]) => ({ bearer, amount: formatAmount(BigInt(paise)) }));
}
