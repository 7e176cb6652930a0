import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { audit } from '../../access/audit.ts';
import { requireRole, type User } from '../../access/users.ts';
import { type Queryable, transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { kept, say } from '../../say.ts';
import { requireLanguage } from '../audience.ts';
import { createCampaign } from '../campaigns.ts';
import { parseSchedule, type Schedule } from '../schedule.ts';
import { composeEdition } from './compose.ts';

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const TAKEN = ['feed', 'feeds', 'new', 'all'];
const Words = z.strictObject({
  title: z.string().trim().min(1).max(80),
  description: z.string().trim().max(300).default(''),
});

/** The newsletter's name and what it is about, in one language. */
export type NewsletterWords = z.infer<typeof Words>;

/** How its mail begins: the sun over the backwater, or nothing. */
export type Scene = 'dawn' | 'none';

export interface Newsletter {
  id: string;
  messageId: string;
  campaignId: string;
  slug: string;
  /** In order; the first is for readers of any other language. */
  languages: string[];
  words: Record<string, NewsletterWords>;
  public: boolean;
  archive: boolean;
  draftHours: number;
  scene: Scene;
  /** While it rests, nothing of it is drafted or leaves. */
  pausedAt: Date | null;
  schedule: Schedule | null;
  changedAt: Date;
}

/** What a newsletter is made of; the schedule is set as any message's is. */
export interface NewsletterPlan {
  slug: string;
  /** By language tag; the order is kept. */
  words: Record<string, { title: string; description?: string | undefined }>;
  lists: string[];
  from: string;
  replyTo?: string | undefined;
  purpose: string;
  public?: boolean | undefined;
  archive?: boolean | undefined;
  draftHours?: number | undefined;
  scene?: Scene | undefined;
}

/** What an edit changes; what is absent stays, and so does a language that is not mentioned. */
export interface NewsletterEdit {
  words?: Record<string, { title?: string | undefined; description?: string | undefined }> | undefined;
  public?: boolean | undefined;
  archive?: boolean | undefined;
  draftHours?: number | undefined;
  scene?: Scene | undefined;
}

type Making = Pick<Ground, 'sql' | 'clock' | 'config'>;

/**
 * Makes a newsletter: a campaign with one message, which its editions fill. Nothing leaves before it is
 * scheduled and an edition is approved.
 * @throws Refusal for a slug or name that is taken or will not do, and as `createCampaign` does
 */
export async function createNewsletter(
  ground: Making,
  plan: NewsletterPlan,
  user: User,
): Promise<{ newsletterId: string; campaignId: string; messageId: string; slug: string }> {
  const words = readWords(plan.words);
  const languages = Object.keys(words);
  const row = { id: uuid(), slug: requireSlug(plan.slug), draftHours: requireHours(plan.draftHours ?? 24) };
  const name = words[languages[0] as string]?.title as string;
  const scene = plan.scene ?? 'dawn';
  const draft = { languages, words, public: false, archive: false, scene };
  const contents = composeEdition(draft, { items: [], number: 0, dueAt: ground.clock.now() });
  const message = { name, purpose: plan.purpose, from: plan.from, replyTo: plan.replyTo, lists: plan.lists };
  const { campaignId, messageId } = await createCampaign(
    ground,
    {
      name,
      message: { ...message, fallback: languages, contents },
      also: async (connection, ids) => {
        const { rowCount } = await connection.query(
          `INSERT INTO newsletter (id, message_id, slug, languages, words, public, archive, draft_hours, created_at, changed_at, scene)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10) ON CONFLICT (slug) DO NOTHING`,
          [
            ...[row.id, ids.messageId, row.slug, languages, JSON.stringify(words)],
            ...[plan.public ?? true, plan.archive ?? true, row.draftHours, ground.clock.now(), scene],
          ],
        );
        if (!rowCount) throw new Refusal(say`There is already a newsletter at /n/${row.slug}.`, 409);
        const entry = { actor: user.email, action: 'newsletter.made', ...subject(row.id) };
        await audit(connection, { ...entry, after: { slug: row.slug, languages } });
      },
    },
    user,
  );
  return { newsletterId: row.id, campaignId, messageId, slug: row.slug };
}

/**
 * Changes what a newsletter is called or who may read it. What its next edition says is composed anew
 * when that is drafted.
 * @throws Refusal for words or hours that will not do, and a user who may not
 */
export async function editNewsletter(
  { sql, clock }: Pick<Making, 'sql' | 'clock'>,
  { newsletter, user }: { newsletter: Newsletter; user: User },
  edit: NewsletterEdit,
): Promise<Newsletter> {
  requireRole(user, ['author', 'administrator'], say`edit newsletters`);
  // In the order of the languages: the database keeps none in what it stores as JSON.
  const merged: Record<string, object> = Object.fromEntries(
    newsletter.languages.map((tag) => [tag, newsletter.words[tag] ?? {}]),
  );
  for (const [tag, words] of Object.entries(edit.words ?? {})) {
    const given = Object.fromEntries(Object.entries(words).filter(([, text]) => text !== undefined));
    merged[tag] = { ...merged[tag], ...given };
  }
  const words = readWords(merged as NewsletterPlan['words']);
  const after = {
    ...{ words, languages: Object.keys(words), public: edit.public ?? newsletter.public },
    archive: edit.archive ?? newsletter.archive,
    draftHours: requireHours(edit.draftHours ?? newsletter.draftHours),
    scene: edit.scene ?? newsletter.scene,
  };
  await transaction(sql, async (connection) => {
    await connection.query(
      `UPDATE newsletter SET words = $2, languages = $3, public = $4, archive = $5, draft_hours = $6, changed_at = $7, scene = $8
        WHERE id = $1`,
      [
        ...[newsletter.id, JSON.stringify(words), after.languages, after.public],
        ...[after.archive, after.draftHours, clock.now(), after.scene],
      ],
    );
    const { words: was, public: wasPublic, archive, draftHours, scene } = newsletter;
    const before = { words: was, public: wasPublic, archive, draftHours, scene };
    const entry = { actor: user.email, action: 'newsletter.edited', ...subject(newsletter.id) };
    await audit(connection, { ...entry, before, after });
  });
  return { ...newsletter, ...after };
}

/** What the audit log says an entry is about. */
export const subject = (id: string) => ({ subjectType: 'newsletter', subjectId: id });

/** Every newsletter, by slug. */
export async function listNewsletters({ sql }: { sql: Queryable }): Promise<Newsletter[]> {
  const { rows } = await sql.query<Newsletter>(`${SELECT} ORDER BY n.slug`);
  return rows;
}

/**
 * Finds a newsletter by its slug, its title in any language, or its id.
 * @throws Refusal that names the ones there are
 */
export async function findNewsletter({ sql }: { sql: Queryable }, wish: string): Promise<Newsletter> {
  const { rows } = await sql.query<Newsletter>(
    `${SELECT} AND (n.slug = $1 OR n.id::text = lower($1)
        OR EXISTS (SELECT FROM jsonb_each(n.words) AS w WHERE w.value ->> 'title' = $1)) LIMIT 1`,
    [wish],
  );
  if (rows[0]) return rows[0];
  const all = (await listNewsletters({ sql })).map(({ slug }) => slug).join(', ');
  const known = all
    ? say`There are: ${all}.`
    : say`There are none yet; "wecare newsletter create" makes one.`;
  throw new Refusal(say`There is no newsletter ${JSON.stringify(wish)}. ${known}`, 404);
}

const SELECT = `
  SELECT n.id, n.message_id AS "messageId", m.campaign_id AS "campaignId", n.slug, n.languages, n.words, n.public,
         n.archive, n.draft_hours AS "draftHours", n.scene, n.paused_at AS "pausedAt", n.changed_at AS "changedAt", m.schedule
    FROM newsletter n JOIN message m ON m.id = n.message_id
   WHERE m.archived_at IS NULL`;

/** Refuses a schedule that will not do before anything is made. */
export const checkSchedule = (schedule: unknown, now: Date, usual?: string): Schedule => {
  const read = parseSchedule(schedule, now, usual);
  if (read.kind === 'cron') return read;
  throw new Refusal(
    say`A newsletter comes again and again: give --cron, such as "0 9 * * MON". For a single mail make a campaign.`,
  );
};

function requireSlug(slug: string): string {
  if (SLUG.test(slug) && slug.length <= 60 && !TAKEN.includes(slug)) return slug;
  throw new Refusal(
    say`${JSON.stringify(slug)} cannot stand in an address. Write small Latin letters and digits with hyphens between, such as care-news.`,
  );
}

function requireHours(hours: number): number {
  if (Number.isInteger(hours) && hours >= 0 && hours <= 336) return hours;
  throw new Refusal(say`An edition is drafted 0 to 336 whole hours before it is due, not ${hours}.`);
}

function readWords(given: NewsletterPlan['words']): Record<string, NewsletterWords> {
  const words: Record<string, NewsletterWords> = {};
  for (const [tag, wish] of Object.entries(given)) {
    const read = Words.safeParse(wish);
    if (!read.success) {
      const [issue] = read.error.issues;
      throw new Refusal(
        say`The newsletter’s ${String(issue?.path[0])} in ${tag} will not do: ${kept(issue?.message)}.`,
      );
    }
    if (/\{\{|[\p{Cc}]/u.test(read.data.title + read.data.description)) {
      throw new Refusal(say`The newsletter’s words in ${tag} must be one line each, without merge fields.`);
    }
    words[requireLanguage(tag)] = read.data;
  }
  if (Object.keys(words).length) return words;
  throw new Refusal(say`A newsletter needs a title in at least one language.`);
}
