import type { Queryable } from '../db.ts';
import { Refusal } from '../errors.ts';
import { type Goal, readGoal } from '../giving/goals.ts';
import { say } from '../say.ts';
import { Content, type Theme } from './content.ts';
import { type ProjectState, readVersion } from './projects.ts';

/** States in which everybody may see a project. */
export const publicStates = ['live', 'reached', 'closed', 'reported'] as const satisfies ProjectState[];
export type PublicState = (typeof publicStates)[number];

/** A project as the public sees it: the version that was published, and how far it is. */
export interface PublicProject {
  id: string;
  slug: string;
  state: PublicState;
  theme: Theme;
  /** As in contacts; null for all of Kerala. */
  district: string | null;
  publishedAt: Date;
  closedAt: Date | null;
  reportedAt: Date | null;
  content: Content;
  goal: Goal;
}

export const PUBLISHED = `
  SELECT p.id, p.slug, p.state, p.theme, p.district, p.published_at AS "publishedAt", p.closed_at AS "closedAt",
         p.reported_at AS "reportedAt", v.content, g.amount, g.capped, g.closes_at AS "closesAt", g.open, g.raised,
         g.gifts, g.held
    FROM project p JOIN project_version v ON v.project_id = p.id AND v.version = p.published
    JOIN goal g ON g.project_id = p.id`;

/** @throws Refusal (404) for a project that is not public, or none */
export async function findPublished(sql: Queryable, slug: string): Promise<PublicProject> {
  const { rows } = await sql.query<Row>(`${PUBLISHED} WHERE p.slug = $1 AND p.state = ANY ($2)`, [
    slug,
    publicStates,
  ]);
  if (!rows[0]) throw new Refusal(say`There is no such project.`, 404);
  return projectOf(rows[0]);
}

export interface Row extends Omit<PublicProject, 'content' | 'goal'> {
  content: unknown;
  amount: string | null;
  capped: boolean;
  closesAt: Date | null;
  open: boolean;
  raised: string;
  gifts: number;
  held: string;
}

export function projectOf({ content, amount, capped, closesAt, open, raised, gifts, held, ...row }: Row) {
  const goal: Goal = {
    ...{ projectId: row.id, capped, closesAt, open, gifts },
    amount: amount === null ? null : BigInt(amount),
    raised: BigInt(raised),
    held: BigInt(held),
  };
  return { ...row, content: Content.parse(content), goal };
}

/** Whether its page asks for gifts. What a capped one cannot take any more goes to the general fund. */
export function asksForGifts({ state, goal }: Pick<PublicProject, 'state' | 'goal'>, now: Date): boolean {
  if (state === 'closed' || state === 'reported' || !goal.open) return false;
  if (goal.closesAt && goal.closesAt <= now) return false;
  return !(goal.capped && goal.amount !== null && goal.raised >= goal.amount);
}

/**
 * A version as its page would be if it were published now: for staff, before anybody else sees it.
 * @throws Refusal (404) when there is no such project or version
 */
export async function previewOf(
  sql: Queryable,
  { id, version }: { id: string; version: number },
  now: Date,
): Promise<PublicProject> {
  const { rows } = await sql.query(
    `SELECT id, slug, theme, district, coalesce(published_at, $2) AS "publishedAt" FROM project WHERE id::text = $1`,
    [id, now],
  );
  const goal = await readGoal(sql, id);
  if (!rows[0] || !goal) throw new Refusal(say`There is no such project.`, 404);
  const content = await readVersion(sql, id, version);
  const { amount, capped, until } = content.goal;
  const closesAt = until ? new Date(Date.parse(`${until}T00:00:00+05:30`) + 86_400_000) : null;
  return {
    ...{ ...rows[0], state: 'live', closedAt: null, reportedAt: null, content },
    goal: { ...goal, amount: amount === null ? null : BigInt(amount), capped, closesAt, open: true },
  };
}
