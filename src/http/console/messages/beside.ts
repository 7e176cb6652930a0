import type { Note } from '../../../campaigns/check/draft.ts';
import { languageName } from '../../../i18n.ts';
import type { Reading } from '../shell.ts';

import { keysOf, type Writing } from './writing.ts';

/** A sentence of the check in the list, with the field that it leads to. */
export interface NoteView {
  level: Note['level'];
  look: 'failed' | 'deferred' | 'planned';
  words: string;
  where: string;
  href: string | null;
}

const LOOKS = { error: 'failed', warning: 'deferred', hint: 'planned' } as const;

/** The notes of a check: as a list, and by the name of the field or block that each is about. */
export function besideOf(notes: readonly Note[], writing: Writing, reading: Reading) {
  const errors = new Map<string, string>();
  const cells = new Map<string, string[]>();
  const list = notes.map((note): NoteView => {
    const name = nameOf(note, writing);
    const words = wordsOf(note, reading);
    if (name && isField(name)) errors.set(name, errors.get(name) ?? words);
    else if (name) cells.set(name, [...(cells.get(name) ?? []), words]);
    return {
      ...{ level: note.level, look: LOOKS[note.level], words, where: whereOf(note, writing, reading) },
      href: name ? `#${name}` : null,
    };
  });
  return { errors, notes: cells, list };
}

const isField = (name: string) => !/^k\d+\.[\w-]+(\.h\d\.\d+)?$/.test(name);

/** The form's name of a place, such as `k3.ml.href` for `blocks[2].href`; a block's own is its prefix. */
function nameOf({ place, language }: Note, writing: Writing): string | null {
  if (place === 'subject' || place === 'preheader') return `${language}.${place}`;
  if (writing.mode === 'source') return `${language}.source`;
  const [, index, rest = ''] = /^blocks\[(\d+)\](.*)$/.exec(place ?? '') ?? [];
  const key = index === undefined ? undefined : keysOf(writing, language)[Number(index)];
  if (!key) return null;
  const inner = rest
    .replace(/^\.columns\[(\d)\]\[(\d+)\]/, '.h$1.$2')
    .replace(/\.rows.*$/, '')
    .replace(/\.columns.*$/, '');
  return `${key}.${language}${inner}`;
}

/** Sentences of the schema that everybody meets, in the reader's language; the rest as the catalogue of sentences finds them. */
const COMMON: [RegExp, 'empty' | 'long' | 'link' | 'picture' | 'alt' | 'width' | 'subject' | 'rows'][] = [
  [/^Too small: expected array|Invalid input: expected array/, 'rows'],
  [/^(Too small: expected string|It is empty)/, 'empty'],
  [/^The subject in \S+ is empty|^The subject is empty/, 'subject'],
  [/^Too big: expected string/, 'long'],
  [/^It must begin with https:\/\/, http:\/\/ or mailto/, 'link'],
  [/^It must be asset:ID/, 'picture'],
  [/^It is missing\. Say what is seen/, 'alt'],
  [/has no description in /, 'alt'],
  [/expected (number|int)|Too (small|big): expected number/, 'width'],
];

function wordsOf({ words }: Note, { t, again }: Reading): string {
  const known = COMMON.find(([pattern]) => pattern.test(words))?.[1];
  return known ? t(`editor.fault.${known}`) : again(words);
}

function whereOf({ place, language }: Note, writing: Writing, reading: Reading): string {
  const name = languageName(language, reading.language);
  if (place === 'subject' || place === 'preheader') return `${name} · ${reading.t(`editor.${place}`)}`;
  const line = /^line (\d+)$/.exec(place ?? '')?.[1];
  if (line) return `${name} · ${reading.t('editor.line', { number: Number(line) })}`;
  const index = /^blocks\[(\d+)\]/.exec(place ?? '')?.[1];
  const key = index === undefined ? undefined : keysOf(writing, language)[Number(index)];
  const number = writing.rows.findIndex((row) => row.key === key) + 1;
  return number ? `${name} · ${reading.t('editor.block', { number })}` : name;
}
