import { v7 as uuid } from 'uuid';
import { type Queryable, transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import { indianDay } from '../../giving/calendar.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { newGuestCode, newOccasionCode, newOccasionNumber } from './codes.ts';
import { emptyContent, OccasionContent, OccasionKindName, type Visibility, visibilities } from './content.ts';
import { kindOf } from './kinds.ts';
import { draftToken } from './links.ts';
import { type LockedOccasion, lockOccasion, type OccasionState } from './states.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock'>;

/** A page that is being made, as the family sees it. */
export interface OccasionDraft {
  id: string;
  code: string;
  number: string;
  kind: string;
  state: OccasionState;
  content: OccasionContent;
  /** How often it was saved: who saves over somebody else's is told. */
  edition: number;
  shownEdition: number | null;
  askedEdition: number | null;
  child: boolean;
  remind: boolean;
  guestCode: string | null;
  touch: string | null;
}

/**
 * Begins a page.
 * @param touch signed, as it rode in our address: the invitation it came by
 * @param madeFrom a keyed hash of the network, by which many pages from one place are noticed
 * @returns what its address ends with, so that it can be taken up again
 */
export async function beginOccasion(
  { sql, keys, clock }: Needs,
  wish: { kind: string; language: 'ml' | 'en'; touch?: string | null; madeFrom?: string | null },
): Promise<{ id: string; token: string }> {
  const name = OccasionKindName.parse(wish.kind);
  const id = uuid();
  const content = emptyContent(wish.language, kindOf(name).design);
  const now = clock.now();
  // Two numbers of a million that are equal: then another is drawn.
  for (;;) {
    const { rowCount } = await sql.query(
      `INSERT INTO occasion (id, code, number, kind, content, language, touch, made_from, made_at, saved_at, guest_code)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10) ON CONFLICT DO NOTHING`,
      [
        ...[id, newOccasionCode(), newOccasionNumber(), name, JSON.stringify(content), wish.language],
        ...[wish.touch ?? null, wish.madeFrom ?? null, now, keys.seal('occasion-contact', newGuestCode())],
      ],
    );
    if (rowCount) return { id, token: draftToken(keys, id) };
  }
}

const DRAFT = `SELECT id, code, number, kind, state, content, edition, shown_edition AS "shownEdition",
  asked_edition AS "askedEdition", child, remind, guest_code AS "guestCode", touch FROM occasion`;

/** A page as its family last wrote it. @throws Refusal (404) when there is none, (410) when it was removed */
export async function readOccasion({ sql, keys }: Pick<Ground, 'keys'> & { sql: Queryable }, id: string) {
  const { rows } = await sql.query(`${DRAFT} WHERE id::text = $1`, [id]);
  const { guestCode, ...row } = found(rows[0], say`There is no such page.`);
  if (row.state === 'gone')
    throw new Refusal(say`The family removed this page. What was given stays in the books.`, 410);
  const draft = { ...row, content: OccasionContent.parse(row.content) };
  return { ...draft, guestCode: guestCode && keys.open('occasion-contact', guestCode) } as OccasionDraft;
}

/** What one screen changes of a page. */
export interface OccasionChange {
  content?: Partial<OccasionContent>;
  kind?: string;
  child?: boolean;
  remind?: boolean;
}

/**
 * Saves one screen of a page. What is not mentioned stays.
 * @param expected the edition that the screen showed
 * @returns the new edition
 * @throws Refusal (409) when somebody else saved meanwhile; ZodError for what does not fit
 */
export async function saveOccasion(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { id, expected }: { id: string; expected: number },
  change: OccasionChange,
): Promise<number> {
  return transaction(sql, async (connection) => {
    const page = await lockOccasion(connection, id);
    const { state, edition } = page;
    if (state === 'gone' || state === 'refused' || state === 'down')
      throw new Refusal(say`This page can no longer be changed. Please ring the helpline.`, 409);
    if (edition !== expected)
      throw new Refusal(say`Somebody else changed the page meanwhile. Look at theirs first.`, 409);
    const { rows } = await connection.query<{ content: OccasionContent }>(
      'SELECT content FROM occasion WHERE id = $1',
      [id],
    );
    const before = rows[0]?.content as OccasionContent;
    const kind = change.kind === undefined ? undefined : OccasionKindName.parse(change.kind);
    requireSame(page, { kind, child: change.child });
    const content = OccasionContent.parse({ ...before, ...change.content });
    // What was fine when it was said stays: photographs are added after the last day for gifts.
    requireDays(changedOf(before, content), indianDay(clock.now()));
    if (content.project !== before.project) await requireProject(connection, content.project);
    await connection.query(
      `UPDATE occasion SET content = $2, edition = edition + 1, saved_at = $3, kind = coalesce($4, kind),
              child = coalesce($5, child), remind = coalesce($6, remind), district = $7,
              day = coalesce((shown->>'day')::date, $8), language = $9 WHERE id = $1`,
      [
        ...[id, JSON.stringify(content), clock.now(), kind ?? null, change.child ?? null],
        ...[change.remind ?? null, content.district, content.day, content.language],
      ],
    );
    await hideAtOnce(connection, id, content.visibility);
    return edition + 1;
  });
}

/** What guests know a page as stays: nobody would look at another kind, or ask a parent once more. */
function requireSame(
  { shownEdition, kind, child }: LockedOccasion,
  change: { kind: string | undefined; child: boolean | undefined },
): void {
  if (shownEdition === null) return;
  if (change.kind && change.kind !== kind)
    throw new Refusal(say`Guests see the page already. For another kind of day, make a new page.`, 409);
  if (child && change.child === false)
    throw new Refusal(
      say`Guests know the page as a child’s, and so it stays. If it is none, ring the helpline.`,
      409,
    );
}

/** Of the days, those that are said anew. */
const changedOf = (before: OccasionContent, { day, until }: OccasionContent) => ({
  ...{ day: day === before.day ? null : day, until: until === before.until ? null : until },
});

/** Whoever wants a page to be seen by fewer waits for nobody; by more, it is looked at first. */
async function hideAtOnce(connection: Queryable, id: string, visibility: Visibility): Promise<void> {
  await connection.query(
    `UPDATE occasion SET visibility = $2, shown = jsonb_set(shown, '{visibility}', to_jsonb($2::text))
      WHERE id = $1 AND shown IS NOT NULL
        AND array_position($3::text[], $2::text) > array_position($3::text[], shown->>'visibility')`,
    [id, visibility, [...visibilities]],
  );
}

/** Days on which a page makes sense: families also make one after the day, and plan two years ahead. */
const YEAR_MS = 365.25 * 86_400_000;
export function requireDays({ day, until }: Pick<OccasionContent, 'day' | 'until'>, today: string): void {
  const years = (other: string) => (Date.parse(other) - Date.parse(today)) / YEAR_MS;
  if (day && years(day) < -1)
    throw new Refusal(say`That day is more than a year ago. A page can be made up to a year after the day.`);
  if (day && years(day) > 2)
    throw new Refusal(say`That day is more than two years ahead. Come back nearer to it.`);
  if (until && until < today)
    throw new Refusal(say`The last day for gifts is over already. Choose a later one.`);
  if (until && years(until) > 3) throw new Refusal(say`Gifts can be taken for three years at most.`);
}

async function requireProject(sql: Queryable, project: string | null): Promise<void> {
  if (!project) return;
  const { rowCount } = await sql.query(
    `SELECT FROM project p JOIN goal g ON g.project_id = p.id WHERE p.id = $1 AND p.published IS NOT NULL AND g.open`,
    [project],
  );
  if (!rowCount) throw new Refusal(say`That project takes no gifts now. Choose another, or the fund itself.`);
}

/** What is still missing before a page can be shown, in the order of the screens. */
export type Missing = 'names' | 'day' | 'contact' | 'adult' | 'parent';

export function missingOf(draft: Pick<OccasionDraft, 'kind' | 'content'>): Missing[] {
  const { persons } = kindOf(draft.kind);
  const named = draft.content.names.filter(Boolean).length;
  return [...(named < persons ? (['names'] as const) : []), ...(draft.content.day ? [] : (['day'] as const))];
}
