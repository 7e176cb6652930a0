import { type CompiledMail, compileMail, type MailTemplate } from '../../channels/email/mail.ts';
import { found } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import type { Attempt } from './verdict.ts';

/** A run as a sender needs it: what it says, compiled once per language, and how it judges. */
export interface RunPlan {
  run: bigint;
  senderDomain: string;
  returnPathDomain: string;
  /** The mail in one of the run's languages. */
  mailIn(language: string): CompiledMail;
  judgement(): Omit<Attempt, 'attempt'>;
}

interface PlanRow {
  sender_domain: string;
  unknown_policy: 'leave' | 'again';
  /** Its lateness counts from here. */
  began: Date;
  contents: { language: string; mail: MailTemplate }[] | null;
}

/** By pg: a sender that asks nothing of Prisma does without its engine, which is a quarter of its start. */
const PLAN = `
SELECT sender_domain, unknown_policy, coalesce(started_at, due_at) AS began,
       (SELECT json_agg(c) FROM run_content c WHERE c.run_id = run.id) AS contents
  FROM run WHERE id = $1`;

/** @throws Refusal when there is no such run */
export async function loadPlan(
  { sql, config, clock }: Pick<Ground, 'sql' | 'config' | 'clock'>,
  run: bigint,
): Promise<RunPlan> {
  const { rows } = await sql.query<PlanRow>(PLAN, [run]);
  const { began, contents, ...row } = found(rows[0], say`There is no run ${run}.`);
  const mails = new Map<string, CompiledMail>(
    (contents ?? []).map(({ language, mail }) => [language, compileMail(mail)]),
  );
  return {
    ...{ run, senderDomain: row.sender_domain },
    returnPathDomain: config.RETURN_PATH_DOMAIN ?? row.sender_domain,
    mailIn: (language) => found(mails.get(language), say`Run ${run} has no text in ${language}.`),
    judgement: () => ({
      ageSeconds: (clock.now().getTime() - began.getTime()) / 1000,
      unknownPolicy: row.unknown_policy,
      deferFirstSeconds: config.DEFER_FIRST_SECONDS,
      deferGiveUpSeconds: config.DEFER_GIVE_UP_SECONDS,
    }),
  };
}

/** Whether claims of this run can be granted at all right now. */
export async function runIsOpen({ sql }: Pick<Ground, 'sql'>, run: bigint): Promise<boolean> {
  const { rowCount } = await sql.query(
    `SELECT FROM run WHERE id = $1 AND state = 'running'
        AND NOT EXISTS (SELECT FROM hold h WHERE h.lifted_at IS NULL AND h.from_at <= now()
                           AND (h.until_at IS NULL OR h.until_at > now()))`,
    [run],
  );
  return rowCount === 1;
}
