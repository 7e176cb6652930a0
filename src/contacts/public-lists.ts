import { z } from 'zod';
import { audit } from '../access/audit.ts';
import { type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { joined, kept, say } from '../say.ts';
import { findList } from './lists.ts';

/** What a stranger reads of a list. */
export interface ListWords {
  title: string;
  description: string;
}

/** A list that everybody may join by the form. */
export interface PublicList {
  id: string;
  /** What its mails are for, to which joining it consents. */
  purpose: string;
  words: Record<string, ListWords>;
}

const line = (longest: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(longest, `must have at most ${longest} characters`)
    .regex(/^\P{Cc}+$/u, 'must be one line');
const publication = z.object({
  purpose: z.string().regex(/^[a-z][a-z0-9_-]{0,49}$/, 'must be a word in small letters, such as newsletter'),
  words: z
    .record(z.enum(['en', 'ml']), z.object({ title: line(100), description: line(400) }).optional())
    .refine((words) => words.en && words.ml, 'must be given in English and in Malayalam'),
});

export interface Publication {
  purpose: string;
  words: Record<string, ListWords | undefined>;
}

/**
 * Lets everybody join a list by the public form.
 * @throws Refusal (404) without such a list; Refusal that names what is missing or will not do
 */
export async function publishList(
  { sql }: Pick<Ground, 'sql'>,
  name: string,
  { actor, ...wish }: Publication & { actor: string },
): Promise<void> {
  const read = publication.safeParse(wish);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => say`${path.join(' ')} ${kept(message)}`);
    throw new Refusal(say`The list "${name}" cannot be published: ${joined(faults, '; ')}.`);
  }
  const { purpose, words } = read.data;
  await change({ sql }, name, { actor, action: 'list.published', after: { purpose, words } });
}

/** Takes a list off the public form; who joined it stays on it. @throws Refusal (404) without such a list */
export const unpublishList = (ground: Pick<Ground, 'sql'>, name: string, actor: string): Promise<void> =>
  change(ground, name, { actor, action: 'list.unpublished', after: null });

interface Change {
  actor: string;
  action: string;
  after: { purpose: string; words: object } | null;
}

const change = ({ sql }: Pick<Ground, 'sql'>, name: string, { actor, action, after }: Change) =>
  transaction(sql, async (connection) => {
    const subjectId = await findList(connection, name);
    await connection.query(
      'UPDATE list SET public = $2, purpose = coalesce($3, purpose), words = coalesce($4, words) WHERE id = $1',
      [subjectId, after !== null, after?.purpose ?? null, after && JSON.stringify(after.words)],
    );
    await audit(connection, { actor, action, subjectType: 'list', subjectId, after });
  });

/** The lists of the public form, by purpose and name. */
export async function publicLists(sql: Queryable): Promise<PublicList[]> {
  const { rows } = await sql.query<PublicList>(
    'SELECT id, purpose, words FROM list WHERE public ORDER BY purpose, name',
  );
  return rows;
}
