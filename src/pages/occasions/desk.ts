import type { Queryable } from '../../db.ts';
import { found } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import type { Keys } from '../../keys.ts';
import { say } from '../../say.ts';
import { readOccasionNumber } from './codes.ts';
import { OccasionContent, type Visibility } from './content.ts';
import { eventsOf, type OccasionEvent } from './events.ts';
import { type OccasionFigures, occasionFigures } from './gifts.ts';
import { guestsOf } from './guests.ts';
import { type Keeper, keepersOf } from './keepers.ts';
import { type OccasionPhoto, photosOf } from './photos.ts';
import { type OccasionReport, reportsOf } from './reports.ts';
import type { Sign } from './signs.ts';
import type { OccasionState } from './states.ts';

/** What staff look for among pages of families; what is not given does not narrow. */
export interface OccasionFilter {
  state?: OccasionState | undefined;
  kind?: string | undefined;
  district?: string | undefined;
  /** Words of the names, the number said on the telephone, or the code of the address. */
  text?: string | undefined;
  /** Only those whose turn comes after this one. */
  after?: string | undefined;
  limit: number;
}

/** A page in a list of staff. */
export interface OccasionRow {
  id: string;
  code: string;
  number: string;
  kind: string;
  state: OccasionState;
  names: string[];
  /** India's calendar. */
  day: string | null;
  district: string | null;
  visibility: Visibility;
  child: boolean;
  signs: Sign[];
  /** Since when an edition waits for a decision; null when none does. */
  askedAt: Date | null;
  /** Whether it was shown and nobody has looked at it yet. */
  unseen: boolean;
  madeAt: Date;
  /** Paise given that remain, and how many gifts. */
  given: bigint;
  gifts: number;
  /** Words about it that wait for an answer. */
  reports: number;
}

const WAITS = `(o.state = 'waiting' OR o.asked_edition IS NOT NULL AND o.state IN ('live', 'closed'))`;
const UNSEEN = `(o.asked_edition IS NULL AND o.state IN ('live', 'closed') AND o.looked_at IS NULL AND o.asked_at IS NOT NULL)`;

const ROWS = `
SELECT o.id, o.code, o.number, o.kind, o.state, coalesce(o.content->'names', '[]') AS names, coalesce(o.content->>'day', o.day::text) AS day,
       o.district, o.visibility, o.child, o.signs, CASE WHEN ${WAITS} THEN o.asked_at END AS "askedAt", ${UNSEEN} AS unseen,
       o.made_at AS "madeAt", g.given, g.gifts,
       (SELECT count(*)::int FROM occasion_report r WHERE r.occasion_id = o.id AND r.answered_at IS NULL) AS reports
  FROM occasion o CROSS JOIN LATERAL (
    SELECT coalesce(sum(d.amount - d.refunded), 0)::bigint AS given, (count(*) FILTER (WHERE d.refunded < d.amount))::int AS gifts
      FROM donation d WHERE d.occasion_id = o.id) g`;

const counted = ({ given, ...row }: Omit<OccasionRow, 'given'> & { given: string }): OccasionRow => ({
  ...{ ...row, given: BigInt(given) },
});

/** Every page that a family has finished once, the newest first; with a state, those of that state, drafts too. */
export async function listOccasions(
  { sql }: { sql: Queryable },
  { state, kind, district, text = '', after, limit }: OccasionFilter,
): Promise<OccasionRow[]> {
  const { rows } = await sql.query(
    `${ROWS} WHERE (o.state = $1 OR $1::text IS NULL AND o.state <> 'draft') AND ($2::text IS NULL OR o.kind = $2)
        AND ($3::text IS NULL OR o.district = $3) AND ($4::uuid IS NULL OR o.id < $4)
        AND (o.number = $6 OR o.code = lower($7) OR NOT EXISTS (SELECT FROM unnest($5::text[]) word
              WHERE strpos(fold_text(concat_ws(' ', o.number, o.content->>'names', o.content->>'from')), fold_text(word)) = 0))
      ORDER BY o.id DESC LIMIT $8`,
    [
      ...[state ?? null, kind ?? null, district ?? null, after ?? null],
      ...[text.trim().split(/\s+/).slice(0, 10).filter(Boolean)],
      ...[readOccasionNumber(text), text.trim(), limit],
    ],
  );
  return rows.map(counted);
}

