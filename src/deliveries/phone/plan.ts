import { found } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import type { Attempt } from '../verdict.ts';
import { type Compose, compilePhoneText, type PhoneText } from './text.ts';

/** A run to telephones as its sender needs it. */
export interface PhonePlan {
  run: bigint;
  accountId: string;
  /** Some of its texts may leave only at certain hours. */
  promotional: boolean;
  /** What its texts were made from. */
  templates: Pick<PhoneText, 'name' | 'language'>[];
  textIn(language: string): Compose;
  judgement(): Omit<Attempt, 'attempt'>;
}

interface Row {
  account: string;
  unknown_policy: 'leave' | 'again';
  began: Date;
  contents: { language: string; mail: PhoneText }[] | null;
}

const PLAN = `
SELECT sender_domain AS account, unknown_policy, coalesce(started_at, due_at) AS began,
       (SELECT json_agg(c) FROM run_content c WHERE c.run_id = run.id) AS contents
  FROM run WHERE id = $1`;

/** @throws Refusal when there is no such run */
export async function loadPhonePlan(
  { sql, config, clock }: Pick<Ground, 'sql' | 'config' | 'clock'>,
  run: bigint,
): Promise<PhonePlan> {
  const { rows } = await sql.query<Row>(PLAN, [run]);
  const { account, unknown_policy, began, contents } = found(rows[0], say`There is no run ${run}.`);
  const texts = new Map((contents ?? []).map(({ language, mail }) => [language, compilePhoneText(mail)]));
  const isPromotion = ({ mail }: { mail: PhoneText }) =>
    mail.channel === 'sms' && mail.category === 'promotional';
  return {
    ...{ run, accountId: account, promotional: (contents ?? []).some(isPromotion) },
    templates: (contents ?? []).map(({ mail: { name, language } }) => ({ name, language })),
    textIn: (language) => found(texts.get(language), say`Run ${run} has no text in ${language}.`),
    judgement: () => ({
      ageSeconds: (clock.now().getTime() - began.getTime()) / 1000,
      unknownPolicy: unknown_policy,
      deferFirstSeconds: config.DEFER_FIRST_SECONDS,
      deferGiveUpSeconds: config.DEFER_GIVE_UP_SECONDS,
    }),
  };
}
