import { v7 as uuid } from 'uuid';
import { audit } from '../access/audit.ts';
import { requireRole, type User } from '../access/users.ts';
import { type Connection, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { joined, say } from '../say.ts';
import { hindrancesOf } from './hindrances.ts';
import { lockProject, publishVersion, readVersion } from './projects.ts';
import { takeStep } from './states.ts';

type Needs = Pick<Ground, 'sql' | 'clock'>;

/** Who may write a project, and who may let one go. */
const WRITERS = ['author', 'administrator'] as const;
const DECIDERS = ['approver', 'administrator'] as const;

/**
 * Asks somebody else to look a version over, the newest; a question that is still open is moved to it.
 *
 * @throws Refusal while something hinders publishing, which would only come back
 */
export async function askReview({ sql, clock }: Needs, id: string, user: User): Promise<void> {
  requireRole(user, [...WRITERS], say`ask for a review`);
  await transaction(sql, async (connection) => {
    const { version, published } = await takeStep(connection, { id, step: 'ask', at: clock.now() });
    if (version === published)
      throw new Refusal(say`Version ${version} is public already. Change something first.`, 409);
    await requireFree(connection, id, version);
    const { rowCount } = await connection.query(
      `UPDATE project_review SET version = $2, asked_by = $3, asked_at = $4
        WHERE project_id = $1 AND decided_at IS NULL`,
      [id, version, user.email, clock.now()],
    );
    if (!rowCount)
      await connection.query(
        'INSERT INTO project_review (id, project_id, version, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5)',
        [uuid(), id, version, user.email, clock.now()],
      );
    await note(connection, { id, user, action: 'project.review-asked', after: { version } });
  });
}

export interface Decision {
  id: string;
  approved: boolean;
  /** To whoever asked; needed when it goes back. */
  words: string;
  /** The version that was read; whatever is asked about when absent. */
  version?: number | undefined;
}

/**
 * Approves the version that is asked about, or gives it back with words.
 *
 * @throws Refusal for whoever asked or wrote it, without an open question, and without words to go back with
 */
export async function decideReview(
  { sql, clock }: Needs,
  { id, approved, words, version }: Decision,
  user: User,
): Promise<void> {
  requireRole(user, [...DECIDERS], say`decide about a project`);
  const said = words.trim().slice(0, 2000);
  if (!approved && !said) throw new Refusal(say`Say what is to be changed, in a few words.`);
  await transaction(sql, async (connection) => {
    await takeStep(connection, { id, step: approved ? 'approve' : 'return', at: clock.now() });
    const asked = await openReview(connection, id);
    if (version !== undefined && version !== asked.version)
      throw new Refusal(
        say`The project was changed since you read it. Read version ${asked.version}, then decide.`,
        409,
      );
    requireOtherHands(asked, user);
    if (approved) await requireFree(connection, id, asked.version);
    await connection.query(
      'UPDATE project_review SET decided_by = $2, decided_at = $3, approved = $4, words = $5 WHERE id = $1',
      [asked.id, user.email, clock.now(), approved, said || null],
    );
    const action = approved ? 'project.approved' : 'project.returned';
    await note(connection, { id, user, action, after: { version: asked.version } });
  });
}

/**
 * Shows the public what was approved last.
 *
 * @returns the version
 * @throws Refusal when the newest approval is public already, or something came in its way since
 */
export async function publishApproved({ sql, clock }: Needs, id: string, user: User): Promise<number> {
  requireRole(user, [...WRITERS, ...DECIDERS], say`publish a project`);
  return transaction(sql, async (connection) => {
    const { published } = await lockProject(connection, id);
    const version = await approvedVersion(connection, id);
    if (version === null)
      throw new Refusal(say`Nobody has approved the project yet. Ask for a review first.`, 409);
    if (version === published)
      throw new Refusal(
        say`What was approved is public already. What was changed since needs a review.`,
        409,
      );
    await requireFree(connection, id, version);
    await takeStep(connection, { id, step: 'publish', at: clock.now() });
    await publishVersion(connection, { id, version, actor: user.email, at: clock.now() });
    return version;
  });
}

interface Asked {
  id: string;
  version: number;
  asked_by: string;
  written_by: string;
}

async function openReview(connection: Connection, id: string): Promise<Asked> {
  const { rows } = await connection.query<Asked>(
    `SELECT r.id, r.version, r.asked_by, v.made_by AS written_by FROM project_review r
       JOIN project_version v ON v.project_id = r.project_id AND v.version = r.version
      WHERE r.project_id = $1 AND r.decided_at IS NULL`,
    [id],
  );
  if (!rows[0]) throw new Refusal(say`Nobody asks for a review of this project.`, 409);
  return rows[0];
}

function requireOtherHands({ asked_by, written_by }: Asked, user: User): void {
  if (user.email !== asked_by && user.email !== written_by) return;
  throw new Refusal(
    say`Whoever wrote a version or asked for its review does not decide about it. Ask another approver.`,
    403,
  );
}

/** The version whose approval was the last decision; null when it went back, or there was none. */
async function approvedVersion(connection: Connection, id: string): Promise<number | null> {
  const { rows } = await connection.query<{ version: number; approved: boolean }>(
    `SELECT version, approved FROM project_review WHERE project_id = $1 AND decided_at IS NOT NULL
      ORDER BY decided_at DESC, id DESC LIMIT 1`,
    [id],
  );
  return rows[0]?.approved ? rows[0].version : null;
}

async function requireFree(connection: Connection, id: string, version: number): Promise<void> {
  const found = await hindrancesOf(connection, await readVersion(connection, id, version));
  if (!found.length) return;
  const why = found.map(({ sentence }) => sentence);
  throw new Refusal(say`It cannot be public yet. ${joined(why, ' ')}`, 409);
}

interface Note {
  id: string;
  user: User;
  action: string;
  after: Record<string, unknown>;
}

const note = (connection: Connection, { id, user, action, after }: Note) =>
  audit(connection, { ...{ actor: user.email, action, subjectType: 'project', subjectId: id, after } });
