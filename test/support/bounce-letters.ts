import type { Letter } from './letter-of-a-server.ts';

const DAEMON = 'From: Mail Delivery System <MAILER-DAEMON@relay.example>';
const ANU = 'anu@mail.example';
const BALA = 'bala@box.example';

/** What servers write when they refuse. */
export const LETTERS: readonly Letter[] = [
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
];
