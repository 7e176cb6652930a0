import { type LongForm, readWriting } from '../messages/posted.ts';
import {
  type GoalTyped,
  isStoryKind,
  type Line,
  type ListName,
  lists,
  MOST,
  type PageWriting,
} from './writing.ts';

/** Reads the editor's form as it was typed; whatever is not of it is left out. */
export function readPage(form: LongForm): PageWriting {
  const letter = readWriting(form);
  const rows = letter.rows.filter(({ cells }) => Object.values(cells).every(({ kind }) => isStoryKind(kind)));
  const lines = lists.map((name) => [name, readLines(form, name)] as const);
  return {
    letter: { ...letter, mode: 'blocks', rows },
    unreached: { en: form.text('en.unreached'), ml: form.text('ml.unreached') },
    cover: form.text('cover.src').trim(),
    goal: readGoal(form),
    lists: Object.fromEntries(lines) as PageWriting['lists'],
    consents: form.all('consents').slice(0, 40),
  };
}

function readGoal(form: LongForm): GoalTyped {
  const kind = form.text('goal.kind');
  const text = (name: string) => form.text(`goal.${name}`).trim();
  const both = (name: string) => ({ en: text(`${name}.en`), ml: text(`${name}.ml`) });
  return {
    kind: kind === 'rupees' || kind === 'things' ? kind : 'none',
    ...{
      amount: text('amount'),
      count: text('count'),
      cost: text('cost'),
      one: both('one'),
      many: both('many'),
    },
    ...{ capped: form.text('goal.capped') === 'yes', until: text('until') },
  };
}

/** A line that is left empty goes. */
function readLines(form: LongForm, name: ListName): Line[] {
  const all = Array.from({ length: MOST[name] }, (_, i) => ({
    amount: form.text(`${name}.${i}.amount`).trim(),
    ...{ en: form.text(`${name}.${i}.en`).trim(), ml: form.text(`${name}.${i}.ml`).trim() },
  }));
  return all.filter(({ amount, en, ml }) => amount || en || ml);
}
