import type { Leaf, Rules, Touched } from '../../../contacts/segments/rules.ts';
import { type Draft, type DraftGroup, type DraftRule, emptyRule, isGroup, ROOT } from './draft.ts';

/** Rules as the page shows them; whatever they are, saving them unchanged means the same. */
export function draftOf(rules: Rules): DraftGroup {
  const draft = drafted(rules);
  return isGroup(draft) ? draft : { join: 'all', rules: [draft] };
}

function drafted(rule: Rules): Draft {
  if ('all' in rule) return { join: 'all', rules: rule.all.map(drafted) };
  if ('any' in rule) return { join: 'any', rules: rule.any.map(drafted) };
  if (!('not' in rule)) return draftedLeaf(rule);
  const inner = drafted(rule.not);
  if (!isGroup(inner)) return { ...inner, not: !inner.not };
  const opposite = { all: 'notall', any: 'none', none: 'any', notall: 'all' } as const;
  return { join: opposite[inner.join], rules: inner.rules };
}

function draftedLeaf(leaf: Leaf): DraftRule {
  const rule = emptyRule();
  if ('language' in leaf) return { ...rule, what: 'language', values: [leaf.language].flat() };
  if ('kind' in leaf) return { ...rule, what: 'kind', values: [leaf.kind].flat() };
  if ('district' in leaf) return { ...rule, what: 'district', values: [leaf.district].flat() };
  if ('list' in leaf) return { ...rule, what: 'list', values: [leaf.list] };
  if ('attribute' in leaf) {
    const name = leaf.attribute;
    if ('equals' in leaf) return { ...rule, what: 'attribute-equals', name, text: leaf.equals };
    if ('contains' in leaf) return { ...rule, what: 'attribute-contains', name, text: leaf.contains };
    if ('near' in leaf) return { ...rule, what: 'attribute-near', name, text: String(leaf.near) };
    return { ...rule, what: 'attribute-exists', name };
  }
  if ('added' in leaf) {
    return 'since' in leaf.added
      ? { ...rule, what: 'added-since', text: leaf.added.since }
      : { ...rule, what: 'added-before', text: leaf.added.before };
  }
  const [what, { campaign = '', days }] = touchedOf(leaf);
  return { ...rule, what, name: campaign, text: days === undefined ? '' : String(days) };
}

export function touchedOf(
  leaf: Extract<Leaf, { received: Touched } | { opened: Touched } | { clicked: Touched }>,
): ['received' | 'opened' | 'clicked', Touched] {
  if ('received' in leaf) return ['received', leaf.received];
  return 'opened' in leaf ? ['opened', leaf.opened] : ['clicked', leaf.clicked];
}

/** Why a row will not do yet. */
export type Fault = 'values' | 'list' | 'name' | 'text' | 'day' | 'days' | 'near' | 'touched' | 'empty';

/** The rules of a draft, and what is wrong with it by the path of the row. */
export interface ReadRules {
  /** Of the rows that will do; null when none does. */
  rules: Rules | null;
  faults: Map<string, Fault>;
}

export function rulesOf(draft: DraftGroup): ReadRules {
  const faults = new Map<string, Fault>();
  return { rules: groupRules(draft, ROOT, faults), faults };
}

function groupRules({ join, rules }: DraftGroup, path: string, faults: Map<string, Fault>): Rules | null {
  const read = rules.map((rule, i) => {
    const at = `${path}.${i}`;
    return isGroup(rule) ? groupRules(rule, at, faults) : ruleOf(rule, at, faults);
  });
  const good = read.filter((rule) => rule !== null);
  if (!rules.length) faults.set(path, 'empty');
  if (!good.length) return null;
  if (join === 'all') return { all: good };
  if (join === 'any') return { any: good };
  return { not: join === 'none' ? { any: good } : { all: good } };
}

function ruleOf(rule: DraftRule, path: string, faults: Map<string, Fault>): Rules | null {
  const leaf = leafOf(rule);
  if (typeof leaf !== 'string') return rule.not ? { not: leaf } : leaf;
  faults.set(path, leaf);
  return null;
}

function leafOf({ what, values, other, name, text }: DraftRule): Leaf | Fault {
  const chosen = [...new Set([...values, ...(other ? [other] : [])])];
  if (what === 'language' || what === 'kind' || what === 'district')
    return chosen.length ? ({ [what]: chosen } as Leaf) : 'values';
  if (what === 'list') return values[0] ? { list: values[0] } : 'list';
  if (what === 'added-since' || what === 'added-before') {
    if (!isDay(text)) return 'day';
    return what === 'added-since' ? { added: { since: text } } : { added: { before: text } };
  }
  if (what === 'received' || what === 'opened' || what === 'clicked') return touchedLeaf(what, name, text);
  const attribute = name.trim();
  if (!attribute) return 'name';
  if (what === 'attribute-exists') return { attribute, exists: true };
  if (what === 'attribute-near') return nearLeaf(attribute, text);
  if (!text.trim()) return 'text';
  return what === 'attribute-equals' ? { attribute, equals: text } : { attribute, contains: text };
}

/** Within how many days the day of the year comes; none typed is a week. */
function nearLeaf(attribute: string, text: string): Leaf | Fault {
  const days = text.trim() ? Number(text) : 7;
  return Number.isInteger(days) && days >= 0 && days <= 366 ? { attribute, near: days } : 'near';
}

const isDay = (text: string) => /^\d{4}-\d\d-\d\d(T.*)?$/.test(text) && !Number.isNaN(Date.parse(text));

function touchedLeaf(what: 'received' | 'opened' | 'clicked', name: string, text: string): Leaf | Fault {
  const [campaign, days] = [name.trim(), Number(text)];
  if (text && !(Number.isInteger(days) && days >= 1 && days <= 3660)) return 'days';
  if (!campaign && !text) return 'touched';
  return { [what]: { ...(campaign && { campaign }), ...(text && { days }) } } as Leaf;
}
