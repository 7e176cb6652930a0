import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { v7 as uuid } from 'uuid';
import { signText } from '../../channels/email/dkim.ts';
import type { MailFile } from '../../channels/email/files.ts';
import { openSession, quit, SmtpFailure } from '../../channels/email/smtp.ts';
import { composed, type Sent, sendMessage } from '../../channels/email/transaction.ts';
import { addressChannelSql } from '../contacts/addresses.ts';
import { persistently, type Queryable } from '../db.ts';
import type { Ground } from '../ground.ts';
import { accountsFor, type MailAccount, restAccount } from './accounts.ts';
import type { Sender } from './ledger.ts';
import { ENGINE } from './mark.ts';
import { type PhoneNoticeRow, sendToPhone } from './phone/notices.ts';
import { takeUrgently } from './throttle.ts';
import { type Attempt, type Judged, judge } from './verdict.ts';

/** A mail of the lane of its own: codes, invitations, receipts. */
export interface NewNotice {
  /** What it is, such as `invitation`. */
  kind: string;
  address: string;
  language: string;
  subject: string;
  html: string;
  text: string;
  /** What it carries besides. */
  files?: MailFile[];
  /** What it tells of, such as `gift:ID`. */
  about?: string;
  /** Lower goes first; 100 unless said. */
  priority?: number;
  /** Where its reader ends such mails with one click (RFC 8058). */
  leaveUrl?: string;
  /** Whom it comes from; the usual sender (MAIL_FROM) unless said. */
  from?: { fromName: string; fromAddress: string };
}

/** Puts a notice into its lane. It waits for no approval and no hold; suppression it obeys. @returns its id */
export async function sendNotice(
  { db, queues, config }: Pick<Ground, 'db' | 'queues' | 'config'>,
  { from = config.mailFrom, ...notice }: NewNotice,
): Promise<string> {
  const { fromName, fromAddress } = from;
  const { files, ...said } = notice;
  const carried = files?.length ? { files: files.map((file) => ({ ...file })) } : {};
  const data = { ...said, ...carried, fromName, fromAddress };
  const { id, priority } = await db.notice.create({ data });
  await queues.add('notices', [{ payload: { notice: id }, id, priority }]);
  return id;
}

/**
 * Puts a notice into its lane in the transaction of what it tells; the sweep of the lane wakes it.
 * @returns its id
 */
