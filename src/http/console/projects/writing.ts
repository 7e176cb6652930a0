import { formatAmount, type Language, languages } from '../../../i18n.ts';
import type { Content, StoryBlock } from '../../../pages/content.ts';
import { blankCell, type Cell, type Kind } from '../messages/cells.ts';
import { alignRows } from '../messages/rows.ts';
import type { Look, Writing } from '../messages/writing.ts';

/** An amount with words in both languages: a cost, a milestone, a suggestion. */
export interface Line {
  amount: string;
  en: string;
  ml: string;
}

/** What is asked for, as it is typed. */
export interface GoalTyped {
  kind: 'none' | 'rupees' | 'things';
  amount: string;
  /** In things: how many, and what one costs. */
  count: string;
  cost: string;
  one: Record<Language, string>;
  many: Record<Language, string>;
  capped: boolean;
  until: string;
}

export const lists = ['costs', 'milestones', 'suggestions'] as const;
export type ListName = (typeof lists)[number];
/** How many lines each takes. */
export const MOST: Record<ListName, number> = { costs: 12, milestones: 12, suggestions: 4 };

/** A project's page as it lies on somebody's screen. */
export interface PageWriting {
  /** Titles, summaries and the story, in the form of the editor of messages: subject, preheader and rows. */
  letter: Writing;
  unreached: Record<Language, string>;
  /** `asset:ID`, as the picker of pictures gives it; empty for our drawing. */
  cover: string;
  goal: GoalTyped;
  lists: Record<ListName, Line[]>;
  consents: string[];
}

/** What a story is made of, in the order in which it is offered. */
export const storyKinds = [
  'heading',
  'text',
  'picture',
  'quote',
  'numbers',
  'divider',
] as const satisfies Kind[];
type StoryKind = (typeof storyKinds)[number];
export const isStoryKind = (kind: string): kind is StoryKind =>
  (storyKinds as readonly string[]).includes(kind);

/** A version, laid out for writing. */
export function writingOf(content: Content, version: number, look: Look): PageWriting {
  const columns = languages.map((language) => ({ language, cells: content[language].story.map(cellOf) }));
  return {
    letter: {
      ...{ mode: 'blocks', revision: version, scene: 'none', look, at: '', removed: null },
      settings: { name: '', from: '', replyTo: '', purpose: '' },
      sides: languages.map((language) => {
        const { title, summary } = content[language];
        return { language, subject: title, preheader: summary, frame: '', source: '' };
      }),
      rows: alignRows(columns),
    },
    unreached: { en: content.en.unreached, ml: content.ml.unreached },
    cover: content.cover ? `asset:${content.cover}` : '',
    goal: goalOf(content.goal),
    lists: {
      costs: linesOf(content.costs),
      milestones: linesOf(content.milestones),
      suggestions: linesOf(content.suggestions),
    },
    consents: content.consents,
  };
}

/** A block of a story as the editor of messages types it. */
function cellOf(block: StoryBlock): Cell {
  const cell = blankCell(block.type);
  if (block.type === 'numbers') return { ...cell, numbers: block.rows };
  if (block.type === 'picture')
    return { ...cell, values: { ...cell.values, src: `asset:${block.asset}`, alt: block.caption } };
  if (block.type === 'quote')
    return { ...cell, values: { ...cell.values, text: block.text, who: block.who } };
  return block.type === 'divider' ? cell : { ...cell, values: { ...cell.values, text: block.text } };
}

/** Rupees as one would type them, without the sign. */
export const rupeesOf = (paise: string | null): string => (paise ? formatAmount(BigInt(paise)).slice(1) : '');

function goalOf({ amount, capped, until, unit }: Content['goal']): GoalTyped {
  const things = unit && amount ? String((BigInt(amount) + BigInt(unit.cost) - 1n) / BigInt(unit.cost)) : '';
  const nothing = { en: '', ml: '' };
  return {
    kind: unit ? 'things' : amount ? 'rupees' : 'none',
    ...{ amount: rupeesOf(amount), count: things, cost: rupeesOf(unit?.cost ?? null) },
    ...{ one: unit?.one ?? nothing, many: unit?.many ?? nothing, capped, until: until ?? '' },
  };
}

const linesOf = (lines: Content['costs']): Line[] =>
  lines.map(({ amount, words }) => ({ amount: rupeesOf(amount), ...words }));
