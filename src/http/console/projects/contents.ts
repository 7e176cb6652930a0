import { languages } from '../../../i18n.ts';
import { readRupees } from '../../../money.ts';
import { Content } from '../../../pages/content.ts';
import type { Cell } from '../messages/cells.ts';
import { keysOf } from '../messages/writing.ts';
import { type Line, lists, type PageWriting } from './writing.ts';

/** What of a typed page will not do: by the name of its field, the last part of a key `desk.fault.…`. */
export type Faults = Map<string, FaultKind>;
export type FaultKind =
  | 'amount'
  | 'empty'
  | 'long'
  | 'picture'
  | 'count'
  | 'date'
  | 'rows'
  | 'many'
  | 'other';

/** What a typed page says, and what of it will not do; the content is whole when there is no fault. */
export function contentOf(writing: PageWriting): { content: Content | null; faults: Faults } {
  const faults: Faults = new Map();
  const money = (name: string, typed: string): string => {
    const read = readRupees(typed);
    if (read.ok && read.paise > 0n) return String(read.paise);
    faults.set(name, 'amount');
    return '1';
  };
  const wish = {
    ...Object.fromEntries(languages.map((language) => [language, toldIn(writing, language)])),
    cover: writing.cover ? assetOf(writing.cover) : null,
    goal: goalOf(writing.goal, { money, faults }),
    ...Object.fromEntries(lists.map((name) => [name, linesOf(writing.lists[name], name, money)])),
    consents: writing.consents,
  };
  const read = Content.safeParse(wish);
  for (const issue of read.error?.issues ?? []) {
    const name = fieldOf(issue.path, writing);
    if (!faults.has(name)) faults.set(name, kindOf(issue));
  }
  return { content: read.success && !faults.size ? read.data : null, faults };
}

const assetOf = (src: string): string => src.replace(/^asset:/i, '').toLowerCase();

function toldIn({ letter, unreached }: PageWriting, language: 'en' | 'ml') {
  const side = letter.sides.find((one) => one.language === language);
  const story = letter.rows.flatMap(({ cells }) => cells[language] ?? []).map(blockOf);
  return {
    title: side?.subject ?? '',
    summary: side?.preheader ?? '',
    story,
    unreached: unreached[language],
  };
}

/** A block of a story from what was typed; its schema judges it. */
function blockOf({ kind, values, numbers }: Cell) {
  if (kind === 'picture')
    return { type: kind, asset: assetOf(values.src?.trim() ?? ''), caption: values.alt ?? '' };
  if (kind === 'quote') return { type: kind, text: values.text, who: values.who ?? '' };
  if (kind === 'numbers') return { type: kind, rows: numbers };
  return kind === 'divider' ? { type: kind } : { type: kind, text: values.text };
}

type Money = (name: string, typed: string) => string;

function goalOf(goal: PageWriting['goal'], { money, faults }: { money: Money; faults: Faults }) {
  const around = { capped: goal.capped && goal.kind !== 'none', until: goal.until || null };
  if (goal.kind === 'none') return { amount: null, unit: null, ...around };
  if (goal.kind === 'rupees') return { amount: money('goal.amount', goal.amount), unit: null, ...around };
  const cost = money('goal.cost', goal.cost);
  const counted = /^[1-9]\d{0,6}$/.test(goal.count.replaceAll(',', ''));
  if (!counted) faults.set('goal.count', 'count');
  for (const name of ['one', 'many'] as const)
    if (!goal[name].en || !goal[name].ml) faults.set(`goal.${name}.${goal[name].en ? 'ml' : 'en'}`, 'empty');
  const amount = counted ? String(BigInt(cost) * BigInt(goal.count.replaceAll(',', ''))) : '1';
  return { amount, unit: { cost, one: goal.one, many: goal.many }, ...around };
}

const linesOf = (lines: Line[], list: string, money: Money) =>
  lines.map(({ amount, en, ml }, i) => ({ amount: money(`${list}.${i}.amount`, amount), words: { en, ml } }));

type Issue = { path: PropertyKey[]; code: string; minimum?: unknown };

function kindOf({ path, code }: Issue): FaultKind {
  if (path.includes('asset') || path[0] === 'cover') return 'picture';
  if (path.includes('until')) return 'date';
  if (path.at(-1) === 'rows') return 'rows';
  if (path.at(-1) === 'story' || path.length === 1) return 'many';
  if (code === 'too_big') return 'long';
  return code === 'too_small' ? 'empty' : 'other';
}

/** The form's name of a place in the content, such as `k3.ml.text` for `ml.story[2].text`. */
function fieldOf(path: PropertyKey[], { letter }: PageWriting): string {
  const [first, second, third, ...rest] = path.map(String);
  if (first === 'cover') return 'cover.src';
  if (first === 'en' || first === 'ml') {
    if (second === 'title') return `${first}.subject`;
    if (second === 'summary') return `${first}.preheader`;
    const key = second === 'story' ? keysOf(letter, first)[Number(third)] : undefined;
    if (!key) return `${first}.${second}`;
    const field = { asset: 'src', caption: 'alt' }[rest[0] ?? ''] ?? rest[0];
    return field && field !== 'rows' ? `${key}.${first}.${field}` : `${key}.${first}`;
  }
  if (third === 'words') return `${first}.${second}.${rest[0] ?? 'en'}`;
  return path.map(String).join('.');
}
