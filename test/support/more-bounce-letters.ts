import type { Letter } from './letter-of-a-server.ts';

const DAEMON = 'From: Mail Delivery System <MAILER-DAEMON@relay.example>';
const ANU = 'anu@mail.example';
const BALA = 'bala@box.example';

/** More of what servers write when they refuse. */
export const MORE_LETTERS: readonly Letter[] = [
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