export async function queueNotice(
  sql: Queryable,
  { mailFrom }: Pick<Ground['config'], 'mailFrom'>,
  { from = mailFrom, kind, address, language, priority = 100, files, about, leaveUrl, ...letter }: NewNotice,
): Promise<string> {
  const { subject, html, text } = letter;
  const id = uuid();
  await sql.query(
    `INSERT INTO notice (id, kind, address, language, subject, html, text, from_name, from_address, priority, files,
       leave_url, about) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      ...[id, kind, address, language, subject, html, text, from.fromName, from.fromAddress, priority],
      ...[files?.length ? JSON.stringify(files) : null, leaveUrl ?? null, about ?? null],
    ],
  );
  return id;
}

/** The notice by which the owner of an address says that they want our mails. */
export const CONFIRMATION = 'subscribe-confirmation';

/** The notice that carries a receipt: its file tells of a paper's number, so it is kept until it was sent. */
export const RECEIPT = 'gift-thanks';

/** The notice that carries the statement of a year, which is kept no longer either. */
export const STATEMENT = 'gift-statement';

/** The notice with the link to a donor's own page, which its reader has just asked for. */
export const DONOR_LINK = 'donor-link';

/** The notices with the code that proves a contact of a family, and the way to its page, asked for just now. */
export const OCCASION_CODE = 'occasion-code';
export const OCCASION_LINK = 'occasion-link';

/** What somebody who once unsubscribed asks for now. */
const ASKED = [CONFIRMATION, DONOR_LINK, OCCASION_CODE, OCCASION_LINK].map((kind) => `'${kind}'`).join(', ');

/** Suppression forbids it, but for what was asked for. */
const CLAIM = `
UPDATE notice n SET attempts = attempts + 1, epoch = $2,
       state = (CASE WHEN EXISTS (SELECT FROM suppression s
                                   WHERE s.channel IN (n.channel, ${addressChannelSql('n.channel')})
                                     AND s.hash = address_hash(${addressChannelSql('n.channel')}, n.address)
                                     AND (s.expires_at IS NULL OR s.expires_at > now())
                                     AND NOT (n.kind IN (${ASKED}) AND s.reason ~* '^unsubscri'))
                     THEN 'suppressed' ELSE 'sending' END)::notice_state
 WHERE id = $1 AND state = 'waiting' AND due_at <= now()
   AND EXISTS (SELECT FROM setting s WHERE s.key = 'send-mark' AND (s.value #>> '{}')::bigint >= $3)
   AND NOT EXISTS (SELECT FROM hold h WHERE h.lifted_at IS NULL AND h.made_by = $4)
   AND EXISTS (SELECT FROM worker w WHERE w.epoch = $2 AND w.ended_at IS NULL)
RETURNING *`;

interface Row {
  id: string;
  state: string;
  attempts: number;
  address: string;
  subject: string;
  html: string;
  text: string;
  files: MailFile[] | null;
  from_name: string;
  from_address: string;
  leave_url: string | null;
  created_at: Date;
  phone: PhoneNoticeRow['phone'] | null;
}

type NoticeGround = Pick<Ground, 'sql' | 'keys' | 'clock' | 'log' | 'config'>;

/** Sends one notice, if it may go now. Its intent is committed before, its outcome after. */
export async function deliverNotice(ground: NoticeGround, id: string, sender: Sender): Promise<void> {
  const { rows } = await ground.sql.query<Row>(CLAIM, [id, sender.epoch(), sender.mark(), ENGINE]);
  const notice = rows[0];
  if (notice?.state !== 'sending') return;
  const { phone } = notice;
  const outcome = phone
    ? await toPhone(ground, { ...notice, phone })
    : judge(await attempt(ground, notice), attemptOf(ground, notice));
  await persistently(() =>
    ground.sql.query(
      `UPDATE notice SET state = $3::notice_state, code = $4, reply = $5, due_at = now() + make_interval(secs => $6),
            ended_at = CASE WHEN $3 = 'waiting' THEN NULL ELSE now() END,
            files = CASE WHEN $3 = 'sent' AND kind IN ('${RECEIPT}', '${STATEMENT}') THEN NULL ELSE files END
      WHERE id = $1 AND attempts = $2 AND state IN ('sending', 'unknown')`,
      [
        ...[id, notice.attempts, outcome.state === 'deferred' ? 'waiting' : outcome.state],
        ...[outcome.code ?? null, outcome.reply ?? null, outcome.retryAfter ?? 0],
      ],
    ),
  );
}

const attemptOf = ({ clock, config }: NoticeGround, { attempts, created_at }: Row): Attempt => ({
  attempt: attempts,
  ageSeconds: (clock.now().getTime() - created_at.getTime()) / 1000,
  unknownPolicy: 'leave',
  deferFirstSeconds: Math.min(60, config.DEFER_FIRST_SECONDS),
  deferGiveUpSeconds: config.DEFER_GIVE_UP_SECONDS,
});

/** What throws does so before the network is called. */
async function toPhone(ground: NoticeGround, notice: Row & PhoneNoticeRow): Promise<Judged> {
  const attempt = attemptOf(ground, notice);
  try {
    return await sendToPhone(ground, notice, attempt);
  } catch (error) {
    ground.log.error({ err: error, notice: notice.id }, 'a notice could not be sent');
    return judge({ kind: 'notSent', reply: 'its account could not be read' }, attempt);
  }
}

/** What throws does so before the message is on the wire, so that it certainly did not leave. */
async function attempt(ground: NoticeGround, notice: Row): Promise<Sent> {
  try {
    return await dispatch(ground, notice, await compose(notice, ground.clock.now()));
  } catch (error) {
    ground.log.error({ err: error, notice: notice.id }, 'a notice could not be sent');
    return { kind: 'notSent', reply: 'it could not be composed, or the accounts could not be read' };
  }
}

/** Wakes the lane for what is due, and calls what a dead sender had in hand unknown. */
export async function sweepNotices({ sql, queues }: Pick<Ground, 'sql' | 'queues'>): Promise<void> {
  await sql.query(
    `UPDATE notice n SET state = 'unknown', ended_at = now() FROM worker w
      WHERE n.state = 'sending' AND w.epoch = n.epoch AND w.ended_at IS NOT NULL`,
  );
  const { rows } = await sql.query(
    "SELECT id, priority, attempts FROM notice WHERE state = 'waiting' AND due_at <= now() ORDER BY priority, due_at LIMIT 1000",
  );
  await queues.add(
    'notices',
    rows.map(({ id, priority, attempts }) => ({
      payload: { notice: id },
      id: attempts ? `${id}-${attempts}` : id,
      priority,
    })),
  );
}

async function compose(notice: Row, date: Date): Promise<string> {
  const composer = new MailComposer({
    from: { name: notice.from_name, address: notice.from_address },
    to: notice.address,
    ...{ subject: notice.subject, html: notice.html, text: notice.text, date },
    messageId: `<${notice.id}@${domainOf(notice.from_address)}>`,
    headers: { 'Auto-Submitted': 'auto-generated', ...leaving(notice) },
    attachments: (notice.files ?? []).map(carried),
  });
  const raw = (await composer.compile().build()).toString('latin1');
  return `${raw.trimEnd()}\n`.replace(/\r?\n/g, '\r\n');
}

/** RFC 8058: the button of the mail program ends it. */
const leaving = ({ leave_url: url }: Row): Record<string, string> =>
  url ? { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : {};

const carried = ({ name, type, cid, content }: MailFile) => ({
  ...{ filename: name, contentType: type, content, encoding: 'base64' },
  ...(cid === null ? {} : { cid, contentDisposition: 'inline' as const }),
});

/** A limit by the second is kept; one by the hour or day must not keep a code from its reader. */
const PATIENCE_MS = 5000;

/** The best account takes it; where none can be reached it certainly did not leave. */
async function dispatch(ground: NoticeGround, notice: Row, message: string): Promise<Sent> {
  const trouble: string[] = [];
  for (const account of await accountsFor(ground, domainOf(notice.from_address))) {
    await takeUrgently(ground.sql, `account:${account.id}`, {
      limits: account.limits,
      patienceMs: PATIENCE_MS,
    });
    const sent = await byAccount(account, { notice, from: senderOf(ground, account, notice) }, message).catch(
      async (error: unknown) => {
        if (!(error instanceof SmtpFailure)) throw error;
        await restAccount(ground, account.id, { seconds: 20, trouble: error.message });
        trouble.push(error.message);
        return undefined;
      },
    );
    if (sent && sent.kind !== 'notSent') return sent;
  }
  return { kind: 'notSent', reply: trouble.join('; ') || 'no SMTP account serves this sender' };
}

/** A notice that comes back is known by its Message-ID, so one address for all of them will do. */
function senderOf({ config }: NoticeGround, account: MailAccount, notice: Row): string {
  const domain = account.returnPathDomain ?? config.RETURN_PATH_DOMAIN;
  return domain ? `bounce@${domain}` : notice.from_address;
}

interface Envelope {
  notice: Row;
  from: string;
}

async function byAccount(
  { smtp, dkim }: MailAccount,
  { notice, from }: Envelope,
  message: string,
): Promise<Sent> {
  const signed = dkim ? await signText(dkim, message) : message;
  const session = await openSession(smtp);
  try {
    const stuffed = signed.replace(/^\./gm, '..'); // RFC 5321 section 4.5.2; the signature is of what arrives
    return await sendMessage(session, { from, to: notice.address }, composed(stuffed));
  } finally {
    quit(session);
  }
}

const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1);
