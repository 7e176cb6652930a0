import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { audit } from '../../access/audit.ts';
import { requireRole, type User } from '../../access/users.ts';
import { type Queryable, transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { LOOKERS } from './decide.ts';
import { happen } from './events.ts';
import { lockOccasion } from './states.ts';

export const reportReasons = ['fraud', 'wrong', 'hurtful', 'private', 'other'] as const;

/** A word from somebody who is not the page's keeper. */
export const NewReport = z.strictObject({
  /** `objection`: somebody of the family does not want the page. */
  kind: z.enum(['report', 'objection']),
  reason: z.enum(reportReasons),
  words: z.string().trim().min(3).max(2000),
  /** Who they are to the family, and how they are answered; needed for an objection. */
  name: z.string().trim().max(120).default(''),
  contact: z.string().trim().max(200).default(''),
});
export type NewReport = z.output<typeof NewReport>;

/** So soon it is answered. */
export const ANSWER_HOURS = 24;

export interface OccasionReport {
  id: string;
  occasionId: string;
  code: string;
  number: string;
  kind: 'report' | 'objection';
  reason: (typeof reportReasons)[number];
  words: string;
  name: string;
  contact: string;
  at: Date;
  dueAt: Date;
  answeredAt: Date | null;
  answeredBy: string | null;
  outcome: Outcome | null;
  answer: string | null;
}

export const outcomes = ['kept', 'changed', 'down'] as const;
export type Outcome = (typeof outcomes)[number];

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock'>;

/** Takes a report; its clock begins. @returns its id @throws ZodError, Refusal for an objection nobody can answer */
export async function reportOccasion(
  { sql, keys, clock }: Needs,
  occasionId: string,
  wish: unknown,
): Promise<string> {
  const { kind, reason, ...words } = NewReport.parse(wish);
  if (kind === 'objection' && (!words.name || !words.contact))
    throw new Refusal(say`Say who you are and how we reach you, so that we can answer within a day.`);
  const id = uuid();
  await transaction(sql, async (connection) => {
    const page = await lockOccasion(connection, occasionId);
    const at = clock.now();
    const dueAt = new Date(at.getTime() + ANSWER_HOURS * 3_600_000);
    await connection.query(
      `INSERT INTO occasion_report (id, occasion_id, kind, reason, words, at, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [id, page.id, kind, reason, keys.seal('occasion-contact', JSON.stringify(words)), at, dueAt],
    );
    const what = kind === 'objection' ? 'objected' : 'reported';
    await happen(connection, { occasionId: page.id, at, what, actor: 'guest' });
  });
  return id;
}

const REPORTS = `SELECT r.id, r.occasion_id AS "occasionId", o.code, o.number, r.kind, r.reason, r.words, r.at, r.due_at AS "dueAt",
    r.answered_at AS "answeredAt", r.answered_by AS "answeredBy", r.outcome, r.answer
  FROM occasion_report r JOIN occasion o ON o.id = r.occasion_id`;

/** Those that wait, the most urgent first. */
export async function openReports({
  sql,
  keys,
}: Pick<Needs, 'keys'> & { sql: Queryable }): Promise<OccasionReport[]> {
  const { rows } = await sql.query(
    `${REPORTS} WHERE r.answered_at IS NULL ORDER BY r.due_at, r.id LIMIT 500`,
  );
  return rows.map((row) => opened(keys, row));
}

/** All of one page, the newest first. */
export async function reportsOf({ sql, keys }: Pick<Needs, 'keys'> & { sql: Queryable }, occasionId: string) {
  const { rows } = await sql.query(`${REPORTS} WHERE r.occasion_id::text = $1 ORDER BY r.at DESC, r.id`, [
    occasionId,
  ]);
  return rows.map((row) => opened(keys, row));
}

const opened = (
  keys: Needs['keys'],
  { words, ...row }: Omit<OccasionReport, 'words'> & { words: Buffer },
): OccasionReport => ({
  ...{ ...row, ...JSON.parse(keys.open('occasion-contact', words)) },
});

/**
 * Answers a report or objection. `down` takes the page off in the same moment.
 * @throws Refusal when it was answered, or without an answer
 */
export async function answerReport(
  { sql, clock }: Needs,
  { id, outcome, answer }: { id: string; outcome: Outcome; answer: string },
  user: User,
): Promise<void> {
  requireRole(user, [...LOOKERS], say`answer what people say of pages of families`);
  const words = answer.trim();
  if (!words) throw new Refusal(say`Write the answer: whoever asked reads it.`);
  await transaction(sql, async (connection) => {
    const { rows } = await connection.query<{ occasionId: string; done: boolean }>(
      `SELECT occasion_id AS "occasionId", answered_at IS NOT NULL AS done FROM occasion_report WHERE id::text = $1 FOR UPDATE`,
      [id],
    );
    const report = found(rows[0], say`There is no such report.`);
    if (report.done) throw new Refusal(say`That was answered already.`, 409);
    const at = clock.now();
    const page = await lockOccasion(connection, report.occasionId);
    await connection.query(
      'UPDATE occasion_report SET answered_at = $2, answered_by = $3, outcome = $4, answer = $5 WHERE id::text = $1',
      [id, at, user.email, outcome, words],
    );
    const common = { occasionId: page.id, at, actor: user.email, words };
    await happen(connection, { ...common, what: 'answered' });
    await connection.query('INSERT INTO outbox (event, payload) VALUES ($1, $2)', [
      ...['occasion.answered', JSON.stringify({ report: id })],
    ]);
    if (outcome === 'down' && (page.state === 'live' || page.state === 'closed')) {
      await connection.query(`UPDATE occasion SET state = 'down', asked_edition = NULL WHERE id = $1`, [
        page.id,
      ]);
      await happen(connection, { ...common, what: 'down' });
    }
    await audit(connection, {
      ...{ actor: user.email, action: 'occasion.answered', subjectType: 'occasion', subjectId: page.id },
      after: { report: id, outcome },
    });
  });
}

/** One that waits, without what somebody wrote. */
export type ReportClock = Pick<OccasionReport, 'id' | 'number' | 'kind' | 'at' | 'dueAt'>;

/** The clocks of those that wait, the most urgent first. */
export async function reportClocks(sql: Queryable): Promise<ReportClock[]> {
  const { rows } = await sql.query<ReportClock>(
    `SELECT r.id, o.number, r.kind, r.at, r.due_at AS "dueAt" FROM occasion_report r JOIN occasion o ON o.id = r.occasion_id
      WHERE r.answered_at IS NULL ORDER BY r.due_at, r.id LIMIT 200`,
  );
  return rows;
}
