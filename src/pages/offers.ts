import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { audit } from '../access/audit.ts';
import { requireRole, type User } from '../access/users.ts';
import { type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { lockProject } from './projects.ts';
import { BothNames } from './sponsors.ts';

type Needs = Pick<Ground, 'sql' | 'clock'>;

/** A sponsor's promise to add to each gift. */
export const NewOffer = z.strictObject({
  sponsor: BothNames,
  /** Of the gift: 100 doubles it. */
  percent: z.int().min(1).max(1000).default(100),
  /** Whole paise, as text: what the sponsor adds at most. */
  amount: z.string().regex(/^[1-9]\d{0,14}$/),
  /** First and last day, of India's calendar; from now, and until it is used up, unless said. */
  from: z.iso.date().nullable().default(null),
  until: z.iso.date().nullable().default(null),
});

export interface Offer {
  id: string;
  sponsor: { en: string; ml: string };
  percent: number;
  amount: bigint;
  /** Added to gifts that were paid, and promised to orders that are being paid. */
  taken: bigint;
  held: bigint;
  opensAt: Date;
  closesAt: Date | null;
  endedAt: Date | null;
}

/** Every promise that was made for a project, the newest first. */
export async function listOffers({ sql }: { sql: Queryable }, projectId: string): Promise<Offer[]> {
  const { rows } = await sql.query(
    `SELECT id, sponsor, percent, amount, taken, held, opens_at AS "opensAt", closes_at AS "closesAt",
            ended_at AS "endedAt" FROM matching_offer WHERE project_id::text = $1 ORDER BY opens_at DESC, id DESC`,
    [projectId],
  );
  const whole = ({ amount, taken, held }: Record<'amount' | 'taken' | 'held', string>) => ({
    ...{ amount: BigInt(amount), taken: BigInt(taken), held: BigInt(held) },
  });
  return rows.map((row) => ({ ...row, ...whole(row) }));
}

/** Records a sponsor's promise, which counts from its first day on. @returns its id */
export async function makeOffer(
  { sql, clock }: Needs,
  { projectId, offer }: { projectId: string; offer: unknown },
  user: User,
): Promise<string> {
  requireRole(user, ['approver', 'administrator'], say`record a matching gift`);
  const { sponsor, percent, amount, from, until } = NewOffer.parse(offer);
  const id = uuid();
  await transaction(sql, async (connection) => {
    const { state } = await lockProject(connection, projectId);
    if (state === 'closed' || state === 'reported')
      throw new Refusal(say`The project takes no gifts any more, so that there is nothing to match.`, 409);
    const { rows } = await connection.query<{ running: boolean }>(
      `INSERT INTO matching_offer (id, project_id, sponsor, percent, amount, opens_at, closes_at, made_by)
       VALUES ($1, $2, $3, $4, $5, coalesce($6::date::timestamp AT TIME ZONE 'Asia/Kolkata', $7),
               ($8::date + 1)::timestamp AT TIME ZONE 'Asia/Kolkata', $9)
       RETURNING closes_at IS NULL OR closes_at > greatest(opens_at, $7) AS running`,
      [id, projectId, JSON.stringify(sponsor), percent, amount, from, clock.now(), until, user.email],
    );
    if (!rows[0]?.running) throw new Refusal(say`The promise would end before it begins. Look at its days.`);
    const after = { offer: id, sponsor, percent, amount, from, until };
    await audit(connection, {
      ...{
        actor: user.email,
        action: 'project.offer-made',
        subjectType: 'project',
        subjectId: projectId,
        after,
      },
    });
  });
  return id;
}

/** Ends a promise: nothing more is promised of it. What orders hold of it stays theirs. */
export async function endOffer(
  { sql, clock }: Needs,
  { projectId, id }: { projectId: string; id: string },
  user: User,
): Promise<void> {
  requireRole(user, ['approver', 'administrator'], say`end a matching gift`);
  await transaction(sql, async (connection) => {
    const { rowCount } = await connection.query(
      `UPDATE matching_offer SET ended_at = $3 WHERE project_id::text = $1 AND id::text = $2 AND ended_at IS NULL`,
      [projectId, id, clock.now()],
    );
    if (!rowCount) throw new Refusal(say`There is no such promise, or it ended already.`, 404);
    const after = { offer: id };
    await audit(connection, {
      ...{
        actor: user.email,
        action: 'project.offer-ended',
        subjectType: 'project',
        subjectId: projectId,
        after,
      },
    });
  });
}
