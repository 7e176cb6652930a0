import { messageIdOf, returnPath } from '../../src/deliveries/recipients.ts';
import { applyReturns } from '../../src/deliveries/returns/apply.ts';
import { type Incoming, recordReturn } from '../../src/deliveries/returns/record.ts';
import type { Ground } from '../../src/ground.ts';
import { recipientToken } from '../../src/links/token.ts';
import { deliveriesOf, SENDER_DOMAIN, startedRun } from './people.ts';

/** A mail that was sent, as a server that gives it back would name it. */
export interface SentMail {
  run: bigint;
  seq: number;
  address: string;
  contactId: string;
  token: string;
  /** The sender of its envelope. */
  from: string;
  messageId: string;
}

/** A run to these addresses, all of it sent; one mail for each address, in their order. */
export async function sentRun(
  ground: Ground,
  addresses: string[],
  more: { senderDomain?: string } = {},
): Promise<SentMail[]> {
  const { run } = await startedRun(ground, addresses, more);
  for (const state of ['sending', 'sent'])
    await ground.sql.query('UPDATE delivery SET state = $2 WHERE run = $1', [run, state]);
  await ground.sql.query('UPDATE run_range SET done_at = now() WHERE run = $1', [run]);
  const { rows } = await ground.sql.query('SELECT seq, contact_id FROM delivery WHERE run = $1', [run]);
  const contacts = new Map(rows.map((row) => [row.seq, row.contact_id]));
  const mails = (await deliveriesOf(ground, run)).map(({ seq, address }) => {
    const token = recipientToken(ground.keys, { run, seq });
    const from = returnPath(token, 'bounce.kssm.example');
    const messageId = messageIdOf(token, more.senderDomain ?? SENDER_DOMAIN);
    return { run, seq, address, contactId: contacts.get(seq), token, from, messageId };
  });
  return addresses.map((address) => mails.find((mail) => mail.address === address) as SentMail);
}

interface Failing {
  to: string;
  address: string;
  status?: string;
  action?: string;
  said?: string;
  /** Headers of the message that is given back. */
  returned?: string[];
  more?: string[];
}

/** A report as postfix writes it (RFC 3464). */
export function report(failing: Failing): string {
  const { to, address, status = '5.1.1', action = 'failed', returned = [], more = [] } = failing;
  const said = failing.said ?? `550 ${status} <${address}>: Recipient address rejected: User unknown`;
  return [
    'Return-Path: <>',
    ...more,
    'From: MAILER-DAEMON@mx.people.example (Mail Delivery System)',
    `To: ${to}`,
    `Subject: ${action === 'delayed' ? 'Delayed Mail (still being retried)' : 'Undelivered Mail Returned to Sender'}`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"',
    '',
    '--b1',
    'Content-Type: text/plain',
    '',
    "I'm sorry to have to inform you that your message could not be delivered.",
    '',
    `<${address}>: host mx.people.example[192.0.2.1] said: ${said}`,
    '',
    '--b1',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.people.example',
    '',
    `Final-Recipient: rfc822; ${address}`,
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: smtp; ${said}`,
    '',
    '--b1',
    'Content-Type: text/rfc822-headers',
    '',
    'From: We Care <care@kssm.example>',
    `To: ${address}`,
    'Subject: For Person 1',
    ...returned,
    '',
    '--b1--',
    '',
  ].join('\r\n');
}

/** A complaint in the Abuse Reporting Format (RFC 5965), its recipient taken out as most providers do. */
export function complaint({ token, type = 'abuse' }: { token: string; type?: string }): string {
  return [
    'From: <feedback@provider.example>',
    'To: <abuse@kssm.example>',
    'Subject: FW: For Person 1',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="b2"',
    '',
    '--b2',
    'Content-Type: text/plain',
    '',
    'This is an email abuse report.',
    '--b2',
    'Content-Type: message/feedback-report',
    '',
    `Feedback-Type: ${type}`,
    'User-Agent: SomeGenerator/1.0',
    'Version: 1',
    '',
    '--b2',
    'Content-Type: message/rfc822',
    '',
    'From: We Care <care@kssm.example>',
    `List-Unsubscribe: <https://wecare.example/u/${token}>`,
    'Subject: For Person 1',
    '',
    'Dear Person',
    '--b2--',
    '',
  ].join('\r\n');
}

/** Records it and applies all that waits. @returns whether it was new */
export async function bringIn(
  ground: Ground,
  mail: string | Buffer,
  more: Partial<Incoming> = {},
): Promise<boolean> {
  const isNew = await recordReturn(ground.sql, { source: 'imap', body: Buffer.from(mail), ...more });
  await applyReturns(ground);
  return isNew;
}

export interface Kept {
  kind: string;
  reason: string;
  hard: boolean;
  run: string | null;
  seq: number | null;
  found_by: string | null;
  effect: string;
}

/** What became of all that came in, in its order. */
export async function kept({ sql }: Pick<Ground, 'sql'>): Promise<Kept[]> {
  const { rows } = await sql.query(
    'SELECT kind, reason, hard, run, seq, found_by, effect FROM mail_return ORDER BY id',
  );
  return rows;
}

/** Addresses that are suppressed now, with reason. */
export async function suppressed({ sql }: Pick<Ground, 'sql'>): Promise<Record<string, string>> {
  const { rows } = await sql.query(
    'SELECT value, reason FROM suppression WHERE expires_at IS NULL OR expires_at > now()',
  );
  return Object.fromEntries(rows.map(({ value, reason }) => [value, reason]));
}

export async function stateOf(
  { sql }: Pick<Ground, 'sql'>,
  { run, seq }: Pick<SentMail, 'run' | 'seq'>,
): Promise<string> {
  const { rows } = await sql.query('SELECT state FROM delivery WHERE run = $1 AND seq = $2', [run, seq]);
  return rows[0].state;
}
