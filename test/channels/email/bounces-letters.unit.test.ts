import { expect, it } from 'vitest';
import { classifyMail } from '../../../channels/email/bounces/classify.ts';
import { LETTERS } from '../../support/bounce-letters.ts';
import { MORE_LETTERS } from '../../support/more-bounce-letters.ts';

const DAEMON = 'From: Mail Delivery System <MAILER-DAEMON@relay.example>';
const ANU = 'anu@mail.example';

/** Letters of servers that send no report, each in the shape that its program gives it. */
const ALL = [...LETTERS, ...MORE_LETTERS];

it.each(ALL.map((letter) => [letter.program, letter] as const))(
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
