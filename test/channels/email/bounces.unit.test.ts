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
