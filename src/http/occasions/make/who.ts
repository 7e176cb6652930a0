import { translate } from '../../../i18n.ts';
import { NAME_LONGEST, OccasionContent } from '../../../pages/occasions/content.ts';
import { kindNames, kindOf, occasionKinds } from '../../../pages/occasions/kinds.ts';
import { kindWord } from '../../../pages/occasions/words.ts';
import type { Part } from './part.ts';

const Fields = OccasionContent.pick({ names: true, from: true, day: true });

/** Whose day it is, and when. */
export const who: Part = {
  fields: ['kind', 'name', 'other', 'from', 'day', 'child', 'surname'],
  values: ({ kind, content: { names, from, day }, child }) => ({
    ...{ kind, name: names[0] ?? '', other: names[1] ?? '', from, day: day ?? '' },
    ...{ child: child ? 'yes' : '', surname: child && hasSurname(names[0] ?? '') ? 'yes' : '' },
  }),
  read(typed, { draft, language }) {
    const kind = kindNames.includes(typed.kind ?? '') ? (typed.kind as string) : draft.kind;
    const { persons, child: may } = kindOf(kind);
    const stays = draft.child && draft.shownEdition !== null;
    const child = may && (stays || typed.child === 'yes');
    const fault = (name: string) => translate(language, `occasion.fault.${name}`, { most: NAME_LONGEST });
    const fields = Fields.safeParse({
      names: [typed.name, ...(persons === 2 ? [typed.other] : [])],
      ...{ from: typed.from, day: typed.day || null },
    });
    const wrong = fields.success ? [] : fields.error.issues.map(({ path }) => path.join('.'));
    const faults = {
      ...(wrong.includes('names.0') && { name: fault('name.long') }),
      ...(wrong.includes('names.1') && { other: fault('name.long') }),
      ...(wrong.includes('from') && { from: fault('name.long') }),
      ...(wrong.includes('day') && { day: fault('day') }),
      ...(!typed.name?.trim() && { name: fault('name') }),
      ...(persons === 2 && !typed.other?.trim() && kind === draft.kind && { other: fault('name') }),
      ...(!typed.day && { day: fault('day') }),
      ...(child && hasSurname(typed.name ?? '') && typed.surname !== 'yes' && { name: fault('surname') }),
    };
    if (!fields.success || Object.keys(faults).length) return { ok: false, faults };
    // A design of joy does not stay on a day of remembrance.
    const design = kind !== draft.kind && { design: kindOf(kind).design as (typeof draft.content)['design'] };
    const change = { kind, child, content: { ...fields.data, ...design } };
    // Another kind may ask for one more name.
    return kind !== draft.kind ? { ok: true, change, stay: '' } : { ok: true, change };
  },
  more: (_web, { draft, typed, language }) => {
    const { persons, child } = kindOf(draft.kind);
    return {
      ...{ two: persons === 2, mayChild: child, isChild: typed.child === 'yes' || draft.child },
      surname: typed.surname === 'yes',
      kindStays: draft.shownEdition !== null,
      childStays: draft.shownEdition !== null && draft.child,
      whose: kindWord(language, draft.kind, 'who'),
      memory: kindOf(draft.kind).mood === 'memory',
      yearly: kindOf(draft.kind).yearly,
      kinds: occasionKinds.map(({ name }) => ({
        ...{ value: name, words: kindWord(language, name, 'name'), chosen: name === typed.kind },
      })),
    };
  },
};

/** For a child the first name is enough; an initial behind it is no surname. */
const hasSurname = (name: string): boolean =>
  name
    .trim()
    .split(/\s+/)
    .slice(1)
    .some((word) => word.replace(/[.\p{M}\u200c\u200d]/gu, '').length > 1);
