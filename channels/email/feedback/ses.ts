import { bare, type FeedbackEvent, judgeFailure, list, lower, object, text } from './event.ts';

/**
 * Reads an SNS envelope whose message is a notification of Amazon SES, or one of its published events.
 * Source: "Amazon SNS notification contents for Amazon SES" of its developer guide. Takes anything.
 */
export function readSes(body: unknown): FeedbackEvent[] {
  const told = object(parse(whole(object(body).Message)));
  const mail = object(told.mail);
  const common = {
    returnPath: text(mail.source),
    messageId: bare(header(mail, 'message-id') || object(mail.commonHeaders).messageId),
  };
  const type = text(told.notificationType || told.eventType);
  if (type === 'Bounce') return bounces(object(told.bounce)).map((event) => ({ ...event, ...common }));
  if (type === 'Complaint') return complaints(object(told.complaint)).map((one) => ({ ...one, ...common }));
  return [];
}

/** A notification is up to 256 KB, so this text is not cut. */
const whole = (value: unknown): string => (typeof value === 'string' ? value : '');

function parse(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return null; // SNS carries other texts too, such as its own tests
  }
}

function header(mail: Record<string, unknown>, name: string): unknown {
  return list(mail.headers)
    .map(object)
    .find((field) => lower(field.name) === name)?.value;
}

function bounces(bounce: Record<string, unknown>): FeedbackEvent[] {
  const permanent = bounce.bounceType === 'Permanent';
  return list(bounce.bouncedRecipients).map((one, i) => {
    const { emailAddress, status, action, diagnosticCode } = object(one);
    const full = bounce.bounceSubType === 'MailboxFull';
    const told = judgeFailure({ words: text(diagnosticCode), status: text(status).slice(0, 12), permanent });
    return {
      ...{ id: `${text(bounce.feedbackId)}#${i}`, kind: action === 'delayed' ? 'delayed' : 'bounce' },
      ...{ address: lower(emailAddress), ...told, ...(full && { reason: 'mailboxfull', hard: false }) },
    } as FeedbackEvent;
  });
}

function complaints(complaint: Record<string, unknown>): FeedbackEvent[] {
  const feedback = lower(complaint.complaintFeedbackType) || 'abuse';
  return list(complaint.complainedRecipients).map((one, i) => ({
    ...{ id: `${text(complaint.feedbackId)}#${i}`, kind: 'complaint', reason: 'feedback', status: '' },
    ...{ address: lower(object(one).emailAddress), hard: false, feedback },
  }));
}
