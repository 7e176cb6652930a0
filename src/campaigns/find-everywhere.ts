import { type FoundContact, searchContacts } from '../contacts/search.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';

/** Something that has the words in its name. */
export interface FoundNamed {
  id: string;
  name: string;
  /** What it belongs to; null for what stands alone. */
  of: string | null;
}

export interface Everywhere {
  contacts: FoundContact[];
  campaigns: FoundNamed[];
  messages: FoundNamed[];
  lists: FoundNamed[];
  segments: FoundNamed[];
}

const MOST = 8;
/** Fewer letters are in every name. */
const LETTERS = 2;
export const NOTHING: Everywhere = { contacts: [], campaigns: [], messages: [], lists: [], segments: [] };

/**
 * Looks for words in what has a name: both encodings of a chillu find each other, and case and accents do
 * not matter.
 * @returns null when the words are too short to look for
 */
export async function findEverywhere(ground: Pick<Ground, 'sql'>, text: string): Promise<Everywhere | null> {
  const { rows } = await ground.sql.query<{ folded: string }>('SELECT fold_text($1) AS folded', [
    text.replaceAll('\0', '').slice(0, 200),
  ]);
  const words = (rows[0]?.folded ?? '').split(/\s+/).filter(Boolean);
  if (!words.some((word) => [...word].length >= LETTERS)) return null;
  const patterns = words.map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
  const named = async (statement: string) =>
    (await ground.sql.query<FoundNamed>(statement, [patterns, MOST])).rows;
  const [contacts, campaigns, messages, lists, segments] = await Promise.all([
    contactsNamed(ground, text),
    named(
      `SELECT id, name, NULL AS of FROM campaign WHERE fold_text(name) LIKE ALL ($1) ORDER BY created_at DESC LIMIT $2`,
    ),
    named(MESSAGES),
    named(`SELECT id, name, NULL AS of FROM list WHERE fold_text(name) LIKE ALL ($1) ORDER BY name LIMIT $2`),
    named(
      `SELECT id, name, NULL AS of FROM segment WHERE fold_text(name) LIKE ALL ($1) ORDER BY name LIMIT $2`,
    ),
  ]);
  return { contacts, campaigns, messages, lists, segments };
}

/** By its own name or the subject of what it says now. */
const MESSAGES = `
  SELECT m.id, m.name, c.name AS of FROM message m JOIN campaign c ON c.id = m.campaign_id
   WHERE fold_text(m.name) LIKE ALL ($1)
      OR EXISTS (SELECT FROM message_version v WHERE v.message_id = m.id AND v.version = m.version
                    AND fold_text(v.subject) LIKE ALL ($1))
   ORDER BY m.archived_at IS NULL DESC, m.created_at DESC LIMIT $2`;

/** A search of many words is no name of a person; other things may still be found. */
async function contactsNamed(ground: Pick<Ground, 'sql'>, text: string): Promise<FoundContact[]> {
  try {
    return await searchContacts(ground, text, MOST);
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}
