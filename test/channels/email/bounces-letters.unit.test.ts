import { expect, it } from 'vitest';
import { classifyMail } from '../../../channels/email/bounces/classify.ts';

/** Letters of servers that send no report, each in the shape that its program gives it. */
interface Letter {
  program: string;
  head: readonly string[];
  body: readonly string[];
  expected: readonly (readonly [address: string, reason: string])[];
  kind?: string;
}

const DAEMON = 'From: Mail Delivery System <MAILER-DAEMON@relay.example>';
const ANU = 'anu@mail.example';
const BALA = 'bala@box.example';

const LETTERS: readonly Letter[] = [
  {
    program: 'Exim',
    head: [
      DAEMON,
      'Subject: Mail delivery failed: returning message to sender',
      `X-Failed-Recipients: ${ANU}`,
    ],
    body: [
      ...['This message was created automatically by mail delivery software.', ''],
      ...[
        'A message that you sent could not be delivered to one or more of its',
        'recipients. This is a permanent error. The following address(es) failed:',
        '',
      ],
      ...[`  ${ANU}`, `    SMTP error from remote mail server after RCPT TO:<${ANU}>:`],
      ...['    host mx.mail.example [192.0.2.1]: 550 5.1.1 No such user here', ''],
      ...[
        '------ This is a copy of the message, including all the headers. ------',
        '',
        'Subject: spam',
        '',
        'quota exceeded',
      ],
    ],
    expected: [[ANU, 'userunknown']],
  },
  {
    program: 'Exim, which could not route',
    head: [DAEMON, 'Subject: Mail delivery failed: returning message to sender'],
    body: [
      ...[
        'A message that you sent could not be delivered to one or more of its',
        'recipients. The following address(es) failed:',
        '',
      ],
      ...[
        `  ${ANU}`,
        '    Unrouteable address',
        '',
        `  ${BALA}`,
        '    all relevant MX records point to non-existent hosts',
        '',
      ],
    ],
    expected: [
      [ANU, 'hostunknown'],
      [BALA, 'hostunknown'],
    ],
  },
  {
    program: 'Exim, which waited in vain',
    head: [DAEMON, 'Subject: Mail delivery failed: returning message to sender'],
    body: [
      'A message that you sent could not be delivered to one or more of its recipients.',
      ...[
        '',
        `  ${ANU}`,
        '    host mx.mail.example [192.0.2.1]: Connection timed out: retry timeout exceeded',
        '',
      ],
      ...[`  ${BALA}`, '    mailbox is full: retry timeout exceeded', ''],
    ],
    expected: [
      [ANU, 'expired'],
      [BALA, 'mailboxfull'],
    ],
  },
  {
    program: 'Exim, which still waits',
    head: [DAEMON, 'Subject: Warning: message 1abc-000-00 delayed 24 hours'],
    body: [
      ...[
        'A message that you sent has not yet been delivered to one or more of its',
        'recipients after more than 24 hours on the queue on relay.example.',
        '',
      ],
      ...[
        'The address to which the message has not yet been delivered is:',
        '',
        `  ${ANU}`,
        '    host mx.mail.example [192.0.2.1]: 451 4.7.1 Greylisting in action',
        '',
      ],
      ...['No action is required on your part. Delivery attempts will continue for', 'some time.'],
    ],
    expected: [[ANU, 'expired']],
    kind: 'delayed',
  },
  {
    program: 'sendmail of old',
    head: [DAEMON, 'Subject: Returned mail: User unknown'],
    body: [
      ...['   ----- The following addresses had permanent fatal errors -----', `<${ANU}>`, ''],
      ...['   ----- Transcript of session follows -----', '... while talking to mx.mail.example.:'],
      ...[`>>> RCPT To:<${ANU}>`, `<<< 550 <${ANU}>... User unknown`, `550 <${ANU}>... User unknown`, ''],
      ...['   ----- Original message follows -----', 'Return-Path: <us@sender.example>'],
    ],
    expected: [[ANU, 'userunknown']],
  },
  {
    program: 'sendmail, which tells the reason',
    head: [DAEMON, 'Subject: Returned mail: see transcript for details'],
    body: [
      ...[
        '   ----- The following addresses had permanent fatal errors -----',
        `<${ANU}>`,
        '    (reason: 552 5.2.2 Over quota)',
        `<${BALA}>`,
        '    (reason: 550 5.1.1 Unknown user)',
        '',
      ],
      ...[
        '   ----- Transcript of session follows -----',
        '... while talking to mx.mail.example.:',
        '<<< 552 5.2.2 Over quota',
      ],
    ],
    expected: [
      [ANU, 'mailboxfull'],
      [BALA, 'userunknown'],
    ],
  },
  {
    program: 'qmail',
    head: ['From: MAILER-DAEMON@relay.example', 'Subject: failure notice'],
    body: [
      ...[
        'Hi. This is the qmail-send program at relay.example.',
        "I'm afraid I wasn't able to deliver your message to the following addresses.",
        "This is a permanent error; I've given up. Sorry it didn't work out.",
        '',
      ],
      ...[
        `<${ANU}>:`,
        '192.0.2.1 does not like recipient.',
        `Remote host said: 550 5.1.1 <${ANU}>: Recipient address rejected: User unknown`,
        'Giving up on 192.0.2.1.',
        '',
      ],
      ...[
        `<${BALA}>:`,
        "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)",
        "I'm not going to try again; this message has been in the queue too long.",
        '',
      ],
      ...['--- Below this line is a copy of the message.', '', 'Return-Path: <us@sender.example>'],
    ],
    expected: [
      [ANU, 'userunknown'],
      [BALA, 'expired'],
    ],
  },
  {
    program: 'qmail and its vpopmail',
    head: ['From: MAILER-DAEMON@relay.example', 'Subject: failure notice'],
    body: [
      ...['Hi. This is the qmail-send program at relay.example.', ''],
      ...[`<${ANU}>:`, 'Sorry, no mailbox here by that name. (#5.1.1)', ''],
      ...[`<${BALA}>:`, 'The users mailfolder is over the allowed quota (size). (#5.2.2)', ''],
    ],
    expected: [
      [ANU, 'userunknown'],
      [BALA, 'mailboxfull'],
    ],
  },
  {
    program: 'Courier',
    head: ['From: "Courier mail server at relay.example" <@>', 'Subject: NOTICE: mail delivery status.'],
    body: [
      ...[
        'This is a delivery status notification from relay.example,',
        'running the Courier mail server, version 0.65.2.',
        '',
      ],
      ...[
        'The original message was received on Sat, 1 Nov 2026 12:00:00 +0530',
        'from us.sender.example',
        '',
      ],
      ...[
        '                      UNDELIVERABLE MAIL',
        '',
        'Your message to the following recipients cannot be delivered:',
        '',
      ],
      ...[
        `<${ANU}>:`,
        '    mx.mail.example [192.0.2.1]:',
        `>>> RCPT TO:<${ANU}>`,
        '<<< 550 5.1.1 User unknown.',
        '',
      ],
    ],
    expected: [[ANU, 'userunknown']],
  },
  {
    program: 'Exchange 2003',
    head: ['From: System Administrator <postmaster@mail.example>', 'Subject: Undeliverable: News'],
    body: [
      ...[
        'Your message',
        '',
        '  To:      Anu',
        '  Subject: News',
        '  Sent:    Sat, 1 Nov 2026 12:00:00 +0530',
        '',
      ],
      ...['did not reach the following recipient(s):', '', `${ANU} on Sat, 1 Nov 2026 12:00:03 +0530`],
      ...[
        '    The recipient name is not recognized',
        '	The MTS-ID of the original message is: c=us;a= ;p=mail;l=X',
        '    MSEXCH:IMS:Mail:Site:SERVER 0 (000C05A6) Unknown Recipient',
      ],
    ],
    expected: [[ANU, 'userunknown']],
  },
  {
    program: 'Exchange 2007 and later',
    head: ['From: Microsoft Exchange <postmaster@mail.example>', 'Subject: Undeliverable: News'],
    body: [
      ...[
        'Delivery has failed to these recipients or distribution lists:',
        '',
        ANU,
        "The recipient's mailbox is full. Microsoft Exchange will not try to redeliver this message for you.",
        '',
      ],
      ...[
        'Diagnostic information for administrators:',
        '',
        'Generating server: mail.example',
        '',
        ANU,
        '#550 5.2.2 STOREDRV.Deliver: mailbox full. The following information should help identify the cause: "MapiExceptionShutoffQuotaExceeded". ##',
      ],
    ],
    expected: [[ANU, 'mailboxfull']],
  },
  {
    program: 'Exchange in French',
    head: ['From: Microsoft Exchange <postmaster@mail.example>', 'Subject: Non remis : Nouvelles'],
    body: [
      ...['Échec de la remise pour ces destinataires ou ces listes de distribution :', '', ANU, ''],
      ...[
        'Informations de diagnostic pour les administrateurs :',
        '',
        'Serveur de génération : mail.example',
        '',
        ANU,
        '#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##',
      ],
    ],
    expected: [[ANU, 'userunknown']],
  },
  {
    program: 'Domino',
    head: [DAEMON, 'Subject: DELIVERY FAILURE: User anu (anu@mail.example) not listed in Domino Directory'],
    body: [
      ...[
        'Your message',
        '',
        '  Subject: News',
        '',
        'was not delivered to:',
        '',
        `  ${ANU}`,
        '',
        'because:',
        '',
        `  User anu (${ANU}) not listed in Domino Directory`,
      ],
    ],
    expected: [[ANU, 'userunknown']],
  },
  {
    program: 'Gmail of old',
    head: [
      'From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
      'Subject: Delivery Status Notification (Failure)',
      `X-Failed-Recipients: ${ANU}`,
    ],
    body: [
      ...[
        'Delivery to the following recipient failed permanently:',
        '',
        `     ${ANU}`,
        '',
        'Technical details of permanent failure: ',
        'Google tried to deliver your message, but it was rejected by the server for the recipient domain mail.example by mx.mail.example. [192.0.2.1].',
        '',
      ],
      ...[
        'The error that the other server returned was:',
        '550 5.1.1 RCPT TO:<anu@mail.example> User unknown',
        '',
        '----- Original message -----',
      ],
    ],
    expected: [[ANU, 'userunknown']],
  },
  {
    program: 'Gmail, which found no server',
    head: [
      'From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
      'Subject: Delivery Status Notification (Failure)',
      `X-Failed-Recipients: ${ANU}`,
    ],
    body: [
      ...[
        '** Address not found **',
        '',
        `Your message wasn't delivered to ${ANU} because the domain mail.example couldn't be found. Check for typos or unnecessary spaces and try again.`,
        '',
      ],
      ...[
        'The response was:',
        '',
        "DNS Error: DNS type 'mx' lookup of mail.example responded with code NXDOMAIN",
        'Domain name not found: mail.example',
      ],
    ],
    expected: [[ANU, 'hostunknown']],
  },
  {
    program: 'Gmail, which still waits',
    head: [
      'From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
      'Subject: Delivery Status Notification (Delay)',
    ],
    body: [
      ...[
        'This is an automatically generated Delivery Status Notification',
        '',
        'THIS IS A WARNING MESSAGE ONLY.',
        '',
        'YOU DO NOT NEED TO RESEND YOUR MESSAGE.',
        '',
      ],
      ...[
        'Delivery to the following recipient has been delayed:',
        '',
        `     ${ANU}`,
        '',
        'Message will be retried for 2 more day(s)',
        '',
        'The recipient server did not accept our requests to connect.',
      ],
    ],
    expected: [[ANU, 'networkerror']],
    kind: 'delayed',
  },
  {
    program: 'Yahoo of old',
    head: ['From: MAILER-DAEMON@yahoo.com', 'Subject: Failure Notice'],
    body: [
      ...[
        'Sorry, we were unable to deliver your message to the following address.',
        '',
        `<${ANU}>:`,
        "Remote host said: 554 delivery error: dd This user doesn't have a mail.example account (anu@mail.example) [0] - mta1.mail.example [BODY]",
        '',
      ],
      ...['--- Below this line is a copy of the message.', ''],
    ],
    expected: [[ANU, 'userunknown']],
  },
  {
    program: 'Zoho',
    head: [
      'From: mailer-daemon@mail.zoho.com',
      'Subject: Undelivered Mail Returned to Sender',
      `X-Failed-Recipients: ${ANU}`,
    ],
    body: [
      ...[
        'This message was created automatically by mail delivery software.',
        ' A message that you sent could not be delivered to one or more of its recipients. This is a permanent error. ',
        '',
      ],
      ...[`${ANU} Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.1 ${ANU}... User Unknown`],
    ],
    expected: [[ANU, 'userunknown']],
  },
  {
    program: 'IMail',
    head: [
      'From: Postmaster <postmaster@mail.example>',
      'Subject: Undeliverable Mail',
      'X-Mailer: <SMTP32 v8.22>',
    ],
    body: [
      ...[`Unknown user: ${ANU}`, '', 'Original message follows.', '', 'Received: from us.sender.example'],
    ],
    expected: [[ANU, 'userunknown']],
  },
  {
    program: 'IMail, which says the box is full',
    head: [
      'From: Postmaster <postmaster@mail.example>',
      'Subject: Undeliverable Mail',
      'X-Mailer: <SMTP32 v8.22>',
    ],
    body: [`User mailbox exceeds allowed size: ${ANU}`, '', 'Original message follows.'],
    expected: [[ANU, 'mailboxfull']],
  },
  {
    program: 'a gateway that shows its session',
    head: ['From: "Mail Delivery" <postmaster@gateway.example>', 'Subject: Mail delivery error'],
    body: [
      ...[
        `Sent <<< RCPT TO:<${ANU}>`,
        `Received >>> 550 5.1.1 <${ANU}>... user unknown`,
        '',
        `Unable to deliver message to <${ANU}>`,
      ],
    ],
    expected: [[ANU, 'userunknown']],
  },
  {
    program: 'a gateway of MailMarshal',
    head: ['From: postmaster@gateway.example', 'Subject: Undeliverable Mail: "News"'],
    body: [
      ...[
        'Your message:',
        '   From:    us@sender.example',
        '   Subject: News',
        '',
        'Could not be delivered because of',
        '',
        '550 5.1.1 User unknown',
        '',
      ],
      ...[
        'The following recipients were affected: ',
        `    ${ANU}`,
        '',
        'Additional Information',
        '======================',
      ],
    ],
    expected: [[ANU, 'userunknown']],
  },
  {
    program: 'a Japanese carrier',
    head: ['From: Postmaster@ezweb.example', 'Subject: Mail System Error - Returned Mail'],
    body: [
      ...[
        'This Message was undeliverable due to the following reason:',
        '',
        'Each of the following recipients was rejected by a remote mail server.',
        'The reasons given by the server are included to help you determine why',
        'each recipient was rejected.',
        '',
      ],
      ...[`    Recipient: <${ANU}>`, `    Reason:    <${ANU}>... User unknown`, ''],
    ],
    expected: [[ANU, 'userunknown']],
  },
  {
    program: 'a Japanese provider whose boxes are full',
    head: ['From: postmaster@provider.example', 'Subject: Returned mail'],
    body: [
      ...[
        '   ----- The following addresses had delivery problems -----',
        ANU,
        '',
        '   ----- Non-delivered information -----',
        "The number of messages in recipient's mailbox exceeded the local limit.",
        '',
      ],
    ],
    expected: [[ANU, 'mailboxfull']],
  },
  {
    program: 'James',
    head: ['From: postmaster@mail.example', 'Subject: [BOUNCE]'],
    body: [
      ...[
        'Hi. This is the James mail server at mail.example.',
        "I'm afraid I wasn't able to deliver your message to the following addresses.",
        "This is a permanent error; I've given up. Sorry it didn't work out.  Below",
        'I include the list of recipients and the reason why I was unable to deliver',
        'your message.',
        '',
      ],
      ...[
        'Failed recipient(s):',
        ANU,
        '',
        'Error message:',
        '550 - Requested action not taken: no such user here',
        '',
      ],
    ],
    expected: [[ANU, 'userunknown']],
  },
  {
    program: 'OpenSMTPD',
    head: [
      'From: Mailer Daemon <MAILER-DAEMON@relay.example>',
      'Subject: Delivery status notification: error',
    ],
    body: [
      ...[
        '    Hi!',
        '',
        '    This is the MAILER-DAEMON, please DO NOT REPLY to this email.',
        '',
        '    An error has occurred while attempting to deliver a message for',
        '    the following list of recipients:',
        '',
      ],
      ...[
        `${ANU}: 550 5.2.2 <${ANU}>: Mailbox is full`,
        '',
        `${BALA}: No MX found for domain`,
        '',
        '    Below is a copy of the original message:',
        '',
      ],
    ],
    expected: [
      [ANU, 'mailboxfull'],
      [BALA, 'hostunknown'],
    ],
  },
  {
    program: 'GMX',
    head: [DAEMON, 'Subject: Mail delivery failed: returning message to sender'],
    body: [
      ...[
        'This message was created automatically by mail delivery software.',
        '',
        'A message that you sent could not be delivered to one or more of',
        'its recipients. This is a permanent error. The following address',
        'failed:',
        '',
      ],
      ...[
        `"${ANU}":`,
        `SMTP error from remote server after RCPT command:`,
        'host: mx.mail.example',
        `5.1.1 <${ANU}> User is unknown {mx-eu002}`,
      ],
    ],
    expected: [[ANU, 'userunknown']],
  },
  {
    program: 'a phone company that carries mail to phones',
    head: ['From: post_master@phone.example', 'Subject: Undeliverable Message'],
    body: [
      ...[
        'Error: Message could not be delivered to mobile.',
        'Error: No valid recipients for this MM',
        '',
        `  RCPT TO: ${ANU}`,
      ],
    ],
    expected: [[ANU, 'userunknown']],
  },
  {
    program: 'Amavis, which found a virus',
    head: [
      'From: "Content-filter at relay.example" <postmaster@relay.example>',
      'Subject: VIRUS (Eicar-Test-Signature) in mail FROM you',
    ],
    body: [
      `Our virus checker found a virus in your email to the following recipient:`,
      `-> ${ANU}`,
      '',
      'Delivery of the email was stopped!',
    ],
    expected: [[ANU, 'virusdetected']],
  },
  {
    program: 'a list that takes no mail of strangers',
    head: [
      'From: news-bounces@lists.example',
      'Subject: Your message to news awaits moderator approval',
      'Precedence: bulk',
    ],
    body: [
      "Your mail to 'news' with the subject",
      '',
      '    News',
      '',
      'Is being held until the list moderator can review it for approval.',
    ],
    expected: [],
    kind: 'other',
  },
];

