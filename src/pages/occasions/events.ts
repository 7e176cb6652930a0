import type { Queryable } from '../../db.ts';

/** What happens to a page, as its history has it. */
export type OccasionWhat =
  | 'asked'
  | 'shown'
  | 'returned'
  | 'refused'
  | 'down'
  | 'restored'
  | 'closed'
  | 'reopened'
  | 'gone'
  | 'reported'
  | 'objected'
  | 'answered'
  | 'link'
  | 'stranger'
  | 'contact'
  | 'grown'
  | 'keeper'
  | 'verified';

/** Of which the family is told in their language, on the channel they have. */
const TOLD: readonly OccasionWhat[] = [
  ...(['verified', 'shown', 'returned', 'refused', 'down', 'restored', 'closed'] as const),
  ...(['reopened', 'gone', 'objected', 'keeper'] as const),
];

export interface OccasionEvent {
  at: Date;
  what: OccasionWhat;
  /** `family`, `guest`, or the address of one of staff. */
  actor: string;
  words: string | null;
  edition: number | null;
}

interface Happened extends Omit<OccasionEvent, 'words' | 'edition'> {
  occasionId: string;
  words?: string | null;
  edition?: number;
  /** What was asked for or decided on. */
  content?: unknown;
  /** Of which keeper it tells. */
  keeper?: string;
}

/** Writes what happened, in its transaction, and leaves word for the mails and messages that tell of it. */
export async function happen(sql: Queryable, event: Happened): Promise<void> {
  const { occasionId, at, what, actor, words = null, edition = null, content, keeper } = event;
  await sql.query(
    `INSERT INTO occasion_event (occasion_id, at, what, actor, words, edition, content)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [occasionId, at, what, actor, words, edition, content === undefined ? null : JSON.stringify(content)],
  );
  if (!TOLD.includes(what)) return;
  const payload = { occasion: occasionId, what, ...(words && { words }), ...(keeper && { keeper }) };
  await sql.query('INSERT INTO outbox (event, payload) VALUES ($1, $2)', [
    ...['occasion.happened', JSON.stringify(payload)],
  ]);
}

/** The history of a page, the newest first. */
export async function eventsOf(sql: Queryable, occasionId: string): Promise<OccasionEvent[]> {
  const { rows } = await sql.query<OccasionEvent>(
    `SELECT at, what, actor, words, edition FROM occasion_event WHERE occasion_id::text = $1 ORDER BY id DESC LIMIT 200`,
    [occasionId],
  );
  return rows;
}
