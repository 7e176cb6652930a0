import type { Note } from '../../../campaigns/check/draft.ts';
import type { Draft } from '../../../campaigns/drafts.ts';
import { mergeFields } from '../../../contacts/fields.ts';
import type { Ground } from '../../../ground.ts';
import { languageName } from '../../../i18n.ts';
import { type Asset, assetsNamed } from '../../../media/assets.ts';
import { offeredPictures } from '../media/picker.ts';
import type { Reading } from '../shell.ts';
import { besideOf } from './beside.ts';
import { KINDS, textsOfCell } from './cells.ts';
import { type Beside, cellView, SIGNS } from './fields.ts';
import { legacyFields } from './operations.ts';
import { kindOf, type Row } from './rows.ts';

import type { Settings, Writing } from './writing.ts';

/** How much of it phones show beside each other; more is cut off. */
const SHOWN = { subject: 60, preheader: 90 };
const OFFERED = ['en', 'ml'];

export interface Editing {
  draft: Draft;
  writing: Writing;
  /** What is to be mended; null where nobody has looked. */
  notes: Note[] | null;
  reading: Reading;
  /** Faults of the settings, by field. */
  faults?: Partial<Record<keyof Settings, string>>;
  /** Whether the person was told of texts in an old font and has not agreed yet. */
  warnLegacy?: boolean;
}

/** All that the editor's page shows. */
export async function editorView(ground: Pick<Ground, 'sql'>, editing: Editing) {
  const { writing, reading, notes, warnLegacy = false } = editing;
  const { list, ...found } = besideOf(notes ?? [], writing, reading);
  const legacy = warnLegacy ? legacyFields(writing) : new Map<string, string>();
  const beside: Beside = { ...found, legacy, assets: await assetsOf(ground, writing) };
  const sides = writing.sides.map((side) => ({
    ...{ lang: side.language, name: languageName(side.language, reading.language), frame: side.frame },
    lines: (['subject', 'preheader'] as const).map((part) => lineView(part, side, { reading, beside })),
    ...{ source: side.source, error: beside.errors.get(`${side.language}.source`) ?? null },
    reads: writing.look.language === side.language,
  }));
  return {
    ...{ sides, rows: writing.rows.map((row, i) => rowView(row, i, { writing, reading, beside })) },
    ...{ blocks: writing.mode === 'blocks', mode: writing.mode, revision: writing.revision, at: writing.at },
    ...settingsView(editing),
    ...{ scene: writing.scene, look: writing.look, findings: notes && list, legacyFound: legacy.size > 0 },
    kinds: KINDS.map((kind) => kindView(kind, reading)),
    removed: writing.removed && JSON.stringify(writing.removed),
    more: OFFERED.filter((tag) => !sides.some(({ lang }) => lang === tag)).map((tag) => ({
      ...{ tag, text: reading.t('editor.add-language', { language: languageName(tag, reading.language) }) },
    })),
    slots: (await mergeFields(ground.sql)).map((name) => `{{${name}}}`),
    pictures: await offeredPictures(ground, reading),
  };
}

const kindView = (kind: (typeof KINDS)[number], { t }: Reading) => ({
  ...{ kind, text: t(`editor.kind.${kind}`), sign: SIGNS[kind] },
});

function settingsView({ writing: { settings }, faults = {} }: Editing) {
  return {
    settings,
    faults: {
      ...{ name: faults.name ?? null, from: faults.from ?? null },
      ...{ replyTo: faults.replyTo ?? null, purpose: faults.purpose ?? null },
    },
    settingsOpen: Object.keys(faults).length > 0,
  };
}

interface Around {
  reading: Reading;
  beside: Beside;
}

function lineView(
  part: 'subject' | 'preheader',
  side: Writing['sides'][number],
  { reading: { t }, beside }: Around,
) {
  const name = `${side.language}.${part}`;
  return {
    ...{ name, value: side[part], label: t(`editor.${part}`), lang: side.language, most: SHOWN[part] },
    hint: t('editor.length', { most: SHOWN[part] }),
    count: [...new Intl.Segmenter('ml').segment(side[part])].length,
    ...{ error: beside.errors.get(name) ?? null, legacy: beside.legacy.get(name) ?? null },
  };
}

/** A block in every language, with what moves and changes it. */
export function rowView(
  row: Row,
  index: number,
  { writing, reading, beside }: Around & { writing: Writing },
) {
  const kind = kindOf(row);
  const number = index + 1;
  const named = { number, kind: reading.t(`editor.kind.${kind}`) };
  const alone = Object.keys(row.cells).length === 1;
  return {
    ...{ key: row.key, number, sign: SIGNS[kind], title: named.kind },
    label: reading.t('editor.row', named),
    ...{ first: index === 0, last: index === writing.rows.length - 1, here: writing.at === row.key },
    cells: writing.sides.map(({ language }) => {
      const cell = row.cells[language];
      const name = languageName(language, reading.language);
      const viewing = { key: row.key, prefix: `${row.key}.${language}`, language, reading, beside, alone };
      return {
        ...{ lang: language, name, cell: cell ? cellView(cell, viewing) : null },
        label: reading.t('editor.cell', { ...named, language: name }),
        drop: cell && !alone ? `drop:${row.key}:${language}` : null,
        fill: `fill:${row.key}:${language}`,
        only: reading.t('editor.fill', { language: name }),
      };
    }),
  };
}

/** The pictures that are named anywhere in the blocks. */
export async function assetsOf(
  { sql }: Pick<Ground, 'sql'>,
  { rows }: Pick<Writing, 'rows'>,
): Promise<Map<string, Asset>> {
  const texts = rows.flatMap(({ cells }) => Object.values(cells).flatMap((cell) => textsOfCell(cell, '')));
  const names = texts.filter(({ text }) => /^asset:[0-9a-f-]{36}$/i.test(text.trim()));
  const ids = [...new Set(names.map(({ text }) => text.trim().slice(6).toLowerCase()))];
  const assets = await assetsNamed({ sql }, ids);
  return new Map(assets.map((asset) => [`asset:${asset.id}`, asset]));
}
