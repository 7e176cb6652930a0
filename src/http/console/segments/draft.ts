import type { Form } from '../../form.ts';

/** What a rule asks of a contact. */
export const whats = [
  ...(['language', 'kind', 'district', 'list', 'received', 'opened', 'clicked'] as const),
  ...([
    'attribute-equals',
    'attribute-contains',
    'attribute-exists',
    'attribute-near',
    'added-since',
    'added-before',
  ] as const),
] as const;
export type What = (typeof whats)[number];

/** How the rules of a group count together. */
export const joins = ['all', 'any', 'none', 'notall'] as const;
export type Join = (typeof joins)[number];

/** A rule as it is being written: whatever was typed, whether it will do or not. */
export interface DraftRule {
  what: What;
  not: boolean;
  /** Chosen languages, kinds, districts; the name of a list. */
  values: string[];
  /** One more value, typed. */
  other: string;
  /** Of an attribute, or a campaign. */
  name: string;
  /** What an attribute is or holds, a day, or a number of days. */
  text: string;
}

export interface DraftGroup {
  join: Join;
  rules: Draft[];
}
export type Draft = DraftRule | DraftGroup;

export const isGroup = (draft: Draft): draft is DraftGroup => 'rules' in draft;

export const emptyRule = (): DraftRule => ({
  ...{ what: 'language', not: false, values: [], other: '', name: '', text: '' },
});

/** The first group has this path; what is inside has the paths `r.0`, `r.1`, `r.1.0`. */
export const ROOT = 'r';
/** As many groups inside each other as the rules of a segment may have. */
export const DEEPEST = 4;

/** Reads what was typed: each row names itself in a field `node`, in the order of the page. */
export function readDraft(form: Form): DraftGroup {
  const root: DraftGroup = { join: joinOf(form.text(`${ROOT}.join`)), rules: [] };
  const groups = new Map<string, DraftGroup>([[ROOT, root]]);
  for (const path of form.all('node')) {
    const parent = groups.get(path.slice(0, path.lastIndexOf('.')));
    if (!parent || groups.has(path)) continue;
    const join = form.text(`${path}.join`);
    const draft = join ? { join: joinOf(join), rules: [] } : readRule(form, path);
    parent.rules.push(draft);
    if (isGroup(draft)) groups.set(path, draft);
  }
  return root;
}

const joinOf = (text: string): Join => joins.find((one) => one === text) ?? 'all';

function readRule(form: Form, path: string): DraftRule {
  const other = form.text(`${path}.other`).trim();
  const what = whats.find((one) => one === form.text(`${path}.what`)) ?? 'language';
  const values = form.all(`${path}.value`).filter(Boolean);
  return {
    ...{ what, not: form.text(`${path}.not`) === 'not', other },
    ...{ values, name: form.text(`${path}.name`), text: form.text(`${path}.text`) },
  };
}

/** What a button of the page does to the rules: `add r`, `group r.1`, `remove r.1.0`. */
export function press(root: DraftGroup, button: string): void {
  const [deed, path = ROOT] = button.split(' ');
  const steps = path.split('.').slice(1).map(Number);
  const last = steps.at(-1);
  if (deed === 'remove' && last !== undefined) groupAt(root, steps.slice(0, -1))?.rules.splice(last, 1);
  if (deed === 'add') groupAt(root, steps)?.rules.push(emptyRule());
  if (deed === 'group' && steps.length < DEEPEST)
    groupAt(root, steps)?.rules.push({ join: 'any', rules: [emptyRule()] });
}

function groupAt(root: DraftGroup, steps: number[]): DraftGroup | undefined {
  let group = root;
  for (const step of steps) {
    const inner = group.rules[step];
    if (!inner || !isGroup(inner)) return undefined;
    group = inner;
  }
  return group;
}