it.each(LETTERS.map((letter) => [letter.program, letter] as const))(
  'reads %s',
  (_, { head, body, ...letter }) => {
    const { kind, recipients } = classifyMail(Buffer.from([...head, '', ...body].join('\r\n')));
    expect([kind, recipients.map(({ address, reason }) => [address, reason])]).toEqual([
      letter.kind ?? 'bounce',
      letter.expected,
    ]);
  },
);

it.each([
  ['Automatisch antwoord: Nieuws'],
  ['Automatic reply: News'],
  ['Réponse automatique : Nouvelles'],
  ['Respuesta automática: Noticias'],
  ['Automatische Antwort: Neuigkeiten'],
  ['Risposta automatica: Notizie'],
  ['Resposta automática: Notícias'],
  ['Autosvar: Nyheter'],
  ['Automatisk svar: Nyheder'],
  ['Odpowiedź automatyczna: Wiadomości'],
  ['Автоматический ответ: Новости'],
  ['Automatická odpověď: Zprávy'],
  ['Otomatik yanıt: Haberler'],
  ['自動応答: お知らせ'],
  ['自动答复: 新闻'],
  ['자동 회신: 소식'],
  ['Out of Office: News'],
  ['Vacation reply'],
  ['I am on leave until Monday Re: News'],
  ['Abwesenheitsnotiz: Neuigkeiten'],
  ['Absence du bureau : Nouvelles'],
  ['Fuera de la oficina: Noticias'],
])('takes a letter with the subject %s for an automatic answer', (subject) => {
  const { kind, recipients } = classifyMail(
    Buffer.from(
      `From: Anu <${ANU}>\r\nSubject: ${subject}\r\nIn-Reply-To: <1@us.example>\r\n\r\nI read it later.\r\n`,
    ),
  );
  expect([kind, recipients[0]?.address]).toEqual(['auto-reply', ANU]);
});

