import type { NamesToChoose } from '../../../contacts/segments/names.ts';
import { type Language, languageName } from '../../../i18n.ts';
import {
  DEEPEST,
  type Draft,
  type DraftGroup,
  type DraftRule,
  isGroup,
  joins,
  ROOT,
  whats,
} from './draft.ts';
import type { Fault } from './rules.ts';
import { valueName } from './words.ts';

const LANGUAGES = ['ml', 'en'];
const KINDS = [
  ...['individual', 'corporate', 'society', 'celebrity', 'foundation'],
  ...['local_body', 'department', 'endowment', 'agency'],
];
const DISTRICTS = [
  ...['Kasaragod', 'Kannur', 'Wayanad', 'Kozhikode', 'Malappuram', 'Palakkad', 'Thrissur', 'Ernakulam'],
  ...['Idukki', 'Kottayam', 'Alappuzha', 'Pathanamthitta', 'Kollam', 'Thiruvananthapuram'],
];

export interface Showing {
  language: Language;
  names: NamesToChoose;
  /** By path; empty while somebody is still writing. */
  faults: Map<string, Fault>;
}

/** A group as the template shows it, with all that is in it. */
export function groupRow({ join, rules }: DraftGroup, path: string, showing: Showing): object {
  const depth = path.split('.').length - 1;
  return {
    ...{ path, root: path === ROOT, empty: !rules.length, fault: showing.faults.get(path) ?? null },
    joins: joins.map((value) => ({ value, key: `segments.join.${value}`, selected: value === join })),
    join,
    mayGroup: depth < DEEPEST - 1,
    rows: rules.map((rule, i) => row(rule, `${path}.${i}`, showing)),
  };
}

const row = (draft: Draft, path: string, showing: Showing): object =>
  isGroup(draft)
    ? { group: groupRow(draft, path, showing), rule: null }
    : { group: null, rule: ruleRow(draft, path, showing) };

function ruleRow(rule: DraftRule, path: string, { language, names, faults }: Showing): object {
  const { what, not, other, name, text } = rule;
  const touched = what === 'received' || what === 'opened' || what === 'clicked';
  const attribute = what.startsWith('attribute');
  return {
    ...{ path, not, name, text, other, touched, attribute, fault: faults.get(path) ?? null },
    number: path
      .split('.')
      .slice(1)
      .map((step) => Number(step) + 1)
      .join('.'),
    whats: whats.map((value) => ({ value, key: `segments.what.${value}`, selected: value === what })),
    choices: choicesOf(rule, language),
    mayType: what === 'language' || what === 'district',
    lists: what === 'list' ? listsOf(rule, names) : null,
    attributeText: what === 'attribute-equals' || what === 'attribute-contains',
    attributeDays: what === 'attribute-near',
    day: what === 'added-since' || what === 'added-before',
  };
}

function choicesOf({ what, values, other }: DraftRule, language: Language): object[] | null {
  if (what !== 'language' && what !== 'kind' && what !== 'district') return null;
  const usual = { language: LANGUAGES, kind: KINDS, district: DISTRICTS }[what];
  const chosen = [...values, ...(other ? [other] : [])];
  return [...new Set([...usual, ...chosen])].map((value) => ({
    ...{ value, checked: chosen.includes(value) },
    text: what === 'language' ? languageName(value, language) : valueName(what, value, language),
  }));
}

/** A list that is gone stays to be seen, so that nobody saves another rule unknowingly. */
function listsOf({ values }: DraftRule, names: NamesToChoose): object[] {
  const [chosen = ''] = values;
  return [...new Set([...names.lists, ...(chosen ? [chosen] : [])])].map((name) => ({
    ...{ value: name, text: name, selected: name === chosen },
  }));
}
