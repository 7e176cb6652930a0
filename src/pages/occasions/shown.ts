import { timingSafeEqual } from 'node:crypto';
import type { Queryable } from '../../db.ts';
import { found } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import type { Keys } from '../../keys.ts';
import { say } from '../../say.ts';
import { readCode } from './codes.ts';
import { OccasionContent, type Visibility } from './content.ts';
import type { OccasionState } from './states.ts';

/** A page as guests see it. */
export interface ShownOccasion {
  id: string;
  code: string;
  number: string;
  kind: string;
  state: OccasionState;
  child: boolean;
  content: OccasionContent;
  edition: number;
  /** Paise, as it stood when the family closed it; null while it is open. */
  frozen: { raised: string; gifts: number; words?: string } | null;
  closedAt: Date | null;
  /** The published project it is for; null for the fund. */
  project: { id: string; slug: string; titles: { en: string; ml: string } } | null;
  /** Whether gifts can be given at it now. */
  open: boolean;
  touch: string | null;
}

/** Of what guests see, or of what the family last wrote; `$2` is today. */
const pagesOf = (content: 'shown' | 'content') => `
  SELECT o.id, o.code, o.number, o.kind, o.state, o.child, o.${content} AS content, o.frozen, o.closed_at AS "closedAt", o.touch,
    coalesce(o.shown_edition, o.edition) AS edition,
    CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('id', p.id, 'slug', p.slug,
      'titles', jsonb_build_object('en', v.content->'en'->>'title', 'ml', v.content->'ml'->>'title')) END AS project,
    o.state = 'live' AND coalesce((o.${content}->>'until')::date, (o.${content}->>'day')::date + 366) >= $2::date
      AND (p.id IS NULL OR g.open AND (g.closes_at IS NULL OR g.closes_at > now())) AS open
  FROM occasion o LEFT JOIN project p ON p.id = (o.${content}->>'project')::uuid
  LEFT JOIN project_version v ON v.project_id = p.id AND v.version = p.published
  LEFT JOIN goal g ON g.project_id = p.id
 WHERE o.${content} IS NOT NULL`;
const SHOWN = pagesOf('shown');

const pageOf = (row: ShownOccasion): ShownOccasion => ({
  ...row,
  content: OccasionContent.parse(row.content),
});

/**
 * A page at its short address.
 * @param today of India, `YYYY-MM-DD`
 * @returns null when there is none that guests may know of; one that was taken off is told by its state
 */
export async function findShown(sql: Queryable, code: string, today: string): Promise<ShownOccasion | null> {
  const { rows } = await sql.query(`${SHOWN} AND o.code = $1`, [readCode(code), today]);
  return rows[0] ? pageOf(rows[0]) : null;
}

/** A page as its guests would see what its family last wrote. */
export async function previewOf(sql: Queryable, id: string, today: string): Promise<ShownOccasion> {
  const { rows } = await sql.query(`${pagesOf('content')} AND o.id = $1`, [id, today]);
  const page = pageOf(found(rows[0], say`There is no such page.`));
  return { ...page, state: 'live', open: true, frozen: null, closedAt: null };
}

/** Pages that everybody may find, those whose day is nearest first. */
export async function listShown(
  sql: Queryable,
  { today, limit }: { today: string; limit: number },
): Promise<ShownOccasion[]> {
  const { rows } = await sql.query(
    `${SHOWN} AND o.state = 'live' AND o.visibility = 'public' AND NOT o.child
      ORDER BY abs(o.day - $2::date), o.id LIMIT $1`,
    [limit, today],
  );
  return rows.map(pageOf);
}

/** Whether a page is found by searching, lists and machines. */
export const isFindable = ({
  content,
  state,
  child,
}: Pick<ShownOccasion, 'content' | 'state' | 'child'>): boolean =>
  content.visibility === 'public' && state === 'live' && !child;

/** Whether only who knows the guests' code may see it. */
export const wantsCode = (visibility: Visibility): boolean => visibility === 'guests';

/** Whether that is the guests' code of a page; as long for a wrong one as for a right one. */
export async function isGuestCode(
  { sql, keys }: Pick<Ground, 'sql' | 'keys'>,
  occasionId: string,
  typed: string,
): Promise<boolean> {
  const { rows } = await sql.query<{ code: Buffer | null }>(
    'SELECT guest_code AS code FROM occasion WHERE id = $1',
    [occasionId],
  );
  const [right, given] = [rows[0]?.code ? keys.open('occasion-contact', rows[0].code) : '', readCode(typed)];
  return right !== '' && equal(keys, right, given);
}

function equal(keys: Keys, one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => keys.sign('occasion-code', Buffer.from(text), 16)) as [
    Buffer,
    Buffer,
  ];
  return timingSafeEqual(a, b);
}

/** Why guests see nothing at an address. */
export type Away = 'none' | 'not-yet' | 'down' | 'gone';

const AWAY: Partial<Record<OccasionState, Away>> = {
  ...{ draft: 'not-yet', waiting: 'not-yet', returned: 'not-yet' },
  ...{ refused: 'down', down: 'down', gone: 'gone' },
} as const;

/** @param code as `readCode` reads it */
export async function whyAway(sql: Queryable, code: string): Promise<Away> {
  const { rows } = await sql.query<{ state: OccasionState }>('SELECT state FROM occasion WHERE code = $1', [
    code,
  ]);
  return (rows[0] && AWAY[rows[0].state]) ?? 'none';
}

/** Pages that search engines may be told of, with when each was shown anew last. */
export async function findableCodes(sql: Queryable): Promise<{ code: string; changedAt: Date }[]> {
  const { rows } = await sql.query(
    `SELECT o.code, greatest(o.shown_at, o.looked_at) AS "changedAt" FROM occasion o
      WHERE o.state = 'live' AND o.visibility = 'public' AND NOT o.child ORDER BY o.shown_at DESC LIMIT 20000`,
  );
  return rows;
}

/** The page at which an order was placed; null when it was placed elsewhere, or guests see that page no more. */
export async function occasionOfOrder(
  sql: Queryable,
  orderId: string,
): Promise<{ code: string; kind: string; content: Pick<OccasionContent, 'names' | 'design'> } | null> {
  const { rows } = await sql.query(
    `SELECT o.code, o.kind, o.shown AS content FROM gift_order g JOIN occasion o ON o.id = g.occasion_id
      WHERE g.id = $1 AND o.state IN ('live', 'closed')`,
    [orderId],
  );
  return rows[0] ?? null;
}
