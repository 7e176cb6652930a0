import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { audit } from '../access/audit.ts';
import { requireRole, type User } from '../access/users.ts';
import { type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { requireShowable } from './hindrances.ts';
import { keepPictures } from './pictures.ts';
import { lockProject } from './projects.ts';

type Needs = Pick<Ground, 'sql' | 'clock'>;

/** A name in both languages; what is missing in one is shown in the other. */
export const BothNames = z
  .strictObject({ en: z.string().trim().max(160), ml: z.string().trim().max(160) })
  .refine(({ en, ml }) => en || ml, 'A name is missing.');

/** Who carries a project, wholly or partly. */
export const NewSponsor = z.strictObject({
  name: BothNames,
  whole: z.boolean().default(false),
  /** Whole paise, as text; null where it is not told. */
  amount: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .nullable()
    .default(null),
  /** Their logo in the media library. */
  asset: z.uuid().nullable().default(null),
  url: z
    .url({ protocol: /^https$/ })
    .max(500)
    .nullable()
    .default(null),
});

export interface Sponsor {
  id: string;
  name: { en: string; ml: string };
  whole: boolean;
  amount: bigint | null;
  asset: string | null;
  url: string | null;
}

/** Those whom a project's page thanks now. */
export async function listSponsors({ sql }: { sql: Queryable }, projectId: string): Promise<Sponsor[]> {
  const { rows } = await sql.query(
    `SELECT id, name, whole, amount, asset_id AS asset, url FROM project_sponsor
      WHERE project_id::text = $1 AND ended_at IS NULL ORDER BY whole DESC, position, id`,
    [projectId],
  );
  return rows.map((row) => ({ ...row, amount: row.amount && BigInt(row.amount) }));
}

/** Adds who carries a project; its page shows them at once. @returns its id */
export async function addSponsor(
  { sql, clock }: Needs,
  { projectId, sponsor }: { projectId: string; sponsor: unknown },
  user: User,
): Promise<string> {
  requireRole(user, ['approver', 'administrator'], say`name a sponsor`);
  const { name, whole, amount, asset, url } = NewSponsor.parse(sponsor);
  const id = uuid();
  await transaction(sql, async (connection) => {
    await lockProject(connection, projectId);
    if (asset) await requireShowable(connection, [asset]);
    await connection.query(
      `INSERT INTO project_sponsor (id, project_id, name, whole, amount, asset_id, url, position, made_by, made_at)
       SELECT $1, $2, $3, $4, $5, $6, $7, count(*), $8, $9 FROM project_sponsor WHERE project_id = $2`,
      [id, projectId, JSON.stringify(name), whole, amount, asset, url, user.email, clock.now()],
    );
    await keepPictures(connection, projectId);
    const after = { sponsor: id, name, whole, amount };
    await audit(connection, {
      ...{
        actor: user.email,
        action: 'project.sponsor-added',
        subjectType: 'project',
        subjectId: projectId,
        after,
      },
    });
  });
  return id;
}

/** Takes a sponsor off the page; that they were on it stays known. */
export async function endSponsor(
  { sql, clock }: Needs,
  { projectId, id }: { projectId: string; id: string },
  user: User,
): Promise<void> {
  requireRole(user, ['approver', 'administrator'], say`take a sponsor off`);
  await transaction(sql, async (connection) => {
    const { rowCount } = await connection.query(
      `UPDATE project_sponsor SET ended_at = $3 WHERE project_id::text = $1 AND id::text = $2 AND ended_at IS NULL`,
      [projectId, id, clock.now()],
    );
    if (!rowCount) throw new Refusal(say`There is no such sponsor.`, 404);
    const after = { sponsor: id };
    await audit(connection, {
      ...{
        actor: user.email,
        action: 'project.sponsor-ended',
        subjectType: 'project',
        subjectId: projectId,
        after,
      },
    });
  });
}