/** What waits for a look, those asked for first; then what was shown and nobody has looked at. */
export async function waitingOccasions({ sql }: { sql: Queryable }, limit = 100): Promise<OccasionRow[]> {
  const { rows } = await sql.query(
    `${ROWS} WHERE ${WAITS} OR ${UNSEEN} ORDER BY ${WAITS} DESC, o.asked_at, o.id LIMIT $1`,
    [limit],
  );
  return rows.map(counted);
}

/** How much there is to do: pages that wait, and words about pages, with how many of those are late. */
export async function occasionWork({ sql, clock }: Pick<Ground, 'clock'> & { sql: Queryable }) {
  const { rows } = await sql.query<{ waiting: number; unseen: number; reports: number; late: number }>(
    `SELECT (SELECT count(*)::int FROM occasion o WHERE ${WAITS}) AS waiting,
            (SELECT count(*)::int FROM occasion o WHERE ${UNSEEN}) AS unseen,
            count(*)::int AS reports, (count(*) FILTER (WHERE due_at <= $1))::int AS late
       FROM occasion_report WHERE answered_at IS NULL`,
    [clock.now()],
  );
  return rows[0] as { waiting: number; unseen: number; reports: number; late: number };
}

/** All that staff see of a page. */
export interface OccasionDesk {
  page: OccasionRow & {
    edition: number;
    shownEdition: number | null;
    lookedAt: Date | null;
    adult: boolean;
    parent: boolean;
    project: { id: string; titles: { en: string; ml: string } } | null;
    touch: string | null;
  };
  /** What the family wrote last, and what guests see; null before they see anything. */
  content: OccasionContent;
  shown: OccasionContent | null;
  photos: OccasionPhoto[];
  keepers: (Omit<Keeper, 'contact'> & { masked: string })[];
  history: OccasionEvent[];
  reports: OccasionReport[];
  figures: OccasionFigures;
  /** Guests invited by mail, by what became of it. */
  guests: Record<string, number>;
}

/** A page by its id. @throws Refusal (404) when there is none */
export async function readOccasionDesk(
  { sql, keys }: { sql: Queryable; keys: Keys },
  id: string,
): Promise<OccasionDesk> {
  const { rows } = await sql.query(
    `SELECT l.*, o.edition, o.shown_edition AS "shownEdition", o.looked_at AS "lookedAt", o.adult_at IS NOT NULL AS adult,
            o.parent IS NOT NULL AS parent, o.touch, o.content, o.shown,
            CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('id', p.id, 'titles',
              jsonb_build_object('en', v.content->'en'->>'title', 'ml', v.content->'ml'->>'title')) END AS project
       FROM (${ROWS} WHERE o.id::text = $1) l JOIN occasion o ON o.id = l.id
       LEFT JOIN project p ON p.id::text = o.content->>'project' LEFT JOIN project_version v ON v.project_id = p.id AND v.version = p.published`,
    [id],
  );
  const { content, shown, ...page } = found(rows[0], say`There is no such page.`);
  const keepers = await keepersOf({ sql, keys }, id);
  return {
    page: counted(page) as OccasionDesk['page'],
    content: OccasionContent.parse(content),
    shown: shown && OccasionContent.parse(shown),
    photos: await photosOf(sql, id),
    keepers: keepers.map(({ contact, ...keeper }) => ({ ...keeper, masked: masked(contact) })),
    history: await eventsOf(sql, id),
    reports: await reportsOf({ sql, keys }, id),
    figures: await occasionFigures(sql, id),
    guests: await guestsOf(sql, id),
  };
}

/** A contact as staff may see it: enough to know it again on the telephone. */
export const masked = (contact: string): string =>
  contact.includes('@')
    ? contact.replace(/^(.{1,2}).*@/u, '$1•••@')
    : `${contact.slice(0, 3)}••••••${contact.slice(-3)}`;

/** A page by what somebody reads out or pastes: its number, the code of its address, or its id. Null when there is none. */
export async function occasionNamed({ sql }: { sql: Queryable }, wish: string): Promise<string | null> {
  const code = /(?:\/o\/)?([0-9a-z]{8})\/?$/i.exec(wish.trim())?.[1]?.toLowerCase() ?? '';
  const { rows } = await sql.query<{ id: string }>(
    'SELECT id FROM occasion WHERE number = $1 OR code = $2 OR id::text = $3 ORDER BY number = $1 DESC LIMIT 1',
    [readOccasionNumber(wish), code, wish.trim().toLowerCase()],
  );
  return rows[0]?.id ?? null;
}