it.each([
  ['utf-16le', Buffer.from('﻿Mailbox full', 'utf16le')],
  ['"windows-1251"', Buffer.from('Mailbox full', 'latin1')],
  ['x-unknown', Buffer.from('Mailbox full', 'latin1')],
])('reads a report whose charset is %s', (charset, words) => {
  const lines = [
    ...['From: MAILER-DAEMON@relay.example', 'Subject: Undelivered Mail Returned to Sender'],
    ...['Content-Type: multipart/report; report-type=delivery-status; boundary="b"', ''],
    ...['--b', `Content-Type: text/plain; charset=${charset}`, 'Content-Transfer-Encoding: base64', ''],
    ...[words.toString('base64'), '--b', 'Content-Type: message/delivery-status', ''],
    ...['Reporting-MTA: dns; relay.example', '', `Final-Recipient: rfc822; ${ANU}`, 'Action: failed'],
    ...['Status: 5.0.0', '', '--b--'],
  ];
  const { recipients } = classifyMail(Buffer.from(lines.join('\r\n')));
  expect(recipients).toMatchObject([{ address: ANU, reason: 'mailboxfull' }]);
});

it('reads the address of a report in UTF-8 (RFC 6533)', () => {
  const lines = [
    ...['From: MAILER-DAEMON@relay.example', 'Subject: Undelivered Mail Returned to Sender'],
    ...['Content-Type: multipart/report; report-type=delivery-status; boundary="b"', ''],
    ...['--b', 'Content-Type: message/global-delivery-status', ''],
    ...[
      'Reporting-MTA: dns; relay.example',
      '',
      'Final-Recipient: utf-8; അനു@മെയിൽ.example',
      'Action: failed',
    ],
    ...['Status: 5.1.1', '', '--b--'],
  ];
  const { recipients } = classifyMail(Buffer.from(lines.join('\r\n')));
  expect(recipients).toMatchObject([{ address: 'അനു@മെയിൽ.example', reason: 'userunknown', hard: true }]);
});
