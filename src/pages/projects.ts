import { v7 as uuid } from 'uuid';
import { audit } from '../access/audit.ts';
import { type Connection, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import { openFund, setGoal } from '../giving/goals.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { Content, type Theme } from './content.ts';
import { keepPictures } from './pictures.ts';
import { watchOwn } from './watches.ts';

/** Draft → review → live → reached or closed → reported; a live one that is edited stays live. */
export type ProjectState = 'draft' | 'review' | 'live' | 'reached' | 'closed' | 'reported';

export interface NewProject {
  /** Its address, in small Latin letters, digits and hyphens. */
  slug: string;
  theme: Theme;
  /** As in contacts; null for all of Kerala. */
  district: string | null;
  content: unknown;
}

/**
 * Makes a project as a draft, with its fund in both streams.
 *
 * @returns its id
 * @throws Refusal for an address that is taken or unreadable, ZodError for content that is none
 */
export async function makeProject(
  { sql }: Pick<Ground, 'sql'>,
  { slug, theme, district, content }: NewProject,
  actor: string,
): Promise<string> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) || slug.length > 60)
    throw new Refusal(say`The address may hold small letters a–z, digits and single hyphens, at most 60.`);
  const told = Content.parse(content);
  const id = uuid();
  await transaction(sql, async (connection) => {
    const { rowCount } = await connection.query(
      `INSERT INTO project (id, slug, theme, district, made_by) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (slug) DO NOTHING`,
      [id, slug, theme, district, actor],
    );
    if (!rowCount)
      throw new Refusal(say`There is a project at ${slug} already. Choose another address.`, 409);
    await openFund(connection, id);
    await watchOwn(connection, { projectId: id, email: actor });
    await addVersion(connection, { id, version: 1, content: told, actor });
    await audit(connection, {
      ...{ actor, action: 'project.made', subjectType: 'project', subjectId: id, after: { slug } },
    });
  });
  return id;
}

/**
 * Adds a version. What the public sees stays until the version is published.
 *
 * @param expected the version it was made from: who saves over somebody else's is told
 * @returns the new version
 */
export async function saveProject(
  { sql }: Pick<Ground, 'sql'>,
  { id, expected, content }: { id: string; expected: number; content: unknown },
  actor: string,
): Promise<number> {
  const told = Content.parse(content);
  return transaction(sql, async (connection) => {
    const { state, version } = await lockProject(connection, id);
    if (state === 'reported' || state === 'closed') throw closed();
    if (version !== expected)
      throw new Refusal(say`Somebody else saved version ${version} meanwhile. Look at theirs first.`, 409);
    await addVersion(connection, { id, version: version + 1, content: told, actor });
    const after = { version: version + 1 };
    await audit(connection, {
      ...{ actor, action: 'project.saved', subjectType: 'project', subjectId: id, after },
    });
    return version + 1;
  });
}

/** Shows a version to the public and opens or changes the goal by it. @throws Refusal when it is gone for good */
export async function publishProject(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { id, version }: { id: string; version: number },
  actor: string,
): Promise<void> {
  await transaction(sql, (connection) => publishVersion(connection, { id, version, actor, at: clock.now() }));
}

/** The same in the caller's transaction, which has seen to it that somebody else approved. */
export async function publishVersion(
  connection: Connection,
  { id, version, actor, at }: { id: string; version: number; actor: string; at: Date },
): Promise<void> {
  const { state } = await lockProject(connection, id);
  if (state === 'reported' || state === 'closed') throw closed();
  const content = await readVersion(connection, id, version);
  await connection.query(
    `UPDATE project SET state = CASE WHEN state = 'reached' THEN state ELSE 'live' END, published = $2,
            published_at = coalesce(published_at, $3) WHERE id = $1`,
    [id, version, at],
  );
  await setGoal(connection, { projectId: id, open: true, ...content.goal });
  await keepPictures(connection, id);
  await audit(connection, {
    ...{ actor, action: 'project.published', subjectType: 'project', subjectId: id, after: { version } },
  });
}

const closed = () => new Refusal(say`The project is closed. What it says stays as it is.`, 409);

/** The row of a project, locked. @throws Refusal (404) when there is none */
export async function lockProject(
  connection: Connection,
  id: string,
): Promise<{ state: ProjectState; version: number; published: number | null }> {
  const { rows } = await connection.query(
    'SELECT state, version, published FROM project WHERE id::text = $1 FOR UPDATE',
    [id],
  );
  if (!rows[0]) throw new Refusal(say`There is no such project.`, 404);
  return rows[0];
}

/** One version of what a project says. @throws Refusal (404) when there is none */
export async function readVersion(
  connection: Pick<Connection, 'query'>,
  id: string,
  version: number,
): Promise<Content> {
  const { rows } = await connection.query(
    'SELECT content FROM project_version WHERE project_id::text = $1 AND version = $2',
    [id, version],
  );
  if (!rows[0]) throw new Refusal(say`The project has no version ${version}.`, 404);
  return Content.parse(rows[0].content);
}

async function addVersion(
  connection: Connection,
  { id, version, content, actor }: { id: string; version: number; content: Content; actor: string },
): Promise<void> {
  await connection.query(
    'INSERT INTO project_version (project_id, version, content, made_by) VALUES ($1, $2, $3, $4)',
    [id, version, JSON.stringify(content), actor],
  );
  await connection.query('UPDATE project SET version = $2 WHERE id = $1', [id, version]);
  await keepPictures(connection, id);
}
