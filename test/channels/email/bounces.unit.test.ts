import { expect, it } from 'vitest';
import { classifyMail } from '../../../channels/email/bounces/classify.ts';

const mail = (...lines: string[]) => classifyMail(Buffer.from(lines.join('\r\n')));

const report = (text: string, ...fields: string[]) =>
  mail(
    ...['From: MAILER-DAEMON@relay.example', 'Subject: Undelivered Mail Returned to Sender'],
    ...['Content-Type: multipart/report; report-type=delivery-status; boundary="b"', ''],
    ...['--b', 'Content-Type: text/plain', '', text, ''],
    ...['--b', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; relay.example', ''],
    ...[...fields, '', '--b', 'Content-Type: message/rfc822', '', 'To: anu@mail.example', '', 'Mailbox full'],
    '--b--',
  );

const failed = (address: string, status: string, diagnostic: string) => [
  ...[`Final-Recipient: rfc822; ${address}`, 'Action: failed', `Status: ${status}`],
  ...[`Diagnostic-Code: smtp; ${diagnostic}`, ''],
];

it('reads each recipient of a report for itself', () => {
  const { kind, recipients } = report(
    'Two could not be reached.',
    ...failed('anu@mail.example', '5.1.1', '550 5.1.1 <anu@mail.example>: User unknown'),
    ...failed('bala@mail.example', '5.2.2', '552 5.2.2 Mailbox full'),
  );
  expect(kind).toBe('bounce');
  expect(recipients).toEqual([
    { address: 'anu@mail.example', status: '5.1.1', reply: '550', reason: 'userunknown', hard: true },
    { address: 'bala@mail.example', status: '5.2.2', reply: '552', reason: 'mailboxfull', hard: false },
  ]);
});

it('does not call a user unknown whom a filter refused after the message was sent', () => {
  const { recipients } = report(
    '<anu@mail.example>: host mx.mail.example said: 550 Unknown user (in reply to end of DATA command)',
    ...failed('anu@mail.example', '5.0.0', '550 Unknown user'),
  );
  expect(recipients[0]).toMatchObject({ reason: 'filtered', hard: false });
});

it('keeps a delayed mail apart from a failed one', () => {
  const delayed = report(
    'Still trying.',
    ...['Final-Recipient: rfc822; anu@mail.example', 'Action: delayed', 'Status: 4.4.1'],
    'Diagnostic-Code: smtp; connection timed out',
  );
  expect(delayed.kind).toBe('delayed');
  expect(delayed.recipients[0]).toMatchObject({ reason: 'expired', hard: false });
});

it('says delivered where the report says so', () => {
  const { kind, recipients } = report(
    'It arrived.',
    ...['Final-Recipient: rfc822; anu@mail.example', 'Action: delivered', 'Status: 2.0.0'],
  );
  expect([kind, recipients[0]?.reason]).toEqual(['delivered', 'delivered']);
});

it('reads the text of servers that send no report', () => {
  const { kind, recipients } = mail(
    ...['From: MAILER-DAEMON@relay.example', 'Subject: failure notice', ''],
    ...['Hi. This is the qmail-send program at relay.example.', ''],
    ...['<anu@mail.example>:', "Sorry, I couldn't find any host named mail.example. (#5.1.2)", ''],
    ...['<bala@box.example>:', 'Remote host said: 552 5.2.2 Mailbox full', ''],
    ...['--- Below this line is a copy of the message.', '', 'From: us@sender.example', 'spam virus'],
  );
  expect(kind).toBe('bounce');
  expect(recipients.map(({ address, reason, hard }) => [address, reason, hard])).toEqual([
    ['anu@mail.example', 'hostunknown', true],
    ['bala@box.example', 'mailboxfull', false],
  ]);
});

it('reads Japanese without being told the charset', () => {
  const { recipients } = classifyMail(
    Buffer.concat([
      Buffer.from('From: postmaster@relay.example\nSubject: Undeliverable message\n\n'),
      Buffer.from('\x1b$B%G%#%l%/%H%j$N%j%9%H$K$"$j$^$;$s\x1b(B\nanu@mail.example\n', 'latin1'),
    ]),
  );
  expect(recipients[0]).toMatchObject({ address: 'anu@mail.example', reason: 'userunknown' });
});

it('does not take a vacation answer for a bounce', () => {
  const { kind, recipients } = mail(
    ...['From: Anu <anu@mail.example>', 'Subject: Out of office', 'Auto-Submitted: auto-replied', ''],
    'I am away until Monday.',
  );
  expect([kind, recipients[0]?.hard]).toEqual(['auto-reply', false]);
});

it.each(['abuse', 'not-spam'])('tells a complaint of the type %s', (type) => {
  const complaint = mail(
    ...['From: fbl@provider.example', 'Subject: FW: news'],
    ...['Content-Type: multipart/report; report-type=feedback-report; boundary=b', ''],
    ...['--b', 'Content-Type: message/feedback-report', '', `Feedback-Type: ${type}`, 'Version: 1'],
    ...['Original-Rcpt-To: <anu@mail.example>', '', '--b--'],
  );
  expect(complaint).toMatchObject({ kind: 'complaint', feedback: type });
  expect(complaint.recipients[0]?.address).toBe('anu@mail.example');
});

it('leaves an ordinary letter alone', () => {
  expect(mail('From: anu@mail.example', 'Subject: Hello', '', 'How are you?')).toEqual({
    kind: 'other',
    recipients: [],
  });
});

it.each([
  ['userunknown', '5.1.0', '550 5.1.0 - <anu@mail.example> recipient rejected'],
  [
    'userunknown',
    '5.4.1',
    '550 5.4.1 [anu@mail.example]: Recipient address rejected: Access denied. AS(201806281)',
  ],
  ['userunknown', '5.0.0', '550 We do not have this recipient in our system'],
  ['filtered', '5.0.0', '550 You have been blocked by the recipient'],
  ['filtered', '5.2.1', '550 5.2.1 <anu@mail.example>... Recipient refused'],
  ['filtered', '5.2.0', '550 5.2.0 Message rejected by user filter'],
  ['suspend', '5.2.1', '550 5.2.1 <anu@mail.example>: Recipient address rejected: Mailbox is inactive'],
  ['suspend', '5.2.1', '550 5.2.1 The email account that you tried to reach is inactive.'],
  ['mailboxfull', '4.2.2', '452 4.2.2 Mailbox size limit exceeded'],
  ['expired', '4.2.0', '450 4.2.0 <anu@mail.example>: Recipient address rejected: Greylisted'],
  ['expired', '5.4.316', '550 5.4.316 Message expired, connection refused(Socket error code 10061)'],
  ['networkerror', '5.4.312', '550 5.4.312 Message expired, DNS query failed'],
  [
    'networkerror',
    '5.4.4',
    '554 5.4.4 SMTPSEND.DNS.MxLoopback; DNS records for this domain are configured in a loop',
  ],
  ['mesgtoobig', '5.2.3', '550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient'],
  ['securityerror', '5.7.1', '550 5.7.1 RESOLVER.RST.AuthRequired; authentication required'],
  ['rejected', '5.7.60', '550 5.7.60 SMTP; Client does not have permissions to send as this sender'],
  [
    'authfailure',
    '5.7.515',
    '550 5.7.515 Access denied, sending domain X does not meet the required authentication level.',
  ],
  [
    'notcompliantrfc',
    '5.7.1',
    '550 5.7.1 Messages missing a valid address in From: header are not accepted.',
  ],
  ['policyviolation', '5.7.0', '552-5.7.0 Our system detected an illegal attachment on your message.'],
  ['virusdetected', '5.7.0', '554 5.7.0 Reject, id=1 - INFECTED: Eicar-Test-Signature'],
  ['blocked', '5.0.0', '501 5.5.4 Invalid domain name'],
  ['systemerror', '4.3.0', '451 4.3.0 Temporary lookup failure'],
  ['failedstarttls', '4.7.5', 'Server certificate not trusted'],
])('calls it %s when a server answers %s: %s', (reason, status, diagnostic) => {
  const { recipients } = report(
    'It could not be delivered.',
    ...failed('anu@mail.example', status, diagnostic),
  );
  expect(recipients[0]).toMatchObject({ reason, hard: reason === 'userunknown' });
});

it('takes whom a server names for the recipient, and no Message-ID for one', () => {
  const told = (...lines: string[]) =>
    mail(
      'From: postmaster@mail.example',
      'Subject: Delivery Notification: Delivery has failed',
      '',
      ...lines,
    );
  const about = ['This report relates to a message:', '  Message-id: <1@us.example>', ''];
  for (const naming of ['  Recipient address: anu@mail.example', 'It was for anu@mail.example, who']) {
    const { recipients } = told(...about, naming, '  Reason: over quota');
    expect(recipients).toMatchObject([{ address: 'anu@mail.example', reason: 'mailboxfull' }]);
  }
});

it('calls an inbox full that may also get too much mail', () => {
  const { recipients } = mail(
    ...[
      'From: Mail Delivery Subsystem <mailer-daemon@mail.example>',
      'Subject: Delivery Status Notification (Failure)',
      '',
    ],
    "Your message couldn't be delivered to anu@mail.example. Their inbox is full, or it's getting too much mail right now.",
  );
  expect(recipients).toMatchObject([{ address: 'anu@mail.example', reason: 'mailboxfull', hard: false }]);
});
