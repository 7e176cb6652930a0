import { v7 as uuid } from 'uuid';
import { NetworkFailure } from '../../../channels/failure.ts';
import { countOf, sectionsOf } from '../../../channels/frame.ts';
import { normalisePhone } from '../../contacts/addresses.ts';
import type { Queryable } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { restAccount } from '../accounts.ts';
import { takeUrgently } from '../throttle.ts';
import type { Attempt, Judged } from '../verdict.ts';
import { openPhoneAccount, type PhoneChannel, phoneAccountNamed } from './accounts.ts';
import { judgePhone } from './judge.ts';
import { costOf, releaseCost, reserveCost } from './spend.ts';
import { approvedTemplates, placesOf } from './templates.ts';
import { compilePhoneText, type PhoneText, phoneText } from './text.ts';

/** A message to one telephone in the lane of its own, such as a code. */
export interface NewPhoneNotice {
  /** What it is, such as `occasion-code`. */
  kind: string;
  channel: PhoneChannel;
  /** As people write it. */
  to: string;
  language: string;
  /** The name of the registered template; where it is not approved in the language, any other serves. */
  template: string;
  /** One for each of its places, in order. */
  values: string[];
  /** What it tells of. */
  about?: string;
  /** Lower goes first; 100 unless said. */
  priority?: number;
}

/**
 * Puts a notice to a telephone into its lane. It waits for no approval and no hold; suppression it obeys.
 * @returns its id
 * @throws Refusal when no account or approved template is there, or the number or a value will not do
 */
export async function sendPhoneNotice(
  { sql, queues }: Pick<Ground, 'sql' | 'queues'>,
  notice: NewPhoneNotice,
): Promise<string> {
  const id = await queuePhoneNotice(sql, notice);
  await queues.add('notices', [{ payload: { notice: id }, id, priority: notice.priority ?? 100 }]);
  return id;
}

/** The same in the transaction of what it tells; the sweep of the lane wakes it. */
export async function queuePhoneNotice(sql: Queryable, notice: NewPhoneNotice): Promise<string> {
  const { kind, channel, language, about = null, priority = 100 } = notice;
  const number = normalisePhone(notice.to);
  if (!number.ok) throw new Refusal(say`No message can be sent there: ${number.reason}.`);
  const account = await phoneAccountNamed(sql, channel, null);
  const templates = await approvedTemplates(sql, account.id, notice.template);
  const template = templates.find((one) => one.language === language) ?? templates[0];
  if (!template) throw new Error('An approved template is among those.');
  const text = phoneText(channel, template, { values: notice.values.map(asWritten) });
  const post = compilePhoneText(text)(number.value, filling(notice.values), account);
  const fits = countOf(sectionsOf(text.body, text.frame, placesOf(channel))) === notice.values.length;
  if (!fits || account.network.validate(post).some(({ hard }) => hard))
    throw new Refusal(
      say`What the template ${notice.template} is to hold does not fit it. Shorten it, and give one value for each place.`,
    );
  const id = uuid();
  const phone = JSON.stringify({ accountId: account.id, text, values: notice.values });
  await sql.query(
    `INSERT INTO notice (id, kind, channel, address, language, subject, html, text, from_name, from_address, priority, about, phone)
     VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8, $9, $10, $11, $12)`,
    [
      ...[id, kind, channel, number.value, template.language, template.name, post.text, account.name],
      ...[account.id, priority, about, phone],
    ],
  );
  return id;
}

/** A value of a notice is what it is: braces in it are no field. */
const asWritten = (_: string, n: number): string => `{{v${n}}}`;

const filling = (values: string[]) => Object.fromEntries(values.map((value, n) => [`v${n}`, value]));

export interface PhoneNoticeRow {
  id: string;
  address: string;
  phone: { accountId: string; text: PhoneText; values: string[] };
}

type NoticeGround = Pick<Ground, 'sql' | 'keys' | 'clock'>;

/** A limit by the second is kept; it must not keep a code from its reader for long. */
const PATIENCE_MS = 5000;
const CAPPED_SECONDS = 900;

/** Sends a claimed notice to its telephone. @returns what became of it; throws nothing of the network's */
export async function sendToPhone(
  ground: NoticeGround,
  { id, address, phone }: PhoneNoticeRow,
  attempt: Attempt,
): Promise<Judged> {
  const account = await openPhoneAccount(ground, phone.accountId);
  const post = compilePhoneText(phone.text)(address, filling(phone.values), account);
  const cost = { paise: costOf(account, post), at: ground.clock.now() };
  if (!(await reserveCost(ground.sql, account, cost)))
    return { state: 'deferred', reason: 'spent', retryAfter: CAPPED_SECONDS };
  await takeUrgently(ground.sql, `account:${account.id}`, {
    limits: account.limits,
    patienceMs: PATIENCE_MS,
  });
  try {
    const intent = {
      key: `n-${id}`,
      post,
      prepared: {},
      replyTo: null,
      kind: 'post' as const,
      since: cost.at,
    };
    return { state: 'sent', reply: (await account.session.publish(intent)).id };
  } catch (error) {
    if (!(error instanceof NetworkFailure)) throw error;
    const { outcome, rest } = judgePhone(error, attempt);
    if (outcome.state !== 'unknown' && outcome.state !== 'sent') await releaseCost(ground.sql, account, cost);
    if (rest) await restAccount(ground, account.id, { seconds: rest, trouble: error.message });
    return outcome;
  }
}
