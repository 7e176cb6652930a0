import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { audit } from '../access/audit.ts';
import { requireRole, type User } from '../access/users.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { languages } from '../i18n.ts';
import { say } from '../say.ts';
import { requireShowable } from './hindrances.ts';
import { keepPictures } from './pictures.ts';
import { lockProject } from './projects.ts';
import { takeStep } from './states.ts';

type Needs = Pick<Ground, 'sql' | 'clock'>;

const Told = z.strictObject({ title: z.string().trim().max(160), text: z.string().trim().max(8000) });

/** What an update says. */
export const UpdateContent = z.strictObject({
  /** A report tells what the money was used for and ends the project; a closing says what happens now. */
  kind: z.enum(['news', 'report', 'closing']).default('news'),
  ...{ en: Told, ml: Told },
  /** A picture of the media library. */
  asset: z.uuid().nullable().default(null),
  /** Paise of the milestone that was reached, as the page has it. */
  milestone: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .nullable()
    .default(null),
  /** Papers of the media library: bills, accounts, certificates. */
  files: z.array(z.uuid()).max(10).default([]),
});
export type UpdateContent = z.output<typeof UpdateContent>;
export type Words = Pick<UpdateContent, 'en' | 'ml'>;

export interface Update {
  id: string;
  projectId: string;
  content: UpdateContent;
  madeBy: string;
  madeAt: Date;
  publishedAt: Date | null;
  mailedAt: Date | null;
  /** To how many followers it was mailed so far. */
  mailed: number;
}

const UPDATES = `
  SELECT u.id, u.project_id AS "projectId", u.content, u.made_by AS "madeBy", u.made_at AS "madeAt",
         u.published_at AS "publishedAt", u.mailed_at AS "mailedAt",
         (SELECT count(*)::int FROM project_update_notice n WHERE n.update_id = u.id) AS mailed
    FROM project_update u`;

/** Updates of a project, drafts first, then the newest. */
export async function listUpdates({ sql }: { sql: Queryable }, projectId: string): Promise<Update[]> {
  const { rows } = await sql.query(
    `${UPDATES} WHERE u.project_id = $1 ORDER BY u.published_at DESC NULLS FIRST, u.id DESC`,
    [projectId],
  );
  return rows.map(readUpdate);
}

/** @throws Refusal (404) when the project has none of this id */
export async function findUpdate(
  { sql }: { sql: Queryable },
  { projectId, id }: { projectId: string; id: string },
): Promise<Update> {
  const { rows } = await sql.query(`${UPDATES} WHERE u.project_id::text = $1 AND u.id::text = $2`, [
    projectId,
    id,
  ]);
  return readUpdate(found(rows[0], say`There is no such update.`));
}

const readUpdate = (row: Update): Update => ({ ...row, content: UpdateContent.parse(row.content) });

/** Writes an update that nobody sees yet. @returns its id */
export async function writeUpdate(
  { sql, clock }: Needs,
  { projectId, content }: { projectId: string; content: unknown },
  user: User,
): Promise<string> {
  requireRole(user, ['author', 'administrator'], say`write about a project`);
  return transaction(sql, async (connection) => {
    const { state } = await lockProject(connection, projectId);
    if (state === 'draft' || state === 'review')
      throw new Refusal(say`An update tells of a project that is public. Publish the project first.`, 409);
    return addUpdate(connection, { projectId, content, user, at: clock.now() });
  });
}

/** Changes an update that is not public yet. */
export async function changeUpdate(
  { sql, clock }: Needs,
  { projectId, id, content }: { projectId: string; id: string; content: unknown },
  user: User,
): Promise<void> {
  requireRole(user, ['author', 'administrator'], say`write about a project`);
  const told = UpdateContent.parse(content);
  await transaction(sql, async (connection) => {
    const { rowCount } = await connection.query(
      `UPDATE project_update SET content = $3, made_by = $4, made_at = $5
        WHERE project_id::text = $1 AND id::text = $2 AND published_at IS NULL`,
      [projectId, id, JSON.stringify(told), user.email, clock.now()],
    );
    if (!rowCount) throw new Refusal(say`The update is public and stays as it is. Write another.`, 409);
    await keepPictures(connection, projectId);
    await note(connection, { projectId, user, action: 'project.update-changed', id });
  });
}

/**
 * Shows an update to the public and has it mailed to the project's followers; a report ends the project.
 *
 * @throws Refusal for whoever wrote it, and while it lacks words or shows somebody who did not agree
 */
export async function publishUpdate(
  { sql, clock }: Needs,
  { projectId, id }: { projectId: string; id: string },
  user: User,
): Promise<void> {
  requireRole(user, ['approver', 'administrator'], say`publish an update`);
  const at = clock.now();
  await transaction(sql, async (connection) => {
    await lockProject(connection, projectId);
    const { content, madeBy, publishedAt } = await findUpdate({ sql: connection }, { projectId, id });
    if (publishedAt) throw new Refusal(say`The update is public already.`, 409);
    if (madeBy === user.email)
      throw new Refusal(say`Whoever wrote an update does not publish it. Ask another approver.`, 403);
    requireWords(content);
    if (content.asset) await requireShowable(connection, [content.asset]);
    if (content.kind === 'report') await report(connection, projectId, at);
    await announceUpdate(connection, { id, at });
    await note(connection, { projectId, user, action: 'project.update-published', id });
  });
}

async function report(connection: Connection, id: string, at: Date): Promise<void> {
  await takeStep(connection, { id, step: 'report', at });
  await connection.query('UPDATE goal SET open = false WHERE project_id = $1', [id]);
}

/** Both languages are public and mailed, so both are whole. */
function requireWords(content: Words): void {
  if (languages.every((language) => content[language].title && content[language].text)) return;
  throw new Refusal(say`Write a title and a text in English and in Malayalam first.`);
}

/** In the caller's transaction. @returns the update's id */
export async function addUpdate(
  connection: Connection,
  { projectId, content, user, at }: { projectId: string; content: unknown; user: User; at: Date },
): Promise<string> {
  const told = UpdateContent.parse(content);
  const id = uuid();
  await connection.query(
    'INSERT INTO project_update (id, project_id, content, made_by, made_at) VALUES ($1, $2, $3, $4, $5)',
    [id, projectId, JSON.stringify(told), user.email, at],
  );
  await keepPictures(connection, projectId);
  await note(connection, { projectId, user, action: 'project.update-written', id });
  if (told.kind === 'closing') requireWords(told);
  return id;
}

/** Makes an update public; its mails follow (src/campaigns/update-mails.ts). */
export const announceUpdate = (connection: Connection, { id, at }: { id: string; at: Date }) =>
  connection.query('UPDATE project_update SET published_at = $2 WHERE id = $1', [id, at]);

const note = (
  connection: Connection,
  { projectId, user, action, id }: { projectId: string; user: User; action: string; id: string },
) =>
  audit(connection, {
    ...{ actor: user.email, action, subjectType: 'project', subjectId: projectId, after: { update: id } },
  });
