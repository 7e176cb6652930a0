import type { Queryable } from '../../db.ts';
import type { Ground } from '../../ground.ts';
import { findMessage } from '../messages.ts';
import type { Schedule } from '../schedule.ts';
import type { EditionState } from './editions.ts';
import { type Item, listItems, newItems } from './items.ts';
import { findNewsletter, type NewsletterWords } from './newsletters.ts';
import { type NewsletterStatus, newsletterStatus } from './status.ts';

/** A newsletter as the list of them shows it. */
export interface NewsletterGlance {
  id: string;
  slug: string;
  languages: string[];
  words: Record<string, NewsletterWords>;
  public: boolean;
  pausedAt: Date | null;
  schedule: Schedule | null;
  /** The edition in the making. */
  next: { state: EditionState; number: number | null; dueAt: Date } | null;
  approved: boolean;
  /** Items that no edition has. */
  waiting: number;
  lastAt: Date | null;
  lastNumber: number | null;
}

const GLANCE = `
  SELECT n.id, n.slug, n.languages, n.words, n.public, n.paused_at AS "pausedAt", m.schedule, last.due_at AS "lastAt", last.number AS "lastNumber",
         next.state AS "nextState", next.number AS "nextNumber", next.due_at AS "nextAt",
         EXISTS (SELECT FROM approval a WHERE a.message_id = m.id AND a.revision = m.revision) AS approved,
         (SELECT count(*)::int FROM newsletter_item i WHERE i.newsletter_id = n.id AND i.edition_id IS NULL) AS waiting
    FROM newsletter n JOIN message m ON m.id = n.message_id
    LEFT JOIN edition next ON next.newsletter_id = n.id AND next.state IN ('coming', 'drafted')
    LEFT JOIN LATERAL (SELECT e.due_at, e.number FROM edition e WHERE e.newsletter_id = n.id AND e.state = 'sent'
                        ORDER BY e.due_at DESC LIMIT 1) AS last ON true
   WHERE m.archived_at IS NULL ORDER BY next.due_at NULLS LAST, n.slug`;

/** Every newsletter, the one that comes first first. */
export async function newsletterGlances({ sql }: { sql: Queryable }): Promise<NewsletterGlance[]> {
  const { rows } = await sql.query(GLANCE);
  return rows.map(({ nextState, nextNumber, nextAt, ...row }) => ({
    ...row,
    next: nextState && { state: nextState, number: nextNumber, dueAt: nextAt },
  }));
}

/** What the page of one newsletter shows. */
export interface NewsletterDesk extends NewsletterStatus {
  /** Of the next edition while it is drafted, and those that no edition has. */
  items: (Item & { taken: boolean; later: boolean })[];
  /** Who wrote last, and therefore cannot approve. */
  editedBy: string | null;
}

/** @throws Refusal (404) when there is no such newsletter */
export async function newsletterDesk(
  ground: Pick<Ground, 'sql' | 'clock' | 'config'>,
  wish: string,
): Promise<NewsletterDesk> {
  const newsletter = await findNewsletter(ground, wish);
  const status = await newsletterStatus(ground, newsletter);
  const { editedBy } = await findMessage(ground.sql, newsletter.messageId);
  const { next } = status;
  const all = await listItems(ground, newsletter.id);
  const due = new Set(newItems(all, next?.dueAt ?? ground.clock.now()));
  const items = all
    .filter(({ editionId }) => !editionId || editionId === next?.id)
    .map((item) => ({ ...item, taken: item.editionId !== null, later: !item.editionId && !due.has(item) }));
  return { ...status, items, editedBy };
}
