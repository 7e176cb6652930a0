import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import type { WrittenContent } from '../contents.ts';
import type { CarriedFile } from '../files.ts';
import { type Contents, compileContents } from '../versions.ts';
import { checkMail } from './check.ts';
import type { Level } from './finding.ts';

/** Something to mend in what is being written, and where. */
export interface Note {
  level: Level;
  code: string;
  language: string;
  /** `subject`, `preheader`, a place in the blocks such as `blocks[2].href`, `line 4` of a source; else null. */
  place: string | null;
  words: string;
}

/** What is written now in one language. */
interface Written {
  language: string;
  subject: string;
  body: string;
}

/**
 * Looks over what is being written: first whether it can become a mail at all, each language by itself,
 * then what the check finds in that mail.
 */
export async function checkDraft(
  ground: Pick<Ground, 'sql' | 'config'>,
  contents: Contents,
  files: CarriedFile[],
): Promise<Note[]> {
  const notes: Note[] = [];
  for (const [language, content] of Object.entries(contents)) {
    const written = { language, subject: content.subject, body: content.body };
    try {
      const { compiled } = await compileContents(ground, { [language]: content });
      for (const mail of compiled) notes.push(...checkCompiled({ ...written, ...mail }, files));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      notes.push(...notesOf(error, language));
    }
  }
  return notes;
}

/** What the check finds in a mail that is written already, beside the places that it speaks of. */
export function checkCompiled(
  mail: Written & Pick<WrittenContent, 'html' | 'text'>,
  files: CarriedFile[],
): Note[] {
  const { language, subject, html, text } = mail;
  return checkMail({ language, subject, html, text, files }).map(({ level, code, words }) => ({
    ...{ level, code, language, words },
    place: code.startsWith('subject') || code === 'exclamation' ? 'subject' : placeOf(mail.body, words),
  }));
}

const PLACE = /\b(blocks(?:\[\d+\]|\.\w+)+)|\bIn the (subject|preheader)\b|\b(line \d+)\b/;

/**
 * The sentences of a refusal with their places, as content.ts and blocks/letter.ts write them.
 * @param language of what was refused, where the sentence does not say it
 */
export function notesOf(refusal: Refusal, language: string): Note[] {
  const [, named = language, rest = refusal.message] = /^In ([\w-]+): ([\s\S]*)$/.exec(refusal.message) ?? [];
  return rest.split('\n').map((words) => {
    const [, block, line, row] = PLACE.exec(words) ?? [];
    const place = block ?? line ?? row ?? (/^The subject\b/.test(words) ? 'subject' : null);
    return { level: 'error', code: 'refused', language: named, place, words: sentence(words) };
  });
}

/** Beside its field, a sentence need not say where it stands. */
function sentence(words: string): string {
  const bare = words.replace(
    /^In (?:the )?(?:body, )?blocks[\w.[\]]*(?:, line \d+, column \d+)?(?:, by itself)?: /,
    '',
  );
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}

/** A finding quotes the link it speaks of; the block that has it is its place. */
function placeOf(body: string, words: string): string | null {
  const quoted = /“([^”]{4,100})”/.exec(words)?.[1];
  if (!quoted || !/^\s*\{/.test(body)) return null;
  const { blocks = [] }: { blocks?: unknown[] } = JSON.parse(body);
  const index = blocks.findIndex((block) =>
    JSON.stringify(block).includes(JSON.stringify(quoted).slice(1, -1)),
  );
  return index < 0 ? null : `blocks[${index}]`;
}
