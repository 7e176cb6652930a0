import { type CompiledMail, compileMail, type MailTemplate } from '../../channels/email/mail.ts';
import { found } from '../errors.ts';
import type { Ground } from '../ground.ts';
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

/** @throws Refusal when there is no such run */
export async function loadPlan(
  { db, config, clock }: Pick<Ground, 'db' | 'config' | 'clock'>,
  run: bigint,
): Promise<RunPlan> {
  const row = found(
    await db.run.findUnique({ where: { id: run }, include: { contents: true } }),
    `There is no run ${run}.`,
  );
  const mails = new Map<string, CompiledMail>(
    row.contents.map(({ language, mail }) => [language, compileMail(mail as unknown as MailTemplate)]),
  );
  const began = row.startedAt ?? row.dueAt;
  return {
    ...{ run, senderDomain: row.senderDomain },
    returnPathDomain: config.RETURN_PATH_DOMAIN ?? row.senderDomain,
    mailIn: (language) => found(mails.get(language), `Run ${run} has no text in ${language}.`),
    judgement: () => ({
      ageSeconds: (clock.now().getTime() - began.getTime()) / 1000,
      unknownPolicy: row.unknownPolicy,
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
