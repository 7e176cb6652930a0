import { formatAmount, formatDay, type Language, translate } from '../../i18n.ts';
import { addressOf } from '../../media/served.ts';
import type { StoryBlock } from '../../pages/content.ts';
import { paragraphs } from '../../pages/prose.ts';
import type { WallGift } from '../../pages/wall.ts';
import { type ShownPicture, shownPicture } from './pictures.ts';
import type { Showing } from './shown.ts';
import { saidIn, whenOf } from './words.ts';

/** A story in the page's language, or in the one it is written in. */
export function storyOf(showing: Showing) {
  const { project, language } = showing;
  const { content } = project;
  const lang = content[language].story.length ? null : language === 'en' ? 'ml' : 'en';
  return { lang, blocks: content[lang ?? language].story.map((block) => blockOf(block, showing)) };
}

function blockOf(block: StoryBlock, showing: Showing) {
  const empty = { heading: null, texts: null, picture: null, quote: null, numbers: null, divider: false };
  switch (block.type) {
    case 'heading':
      return { ...empty, heading: block.text };
    case 'text':
      return { ...empty, texts: paragraphs(block.text) };
    case 'quote':
      return { ...empty, quote: { texts: paragraphs(block.text), who: block.who } };
    case 'numbers':
      return { ...empty, numbers: block.rows };
    case 'picture': {
      const picture = pictureFor(showing, block.asset, '(min-width: 60rem) 40rem, 100vw');
      return { ...empty, picture: picture && { ...picture, caption: block.caption } };
    }
    case 'divider':
      return { ...empty, divider: true };
  }
}

export function pictureFor(showing: Showing, id: string | null, sizes: string): ShownPicture | null {
  const { figures, language, publicUrl } = showing;
  return id ? shownPicture(figures.pictures.get(id), { publicUrl, language, sizes }) : null;
}

/** Colours of lines of cost, by their number; with more of them they come again. */
const COLOURS = 6;

export function costsOf({ project, language }: Showing) {
  const { costs } = project.content;
  const total = costs.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
  let x = 0;
  const lines = costs.map(({ amount, words }, i) => {
    const share = Number((BigInt(amount) * 10_000n) / total) / 100;
    const line = { x: x.toFixed(2), width: share.toFixed(2), colour: (i % COLOURS) + 1 };
    x += share;
    return {
      ...line,
      ...{ said: saidIn(words, language), percent: Math.round(share), amount: formatAmount(BigInt(amount)) },
    };
  });
  return lines.length ? { lines, total: formatAmount(total) } : null;
}

export const milestonesOf = ({ project, language }: Showing) =>
  project.content.milestones
    .toSorted((one, other) => (BigInt(one.amount) < BigInt(other.amount) ? -1 : 1))
    .map(({ amount, words }) => ({
      ...{ amount: formatAmount(BigInt(amount)), said: saidIn(words, language) },
      reached: project.goal.raised >= BigInt(amount),
    }));

export const updatesOf = (showing: Showing) =>
  showing.figures.updates.map((update) => ({
    ...{ id: update.id, kind: update.kind, papers: papersOf(update.files, showing) },
    milestone: milestoneOf(update.milestone, showing),
    ...{ at: update.at.toISOString(), day: formatDay(update.at, showing.language) },
    title: saidIn({ en: update.en.title, ml: update.ml.title }, showing.language),
    texts: paragraphs(saidIn({ en: update.en.text, ml: update.ml.text }, showing.language).text),
    lang: saidIn({ en: update.en.text, ml: update.ml.text }, showing.language).lang,
    picture: pictureFor(showing, update.asset, '(min-width: 60rem) 24rem, 100vw'),
  }));

/** The milestone that an update tells of; one that the page does not have any more is known by its amount. */
function milestoneOf(amount: string | null, { project, language }: Showing) {
  if (!amount) return null;
  const words = project.content.milestones.find((one) => one.amount === amount)?.words;
  return { amount: formatAmount(BigInt(amount)), said: words ? saidIn(words, language) : null };
}

function papersOf(ids: string[], { figures }: Showing) {
  const papers = ids.map((id) => figures.papers.get(id)).filter((paper) => paper !== undefined);
  return papers.flatMap((paper) => {
    const file = paper.files[0];
    return file ? [{ name: paper.name, href: addressOf('', paper, file) }] : [];
  });
}

export const sponsorsOf = (showing: Showing) =>
  showing.figures.sponsors.map(({ name, whole, amount, asset, url }) => ({
    ...{ name: saidIn(name, showing.language), whole, url: url && /^https:\/\//.test(url) ? url : null },
    amount: amount ? formatAmount(amount) : null,
    picture: pictureFor(showing, asset, '5rem'),
  }));

/** What sponsors add to a gift that is made now. */
export function offersOf({ figures, language }: Showing) {
  return figures.offers
    .filter(({ left }) => left > 0n)
    .map(({ sponsor, percent, amount, left }) => ({
      head: translate(language, percent === 100 ? 'project.match.double' : 'project.match.part', { percent }),
      text: translate(language, 'project.match.text', {
        ...{
          sponsor: saidIn(sponsor, language).text,
          amount: formatAmount(amount),
          left: formatAmount(left),
        },
      }),
    }));
}

export const wallOf = (wall: WallGift[], now: Date, language: Language) =>
  wall.map(({ name, amount, message, at }) => ({
    ...{ name: name ?? translate(language, 'project.anonymous'), message, amount: formatAmount(amount) },
    ...{ at: at.toISOString(), when: whenOf(at, now, language) },
  }));
