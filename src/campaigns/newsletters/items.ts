import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { audit } from '../../access/audit.ts';
import { requireRole, type User } from '../../access/users.ts';
import { type Connection, type Queryable, transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { kept, say } from '../../say.ts';
import { requireLanguage } from '../audience.ts';
import { compileContents } from '../versions.ts';
import { composeEdition } from './compose.ts';
import { type Newsletter, subject } from './newsletters.ts';

const written = (longest: number) =>
  z
    .string()
    .trim()
    .min(1, 'it is empty')
    .max(longest)
    .refine((text) => !text.includes('{{'), 'everybody reads it, so it holds no merge fields');
const Words = z.strictObject({ title: written(150), text: written(8000), alt: written(300).optional() });

/** What an item says in one language; `text` as the text of a block. */
export type ItemWords = z.infer<typeof Words>;

export interface Item {
  id: string;
  /** By which staff name it; counted within its newsletter. */
  number: number;
  words: Record<string, ItemWords>;
  link: string | null;
  picture: string | null;
  publishAfter: Date | null;
  editionId: string | null;
  /** Number and state of the edition that has it. */
  edition: { number: number | null; state: string } | null;
  addedBy: string | null;
  addedAt: Date;
}

export interface ItemPlan {
  words: Record<string, ItemWords>;
  link?: string | undefined;
  /** `asset:ID` of the media library, or a web address; its description stands with the words or there. */
  picture?: string | undefined;
  publishAfter?: Date | undefined;
}

/**
 * Writes down something to tell; the next edition that is drafted takes it.
 * @throws Refusal that names the place, when it would not stand in a mail
 */
export async function addItem(
  ground: Pick<Ground, 'sql' | 'clock' | 'config'>,
  { newsletter, user }: { newsletter: Newsletter; user: User },
  plan: ItemPlan,
): Promise<{ number: number }> {
  requireRole(user, ['author', 'administrator'], say`write for newsletters`);
  const { sql, clock } = ground;
  const { words, link, picture, publishAfter } = await readItem(ground, newsletter, plan);
  return transaction(sql, async (connection) => {
    await lockNewsletter(connection, newsletter.id);
    const { rows } = await connection.query<{ number: number }>(
      `INSERT INTO newsletter_item (id, newsletter_id, number, words, link, picture, publish_after, added_by, added_at)
       SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $8 FROM newsletter_item WHERE newsletter_id = $2
       RETURNING number`,
      [
        ...[uuid(), newsletter.id, JSON.stringify(words), link, picture, publishAfter],
        ...[user.id, clock.now()],
      ],
    );
    const number = rows[0]?.number ?? 0;
    const entry = { actor: user.email, action: 'newsletter.itemAdded', ...subject(newsletter.id) };
    await audit(connection, { ...entry, after: { number, languages: Object.keys(words) } });
    return { number };
  });
}

/**
 * Changes what an item says. Where the edition in the making has it, that is drafted anew by whoever calls
 * this, because what was drafted says what the item said before.
 * @returns whether an edition in the making has it
 * @throws Refusal as `addItem` does, when there is no such item, and for one that was sent
 */
export async function changeItem(
  ground: Pick<Ground, 'sql' | 'clock' | 'config'>,
  { newsletter, user }: { newsletter: Newsletter; user: User },
  { number, ...plan }: ItemPlan & { number: number },
): Promise<{ drafted: boolean }> {
  requireRole(user, ['author', 'administrator'], say`write for newsletters`);
  const after = await readItem(ground, newsletter, plan);
  return transaction(ground.sql, async (connection) => {
    await lockNewsletter(connection, newsletter.id);
    const { id, edition, words, link, picture } = await findItem(connection, newsletter, number);
    if (edition?.state === 'sent')
      throw new Refusal(
        say`Item ${number} was sent with edition ${edition.number ?? ''} and stays as it was.`,
        409,
      );
    await connection.query(
      'UPDATE newsletter_item SET words = $2, link = $3, picture = $4, publish_after = $5 WHERE id = $1',
      [id, JSON.stringify(after.words), after.link, after.picture, after.publishAfter],
    );
    const entry = { actor: user.email, action: 'newsletter.itemChanged', ...subject(newsletter.id) };
    await audit(connection, { ...entry, before: { number, words, link, picture }, after });
    return { drafted: edition !== null };
  });
}

/** An item by its number. @throws Refusal (404) when there is none */
export async function findItem(sql: Queryable, newsletter: Newsletter, number: number): Promise<Item> {
  const item = (await listItems({ sql }, newsletter.id)).find((one) => one.number === number);
  return found(item, say`${newsletter.slug} has no item ${number}.`);
}

/** What an item is to say, tried in a mail. */
async function readItem(
  ground: Pick<Ground, 'sql' | 'clock' | 'config'>,
  newsletter: Newsletter,
  plan: ItemPlan,
) {
  const words = readWords(newsletter, plan);
  const link = plan.link ? requireWebAddress(plan.link) : null;
  const picture = plan.picture ? requirePicture(plan.picture) : null;
  const trial = { items: [{ words, link, picture }], number: 1, dueAt: ground.clock.now() };
  await compileContents(ground, composeEdition(newsletter, trial));
  return { words, link, picture, publishAfter: plan.publishAfter ?? null };
}

/**
 * Takes an item away that no edition has.
 * @throws Refusal when there is no such item, or an edition has it
 */
export async function removeItem(
  { sql }: Pick<Ground, 'sql'>,
  { newsletter, user }: { newsletter: Newsletter; user: User },
  number: number,
): Promise<void> {
  requireRole(user, ['author', 'administrator'], say`write for newsletters`);
  await transaction(sql, async (connection) => {
    await lockNewsletter(connection, newsletter.id);
    const { id, edition, words } = await findItem(connection, newsletter, number);
    if (edition?.state === 'sent') {
      const hide = say`To take its page off the web: wecare newsletter hide ${newsletter.slug} ${edition.number ?? ''}`;
      throw new Refusal(say`Item ${number} was sent with edition ${edition.number ?? ''}. ${hide}`, 409);
    }
    if (edition) {
      throw new Refusal(
        say`Item ${number} stands in the edition that is drafted. Draft that without it: wecare newsletter draft ${newsletter.slug} --without ${number}`,
        409,
      );
    }
    await connection.query('DELETE FROM newsletter_item WHERE id = $1', [id]);
    const entry = { actor: user.email, action: 'newsletter.itemRemoved', ...subject(newsletter.id) };
    await audit(connection, { ...entry, before: { number, words } });
  });
}

/** All items of a newsletter in the order of their writing. */
export async function listItems({ sql }: { sql: Queryable }, newsletterId: string): Promise<Item[]> {
  const { rows } = await sql.query<Item>(
    `SELECT i.id, i.number, i.words, i.link, i.picture, i.publish_after AS "publishAfter", i.edition_id AS "editionId",
            CASE WHEN e.id IS NOT NULL THEN jsonb_build_object('number', e.number, 'state', e.state) END AS edition,
            i.added_by AS "addedBy", i.added_at AS "addedAt"
       FROM newsletter_item i LEFT JOIN edition e ON e.id = i.edition_id
      WHERE i.newsletter_id = $1 ORDER BY i.number`,
    [newsletterId],
  );
  return rows;
}

/** What is new for an edition due then. */
export const newItems = (items: Item[], dueAt: Date): Item[] =>
  items.filter(({ editionId, publishAfter }) => !editionId && (!publishAfter || publishAfter <= dueAt));

/** Keeps items and editions of a newsletter from being changed by others until the transaction ends. */
export async function lockNewsletter(connection: Connection, id: string): Promise<void> {
  await connection.query('SELECT FROM newsletter WHERE id = $1 FOR UPDATE', [id]);
}

const ASSET = /^asset:/i;
const requirePicture = (text: string): string =>
  ASSET.test(text) ? text.toLowerCase() : requireWebAddress(text);

/** As it may stand in the brackets of a link. */
function requireWebAddress(text: string): string {
  const url = URL.canParse(text) && !text.includes('{') ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol) && !url.username) {
    return url.href.replaceAll('(', '%28').replaceAll(')', '%29');
  }
  throw new Refusal(
    say`${JSON.stringify(text)} is no web address. Write it whole, as https://wecare.example/news.`,
  );
}

function readWords(newsletter: Newsletter, plan: ItemPlan): Record<string, ItemWords> {
  const words: Record<string, ItemWords> = {};
  for (const [tag, wish] of Object.entries(plan.words)) {
    const language = requireLanguage(tag);
    if (!newsletter.languages.includes(language)) {
      throw new Refusal(
        say`${newsletter.slug} is written in ${newsletter.languages.join(', ')}, not in ${language}.`,
      );
    }
    const read = Words.safeParse(wish);
    if (!read.success) {
      const [issue] = read.error.issues;
      throw new Refusal(
        say`The item’s ${issue?.path.join('.') ?? ''} in ${language} will not do: ${kept(issue?.message)}.`,
      );
    }
    if (plan.picture && !ASSET.test(plan.picture) && !read.data.alt) {
      throw new Refusal(
        say`Say in ${language} what is seen on the picture, for people who do not see it: --alt-${language}.`,
      );
    }
    words[language] = read.data;
  }
  if (Object.keys(words).length) return words;
  throw new Refusal(say`An item needs a title and a text in at least one language.`);
}
