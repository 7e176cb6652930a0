import type { Ground } from '../../../ground.ts';
import { languageName } from '../../../i18n.ts';
import { type Asset, assetsNamed } from '../../../media/assets.ts';
import type { Consent } from '../../../pages/consents.ts';
import { offeredPictures } from '../media/picker.ts';
import { type Beside, SIGNS, smallOf } from '../messages/fields.ts';
import { legacyFields } from '../messages/operations.ts';
import { assetsOf, rowView } from '../messages/view.ts';
import type { Reading } from '../shell.ts';
import type { Faults } from './contents.ts';
import type { FindingView } from './findings.ts';
import { goalView, listView } from './money-view.ts';
import { lists, type PageWriting, storyKinds } from './writing.ts';

export interface Editing {
  writing: PageWriting;
  faults: Faults;
  /** What is to be mended, then what keeps it from the public; null where nobody has looked. */
  findings: FindingView[] | null;
  /** Those that hold, and those that the page rests on. */
  consents: Consent[];
  reading: Reading;
  warnLegacy: boolean;
}

/** All that the editor's page shows. */
export async function editorView(ground: Pick<Ground, 'sql'>, editing: Editing) {
  const { writing, reading, findings, warnLegacy } = editing;
  const { letter, cover } = writing;
  const { t } = reading;
  const beside = await besideOf(ground, editing);
  const sides = letter.sides.map((side) => ({
    ...{ lang: side.language, name: languageName(side.language, reading.language) },
    lines: (['subject', 'preheader'] as const).map((part) => lineView(part, side, { reading, beside })),
    unreached: areaView(`${side.language}.unreached`, writing.unreached[side.language as 'en'], beside),
    reads: letter.look.language === side.language,
  }));
  return {
    ...{
      sides,
      findings,
      look: letter.look,
      revision: letter.revision,
      at: letter.at,
      legacyFound: warnLegacy && beside.legacy.size > 0,
    },
    rows: letter.rows.map((row, i) => ofStory(rowView(row, i, { writing: letter, reading, beside }), t)),
    kinds: storyKinds.map((kind) => ({ kind, text: t(`editor.kind.${kind}`), sign: SIGNS[kind] })),
    removed: letter.removed && JSON.stringify(letter.removed),
    cover: {
      value: cover,
      thumb: await thumbOf(ground, cover),
      error: beside.errors.get('cover.src') ?? null,
    },
    goal: goalView(writing.goal, { reading, errors: beside.errors }),
    lists: lists.map((name) => listView(name, writing.lists[name], { reading, errors: beside.errors })),
    pictures: (await offeredPictures(ground, reading)).filter(({ value }) => value.startsWith('asset:')),
    consents: editing.consents.map((one) => consentView(one, writing, reading)),
  };
}

async function besideOf(ground: Pick<Ground, 'sql'>, editing: Editing): Promise<Beside> {
  const { writing, faults, reading, warnLegacy } = editing;
  const errors = new Map<string, string>();
  const notes = new Map<string, string[]>();
  for (const [name, kind] of faults) {
    const words = reading.t(`desk.fault.${kind}`);
    if (/^k\d+\.\w+$/.test(name)) notes.set(name, [words]);
    else errors.set(name, words);
  }
  const legacy = warnLegacy ? legacyFields(writing.letter) : new Map<string, string>();
  return { errors, notes, legacy, assets: await assetsOf(ground, writing.letter) };
}

/** How much of a line is shown on a card; more is cut off there. */
const SHOWN = { subject: 70, preheader: 160 };
const NAMES = { subject: 'title', preheader: 'summary' } as const;

function lineView(
  part: 'subject' | 'preheader',
  side: PageWriting['letter']['sides'][number],
  { reading: { t }, beside }: { reading: Reading; beside: Beside },
) {
  const name = `${side.language}.${part}`;
  return {
    ...{ name, value: side[part], label: t(`desk.${NAMES[part]}`), lang: side.language, most: SHOWN[part] },
    hint: t('editor.length', { most: SHOWN[part] }),
    count: [...new Intl.Segmenter('ml').segment(side[part])].length,
    ...{ error: beside.errors.get(name) ?? null, legacy: beside.legacy.get(name) ?? null },
  };
}

const areaView = (name: string, value: string, { errors }: Beside) => ({
  ...{ name, value, error: errors.get(name) ?? null },
});

/** A story has fewer fields than a mail, and what it calls them is its own. */
const KEPT: Record<string, string[]> = {
  ...{ heading: ['text'], text: ['text'], picture: ['src', 'alt'], quote: ['text', 'who'] },
  ...{ numbers: [], divider: [] },
};

function ofStory(row: ReturnType<typeof rowView>, t: Reading['t']) {
  const cells = row.cells.map((one) => {
    if (!one.cell) return one;
    const { fields, seldom, kind } = one.cell;
    const last = (name: string) => name.slice(name.lastIndexOf('.') + 1);
    const shown = [...fields, ...seldom].filter(({ name }) => KEPT[kind]?.includes(last(name)));
    const named = shown.map((field) =>
      last(field.name) === 'alt' ? { ...field, label: t('desk.caption') } : field,
    );
    return { ...one, cell: { ...one.cell, fields: named, seldom: [], hasMore: one.drop !== null } };
  });
  return { ...row, cells };
}

async function thumbOf({ sql }: Pick<Ground, 'sql'>, cover: string): Promise<string | null> {
  const id = /^asset:([0-9a-f-]{36})$/i.exec(cover)?.[1];
  const [asset]: Asset[] = id ? await assetsNamed({ sql }, [id]) : [];
  return asset ? smallOf(asset) : null;
}

function consentView(consent: Consent, { consents }: PageWriting, { t }: Reading) {
  const { id, who, covers, withdrawnAt } = consent;
  return {
    ...{ id, who, chosen: consents.includes(id), withdrawn: withdrawnAt !== null },
    covers: covers.map((what) => t(`consents.covers.${what}`)).join(', '),
  };
}
