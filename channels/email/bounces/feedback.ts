import { isReturned, type ReadMail, readHeaders, splitEntity } from './read.ts';
import { addressesOf, bareAddress } from './text.ts';

export interface Feedback {
  /** `abuse`, `fraud`, `virus`, `not-spam`, `auth-failure`, `opt-out`, `other`. */
  type: string;
  address: string;
}

/** What a feedback report says (RFC 5965), or Hotmail's own form of it; undefined for other mails. */
export function readFeedback({ headers, leaves }: ReadMail): Feedback | undefined {
  const report = leaves.find(({ type }) => type === 'message/feedback-report');
  if (!report) return readHotmail({ headers, leaves });
  const fields = readHeaders(report.text.trim().replace(/\n[ \t]*\n/g, '\n'));
  const type = /^[\w-]{1,40}/.exec(fields.get('feedback-type') ?? '')?.[0].toLowerCase() ?? 'other';
  const named = fields.get('original-rcpt-to') ?? fields.get('removal-recipient') ?? '';
  return { type, address: bareAddress(named) || originalRecipient({ headers, leaves }) };
}

/** Microsoft's programme for senders returns the mail with a subject of its own and no report. */
function readHotmail(mail: ReadMail): Feedback | undefined {
  if (!/^complaint about message from /i.test(mail.headers.get('subject') ?? '')) return undefined;
  return { type: 'abuse', address: originalRecipient(mail) };
}

function originalRecipient({ leaves }: ReadMail): string {
  const original = leaves.find(({ type }) => isReturned(type));
  if (!original) return '';
  const { headers } = splitEntity(original.text);
  return addressesOf(headers.get('x-hmxmroriginalrecipient') ?? headers.get('to') ?? '')[0] ?? '';
}
