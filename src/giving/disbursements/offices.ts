import { v7 as uuid } from 'uuid';
import { audit } from '../../access/audit.ts';
import { type Queryable, transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { type Sentence, say } from '../../say.ts';
import { indianDay } from '../calendar.ts';
import { isDay } from '../offline/kinds.ts';

/** Offices that sign for money out of the fund. */
export const offices = ['secretary', 'director', 'finance-officer'] as const;
export type Office = (typeof offices)[number];

/** As sentences name them. */
export const officeNames: Record<Office, Sentence> = {
  secretary: say`Secretary, Social Justice`,
  director: say`Executive Director`,
  'finance-officer': say`Administrative-cum-Finance Officer`,
};

/** Who is or was in charge of an office. */
export interface Charge {
  id: string;
  office: Office;
  userId: string;
  name: string;
  since: string;
  /** The last day; null while it goes on. */
  until: string | null;
}

/** Every charge, the newest first. */
export async function listCharges({ sql }: { sql: Queryable }): Promise<Charge[]> {
  const { rows } = await sql.query<Charge>(
    `SELECT c.id, c.office, c.user_id AS "userId", u.name, c.since::text AS since, c.until::text AS until
       FROM office_charge c JOIN app_user u ON u.id = c.user_id ORDER BY c.since DESC, c.id DESC`,
  );
  return rows;
}

/** The offices of which a user is in charge today. */
export async function officesOf(
  { sql, clock }: { sql: Queryable; clock: Ground['clock'] },
  userId: string,
): Promise<Office[]> {
  const { rows } = await sql.query<{ office: Office }>(
    `SELECT office FROM office_charge WHERE user_id = $1 AND since <= $2 AND (until IS NULL OR until >= $2) ORDER BY office`,
    [userId, indianDay(clock.now())],
  );
  return rows.map(({ office }) => office);
}

/**
 * Gives somebody the charge of an office; whoever has it gives it up the day before.
 *
 * @throws Refusal for an office or a day that is none, a user who is not there, or a day before the charge that goes on
 */
export async function giveCharge(
  { sql }: Pick<Ground, 'sql'>,
  { office: word, userId, since }: { office: string; userId: string; since: string },
  actor: string,
): Promise<void> {
  const office = offices.find((one) => one === word);
  if (!office) throw new Refusal(say`"${word}" is no office. There are ${offices.join(', ')}.`);
  if (!isDay(since)) throw new Refusal(say`"${since}" is no day. Write it as 2026-11-27.`);
  await transaction(sql, async (connection) => {
    await connection.query('LOCK TABLE office_charge IN SHARE ROW EXCLUSIVE MODE');
    const user = await connection.query('SELECT FROM app_user WHERE id::text = $1 AND disabled_at IS NULL', [
      userId,
    ]);
    found(user.rows[0], say`There is no such user. Choose one who can sign in.`);
    const later = await connection.query(
      'SELECT FROM office_charge WHERE office = $1 AND (since >= $2 OR until >= $2)',
      [office, since],
    );
    if (later.rowCount)
      throw new Refusal(
        say`On ${since} or later somebody was given this office already. Choose a later day.`,
        409,
      );
    await connection.query(
      'UPDATE office_charge SET until = $2::date - 1 WHERE office = $1 AND until IS NULL',
      [office, since],
    );
    await connection.query(
      'INSERT INTO office_charge (id, office, user_id, since, given_by) VALUES ($1, $2, $3, $4, $5)',
      [uuid(), office, userId, since, actor],
    );
    const about = { actor, action: 'office.given', subjectType: 'user', subjectId: userId };
    await audit(connection, { ...about, after: { office, since } });
  });
}
