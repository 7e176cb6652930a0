import fc from 'fast-check';
import { expect, it } from 'vitest';
import { classifyMail } from '../../../channels/email/bounces/classify.ts';

const BOUNCE = [
  ...['From: MAILER-DAEMON@relay.example', 'Subject: Undelivered Mail Returned to Sender'],
  ...['Content-Type: multipart/report; report-type=delivery-status; boundary="b"', ''],
  ...['--b', 'Content-Type: text/plain', '', '<anu@mail.example>: user unknown', ''],
  ...['--b', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; relay.example', ''],
  ...['Final-Recipient: rfc822; anu@mail.example', 'Action: failed', 'Status: 5.1.1', ''],
  ...['--b', 'Content-Type: message/rfc822', '', 'From: us@sender.example', '', 'Hello', '--b--', ''],
].join('\r\n');
const KINDS = ['bounce', 'delayed', 'complaint', 'auto-reply', 'delivered', 'other'];
/** Of the processor: how long others keep it busy says nothing. */
const MOST_MS = 3000;

const answers = (source: Uint8Array) => {
  const started = process.cpuUsage();
  const classified = classifyMail(source);
  const { user, system } = process.cpuUsage(started);
  expect(KINDS).toContain(classified.kind);
  expect((user + system) / 1000).toBeLessThan(MOST_MS);
  return classified;
};

it('answers to any bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => void answers(bytes)));
});

it('answers to a bounce with bytes changed', () => {
  const changes = fc.array(fc.tuple(fc.nat(BOUNCE.length - 1), fc.nat(255)), { maxLength: 40 });
  fc.assert(
    fc.property(changes, (all) => {
      const bytes = Buffer.from(BOUNCE);
      for (const [at, byte] of all) bytes[at] = byte;
      answers(bytes);
    }),
  );
});

it('answers to a bounce cut anywhere', () => {
  for (let end = 0; end <= BOUNCE.length; end++) answers(Buffer.from(BOUNCE.slice(0, end)));
});

it('reads the outer of a bounce about a bounce', () => {
  const outer = BOUNCE.replaceAll('anu@', 'bala@').replaceAll('b"', 'c"').replaceAll('--b', '--c');
  const { recipients } = answers(Buffer.from(outer.replace('Hello', BOUNCE)));
  expect(recipients.map(({ address }) => address)).toEqual(['bala@mail.example']);
});

it('ends at deep nesting', () => {
  const levels = Array.from(
    { length: 20_000 },
    (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`,
  );
  answers(Buffer.from(`From: MAILER-DAEMON\n${levels.join('')}`));
});

it.each([
  ['one header', `From: MAILER-DAEMON\nSubject: ${'a '.repeat(3_000_000)}\n\nuser unknown`],
  ['one field name', `From: MAILER-DAEMON\n${'a'.repeat(6_000_000)}`],
  ['one word', `From: MAILER-DAEMON\nSubject: failure notice\n\n${'a'.repeat(6_000_000)}`],
  ['spaces', `From: MAILER-DAEMON\nSubject: failure notice\n\n${' '.repeat(6_000_000)}x`],
  ['dots and at signs', `From: MAILER-DAEMON\nSubject: failure notice\n\n${'a.b@'.repeat(1_500_000)}`],
  ['domains', `From: MAILER-DAEMON\nSubject: failure notice\n\n${`a@${'b.'.repeat(2_000_000)}`}`],
  ['addresses', `From: MAILER-DAEMON\nSubject: failure notice\n\n${'<a@b.example>: no\n'.repeat(300_000)}`],
  [
    'different addresses',
    `From: MAILER-DAEMON\n\n${Array.from({ length: 90_000 }, (_, i) => `<a${i}@b.example>\n`).join('')}`,
  ],
  ['dashes', `From: MAILER-DAEMON\nSubject: failure notice\n\n${'-'.repeat(6_000_000)}`],
  ['tags', `From: MAILER-DAEMON\nContent-Type: text/html\n\n${'<'.repeat(6_000_000)}`],
  ['words of failure', `From: MAILER-DAEMON\n\n${'user mailbox host sender domain '.repeat(200_000)}`],
  ['empty lines', `From: MAILER-DAEMON\n${'\n'.repeat(6_000_000)}`],
  ['encoded words', `From: MAILER-DAEMON\nSubject: ${'=?utf-8?q?'.repeat(500_000)}`],
  [
    'parts',
    `From: MAILER-DAEMON\nContent-Type: multipart/report; boundary=b\n\n${'--b\n\nx\n'.repeat(700_000)}`,
  ],
  [
    'recipients',
    `From: MAILER-DAEMON\nContent-Type: message/delivery-status\n\n${'Final-Recipient: rfc822; a@b.example\n\n'.repeat(200_000)}`,
  ],
])(
  'ends at megabytes of %s',
  (_, text) => {
    answers(Buffer.from(text));
  },
  20_000,
);

it('reads no more than ten megabytes', () => {
  const late = Buffer.concat([Buffer.alloc(11 * 1024 * 1024, 'a\n'), Buffer.from(BOUNCE)]);
  expect(answers(late).recipients).toEqual([]);
});
