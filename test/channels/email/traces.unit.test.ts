import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readTraces } from '../../../channels/email/bounces/traces.ts';

const hex = 'ab'.repeat(21);
const token = 'A'.repeat(28);

it('finds the return path in the envelope, the headers and what came back, in this order', () => {
  const mail = `To: bounce+${'02'.repeat(21)}@x.example\r\n\r\nReturn-Path: <bounce+${'03'.repeat(21)}@x.example>\r\n`;
  const { returnPaths } = readTraces(Buffer.from(mail), [`BOUNCE+${hex.toUpperCase()}@x.example`]);
  expect(returnPaths).toEqual([hex, '02'.repeat(21), '03'.repeat(21)]);
});

it('finds the token and the Message-ID of what came back, folded or not', () => {
  const mail = [
    'Content-Type: multipart/report; boundary=b',
    '',
    '--b',
    'Content-Type: message/rfc822',
    '',
    'Message-ID:',
    ' <one@x.example>',
    `List-Unsubscribe: <https://x.example/u/${token}>, <mailto:unsubscribe+${token}@x.example>`,
    '',
    '--b--',
  ].join('\r\n');
  const traces = readTraces(Buffer.from(mail));
  expect(traces).toMatchObject({ tokens: [token], messageIds: ['one@x.example'], unsubscribes: [] });
});

it('is quick and does not throw, whatever it reads', () => {
  const hostile = [
    'bounce+'.repeat(100_000),
    `bounce+${'a'.repeat(1_000_000)}`,
    '/u/'.repeat(300_000),
    'message-id:\n'.repeat(80_000),
    'message-id: <'.repeat(80_000),
    `Content-Type: multipart/mixed; boundary=b\n\n${'--b\nContent-Type: message/rfc822\n\nFrom: x\n\n'.repeat(20_000)}`,
    `${'Received: x\n'.repeat(80_000)}\n`,
  ];
  for (const text of hostile) {
    const started = performance.now();
    readTraces(Buffer.from(text));
    expect(performance.now() - started).toBeLessThan(2000);
  }
  const parts = fc.constantFrom(
    'bounce+',
    hex,
    '@x.example',
    'To: ',
    '\r\n',
    '\r\n\r\n',
    'Message-ID: <',
    '>',
    '--b',
    '\0',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(parts, { maxLength: 40 }).map((all) => all.join('')),
        fc.string(),
      ),
      (text) => {
        for (const found of readTraces(Buffer.from(text), [text]).returnPaths)
          expect(found).toMatch(/^[0-9a-f]{42}$/);
      },
    ),
  );
});

it.each(['message/rfc822', 'message/global', 'message/rfc822-headers', 'text/rfc822-headers'])(
  'sees in %s that what came back is itself a bounce',
  (type) => {
    const returned = ['From: MAILER-DAEMON@mx.example', 'Message-ID: <one@x.example>', ''];
    const mail = ['Content-Type: multipart/report; boundary=b', '', '--b', `Content-Type: ${type}`, ''];
    const traces = readTraces(Buffer.from([...mail, ...returned, '--b--'].join('\r\n')));
    expect(traces).toMatchObject({ aboutBounce: true, messageIds: ['one@x.example'] });
  },
);
