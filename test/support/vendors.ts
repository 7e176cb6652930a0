import { createHmac, createSign, type KeyObject, randomBytes, sign } from 'node:crypto';

/** Amazon's example of a bounce with a report (developer guide, "Amazon SNS notification examples"). */
export function sesBounce(told: { source: string; address: string; type?: string; messageId?: string }) {
  return {
    notificationType: 'Bounce',
    bounce: {
      bounceType: told.type ?? 'Permanent',
      reportingMTA: 'dns; email.example.com',
      bouncedRecipients: [
        {
          emailAddress: told.address,
          status: told.type ? '4.2.2' : '5.1.1',
          action: 'failed',
          diagnosticCode: told.type
            ? 'smtp; 452 4.2.2 The email account is over quota'
            : `smtp; 550 5.1.1 <${told.address}>... User`,
        },
      ],
      bounceSubType: told.type ? 'MailboxFull' : 'General',
      timestamp: '2016-01-27T14:59:38.237Z',
      feedbackId: `00000138111222aa-${randomBytes(6).toString('hex')}-000000`,
      remoteMtaIp: '127.0.2.0',
    },
    mail: sesMail(told),
  };
}

export function sesComplaint(told: { source: string; address: string; type?: string | null }) {
  return {
    notificationType: 'Complaint',
    complaint: {
      userAgent: 'AnyCompany Feedback Loop (V0.01)',
      complainedRecipients: [{ emailAddress: told.address }],
      complaintFeedbackType: told.type === undefined ? 'abuse' : told.type,
      arrivalDate: '2016-01-27T14:59:38.237Z',
      timestamp: '2016-01-27T14:59:38.237Z',
      feedbackId: `000001378603177f-${randomBytes(6).toString('hex')}-000000`,
    },
    mail: sesMail(told),
  };
}

const sesMail = ({
  source,
  address,
  messageId,
}: {
  source: string;
  address: string;
  messageId?: string;
}) => ({
  timestamp: '2016-01-27T14:59:38.237Z',
  source,
  sourceArn: 'arn:aws:ses:us-east-1:888888888888:identity/example.com',
  sourceIp: '127.0.3.0',
  sendingAccountId: '123456789012',
  callerIdentity: 'IAM_user_or_role_name',
  messageId: '00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000',
  destination: [address],
  ...(messageId && {
    headersTruncated: false,
    headers: [
      { name: 'From', value: '"We Care" <care@kssm.example>' },
      { name: 'To', value: address },
      { name: 'Message-ID', value: `<${messageId}>` },
    ],
  }),
});

export const TOPIC = 'arn:aws:sns:us-east-1:123456789012:MyTopic';

/** A post of SNS, signed as "Verifying the signatures of Amazon SNS messages" says. */
export function sns(key: string, message: unknown, more: Record<string, string> = {}): string {
  const told: Record<string, string> = {
    Type: 'Notification',
    MessageId: randomBytes(16).toString('hex'),
    TopicArn: TOPIC,
    Message: typeof message === 'string' ? message : JSON.stringify(message),
    Timestamp: '2026-11-21T06:29:00.000Z',
    SignatureVersion: '2',
    SigningCertURL: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233f.pem',
    ...more,
  };
  const names =
    told.Type === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const text = names
    .filter((name) => told[name] !== undefined)
    .map((name) => `${name}\n${told[name]}\n`)
    .join('');
  const algorithm = told.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  const Signature = createSign(algorithm).update(text, 'utf8').sign(key, 'base64');
  return JSON.stringify({ ...told, Signature });
}

/** Postmark's examples of a bounce and a spam complaint (developer documentation, "Webhooks"). */
export const postmark = (told: { address: string; id: number; type?: string; details?: string }) => ({
  RecordType: told.type === 'SpamComplaint' ? 'SpamComplaint' : 'Bounce',
  MessageStream: 'outbound',
  ID: told.id,
  Type: told.type ?? 'HardBounce',
  TypeCode: 1,
  Name: 'Hard bounce',
  Tag: 'Test',
  MessageID: '883953f4-6105-42a2-a16a-77a8eac79483',
  Metadata: { a_key: 'a_value', b_key: 'b_value' },
  ServerID: 1234,
  Description: 'The server was unable to deliver your message (ex: unknown user, mailbox not found).',
  Details: told.details ?? 'Test bounce details',
  Email: told.address,
  From: 'care@kssm.example',
  BouncedAt: '2019-11-05T16:33:54.9070259Z',
  DumpAvailable: true,
  Inactive: true,
  CanActivate: true,
  Subject: 'Test subject',
  Content: '<Full dump of bounce>',
});

/** One event of SendGrid's Event Webhook, as its reference shows them. */
export const sendgrid = (told: {
  address: string;
  messageId: string;
  event: string;
  type?: string;
  reason?: string;
}) => ({
  email: told.address,
  timestamp: 1513299569,
  'smtp-id': `<${told.messageId}>`,
  event: told.event,
  category: ['cat facts'],
  sg_event_id: randomBytes(12).toString('base64url'),
  sg_message_id: '14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0',
  ...(told.event === 'bounce' && {
    ...{ reason: told.reason ?? '500 unknown recipient', status: '5.0.0', type: told.type ?? 'bounce' },
  }),
});

/** Headers of a signed post of SendGrid's. */
export function sendgridHeaders(key: KeyObject, body: string, timestamp: string): Record<string, string> {
  const signature = sign('sha256', Buffer.from(timestamp + body), key).toString('base64');
  return {
    'content-type': 'application/json',
    'X-Twilio-Email-Event-Webhook-Signature': signature,
    'X-Twilio-Email-Event-Webhook-Timestamp': timestamp,
  };
}

/** Mailgun's example of a permanent failure (documentation, "Webhooks payload"), signed. */
export function mailgun(
  key: string,
  told: {
    address: string;
    messageId: string;
    event?: string;
    timestamp: string;
    more?: Record<string, unknown>;
  },
): string {
  const token = randomBytes(25).toString('hex');
  const { timestamp } = told;
  const signature = createHmac('sha256', key)
    .update(timestamp + token)
    .digest('hex');
  const data = {
    severity: 'permanent',
    tags: ['my_tag_1', 'my_tag_2'],
    timestamp: 1521233195.375624,
    storage: { url: 'https://se.api.mailgun.net/v3/domains/x/messages/message_key', key: 'message_key' },
    'log-level': 'error',
    id: randomBytes(12).toString('base64url'),
    campaigns: [],
    reason: 'suppress-bounce',
    'user-variables': { my_var_1: 'Mailgun Variable #1' },
    flags: { 'is-routed': false, 'is-authenticated': true, 'is-system-test': false, 'is-test-mode': false },
    'recipient-domain': 'example.com',
    envelope: { sender: 'bob@x.example', transport: 'smtp', targets: told.address },
    message: {
      headers: { to: told.address, 'message-id': told.messageId, from: 'bob@x.example', subject: 'Test' },
      attachments: [],
      size: 111,
    },
    recipient: told.address,
    event: told.event ?? 'failed',
    'delivery-status': {
      'attempt-no': 1,
      message: '',
      code: 605,
      description: 'Not delivering to previously bounced address',
      'session-seconds': 0,
    },
    ...told.more,
  };
  return JSON.stringify({ signature: { timestamp, token, signature }, 'event-data': data });
}
